/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * pelt.h - change points in the mean and variance of a series.
 *
 * The exact minimum of sum over segments of C(segment) + penalty · (number of change points), found
 * by PELT, the pruned dynamic programme of Killick, Fearnhead & Eckley (2012). C is minus twice the
 * maximal Gaussian log-likelihood without its constant, under a variance of at least v0:
 *
 *	C = m (ln v + s2 / v),  s2 = sum (y - mean)^2 / m,  v = max(s2, v0)
 *
 * for a segment of m >= 1 points. Being a minimum over parameters, C of a whole is at least the sum
 * of C over its parts, which is the condition for exact pruning (theirs with K = 0).
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_PELT_H
#define STATS_PELT_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Change points of y[n], ascending, each the index of the first point after the change, into ret
 * (room for n) and their number into ret_n. False, outputs untouched, unless y is finite and n >=
 * 1, penalty >= 0, sd_floor > 0, or when memory runs out.
 *
 * Time is linear in n when changes are frequent, quadratic when there are none, but with few
 * logarithms: n = 4096 takes milliseconds either way.
 */
bool stats_pelt(
	const double *y, size_t n, double penalty, double sd_floor, size_t *ret, size_t *ret_n);

#endif
