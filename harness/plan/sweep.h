/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Sweeps: the points (model/point.h) at which a run measures, a list for each of their parts:
 * "1,2" of vCPUs and threads, "512M,2G" of memory, "small,seed" of sizes. Every environment is
 * measured at every combination of those that apply to it, all in the same blocks:
 *
 *	--vcpus 1,2 --memory 512M,2G	VMs at four points, what runs on the host at one
 *	--vcpus 1,2 --threads 1,2	VMs at four, what runs on the host at two
 *	--threads 1,2			both at two: VMs have as many vCPUs as the program threads
 *
 * The first combination is the one that everything else in a report is about.
 */
#ifndef PLAN_SWEEP_H
#define PLAN_SWEEP_H

#include "base/err.h"
#include "model/environment.h"
#include "model/host.h"
#include "model/sample.h"
#include "model/workload.h"

#define SWEEP_VALUES_MAX 8 /* of a limit */
#define SWEEP_POINTS_MAX 512

struct sweep {
	char sizes[SWEEP_VALUES_MAX][SIZE_NAME_MAX]; /* in the order given */
	size_t nsizes;				     /* 0: not asked for */
	uint64_t v[LIMIT_COUNT][SWEEP_VALUES_MAX];   /* likewise */
	size_t n[LIMIT_COUNT];
};

/* The lists as they were typed; NULL and "" are none. ERR_INPUT for what is no such list, holds a
 * value twice, or one that is 0 or beyond the limit's maximum. That workloads have the sizes is the
 * planner's to know. */
int sweep_parse(const char *sizes, const char *const limits[static LIMIT_COUNT], struct sweep *ret,
	struct err *err);

/* The points that an environment is measured at, the first of every list first; returns how many,
 * at least one. ERR_INPUT, negative, when they are more than SWEEP_POINTS_MAX. The first size is
 * the plan's, and not named. */
int sweep_points(const struct sweep *sweep, const struct environment *env,
	struct point ret[static SWEEP_POINTS_MAX], struct err *err);

/* Why a workload cannot be measured in an environment at its point: it uses one thread, or the host
 * has fewer CPUs to measure on, or less memory, or a guest would not come up. False, ret untouched:
 * it can. host: the machine that the environment is on; NULL: not known. */
bool sweep_refuses(const struct environment *env, const struct workload *w, const struct host *host,
	char ret[static REASON_MAX]);

#endif
