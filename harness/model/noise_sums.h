/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the cells of a run say about the noise of its host, as sums: those of several runs add up.
 * What is summed, and what is made of it: stats/noise.h. A run stores its own in summary.json; a
 * run that begins takes down those of earlier runs of the host in its plan, so that what is made of
 * it can be computed again from its folder alone.
 */
#ifndef MODEL_NOISE_SUMS_H
#define MODEL_NOISE_SUMS_H

#include <stddef.h>
#include <stdint.h>

/* Correlations from block to block at which likelihoods are known: stats/serial.h. */
#define NOISE_RHOS 61

/* What series say of it: how many values they have, and the sum of their log likelihoods by
 * correlation, the largest 0 (stats/serial.h). */
struct serial_sums {
	uint64_t values;
	double log_likelihood[NOISE_RHOS];
};

struct noise_sums {
	char run[32];	   /* whose they are; "": of several */
	char cells[17];	   /* 16 hex digits, a hash of their cells, sizes and sentinel */
	uint64_t block_ns; /* mean time inside executions and boots of a block */
	/* Of D and the sentinel's z, over cells of three pairs or more (stats/covariate.h): how
	 * many cells and degrees of freedom, and the sums of squares and products about their
	 * means. */
	uint64_t pair_cells, pair_df;
	double zz, zd, dd;
	/* Of D, less what the sentinel explains where that run used it. */
	struct serial_sums serial;
	/* Of D, averaged over the cells of an environment within each block; values 0: of no
	 * environment with several. */
	struct serial_sums means;
	/* Of the first again, within cells: squares and degrees of freedom; how many cells have
	 * three blocks, and the sum of their P(r) (stats/few.h). */
	double squares;
	uint64_t df, dixon_cells;
	double dixon;
};

void serial_sums_add(struct serial_sums *sums, const struct serial_sums *more);
/* Adds `more` to `sums`, whose run, cells and block_ns stay. */
void noise_sums_add(struct noise_sums *sums, const struct noise_sums *more);

/* Leaves what was said of correlation alone: the rest is of cells that are others. */
void noise_sums_forget_spread(struct noise_sums *sums);

/* Of earlier runs, the latest first. */
struct noise_history {
	struct noise_sums *v; /* heap */
	size_t n, cap;
};

/* A zeroed one more, valid until the next call. */
struct noise_sums *noise_history_add(struct noise_history *history);

#endif
