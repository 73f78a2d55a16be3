/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/summarize_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "stats/components.h"

/* ---- what things cost ---- */

/* Mean wall time of an execution of an arm; 0 where it has none. */
static double execution_ns(const struct grid *grid, size_t arm)
{
	struct executions all = grid_executions(grid, arm);
	double sum = 0;

	for (size_t i = 0; i < all.n; i++)
		sum += (double)all.v[i].sample->host_wall_ns;
	return all.n ? sum / (double)all.n : 0;
}

/* Mean time that boots take in a block. */
static double boots_ns(const struct samples *samples, size_t blocks)
{
	double sum = 0;

	for (size_t i = 0; i < samples->nboots; i++)
		sum += (double)samples->boots[i].hello_ns;
	return blocks ? sum / (double)blocks : 0;
}

double summarize_block_ns(const struct summarize_input *in, const struct grid *grid, uint64_t block)
{
	double sum = boots_ns(in->samples, grid->blocks);

	for (size_t i = 0; i < in->plan->n; i++)
		sum += execution_ns(grid, i) *
		       (double)plan_executions(in->plan, &in->plan->arms[i], block);
	return sum;
}

/* ---- one environment ---- */

/* In some block: none has more than the first. */
static bool is_repeated(const struct summarize_input *in, size_t arm)
{
	const struct arm *a = &in->plan->arms[arm];
	const struct workload *w = workloads_find(in->workloads, a->parts.workload);

	return a->status == STATUS_OK && plan_executions(in->plan, a, 1) > 1 && (!w || w->compare);
}

static struct stats_components components_of(const struct grid *grid, size_t arm)
{
	struct executions all = grid_executions(grid, arm);
	_cleanup_free_ double *x = xcalloc(all.n, sizeof(*x));
	_cleanup_free_ size_t *count = xcalloc(grid->blocks, sizeof(*count));
	size_t n = 0;

	for (size_t i = 0; i < all.n; i++) {
		if (!isfinite(all.v[i].log_mean))
			continue;
		x[n++] = all.v[i].log_mean;
		count[all.v[i].sample->block - 1]++;
	}
	return stats_components(x, count, grid->blocks);
}

/* Of the environment of arm `first`, its first that is repeated. */
static void add_variance(
	const struct summarize_input *in, const struct grid *grid, size_t first, struct summary *s)
{
	const struct arm *one = &in->plan->arms[first];
	struct variance v = {.per_block = one->executions};
	_cleanup_free_ struct stats_components *parts = xcalloc(in->plan->n, sizeof(*parts));
	double block = boots_ns(in->samples, grid->blocks), mine = 0;
	struct stats_components all;

	for (size_t i = 0; i < in->plan->n; i++) {
		const struct arm *a = &in->plan->arms[i];

		if (strcmp(a->parts.env, one->parts.env) != 0) {
			block += execution_ns(grid, i) * (double)a->executions;
			continue;
		}
		mine += execution_ns(grid, i);
		if (is_repeated(in, i))
			parts[v.cells++] = components_of(grid, i);
	}
	all = stats_components_pooled(parts, v.cells);
	if (!all.defined)
		return;
	v.between_share = all.share;
	v.best_per_block = stats_components_optimum(&all, block, mine);
	str_copy(v.env, sizeof(v.env), one->parts.env);
	s->variances = xrealloc_array(s->variances, s->nvariances + 1, sizeof(*s->variances));
	s->variances[s->nvariances++] = v;
}

void summarize_variances(
	const struct summarize_input *in, const struct grid *grid, struct summary *s)
{
	for (size_t i = 0; i < in->plan->n; i++) {
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen |= is_repeated(in, k) &&
				!strcmp(in->plan->arms[k].parts.env, in->plan->arms[i].parts.env);
		if (!seen && is_repeated(in, i))
			add_variance(in, grid, i, s);
	}
}
