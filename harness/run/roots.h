/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The root images that a plan's package workloads need: made where they are missing, before the
 * plan is stored.
 */
#ifndef RUN_ROOTS_H
#define RUN_ROOTS_H

#include "layer/layer.h"
#include "model/plan.h"
#include "model/workload.h"

/* Fills plan->roots and holds the images until they are released. Arms whose image cannot be made,
 * or lacks their command, become errors with the reason; those that this host cannot run in an
 * image are refused; the others go on. Only an interruption is an error of the whole
 * (-ERR_INTERRUPTED). Downloads what is missing. */
int roots_prepare(struct plan *plan, const struct workloads *workloads, const struct layer_ctx *ctx,
	struct err *err);

/* A run that goes on needs the images it was begun with, and holds them. */
int roots_check(struct plan *plan, const struct layer_ctx *ctx, struct err *err);

#endif
