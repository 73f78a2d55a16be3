/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two runs beside each other: what changed from the first to the second.
 */
#ifndef MODEL_DIFF_H
#define MODEL_DIFF_H

#include <stdbool.h>
#include <stddef.h>

#include "model/plan.h"
#include "model/summary.h"

/*  id, text, what it means */
#define DIFF_VERDICTS(X)                                                                           \
	X(SLOWER, "slower")	      /* significantly more, and not within the bound */           \
	X(FASTER, "faster")	      /* significantly less, and not within the bound */           \
	X(UNCHANGED, "unchanged")     /* the whole interval lies within the bound */               \
	X(UNKNOWN, "cannot-tell")     /* neither */                                                \
	X(BROKEN, "fails-now")	      /* the first run measured it, in the second it failed */     \
	X(UNCOMPARED, "not-compared") /* one of the runs has no value of it, for other reasons */

enum diff_verdict {
#define X(id, text) DIFF_##id,
	DIFF_VERDICTS(X)
#undef X
		DIFF_VERDICT_COUNT
};

extern const char *const diff_verdict_names[]; /* NULL-terminated, in the order of the enum */

/* What is compared: overhead ratios, or the times themselves. */
enum diff_quantity { DIFF_RATIOS, DIFF_TIMES };
extern const char *const diff_quantity_names[];

struct diff_cell {
	char cell[CELL_ID_MAX];
	const struct cell_summary *before, *after; /* borrowed; NULL: not a cell of that run */
	struct ratio change; /* second ÷ first, 95 % interval of this one comparison */
	double p_adjusted;   /* by Holm over all cells; NaN: not tested */
	enum diff_verdict verdict;
	bool other_program; /* its program's file, or its reference's, is another one */
};

/* The geometric mean of an environment over the programs that both runs measured. */
struct diff_suite {
	char env[ENV_ID_MAX];
	size_t workloads;
	struct ratio change;
	double p_adjusted; /* by Holm over all environments */
	enum diff_verdict verdict;
};

/* A key of plan.json or host.json in which the runs differ. */
struct diff_fact {
	char key[32];
	char before[256], after[256];
};

struct diff {
	char run_before[RUN_ID_MAX], run_after[RUN_ID_MAX];
	const struct summary *before, *after; /* borrowed */
	enum diff_quantity quantity;
	double within; /* the bound, as a share: 0.05 is from ÷ 1.05 to × 1.05 */
	bool same_host;
	/* The sentinel loop beside native executions, second ÷ first: where its interval excludes
	 * 1, the host itself was in another state. Undefined for two hosts, and without it. */
	struct ratio sentinel;
	struct diff_cell *cells; /* in the order of the second run, then those only in the first */
	size_t ncells;
	struct diff_suite *suites;
	size_t nsuites;
	struct diff_fact *facts;
	size_t nfacts, facts_cap;
};

void diff_release(struct diff *d);
size_t diff_count(const struct diff *d, enum diff_verdict verdict);
/* The host was in another state in the second run: see sentinel. */
bool diff_host_changed(const struct diff *d);
/* What one of the runs says about a cell. */
struct diff_side {
	enum status status;
	char reason[REASON_MAX];
	double value; /* what is compared, a ratio or nanoseconds; NaN: it has none */
	uint64_t blocks;
};
struct diff_side diff_side_of(const struct diff *d, const struct cell_summary *c);
/* NULL when there is none of this cell. */
const struct diff_cell *diff_find(const struct diff *d, const char *cell);
/* The value that is compared, of one side; NaN when that run has none. */
double diff_value(const struct diff *d, const struct cell_summary *c);

#endif
