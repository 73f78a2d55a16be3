/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * power.h - what a t test of given size can see.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_POWER_H
#define STATS_POWER_H

/*
 * Power of the two-sided t test at level alpha when the estimate's true distance from the
 * hypothesis is lambda standard errors: P(|T| > t(df, 1 - alpha/2)) for noncentral t with
 * noncentrality lambda. Evaluated as the mean over the chi-square distribution of s^2 of the normal
 * probability given s (Johnson, Kotz & Balakrishnan 1995), by Gauss-Legendre
 * quadrature; absolute error below 1e-10 for df up to 10,000. NaN unless lambda is finite, df >= 1
 * and finite, 0 < alpha < 1. (Below 1 the density of s has a pole at 0.)
 */
double stats_t_power(double lambda, double df, double alpha);

/*
 * The smallest noncentrality for which stats_t_power reaches `power`, by bisection: the minimal
 * detectable effect in standard errors. NaN unless alpha < power < 1 and the above holds.
 */
double stats_detectable(double df, double alpha, double power);

#endif
