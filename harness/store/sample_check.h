/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What can be wrong with samples each of which is well-formed. Errors name the line.
 */
#ifndef STORE_SAMPLE_CHECK_H
#define STORE_SAMPLE_CHECK_H

#include "base/err.h"
#include "model/plan.h"
#include "model/sample.h"

/* Whether every execution of an arm in a block is there once. `name` is the file's. */
int samples_check_unique(const struct samples *samples, const char *name, struct err *err);
/* Whether these are samples of this plan: every one is of an arm that was to be run. */
int samples_check_plan(
	const struct samples *samples, const struct plan *plan, const char *name, struct err *err);

#endif
