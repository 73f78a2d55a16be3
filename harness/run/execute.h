/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * One execution of one arm: the command line, the deadline, and what its ending means.
 */
#ifndef RUN_EXECUTE_H
#define RUN_EXECUTE_H

#include "layer/layer.h"
#include "layer/place.h"
#include "model/plan.h"
#include "model/workload.h"

struct execute_spec {
	const struct plan *plan;
	const struct arm *arm;
	const struct workload *workload;
	const struct variant *variant;
	const struct layer_ctx *ctx;
};

/* Runs the program in `place` and fills the sample: its cell, how it ended and what it measured.
 * The caller has set block and execution, by which a replay finds what to play; boot, order,
 * sentinel and disturbance are the caller's too, before or after. A crash under a translator is
 * tried once more and counted. Every ending is a status with its reason; only an interruption
 * (-ERR_INTERRUPTED) is an error. *ret_inside_ns: wall time spent inside executions. */
int execute_arm(const struct execute_spec *spec, struct place *place, struct sample *sample,
	uint64_t *ret_inside_ns, struct err *err);

#endif
