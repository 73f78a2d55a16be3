/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From runs to one document: pure, the same runs give the same document but for its id and date.
 *
 * Runs are of one host when host_is_same() says so. The shards of a host are joined; a cell that
 * two of its runs hold is an error, because neither is the better one. Where a program was not the
 * same file in all runs that measured it, its cells are left out, and so are those whose native
 * reference it is. Geometric means join the strata of the runs (stats/geomean.h): within a run the
 * block averages, across runs their variances.
 */
#ifndef RUN_MERGE_H
#define RUN_MERGE_H

#include "model/merged.h"
#include "run/summarize.h"

struct merge_source {
	struct summarize_input input;
	const struct programs *programs;
};

/* -EINVAL, naming both runs, where two are the same run, differ in size, or are of one host and
 * differ in profile or hold the same cell. */
int merge_runs(const struct merge_source *sources, size_t n, struct merged *ret, struct err *err);

/* Like summary_exit_code(), over all hosts: also 1 where programs clash or shards are missing. */
enum exit_code merged_exit_code(const struct merged *m);

#endif
