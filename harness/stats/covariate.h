/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * covariate.h - the sentinel as a covariate: what the host's own speed explains of D.
 *
 * z = ln(sentinel time beside the cell) - ln(sentinel time beside the reference), one per block.
 * The order of arms is random, so z has expectation 0 as long as the sentinel tells of the host and
 * not of what ran before it (run/sentinel.h sees to that; every run's summary has e to the mean of
 * z with its 99 % interval, and its report says so where the slope is used and that excludes 1).
 *Then the mean of D - b z estimates the same ratio as that of D for any b known beforehand: the
 * sentinel is a control variate (Lavenberg & Welch 1981).
 *
 * b is one number per run, the pooled least-squares slope of D on z within the cells:
 *
 *	b = sum_c sum_i (z - mean_c z)(d - mean_c d) / sum_c sum_i (z - mean_c z)^2
 *
 * The share that a cell has in it is small, so it is as good as known beforehand: nothing is chosen
 * by the cell's own blocks, and D - b z has n - 1 degrees of freedom as D has. A slope of each
 * cell's own costs one, and choosing it where it narrows the interval costs coverage: on recorded
 * noise it then covers 92 % at six blocks, and is no narrower than plain t where it is always used.
 * The pooled slope narrows by 9 % on average (tests/validation/RESULTS.md).
 *
 * The rule when to use it is fixed beforehand, and the same for all cells of a run: the cells are
 * at least STATS_COVARIATE_MIN_SERIES, z varies, and the pooled variance within cells, the slope's
 * degree of freedom taken off, is smaller than without.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h. D: stats/interval.h.
 */
#ifndef STATS_COVARIATE_H
#define STATS_COVARIATE_H

#include <stdbool.h>
#include <stddef.h>

#include "model/noise_sums.h"
#include "stats/interval.h"

#define STATS_COVARIATE_MIN_SERIES 8

/* Adds to the sums of pairs those of the cells of a run. d and z are laid out alike, d[s * n_blocks
 * + b]; blocks where either is not finite are left out, and series of fewer than three. */
void stats_covariate_add(struct noise_sums *sums, const double *d, const double *z, size_t n_series,
	size_t n_blocks);
/* The slope by the rule above, NaN where it says no. */
double stats_covariate_slope(const struct noise_sums *sums);

/*
 * raw    without the sentinel: stats_ratio_paired(d).
 * ratio  with it: stats_ratio_paired(d - slope z); a copy of raw where it is not used.
 * used   slope is finite, and so is z throughout.
 */
struct stats_covariate {
	struct stats_paired raw, ratio;
	bool used;
};

/* d and z hold n blocks; `slope` NaN: without the sentinel. `known`: as for stats_ratio_paired.
 * Copies; when memory runs out the sentinel is not used. */
struct stats_covariate stats_ratio_covariate(const double *d, const double *z, size_t n,
	double conf, double slope, const struct stats_serial *known);

/* The same where a pilot decided how many there are: see stats_ratio_two_stage().
 * `slope`, like `known`, must come from the pilot. */
struct stats_covariate stats_covariate_two_stage(const double *d, const double *z, size_t n,
	struct stats_pilot pilot, double conf, double slope, const struct stats_serial *known);

#endif
