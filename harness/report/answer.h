/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answer: for each workload, which way of running a program of a foreign architecture is
 * fastest on this host, and after how much work a VM's boot pays back against the translator.
 *
 * Candidates are the environments whose architecture is not the host's. An environment is called
 * fastest when it differs from every other, paired by block, at 5 % over all workloads compared in
 * those two (Holm; model/summary.h, pair_is_slower()). Programs whose results are not compared
 * between environments have no pairs; theirs is the quotient of the overhead ratios with
 * [a.lo ÷ b.hi, a.hi ÷ b.lo], which knows nothing of how the two vary together, and is to
 * exclude 1.
 */
#ifndef REPORT_ANSWER_H
#define REPORT_ANSWER_H

#include <stddef.h>

#include "report/view.h"

enum verdict {
	VERDICT_NONE,	 /* no candidate has a time */
	VERDICT_ONLY,	 /* one has */
	VERDICT_FASTER,	 /* `best` beats every other */
	VERDICT_UNCLEAR, /* some other ÷ `best` may be 1, or is undefined */
};

enum payback_kind {
	PAYBACK_NONE,	 /* no foreign VM or no foreign translator has a time */
	PAYBACK_NEVER,	 /* the VM's steady state is slower */
	PAYBACK_UNCLEAR, /* translator ÷ VM may be 1, or is undefined */
	PAYBACK_AT,
};

/* Work W at which boot + start + warm-up + W iterations in the VM take as long as start + warm-up
 * + W iterations under the translator: (cold_vm − cold_user) ÷ (mean_vm (q − 1)), with q the ratio
 * translator ÷ VM and cold = boot + start-up + what the first iteration takes beyond the mean. The
 * bounds take the ends of q's interval, which excludes 1, and everything else as it was measured.
 */
struct payback {
	enum payback_kind kind;
	const struct cell_summary *vm, *user;
	double iterations, iterations_lo, iterations_hi;
	double work_ns; /* that much work takes so long either way */
};

struct answer {
	const struct view_row *row;
	enum verdict verdict;
	const struct cell_summary *best, *next; /* by point estimate; NULL: there is none */
	struct ratio lead;			/* next ÷ best */
	struct payback payback;
};

/* Fills ret[v->nrows]. */
void answers_find(const struct view *v, struct answer *ret);
/* In how many rows this environment is the fastest. */
size_t answers_won(const struct answer *answers, size_t n, const char *env);
size_t answers_with(const struct answer *answers, size_t n, enum verdict verdict);
/* The suite's geometric mean of an environment and variant, or NULL. */
const struct geomean *geomean_find(const struct summary *s, const char *env, const char *variant);

#endif
