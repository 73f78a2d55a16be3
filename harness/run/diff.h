/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From two runs to what changed: pure, the same runs give the same answer.
 *
 * Per cell the change is second ÷ first with its interval (run/change.h). Three answers: it changed
 * (significant over all cells by Holm, and the interval is not all within the bound), it did not
 * change by more than the bound (the whole 95 % interval lies within it: equivalence, stricter than
 * two one-sided tests at 5 %), or this cannot be told. A change that is significant and smaller
 * than the bound is "unchanged": it is what the bound is for.
 *
 * Ratios to native are compared by default: what the host does to both sides of a ratio cancels.
 * Native cells have none. Times are compared on request; of two hosts only ratios are.
 */
#ifndef RUN_DIFF_H
#define RUN_DIFF_H

#include "model/diff.h"
#include "model/program.h"
#include "run/summarize.h"

struct diff_source {
	struct summarize_input input;
	const struct programs *programs;
	const struct summary *summary;
};

struct diff_spec {
	enum diff_quantity quantity;
	double within;
};

/* -EINVAL where the runs are of different sizes, or times of different hosts are asked for. The
 * answer borrows both summaries. */
int diff_runs(const struct diff_source *before, const struct diff_source *after,
	const struct diff_spec *spec, struct diff *ret, struct err *err);

/* As an exit code: 3 where a cell or the geometric mean of an environment became slower, otherwise
 * 1 where a cell fails now, 4 where nothing could be compared, 0. */
int diff_exit_code(const struct diff *d);

#endif
