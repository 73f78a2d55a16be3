/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be wrong with samples each of which is well-formed. Errors name the line.
 */
#ifndef STORE_SAMPLE_CHECK_H
#define STORE_SAMPLE_CHECK_H

#include "base/err.h"
#include "model/plan.h"
#include "model/sample.h"

/* Whether every execution of an arm in a block is there once, and every boot of a VM in a block.
 * `name` is the file's. */
int samples_check_unique(const struct samples *samples, const char *name, struct err *err);
/* Whether these can be samples of this plan: every one and every boot is of an arm that was to be
 * run and of a block that the plan allows, and what ran in a VM, and nothing else, has its boot and
 * a guest's clock. */
int samples_check_plan(
	const struct samples *samples, const struct plan *plan, const char *name, struct err *err);

/* Arms that lack an execution which the plan has, block by block, up to the last block that any
 * sample is of. What an arm's ending for good (status_is_final()) left out is not missing. */
struct samples_missing {
	size_t n, of;	       /* arms × blocks */
	const struct arm *arm; /* the first, of the plan; NULL: none */
	uint64_t block;
};
struct samples_missing samples_missing(const struct samples *samples, const struct plan *plan);

#endif
