/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * noise.h - what all cells of a run say together about its noise, and a cell's ratio by it.
 *
 * One cell's blocks are few. The cells of a run share the host, and what they tell together enters
 * the interval of each: how the sentinel moves with D (stats/covariate.h), how blocks correlate
 * (stats/serial.h), and whether three blocks bunch (stats/few.h).
 *
 * A run of few cells cannot tell either: from ten blocks of one cell no rule knows correlation from
 * chance. Earlier runs of the same host can, as far as their blocks took as long: the host's moods
 * last for seconds, so that correlation from block to block is another for blocks of one second
 * than for those of a minute. Of the latest such runs as many count as make up for the values that
 * the run lacks, STATS_SERIAL_POOL_WORTH in all; a run of the default suite lacks none. How much D
 * varies, and how much of that the sentinel explains, is a cell's own: there only runs of the very
 * same cells count.
 *
 * Means over the cells of a block keep the noise that the cells have in common, and their
 * correlation is that noise's. What the run's means say of it counts first, one for each
 * environment, then that of earlier runs, and where both are less than STATS_SERIAL_POOL_WORTH
 * values, what the cells say. Where nothing is known of means, they are judged as cells are.
 *
 * What this covers, for a run of one cell with and without earlier ones, and for means:
 * tests/validation/RESULTS.md.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h. D: stats/interval.h.
 */
#ifndef STATS_NOISE_H
#define STATS_NOISE_H

#include <stddef.h>

#include "model/noise_sums.h"
#include "stats/covariate.h"
#include "stats/few.h"
#include "stats/serial.h"

/* Blocks take as long as others where they take no more than so many times as long, nor these: a
 * pilot's blocks take up to twice as long as those of other runs. */
#define STATS_NOISE_ALIKE 2.5

struct stats_noise {
	double slope; /* of D on z; NaN: the sentinel is not used */
	/* Of D - slope z: */
	struct stats_serial serial;
	struct stats_few few;
	/* Of D averaged over cells, as it is: */
	struct stats_serial means;
	struct noise_sums own; /* of the run at hand alone */
	size_t earlier_runs;   /* that count, … */
	uint64_t values;       /* … and with them, of blocks of cells */
};

/* What a run is, beside its D. */
struct stats_noise_run {
	uint64_t block_ns;		     /* mean time of a block */
	const char *cells;		     /* noise_sums.cells */
	const struct noise_history *earlier; /* the latest first; NULL: none */
	/* D averaged over the cells of an environment: means[m * n_blocks + b], NaN where a block
	 * is missing. */
	const double *means;
	size_t n_means;
};

/* d[s * n_blocks + b] of the cells, and z likewise; NaN where a block is missing. Copies; without
 * the sentinel when memory runs out. */
struct stats_noise stats_noise_learn(const double *d, const double *z, size_t n_series,
	size_t n_blocks, const struct stats_noise_run *run);

/* The ratio of n blocks d, z of one cell. Of them the pilot's tell how much they vary (n: all;
 * see stats_ratio_two_stage()), and what is learned must come from the pilots too. */
struct stats_covariate stats_noise_ratio(const struct stats_noise *noise, const double *d,
	const double *z, size_t n, struct stats_pilot pilot, double conf);

#endif
