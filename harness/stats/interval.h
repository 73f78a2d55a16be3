/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * interval.h - confidence intervals for means, medians and ratios.
 *
 * The unit of replication is the block. D is the vector of one value per block, in block order:
 * D = ln(time in the cell) - ln(time in the reference). Means of D are turned into ratios by exp,
 * so a ratio is a ratio of geometric means and its interval is symmetric on a logarithmic axis.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_INTERVAL_H
#define STATS_INTERVAL_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/serial.h"

/*
 * lo <= point <= hi. `n` values went in; `df` are the degrees of freedom of the t quantile (NaN
 * where no t quantile is involved). When `defined` is false, lo and hi are NaN; point is kept where
 * it is known on its own (one block has a ratio and no interval), else NaN.
 */
struct interval {
	double point, lo, hi;
	size_t n;
	double df;
	bool defined;
};

/* An interval about which nothing is known. */
struct interval stats_interval_undefined(void);

/* point ± t(df, (1 + conf) / 2) · se. Undefined unless point and se >= 0 are finite, df > 0 and
 * 0 < conf < 1. se = 0 gives an interval of width 0. */
struct interval stats_interval_t(double point, double se, double df, size_t n, double conf);

/* exp of point, lo and hi: from the scale of D to ratios. Undefined where exp overflows. */
struct interval stats_interval_exp(struct interval log_interval);

/* p of the two-sided test that a ratio is 1 which this interval for it inverts, of exp of a t
 * interval at conf: 2 Q(|ln point| t / half-width of the logarithm; df). NaN where it is undefined.
 * Only of an interval whose degrees of freedom do not depend on conf. */
double stats_interval_p(const struct interval *ratio, double conf);

/*
 * A paired ratio. `raw` takes the blocks as independent: exp(mean D ± t(n - 1) s / sqrt(n)).
 * `adjusted` allows for the serial correlation rho that stats/serial.h estimates: sqrt(n_eff) for
 * sqrt(n), n_eff = n / widening^2, and its degrees of freedom; never narrower than raw. lag1 is
 * stats_lag1_corrected(D), what these blocks alone show; NaN below four or without variance. `own`
 * is adjusted by the blocks of this ratio alone; adjusted itself is wider where the spread of other
 * cells made it so (stats/few.h).
 */
struct stats_paired {
	struct interval raw, own, adjusted;
	double log_mean; /* mean of D, NaN if undefined */
	double log_sd;	 /* s of D, NaN below two blocks */
	double lag1, rho;
	double n_eff;		  /* NaN below two blocks */
	struct stats_pilot pilot; /* those of the n that tell s and rho */
};

/* The paired ratio of n >= 2 blocks; with n = 1 only the points are set. `known`: what is known
 * about correlation without D, NULL for nothing. */
struct stats_paired stats_ratio_paired(
	const double *d, size_t n, double conf, const struct stats_serial *known);

/*
 * The same where the number of blocks was not fixed beforehand but decided by a pilot
 * (stats/stopping.h): the means are over all n blocks, and everything that the width depends on, s,
 * rho and the degrees of freedom, is that of the pilot's, so that no later block can have chosen
 * it. `known` must come from the pilot too. raw is then Stein's (1945): mean ± t(n_pilot - 1)
 * s_pilot / sqrt(n). lag1 is still that of all blocks. pilot.n >= n: the above.
 */
struct stats_paired stats_ratio_two_stage(const double *d, size_t n, struct stats_pilot pilot,
	double conf, const struct stats_serial *known);

/* p of the two-sided test that a ratio is 1: by adjusted, and not below that by own, whose few
 * degrees of freedom can make it the wider one at other confidences than conf, that of both. NaN
 * where there is no interval. */
double stats_paired_p(const struct stats_paired *ratio, double conf);

/*
 * Interval for the median from order statistics, no distribution assumed (Thompson 1936; Conover
 * 1999, section 3.2): [x_(k), x_(n+1-k)] with the largest k for which
 * 2 P(Binomial(n, 1/2) <= k - 1) <= 1 - conf. Undefined where no such k exists: at 95 %, below six
 * values. The point is the median; df is NaN. Same unit as x: for D, take stats_interval_exp of it.
 * Copies.
 */
struct interval stats_sign_interval(const double *x, size_t n, double conf);

/* Two independent samples. */
struct stats_welch {
	struct interval ratio; /* exp(mean x - mean y), interval; n = nx + ny */
	double t;	       /* (mean x - mean y) / se; ±inf when se = 0 and the means differ */
	double p;	       /* two-sided p value of equal means; NaN if undefined */
};

/*
 * Welch's unequal-variance t on logarithms (Welch 1947), for runs that may not be paired: x and y
 * hold logarithms, ratio is x over y. se^2 = sx^2/nx + sy^2/ny; df by Satterthwaite (1946):
 * se^4 / ((sx^2/nx)^2/(nx - 1) + (sy^2/ny)^2/(ny - 1)). Needs nx, ny >= 2. When neither sample has
 * any variance, the interval has width 0, df = nx + ny - 2, and p is 1 or 0.
 */
struct stats_welch stats_ratio_welch(
	const double *x, size_t nx, const double *y, size_t ny, double conf);

/*
 * The same of two means that are known with their variances and degrees of freedom, those of
 * stats_paired.adjusted: two runs, each with its own serial correlation. The variances are s^2 /
 * n_eff, their degrees of freedom adjusted.df. Undefined where either interval is.
 */
struct stats_welch stats_welch_paired(
	const struct stats_paired *x, const struct stats_paired *y, double conf);

/*
 * Holm's step-down adjustment (Holm 1979): ret[i] is the smallest family-wise error rate at which
 * hypothesis i is rejected, max over p_j <= p_i of min(1, (n - rank_j + 1) p_j), ranks from 1.
 * A p that is NaN was not tested: it stays NaN and n does not count it. ret may be p itself. False,
 * ret untouched, where another p is not in [0, 1] or memory runs out. True for n = 0. Copies.
 */
bool stats_holm(const double *p, size_t n, double *ret);

#endif
