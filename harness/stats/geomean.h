/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * geomean.h - one ratio for a suite of workloads.
 *
 * The workloads of a block share the state the host was in, so their errors are not independent: D
 * is averaged over the workloads within each block first, and the block averages are the sample.
 * The geometric mean is the only mean of ratios that does not depend on the reference (Fleming &
 * Wallace 1986). A block that some workload lacks would compare different suites, and does not
 * enter.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h. D: stats/interval.h.
 */
#ifndef STATS_GEOMEAN_H
#define STATS_GEOMEAN_H

#include <stdbool.h>
#include <stddef.h>

#include "stats/interval.h"

/* The geometric mean over workloads of the paired ratio, of which nothing is known but they: d[w *
 * n_blocks + b], NaN where workload w has no D in block b; an infinite D makes its block
 * incomplete. raw.n and adjusted.n are the number of blocks used, 0 for no workloads. Copies. */
struct stats_paired stats_geomean_suite(
	const double *d, size_t n_workloads, size_t n_blocks, double conf);

/* The same where a pilot decided how many there are: see stats_ratio_two_stage(). Those of them
 * count that are complete. `known`: of the correlation of such averages (stats_noise.means). */
struct stats_paired stats_geomean_two_stage(const double *d, size_t n_workloads, size_t n_blocks,
	struct stats_pilot pilot, double conf, const struct stats_serial *known);

/* What a part of the suite contributes that was measured apart from the rest: its blocks are not
 * those of the other parts. */
struct stats_stratum {
	size_t n_workloads;
	double mean;	 /* of D over its workloads and blocks: log_mean of its suite */
	double variance; /* of that mean, s^2 / n_eff; NaN: unknown */
	double df;	 /* of that variance */
	size_t n_blocks;
};

/* Of one stats_geomean_suite(). */
struct stats_stratum stats_stratum_of(const struct stats_paired *suite, size_t n_workloads);

/*
 * The geometric mean over workloads of several strata (Cochran 1977, "Sampling Techniques",
 * section 5.3): mean = sum W_k m_k / W, variance = sum (W_k / W)^2 v_k, degrees of freedom by
 * Satterthwaite (1946): variance^2 / sum ((W_k / W)^4 v_k^2 / df_k). With one workload to a
 * stratum that is the mean of the workloads' mean logarithms and sum (s^2 / n) / W^2. One stratum
 * gives stats_geomean_suite()'s adjusted interval. n is the smallest number of blocks. Undefined
 * when any stratum's variance is.
 */
struct interval stats_geomean_strata(const struct stats_stratum *strata, size_t n, double conf);

/* The same as one mean that can be compared with another (stats_welch_paired): adjusted is that
 * interval, log_mean its mean, n_eff its n, and log_sd what makes log_sd^2 / n_eff its variance.
 * raw, lag1, rho and pilot are not defined. */
struct stats_paired stats_geomean_joined(const struct stats_stratum *strata, size_t n, double conf);

#endif
