/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/fixture_run.h"

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
