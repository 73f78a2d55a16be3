/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One run against the stored runs of the same host: has a cell's overhead ratio changed?
 *
 * For each cell the log ratios of the new run's blocks are compared with those of all stored runs'
 * blocks (run/change.h). A change is reported only where it is significant over all cells and is
 * beyond both a floor of 10 % and the largest deviation of any stored run from their common mean:
 * nights differ more than blocks do.
 */
#ifndef RUN_TREND_H
#define RUN_TREND_H

#include "model/plan.h"
#include "model/sample.h"
#include "model/summary.h"
#include "run/change.h"

#define TREND_FLOOR 0.10
/* With fewer stored runs nothing is called a regression. */
#define TREND_RUNS_MIN 5

enum trend_verdict { TREND_SAME, TREND_SLOWER, TREND_FASTER, TREND_NO_HISTORY };

struct trend {
	char cell[CELL_ID_MAX];
	struct change change; /* of log ratios: the new run after all stored ones */
	double *before;	      /* those of all stored runs' blocks, one run after the other; heap */
	size_t n_before, before_cap;
	double *runs; /* mean log ratio of each stored run; heap */
	size_t n_runs, runs_cap;
	/* filled by trends_judge() */
	double spread; /* largest deviation of a stored run, as a factor − 1; NaN without */
	enum trend_verdict verdict;
};

struct trends {
	struct trend *v;
	size_t n;
	size_t runs; /* stored runs added */
};

/* The cells that the new run has measured beside their native reference. Cells that are not ok in
 * the summary, a wrong result for example, are left out, here and below; so are those of VMs on
 * another machine, which have no ratio. */
void trends_init(struct trends *t, const struct plan *plan, const struct samples *samples,
	const struct summary *summary);
/* Adds one stored run. Cells that the new run lacks are left out. */
void trends_add(struct trends *t, const struct plan *plan, const struct samples *samples,
	const struct summary *summary);
void trends_judge(struct trends *t);
/* True when the gate should close: a slower cell, and enough stored runs to say so. */
bool trends_regressed(const struct trends *t);
void trends_release(struct trends *t);

#endif
