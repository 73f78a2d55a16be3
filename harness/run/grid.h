/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Samples laid out for statistics. Every execution has the logarithm of its mean steady iteration
 * in host nanoseconds; the first arm->executions of one arm in one block make that block's datum of
 * the arm, the mean of their logarithms. The block is the unit of replication: how many executions
 * a datum is made of makes it less noisy, and no more than one datum. What a pilot's blocks have
 * more (plan_executions()) enters no datum: its blocks are to be as later ones are.
 */
#ifndef RUN_GRID_H
#define RUN_GRID_H

#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"
#include "model/sample.h"
#include "run/audit.h"
#include "stats/noise.h"
#include "stats/warmup.h"

/* What else could have been left out as warm-up, to see whether a result hangs on the rule:
 * nothing, or twice as much, of which the last quarter of the iterations always remains (where the
 * classes of stats/warmup.h look for the steady state). No source says how far such a test should
 * go; by twice, a warm-up that is found only half shows. */
enum grid_trim { GRID_UNTRIMMED, GRID_TRIMMED_TWICE, GRID_TRIMS };

struct execution_datum {
	const struct sample *sample;
	double log_mean;	       /* NaN where it has no time */
	bool further;		       /* of the pilot alone: enters no block's datum */
	double log_sentinel;	       /* mean of ln(before), ln(after); NaN when not taken */
	double scale;		       /* host ÷ guest clock */
	struct stats_warmup warmup;    /* too-few where it is not classified */
	size_t steady;		       /* first iteration that enters log_mean */
	bool refused;		       /* ended well and has no time: audit_refuses() says why */
	double trim_shift[GRID_TRIMS]; /* what log_mean would change by; NaN where it is */
};

/* It has a time, and that enters its block's datum. */
bool execution_counts(const struct execution_datum *e);

/* Of some executions, in the order of blocks, within a block by number. */
struct executions {
	const struct execution_datum *v;
	size_t n;
};

struct field_datum {
	struct executions executions;  /* n 0: not run in this block */
	double log_mean;	       /* mean over those that enter it; NaN without any */
	double log_sentinel;	       /* mean over the same; NaN when one of them lacks it */
	double trim_shift[GRID_TRIMS]; /* mean over the same */
};

/* A block that is left out of everything. */
struct spoiled {
	enum stats_spoiled_reason reason; /* STATS_SPOILED_NOT: it is not */
	const struct sample *by;	  /* the execution that was disturbed */
};

struct grid {
	const struct plan *plan;
	size_t blocks; /* highest block any sample is of */
	/* The leading blocks that tell how much intervals vary: all of them, or, where the plan has
	 * a pilot (stats/stopping.h), until so many of them count; no more than plan_pilot_max().
	 */
	size_t pilot;
	double later; /* time that a block behind them takes ÷ one of them: stats_pilot.later */
	struct field_datum *field;	    /* [arm * blocks + block - 1] */
	struct execution_datum *executions; /* by arm, block and number */
	uint64_t *given_up;		    /* by arm: first block with a final ending, or 0 */
	bool *timed_by_host;		    /* by arm: its cell's clock is off (stats/clock.h) */
	struct spoiled *spoiled;	    /* by block (stats/spoiled.h) */
	size_t stolen_blocks;	  /* that count all the same: theft is usual here (same) */
	struct stats_noise noise; /* what all cells together say in those */
};

/* Iterations before `steady` are left out, by stats_warmup_left_out(): the rule is the same for
 * every arm, but for those timed by the host, which are not classified. Of two samples of one
 * execution the later one counts. What is of a spoiled block has no log_mean, in any arm; its
 * endings and results count all the same. */
void grid_init(struct grid *grid, const struct plan *plan, const struct samples *samples);
void grid_release(struct grid *grid);

const struct field_datum *grid_at(const struct grid *grid, size_t arm, size_t block);
/* All of an arm, of every block. */
struct executions grid_executions(const struct grid *grid, size_t arm);
#define GRID_NONE ((size_t)-1)
/* Index of an arm, GRID_NONE when the plan has none such. */
size_t grid_arm(const struct grid *grid, const char *workload, const char *variant, const char *env,
	bool duplicate);
/* The native arm that this one is compared with; itself, when it is that; GRID_NONE without one. */
size_t grid_native(const struct grid *grid, size_t arm);
/* It is a cell's, and has a native one to be compared with. */
bool grid_is_compared(const struct grid *grid, size_t arm);
/* d[block] = log_mean(a) − log_mean(b), NaN where either is missing; d has room for grid->blocks.
 * z likewise of the sentinels; may be NULL. */
void grid_difference(const struct grid *grid, size_t a, size_t b, double *d, double *z);
/* What the mean of d would change by, over the blocks that both have; NaN without any. */
double grid_trim_shift(const struct grid *grid, size_t a, size_t b, enum grid_trim trim);
/* Sets timed_by_host, spoiled and stolen_blocks from the grid's executions, so many in all;
 * grid_init() calls it. */
void grid_audit(struct grid *grid, size_t executions);
/* Moves what is there of a value per block to the front, in order; returns how many there are, and
 * which of them are the pilot's. z goes along; may be NULL. */
size_t grid_keep(const struct grid *grid, double *d, double *z, struct stats_pilot *ret_pilot);
/* All of the pilot's blocks. */
struct stats_pilot grid_pilot(const struct grid *grid);
/* Sets later and noise, from every cell against its native one, and what the plan knows of earlier
 * runs; grid_init() calls it. */
void grid_learn_noise(struct grid *grid, const struct samples *samples);

#endif
