/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * aa.h - what duplicate arms say about the noise (A/A).
 *
 * A duplicate arm runs the very same cell a second time in each block, so the difference D of the
 * two logarithms has expectation 0, and all that is seen is noise and bias of the procedure. An
 * effect smaller than that must not be believed.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h. D: stats/interval.h.
 */
#ifndef STATS_AA_H
#define STATS_AA_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/interval.h"

/*
 * ratio            one over the other, as D was taken; should include 1.
 * noise_floor      relative deviation from 1 that the interval cannot exclude:
 *                  exp(max(|ln lo|, |ln hi|)) - 1. 0.04 reads "up to 4 %".
 * min_detectable   relative effect that a cell with this noise and this many blocks shows with
 *                  power 0.8 at a two-sided level of 1 - conf: exp(stats_detectable(df) · se) - 1
 *                  (power.h; the exact noncentral t form of Cohen 1988, chapter 2). 0.06 reads
 *                  "slower by 6 % or more".
 * consistent       the interval includes 1.
 *
 * noise_floor and min_detectable are NaN where the interval is undefined.
 */
struct stats_aa {
	struct interval ratio;
	double noise_floor;
	double min_detectable;
	bool consistent;
};

/*
 * The noise of one cell of an environment, from the duplicates of several: cells[c] is the paired
 * ratio of main ÷ duplicate of workload c, by whatever rule the run's ratios are reported
 * (stats/noise.h), so that what is said of all together is by the rule of each. The spread is
 * pooled within workloads, and the interval is that of one typical cell: mean of all D ± t(df) s /
 * sqrt(mean n_c), s^2 = sum df_c s_c^2 n_c / n_eff_c / df, df = sum df_c, with the s, the effective
 * number of blocks and the degrees of freedom that each interval has. ratio.n is the number of D's.
 * Workloads whose interval is undefined are left out; without any other it is undefined.
 */
struct stats_aa stats_aa_pooled(const struct stats_paired *cells, size_t n, double conf);

#endif
