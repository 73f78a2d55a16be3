/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * When a run stops: by its pilot, with stats/stopping.h over all its cells, or after the number of
 * blocks that its plan fixes.
 *
 * A plan with a pilot (plan.pilot) measures that many blocks, then decides once how many there
 * shall be in all, the largest need of any cell that has an interval, but no more than plan.blocks.
 * No time of a later block changes the decision: it is a function of the plan, of the samples of
 * the pilot's blocks and of which blocks are left out, so that a resumed run, and whoever reads the
 * stored one, comes to the same. The budget may end a run before; where it ends within the pilot,
 * the blocks there are serve as one, and what is said of the need rests on fewer degrees of
 * freedom.
 *
 * For each block that is left out (stats/spoiled.h, whose rules look at no time that is compared)
 * one more is measured: of a fixed number of blocks up to as many again, so that a host that is
 * always disturbed comes to an end. A pilot goes on until as many of its blocks count as it shall
 * have, likewise no further than as many again, and then decides; after it they are made up for
 * within plan.blocks. A pilot's block may be left out only later, when theft in it turns out to be
 * the exception: then the next that count stand in for it.
 *
 * Without a pilot nothing is decided; what is said of the need is what a longer run of a fixed
 * number of blocks can expect, whose degrees of freedom grow with them (stats/width.h), and no less
 * than the blocks there are.
 *
 * Native cells and what measures nothing (the probe) need nothing. Cells that failed, or were given
 * up because they never get better, have no say, and neither have VMs on another machine, which
 * have no ratio.
 */
#ifndef RUN_STOPPING_H
#define RUN_STOPPING_H

#include "run/grid.h"
#include "run/summarize.h"

struct stopping {
	size_t cells;		    /* that were judged */
	double blocks;		    /* the largest need; infinite: beyond counting; NaN: no cell */
	char neediest[CELL_ID_MAX]; /* the cell whose need that is; "" without cells */
	size_t lost;		    /* blocks left out that the need does not have yet */
	uint64_t pilot_to;	    /* the pilot goes on until there; 0: it is complete */
};

/* Judges the pilot's blocks, where the plan has one; of later samples, without one of all, only
 * whether their blocks are left out is looked at, and the input's host and session are not. */
void stopping_judge(const struct summarize_input *in, struct stopping *ret);
/* The same of a grid that has no later blocks, and its cells. */
void stopping_judge_cells(
	const struct grid *grid, const struct summary *cells, struct stopping *ret);
/* The blocks to be measured in all, by the plan and what was judged when its pilot was done. */
uint64_t stopping_blocks(const struct plan *plan, const struct stopping *judged);
/* What was decided, in words: a heap string. */
char *stopping_text(const struct plan *plan, const struct stopping *judged);
/* Whether a cell of the grid is one of those that the precision is asked of. */
bool stopping_counts(const struct grid *grid, const struct cell_summary *cell);

#endif
