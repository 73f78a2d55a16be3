/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/fixture_run.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"

void canned_add(struct canned *c, const struct canned_arm *arm)
{
	struct environment env;
	struct err err;
	const struct arm *planned;

	if (environment_parse(arm->env, &env, &err) < 0) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	planned = plan_add(&c->plan, arm->workload, arm->variant, &env, false);
	for (size_t block = 0; block < arm->blocks; block++) {
		struct sample s = {.block = block + 1,
			.execution = 1,
			.host_wall_ns = arm->host_wall_ns,
			.iterations = arm->iterations,
			.flop = arm->flop,
			.digest = {.values = {1}, .n = 1, .hash = "ab"}};

		str_copy(s.cell, sizeof(s.cell), planned->cell);
		s.iter_wall_ns = xcalloc(arm->iterations, sizeof(uint64_t));
		s.iter_cpu_ns = xcalloc(arm->iterations, sizeof(uint64_t));
		for (size_t i = 0; i < arm->iterations; i++) {
			double ns = arm->iter_ns[block * arm->iterations + i];

			s.iter_wall_ns[i] = (uint64_t)llround(ns);
			if (!arm->host_wall_ns)
				s.host_wall_ns += s.iter_wall_ns[i];
		}
		samples_add(&c->samples, &s);
	}
}

void canned_compute(struct canned *c, const struct workloads *workloads, enum arch host)
{
	const struct host machine = {.arch = host};
	const struct sample_session session = {0};

	summary_release(&c->summary);
	summarize(&(struct summarize_input){.plan = &c->plan,
			  .host = &machine,
			  .workloads = workloads,
			  .samples = &c->samples,
			  .session = &session},
		&c->summary);
}

void canned_release(struct canned *c)
{
	summary_release(&c->summary);
	samples_release(&c->samples);
	plan_release(&c->plan);
}
