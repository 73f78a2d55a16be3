/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * serial.h - noise that is correlated from one block to the next.
 *
 * The model is d = m + e, e a stationary normal first-order autoregression of correlation rho
 * between successive blocks.
 *
 * What is known about rho is a belief over STATS_SERIAL_MIN … STATS_SERIAL_MAX, proportional to
 * exp(-|rho|) before any data and multiplied by restricted likelihoods (Harville 1977; for
 * autoregressions Cooper & Thompson 1977), which have no bias from estimating m:
 *
 *	ln L(rho) = -1/2 ln|V| - 1/2 ln 1'V^-1 1 - (n - 1)/2 ln RSS(rho)
 *
 * Ten blocks tell little about rho, but the cells of one run share the host: their likelihoods
 * multiply. So do those of earlier runs of the host whose blocks were as long. rho is estimated by
 * the mean of the belief, which shrinks towards 0 what is known badly; below 0 it counts as 0, so
 * that an interval is only ever widened.
 *
 * Given rho, the mean of n values has an exact variance and s^2 exact moments; V is now the
 * correlation matrix, M = I - 11'/n:
 *
 *	var(mean) = sigma^2 1'V 1 / n^2,  E s^2 = sigma^2 tr(M V) / (n - 1)
 *	var s^2 = 2 sigma^4 tr(M V M V) / (n - 1)^2
 *
 * so that se^2 = s^2 (n - 1) 1'V 1 / (n^2 tr(M V)), with tr(M V)^2 / tr(M V M V) degrees of freedom
 * (Satterthwaite 1946). For long series 1'V 1 / n is (1 + rho) / (1 - rho), the effective sample
 * size of Bayley & Hammersley (1946); for a few blocks tr(M V) and the degrees of freedom matter as
 * much.
 *
 * Where only the first n_0 of the n values tell s (stats/stopping.h), s^2 has the expectation and
 * the degrees of freedom of n_0 values, and the mean the variance of n:
 *
 *	se^2 = s^2 (n_0 - 1) 1'V_n 1 / (n^2 tr(M V_n_0))
 *
 * The later values may follow each other faster, in c times the time: a pilot's blocks hold more
 * executions. The autoregression is then one in time (Ornstein & Uhlenbeck 1930), whose correlation
 * between neighbours is rho in the pilot and r = rho^c behind it, and with m = n - n_0
 *
 *	1'V_n 1 = 1'V_n_0(rho) 1 + 1'V_m(r) 1
 *	          + 2 (1 - rho^n_0) / (1 - rho) r (1 - r^m) / (1 - r)
 *
 * What this covers and costs beside other rules: tests/validation/RESULTS.md.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_SERIAL_H
#define STATS_SERIAL_H

#include <stdbool.h>
#include <stddef.h>

#include "model/noise_sums.h"

#define STATS_SERIAL_MIN (-0.6)
#define STATS_SERIAL_MAX 0.9
#define STATS_SERIAL_STEP 0.025
#define STATS_SERIAL_POINTS NOISE_RHOS

/* All series of a pool together count for as many values, at most. */
#define STATS_SERIAL_POOL_WORTH 200.0

/*
 * What is known about rho apart from the series at hand.
 *
 * log_belief   logarithm of the belief in STATS_SERIAL_MIN + i STATS_SERIAL_STEP, up to a constant.
 * counted      the weight that the likelihood of each series of the run at hand has in it: 1 minus
 * that is still to be added for the series at hand.
 */
struct stats_serial {
	double log_belief[STATS_SERIAL_POINTS];
	double counted;
};

/* Before any data. */
struct stats_serial stats_serial_prior(void);

/* Adds to sums what several series say, D of the cells of a run: d[s * n_blocks + b], NaN where a
 * block is missing. Series of fewer than three values, without variance or with infinite values say
 * nothing. Copies; adds nothing when memory runs out. */
void stats_serial_add(struct serial_sums *sums, const double *d, size_t n_series, size_t n_blocks);

/*
 * The prior and what the cells of a run say, and those of earlier runs (NULL: there are none). The
 * run's likelihood is raised to the power at which its values count for STATS_SERIAL_POOL_WORTH at
 * most: cells of a run are alike, not the same, and share some of their noise. That of earlier runs
 * counts for as many values as are missing then. Likewise with what is known of means of cells
 * first, and of the cells second.
 */
struct stats_serial stats_serial_known(
	const struct serial_sums *own, const struct serial_sums *earlier);

/* The same of one run's series, without earlier runs. */
struct stats_serial stats_serial_pool(const double *d, size_t n_series, size_t n_blocks);

/* Estimate of rho in [0, STATS_SERIAL_MAX] for n values d in block order, given what is known
 * without them (NULL: the prior). Where d says nothing (see above), that of what is known. */
double stats_serial_rho(const struct stats_serial *known, const double *d, size_t n);

/*
 * What correlation does to the mean of n values: `widening` is the factor of its standard error s /
 * sqrt(n), at least 1; df its degrees of freedom, from 1 to n - 1. Both NaN unless n >= 2 and
 * 0 <= rho <= STATS_SERIAL_MAX.
 */
struct stats_serial_effect {
	double widening, df;
};

/* The first values, by which the number of all was decided. */
struct stats_pilot {
	size_t n;     /* how many; as many as all are, or more: there was none */
	double later; /* time from one value to the next behind it ÷ in it */
};

struct stats_serial_effect stats_serial_effect(double rho, size_t n);

/* The same where s and rho are those of a pilot: `widening` is the factor of s / sqrt(n), df
 * from 1 to pilot.n - 1. Both NaN unless 2 <= pilot.n <= n and pilot.later > 0. n may be any large
 * number. */
struct stats_serial_effect stats_serial_two_stage(double rho, struct stats_pilot pilot, size_t n);

#endif
