/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * few.h - intervals of fewer than five blocks, on hosts that switch speed.
 *
 * All of three or four blocks can fall into spells of one speed. Their s is then too small, and
 * nothing in them tells. The other cells of the run tell, which were measured at other moments.
 *
 * The test: of three independent normal values, Dixon's ratio r of the larger gap between
 * neighbours to the range is at most x with probability
 *
 *	P(x) = 6 / pi atan((2 x - 1) / sqrt(3)),  1/2 <= x <= 1
 *
 * whatever their mean and variance (Dixon 1951, r10 for n = 3, either end). So P(r) of the first
 * three blocks of each of C cells is uniform, and their mean has expectation 1/2 and variance
 * 1 / 12 C. Two speeds bunch, two blocks close together and one apart: the mean is larger. It is
 * judged by the normal approximation, from one side; so are heavy tails, which bunch too.
 *
 * Where a run is found to bunch, the interval of a cell of fewer than STATS_FEW_ENOUGH blocks is
 * that of its own s and degrees of freedom or mean D ± t(df) sd / sqrt(n) with the s of all cells,
 * the root of their mean variance, and its many degrees of freedom: the wider one. Elsewhere, and
 * from five blocks on, it stays as it is: five blocks of a cell tell enough.
 *
 * What this covers: tests/validation/RESULTS.md.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h. D: stats/interval.h.
 */
#ifndef STATS_FEW_H
#define STATS_FEW_H

#include <stdbool.h>
#include <stddef.h>

#include "model/noise_sums.h"
#include "stats/interval.h"

#define STATS_FEW_ENOUGH 5    /* blocks */
#define STATS_FEW_MIN_CELLS 8 /* that fewer cells bunch is not believed */
#define STATS_FEW_ALPHA 0.1

/* P(r) of three finite values, in [0, 1]; NaN where all are the same. */
double stats_few_dixon(const double d[static 3]);

/* What the cells say together. */
struct stats_few {
	double sd, df; /* of D within cells, over those of two blocks or more; NaN, 0: there are
			  none */
	size_t cells;  /* of three blocks or more, not all the same: those that p is of */
	double p;      /* of a mean of P(r) this large or larger; NaN below STATS_FEW_MIN_CELLS */
};

/* Adds to sums->squares, df, dixon_cells and dixon those of the cells of a run: d[s * n_blocks +
 * b], NaN or infinite where a block is missing. */
void stats_few_add(struct noise_sums *sums, const double *d, size_t n_series, size_t n_blocks);
struct stats_few stats_few_known(const struct noise_sums *sums);

/* Whether that is a run whose cells bunch. */
bool stats_few_bunch(const struct stats_few *few);

/* Widens ratio->adjusted by the rule above, where only the first n_pilot of its blocks tell s; its
 * log_sd is then that of all cells, its rho 0 and its n_eff the number of its blocks. raw and own
 * stay. */
void stats_few_widen(
	const struct stats_few *few, size_t n_pilot, double conf, struct stats_paired *ratio);

#endif
