/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A point of a sweep: what an environment is held to (how many vCPUs and how much memory its VM
 * has, how many threads the program computes with) and the size of what it computes. A run that
 * measures at several points is a sweep (plan/sweep.h).
 *
 * The point is part of the environment (model/environment.h), and so of the cell: whatever is done
 * with environments (interleaving them in blocks, ratios, intervals, pairs, merging runs, diffs) is
 * done with points without knowing of them. Its id is the stack's and a suffix that names what is
 * not the default, in the order below, the size last, and parses back:
 *
 *	vm-x86_64-tcg@vcpus2-memory512-threads2   native@threads2   user-aarch64@size-seed
 *
 * The default point has no suffix: what is measured without asking for any point is the same cell
 * as it was before there were any.
 *
 * threads and size apply to every environment: a program on the host may use as many CPUs as it has
 * threads, the one that everything is measured on and those below it. vcpus and memory are a VM's;
 * its threads run on as many of the same CPUs as it has vCPUs. The reference of a ratio is native
 * of the same size, with as many threads: so a ratio says what the environment costs, at that
 * point.
 */
#ifndef MODEL_POINT_H
#define MODEL_POINT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/str.h"

/* In the order of the suffix. def: what is there without asking, never named (0: what the workloads
 * need); max: the largest that can be asked for; vm: of VMs only. */
#define LIMITS(X)                                                                                  \
	X(VCPUS, "vcpus", 1, 256, true)                                                            \
	X(MEMORY, "memory", 0, 1 << 20, true) /* MiB */                                            \
	X(THREADS, "threads", 1, 256, false)

enum limit {
#define X(id, name, def, max, vm) LIMIT_##id,
	LIMITS(X)
#undef X
		LIMIT_COUNT
};

struct limit_info {
	const char *name; /* in ids, and of the option */
	uint64_t def, max;
	bool vm;
};
const struct limit_info *limit_info(enum limit limit);

#define SIZE_NAME_MAX 32

struct point {
	uint64_t v[LIMIT_COUNT];  /* by enum limit; 0: the default */
	char size[SIZE_NAME_MAX]; /* of the workload; "": the plan's */
};

#define POINT_DEFAULT ((struct point){{0}, ""})
uint64_t point_vcpus(const struct point *p);   /* at least 1 */
uint64_t point_threads(const struct point *p); /* likewise */

/* Adds the suffix: "@vcpus2-threads2"; nothing for the default. */
void point_add_suffix(const struct point *p, struct str *id);
/* Reads what stands behind the '@'. False where point_add_suffix() writes no such thing. */
bool point_parse(const char *suffix, struct point *ret);

#endif
