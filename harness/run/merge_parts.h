/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The parts of merge_runs(): joining the sources of one host, and comparing hosts. Private to run/.
 */
#ifndef RUN_MERGE_PARTS_H
#define RUN_MERGE_PARTS_H

#include "run/grid.h"
#include "run/merge.h"

/* A source without the cells that are left out. */
struct merge_part {
	struct summarize_input input;
	struct plan plan; /* its arms are owned, the rest is borrowed */
	struct grid grid;
	struct summary summary;
};

/* Of one host, in the order of the sources. */
struct merge_parts {
	struct merge_part *v;
	size_t n;
};

/* Fills the summary of host h from its sources, without the cells of programs that clash, which it
 * counts, and the parts that it is made of. Sources, labels and clashes come first. */
void merge_host(
	const struct merge_source *sources, size_t h, struct merged *m, struct merge_parts *parts);
void merge_parts_release(struct merge_parts *parts);

/* Compares the overheads of hosts, of which parts[h] are those of host h. Hosts come first. */
void merge_contrasts(struct merged *m, const struct merge_parts *parts);

/* The file that an arm's program for this architecture lies in: heap string. */
char *merge_program(const struct workloads *workloads, const struct arm *arm, enum arch arch);

#endif
