/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The measuring loop. A run is a number of blocks; in a block every VM is booted afresh, every
 * program (workload.variant) is visited in random order, and its arms follow each other in a
 * balanced random order (run/schedule.h), VMs that are not being measured suspended. What is
 * measured is appended to the run folder at once. How many blocks there are is the plan's number,
 * or, where it has a pilot, what run/stopping.h makes of the pilot.
 */
#ifndef RUN_MEASURE_H
#define RUN_MEASURE_H

#include "layer/layer.h"
#include "model/plan.h"
#include "model/workload.h"
#include "store/run_folder.h"

struct measure_progress {
	uint64_t block, blocks; /* of so many; of the pilot while that is measured */
	bool pilot;
	size_t done, total; /* executions in this block */
	const char *what;   /* cell id, or "booting vm-aarch64-tcg" */
	uint64_t left_ns;   /* estimate; 0: not known yet */
};

struct measure_spec {
	const struct plan *plan;
	const struct workloads *workloads;
	struct layer_ctx *ctx;
	const struct run_folder *run;
	const struct samples *replay; /* canned samples instead of real places; NULL: measure */
	void (*progress)(void *arg, const struct measure_progress *p); /* may be NULL */
	void *progress_arg;
};

/* Measures what is missing: nothing stored yet means everything; after an interruption the broken
 * block is completed, or, where an execution in a VM is missing, discarded and run again as a
 * whole. Blocks end early when the budget is used up. Returns -ERR_INTERRUPTED after *ctx->stop was
 * set (everything so far is stored, every guest gone), -ENOSPC when the disk is full. */
int measure(const struct measure_spec *spec, const struct samples *stored, struct err *err);

#endif
