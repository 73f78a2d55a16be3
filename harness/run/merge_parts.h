/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The part of merge_runs() that joins the sources of one host. Private to run/.
 */
#ifndef RUN_MERGE_PARTS_H
#define RUN_MERGE_PARTS_H

#include "run/merge.h"

/* Fills the summary of host h from its sources, without the cells of programs that clash, which it
 * counts. Sources, labels and clashes come first. */
void merge_host(const struct merge_source *sources, size_t h, struct merged *m);

/* The file that an arm's program for this architecture lies in: heap string. */
char *merge_program(const struct workloads *workloads, const struct arm *arm, enum arch arch);

#endif
