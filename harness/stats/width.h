/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * width.h - what another number of blocks would make of an interval, and what it can see as it is.
 *
 * A ratio's interval is exp(mean D ± h), h = t(df, (1 + conf) / 2) · se. Its standard error se is
 * taken to go with 1 / sqrt(n), whatever widens it (stats/serial.h, stats/few.h), and with the root
 * of the variance of a block's D. Its degrees of freedom go with n - 1, in a run of a fixed number
 * of blocks; where a pilot's blocks told s (stats/stopping.h) they stay what they are. So t is in
 * it: from three blocks to half the width it takes five, not twelve, of twenty 73.
 *
 * These are expectations: the next blocks' s is another.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h. D: stats/interval.h.
 */
#ifndef STATS_WIDTH_H
#define STATS_WIDTH_H

#include "stats/interval.h"

/* No more blocks than this are ever counted. */
#define STATS_WIDTH_MAX 1e9

/* h of now->adjusted, half the width of its interval in ln; NaN where it has none. */
double stats_width(const struct stats_paired *now);

/* h of n >= 2 blocks, each of which has `variance` times the variance of one of now's. NaN unless
 * n, variance and now's interval are such. */
double stats_width_of(const struct stats_paired *now, double n, double variance, double conf);

/* The smallest number n >= 2 of such blocks that makes h at most `half`. NaN unless half > 0 and as
 * above; INFINITY beyond STATS_WIDTH_MAX. */
double stats_width_blocks(
	const struct stats_paired *now, double half, double variance, double conf);

/* The smallest effect that now's interval shows with power .8, relative to the ratio: 0.05 is 5 %
 * (stats/power.h). NaN where there is no interval. */
double stats_width_detectable(const struct stats_paired *now, double conf);

#endif
