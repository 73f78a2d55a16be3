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

/*
 * Block averages of D over the workloads: d[w * n_blocks + b], NaN where workload w has no D in
 * block b. The averages of the complete blocks go to ret (room for n_blocks), in block order;
 * returns how many. 0 for no workloads; an infinite D makes its block incomplete.
 */
size_t stats_geomean_blocks(const double *d, size_t n_workloads, size_t n_blocks, double *ret);

/* The geometric mean over workloads of the paired ratio. raw.n and adjusted.n are the number of
 * blocks used. Copies. */
struct stats_paired stats_geomean_suite(
	const double *d, size_t n_workloads, size_t n_blocks, double conf);

#endif
