/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise.h - what all cells of a run say together about its noise, and a cell's ratio by it.
 *
 * One cell's blocks are few. The cells of a run share the host, and what they tell together enters
 * the interval of each: how the sentinel moves with D (stats/covariate.h), how blocks correlate
 * (stats/serial.h), and whether three blocks bunch (stats/few.h).
 *
 * Conventions (purity, undefined values, memory): stats/describe.h. D: stats/interval.h.
 */
#ifndef STATS_NOISE_H
#define STATS_NOISE_H

#include <stddef.h>

#include "stats/covariate.h"
#include "stats/few.h"
#include "stats/serial.h"

struct stats_noise {
	double slope; /* of D on z; NaN: the sentinel is not used */
	/* Of D - slope z: */
	struct stats_serial serial;
	struct stats_few few;
};

/* d[s * n_blocks + b] of the cells, and z likewise; NaN where a block is missing. Copies; without
 * the sentinel when memory runs out. */
struct stats_noise stats_noise_learn(
	const double *d, const double *z, size_t n_series, size_t n_blocks);

/* The ratio of n blocks d, z of one cell. Of them the first n_pilot tell how much they vary (n:
 * all; see stats_ratio_two_stage()), and what is learned must come from the pilots too. */
struct stats_covariate stats_noise_ratio(const struct stats_noise *noise, const double *d,
	const double *z, size_t n, size_t n_pilot, double conf);

#endif
