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

/* Looks into a folder that is, or is to be, an image: the architecture of a program of it, given as
 * an absolute path or by its name. Links are followed as they are in the image. -ENOENT: there is
 * no such program; ERR_INPUT: it is none, or its dynamic loader is not there. */
int root_tree_program(const char *path, const char *command, enum arch *ret, struct err *err);
/* Is the dynamic loader of a program that is not in there? ERR_INPUT: it is not. */
int root_tree_loader(const char *path, const char *program, const char *loader, struct err *err);

/* A run that goes on needs the images it was begun with, and holds them. */
int roots_check(struct plan *plan, const struct layer_ctx *ctx, struct err *err);

#endif
