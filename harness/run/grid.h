/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Samples laid out for statistics: one row per arm of the plan, one column per block, and in each
 * field the logarithm of the execution's mean steady iteration in host nanoseconds.
 */
#ifndef RUN_GRID_H
#define RUN_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"
#include "model/sample.h"
#include "stats/warmup.h"

struct field_datum {
	const struct sample *sample; /* NULL: not run in this block */
	double log_mean;	     /* NaN unless the sample is ok */
	double log_sentinel;	     /* mean of ln(before), ln(after); NaN when not taken */
	double scale;		     /* host ÷ guest clock */
	struct stats_warmup warmup;
	size_t steady; /* first iteration that enters log_mean */
};

struct grid {
	const struct plan *plan;
	size_t blocks;		   /* highest block any sample is of */
	struct field_datum *field; /* [arm * blocks + block - 1] */
};

/* Iterations before `steady` are left out: those found by the warm-up classification, or, where
 * there are too few to classify, the first one of two or more: it translates and touches. The rule
 * is the same for every arm. */
void grid_init(struct grid *grid, const struct plan *plan, const struct samples *samples);
void grid_release(struct grid *grid);

const struct field_datum *grid_at(const struct grid *grid, size_t arm, size_t block);
#define GRID_NONE ((size_t)-1)
/* Index of an arm, GRID_NONE when the plan has none such. */
size_t grid_arm(const struct grid *grid, const char *workload, const char *variant, const char *env,
	bool duplicate);
/* d[block] = log_mean(a) − log_mean(b), NaN where either is missing; d has room for grid->blocks.
 * z likewise of the sentinels; may be NULL. */
void grid_difference(const struct grid *grid, size_t a, size_t b, double *d, double *z);

#endif
