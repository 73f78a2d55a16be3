/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Profiles: how much a run measures. One row each; a selection on the command line overrides parts.
 */
#ifndef PLAN_PROFILE_H
#define PLAN_PROFILE_H

#include <stdint.h>

#include "base/err.h"

struct profile {
	const char *name;
	const char *summary;
	uint64_t blocks;
	uint64_t budget_ns;
	/* glob lists over "workload.variant" */
	const char *programs;	  /* measured at all */
	const char *compositions; /* … in environments of more than one layer too */
	const char *duplicates;	  /* … twice, where selected: plan/duplicates.h */
	const char *executions;	  /* of a cell in a block: plan/executions.h */
	uint64_t min_time_ns, max_time_ns, deadline_ns;
	uint64_t iterations;
};

/* Ends with a row whose name is NULL. */
extern const struct profile profiles[];
/* How much `toll exec` measures when nothing else is said. */
extern const struct profile command_profile;
int profile_find(const char *name, const struct profile **ret, struct err *err);

#endif
