/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * stopping.h - how many blocks a precision needs: Stein's two-stage rule.
 *
 * Measuring until an interval is narrow enough stops at moments when s happens to be small, and its
 * intervals then cover less than they claim. Stein (1945, "A two-sample test for a linear
 * hypothesis whose power is independent of the variance") decides once instead. A pilot of n_0
 * blocks tells s; n, the smallest number for which
 *
 *	t(n_0 - 1, (1 + conf) / 2) s / sqrt(n) <= half,   n >= n_0
 *
 * is measured in all, and the interval is mean of n ± t(n_0 - 1) s / sqrt(n) with the s and the
 * degrees of freedom of the pilot. For normal noise s is independent of that mean, whatever n it
 * led to: the coverage is exact. So it is for every cell of a run when n is one number, the largest
 * need, because the s of all pilots are independent of all means; and when n is cut short by a
 * budget of time. Then the interval covers as before and is wider than was asked for.
 *
 * Here the interval is that of stats_ratio_two_stage (interval.h): with s corrected and widened for
 * a serial correlation rho, and Satterthwaite's degrees of freedom, rho and the sentinel's slope
 * being those of the pilot too. What is fixed when the pilot ends is thus the width for every n,
 * and n blocks reach what was predicted, but for blocks in which the cell fails.
 *
 * The price is that of t(n_0 - 1) against t(n - 1): with ten blocks at most 15 % of the width.
 * Fewer pay more (at three blocks 120 %), more leave less to decide. What it covers with correlated
 * and with two-speed noise, beside stopping at the first narrow interval:
 * tests/validation/RESULTS.md.
 *
 * The blocks of the pilot must be as later ones are: were their D made of more executions, s would
 * be too small for these. So the pilot's further executions, which tell the variance between boots
 * from that between executions (stats/components.h), enter no D. They come last in their block
 * (run/schedule.h), where nothing that enters one is delayed or changed by them. Behind the pilot
 * blocks follow each other faster, and are more alike for it where noise lasts: the widening is for
 * that (stats_pilot.later, serial.h).
 *
 * Conventions (purity, undefined values, memory): stats/describe.h. D: stats/interval.h.
 */
#ifndef STATS_STOPPING_H
#define STATS_STOPPING_H

#include <stddef.h>

#include "stats/interval.h"

/* No more blocks than this are ever counted. */
#define STATS_STOPPING_MAX 1000000000ul

/*
 * How many blocks of D the interval `adjusted` needs for its half-width, in ln, to be at most
 * `half`: a whole number, at least pilot->raw.n. `pilot` is stats_ratio_paired(), or its like with
 * a covariate, of the pilot's blocks. INFINITY above STATS_STOPPING_MAX; NaN where the pilot has no
 * interval, or unless half > 0 and 0 < conf < 1.
 */
double stats_stopping_blocks(const struct stats_paired *pilot, double half, double conf);

#endif
