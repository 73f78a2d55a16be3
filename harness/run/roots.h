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

/* What the recipes are doing. passing: how far it is, to be replaced by the next text; else a step,
 * once. */
typedef void roots_progress_fn(void *arg, const char *text, bool passing);

/* Fills plan->roots and holds the images until they are released. Arms whose image cannot be made,
 * or lacks their command, become errors with the reason; those that this host cannot run in an
 * image are refused; the others go on. Only an interruption is an error of the whole
 * (-ERR_INTERRUPTED). Downloads what is missing, and says so to `progress` (NULL: to nobody). */
int roots_prepare(struct plan *plan, const struct workloads *workloads, const struct layer_ctx *ctx,
	roots_progress_fn *progress, void *progress_arg, struct err *err);

/* A run that goes on needs the images it was begun with, and holds them. */
int roots_check(struct plan *plan, const struct layer_ctx *ctx, struct err *err);

#endif
