/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/summarize_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "stats/describe.h"

/* ---- blocks that are left out ---- */

static void summarize_spoiled(const struct grid *grid, struct summary *s)
{
	s->spoiled = xcalloc(grid->blocks, sizeof(*s->spoiled));
	for (size_t b = 0; b < grid->blocks; b++) {
		const struct spoiled *found = &grid->spoiled[b];
		struct spoiled_block *block = &s->spoiled[s->nspoiled];

		if (found->reason == STATS_SPOILED_NOT)
			continue;
		block->block = b + 1;
		block->order = found->by->order;
		str_copy(block->reason, sizeof(block->reason), stats_spoiled_names[found->reason]);
		str_copy(block->cell, sizeof(block->cell), found->by->cell);
		audit_disturbance_text(found->by, found->reason, block->what);
		s->nspoiled++;
	}
}

/* ---- what the counters showed ---- */

/* One counter of every execution that has it. */
struct counted {
	double *v;
	size_t n;
};

static struct counted counted_of(const struct samples *samples, size_t offset)
{
	struct counted c = {.v = xcalloc(samples->n, sizeof(*c.v))};

	for (size_t i = 0; i < samples->n; i++) {
		double value;

		memcpy(&value, (const char *)&samples->v[i].disturbance + offset, sizeof(value));
		if (isfinite(value))
			c.v[c.n++] = value;
	}
	return c;
}

static double sum(const struct counted *c)
{
	double total = 0;

	for (size_t i = 0; i < c->n; i++)
		total += c->v[i];
	return c->n ? total : NAN;
}

static double steal_share(const struct samples *samples)
{
	double steal = 0, wall = 0;

	for (size_t i = 0; i < samples->n; i++) {
		const struct sample *one = &samples->v[i];

		if (!isfinite(one->disturbance.steal_ns))
			continue;
		steal += one->disturbance.steal_ns;
		wall += (double)one->host_wall_ns;
	}
	return wall > 0 ? steal / wall : NAN;
}

void summarize_conditions(
	const struct summarize_input *in, const struct grid *grid, struct summary *s)
{
	struct counted load = counted_of(in->samples, offsetof(struct disturbance, load1));
	struct counted khz = counted_of(in->samples, offsetof(struct disturbance, cpu_khz));
	struct counted hot = counted_of(in->samples, offsetof(struct disturbance, throttles));
	struct counted asleep = counted_of(in->samples, offsetof(struct disturbance, suspended_ns));

	s->conditions = (struct conditions){.steal_share = steal_share(in->samples),
		.load_median = stats_median(load.v, load.n),
		.load_max = stats_quantile(load.v, load.n, 1),
		.khz_median = stats_median(khz.v, khz.n),
		.khz_min = stats_quantile(khz.v, khz.n, 0),
		.throttles = sum(&hot),
		.suspended_ns = sum(&asleep),
		.stolen_blocks = NAN};
	if (isfinite(s->conditions.steal_share))
		s->conditions.stolen_blocks = (double)grid->stolen_blocks;
	free(load.v);
	free(khz.v);
	free(hot.v);
	free(asleep.v);
	summarize_spoiled(grid, s);
}
