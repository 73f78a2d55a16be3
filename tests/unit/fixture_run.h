/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A run that tests put together, sample by sample, and what run/summarize makes of it.
 */
#ifndef TESTS_FIXTURE_RUN_H
#define TESTS_FIXTURE_RUN_H

#include <math.h>

#include "model/plan.h"
#include "model/workload.h"
#include "run/summarize.h"
#include "store/run_folder.h"
#include "tap.h"

struct canned {
	struct plan plan;
	struct samples samples;
	struct summary summary;
};

/* An arm's executions: one per block, all of as many iterations. */
struct canned_arm {
	const char *workload, *variant, *env;
	size_t blocks, iterations;
	const double *iter_ns; /* iterations of the first block, of the second, … */
	uint64_t host_wall_ns; /* of every execution; 0: as long as its iterations */
	double flop;
};

/* Adds the arm to the plan, and its samples. */
void canned_add(struct canned *c, const struct canned_arm *arm);
/* Computes the summary, again where there is one. */
void canned_compute(struct canned *c, const struct workloads *workloads, enum arch host);
void canned_release(struct canned *c);

/* Student's t, 5 degrees of freedom, .975 (any table). */
#define T5 2.5705818356363146

/* Of a ratio over six blocks whose ratios are a and b, three times each: point and bounds are
 * exp(mean ± t s ÷ √n). Here, because results are counted in each file of its own. */
static inline void is_ratio_of_six(const struct ratio *r, double a, double b, const char *what)
{
	double mean = (log(a) + log(b)) / 2;
	double s = sqrt(6.0 / 5) * fabs(log(a) - log(b)) / 2, half = T5 * s / sqrt(6);

	ok(r->defined && r->blocks == 6, "%s has an interval", what);
	is_near(r->point, exp(mean), 1e-9, "… around the geometric mean of the blocks' ratios");
	is_near(r->lo, exp(mean - half), 1e-9, "… from exp(mean − t s ÷ √n)");
	is_near(r->hi, exp(mean + half), 1e-9, "… to exp(mean + t s ÷ √n)");
}

#endif
