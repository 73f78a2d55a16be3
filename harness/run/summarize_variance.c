/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/summarize_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "stats/components.h"
#include "stats/describe.h"
#include "stats/width.h"

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

/* ---- one environment ---- */

/* The cells of one environment that are compared: plan arms, duplicates too. */
struct group {
	const struct summarize_input *in;
	const struct grid *grid;
	const struct arm *first;
	size_t *arms, n;
	struct stats_components *parts; /* by arm of the group */
	/* What a further block costs without them, and what each of their executions in it adds:
	 * of that the steady iterations. */
	double block_ns, execution_ns, steady_ns;
};

static bool is_compared(const struct summarize_input *in, size_t arm)
{
	const struct arm *a = &in->plan->arms[arm];
	const struct workload *w = workloads_find(in->workloads, a->parts.workload);

	return a->status == STATUS_OK && (!w || w->compare);
}

static double steady_ns(const struct execution_datum *e)
{
	return exp(e->log_mean) * (double)(e->sample->iterations - e->steady);
}

static struct stats_components components_of(const struct grid *grid, size_t arm)
{
	struct executions all = grid_executions(grid, arm);
	_cleanup_free_ double *x = xcalloc(all.n, sizeof(*x));
	_cleanup_free_ double *time = xcalloc(ITERATIONS_MAX, sizeof(*time));
	_cleanup_free_ size_t *count = xcalloc(grid->blocks, sizeof(*count));
	struct stats_iterations iterations = {0};
	size_t n = 0;

	for (size_t i = 0; i < all.n; i++) {
		const struct execution_datum *e = &all.v[i];
		size_t steady = e->sample->iterations - e->steady;

		if (!isfinite(e->log_mean))
			continue;
		x[n++] = e->log_mean;
		count[e->sample->block - 1]++;
		for (size_t k = 0; k < steady; k++)
			time[k] = (double)e->sample->iter_wall_ns[e->steady + k];
		stats_iterations_add(&iterations, time, steady);
	}
	return stats_components(x, count, grid->blocks, &iterations);
}

/* Mean time of the steady iterations of an execution; 0 where it has none. */
static double mean_steady_ns(const struct grid *grid, size_t arm)
{
	struct executions all = grid_executions(grid, arm);
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < all.n; i++) {
		if (!isfinite(all.v[i].log_mean))
			continue;
		sum += steady_ns(&all.v[i]);
		n++;
	}
	return n ? sum / (double)n : 0;
}

/* What was given up costs a further block nothing. */
static void add_cost(struct group *g, size_t arm, bool own)
{
	double ns = execution_ns(g->grid, arm);

	if (g->grid->given_up[arm])
		return;
	if (own) {
		g->execution_ns += ns;
		g->steady_ns += mean_steady_ns(g->grid, arm);
	} else {
		g->block_ns += ns * (double)g->in->plan->arms[arm].executions;
	}
}

static void group_init(
	struct group *g, const struct summarize_input *in, const struct grid *grid, size_t first)
{
	const struct plan *plan = in->plan;

	*g = (struct group){.in = in,
		.grid = grid,
		.first = &plan->arms[first],
		.arms = xcalloc(plan->n, sizeof(*g->arms)),
		.parts = xcalloc(plan->n, sizeof(*g->parts)),
		.block_ns = boots_ns(in->samples, grid->blocks)};
	for (size_t i = 0; i < plan->n; i++) {
		const struct arm *a = &plan->arms[i];
		bool own = !strcmp(a->parts.env, g->first->parts.env);

		add_cost(g, i, own);
		if (!own || !is_compared(in, i))
			continue;
		g->parts[g->n] = components_of(grid, i);
		g->arms[g->n++] = i;
	}
}

static void group_release(struct group *g)
{
	free(g->arms);
	free(g->parts);
}

/* ---- what its intervals rest on ---- */

/* Variance over blocks of an arm's D; NaN below two. */
static double variance_of_d(const struct grid *grid, size_t arm, size_t native)
{
	_cleanup_free_ double *d = xcalloc(grid->blocks, sizeof(*d));
	size_t n = 0;
	double sd;

	grid_difference(grid, arm, native, d, NULL);
	for (size_t b = 0; b < grid->blocks; b++)
		if (isfinite(d[b]))
			d[n++] = d[b];
	sd = stats_sd(d, n);
	return sd * sd;
}

/* What more executions take off is the variance between them; the rest of D's, native's part in it
 * too, takes blocks. What a block does to both has cancelled already, so that this rest stands in
 * for the variance between blocks. Natively there is no D, and it is that variance. */
static struct stats_components components_of_ratios(
	const struct group *g, const struct stats_components *all)
{
	struct stats_components ret = *all;
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct arm *a = &g->in->plan->arms[g->arms[i]];
		size_t native = grid_native(g->grid, g->arms[i]);
		double rest;

		if (a->duplicate || native == GRID_NONE || native == g->arms[i])
			continue;
		rest = variance_of_d(g->grid, g->arms[i], native) -
		       g->parts[i].within / (double)a->executions;
		if (!isfinite(rest))
			continue;
		sum += rest;
		n++;
	}
	if (n)
		ret.between = fmax(sum / (double)n, 0);
	return ret;
}

static int compare_widths(const void *a, const void *b)
{
	double x = stats_width(a), y = stats_width(b);

	return x < y ? -1 : x > y;
}

/* The cell whose interval is the median one, of those that have one; false: none has. */
static bool typical_cell(const struct group *g, const struct summary *s, struct stats_paired *ret)
{
	_cleanup_free_ struct stats_paired *cells = xcalloc(g->n, sizeof(*cells));
	size_t n = 0;

	for (size_t i = 0; i < g->n; i++) {
		const struct arm *a = &g->in->plan->arms[g->arms[i]];
		size_t native = grid_native(g->grid, g->arms[i]);
		const struct cell_summary *c =
			summary_find(s, a->parts.workload, a->parts.variant, a->parts.env);

		if (a->duplicate || native == g->arms[i] || !c || !c->ratio.defined)
			continue;
		cells[n++] = paired_of_arms(g->grid, g->arms[i], native);
	}
	if (!n)
		return false;
	qsort(cells, n, sizeof(*cells), compare_widths);
	*ret = cells[(n - 1) / 2];
	return true;
}

/* Variance of a block's datum with m executions, as a share of what it is with the planned ones. */
static double variance_with(const struct stats_components *c, double planned, double m)
{
	return (c->between + c->within / m) / (c->between + c->within / planned);
}

/* Of blocks with m executions, at the run's pace. */
static double time_of(const struct group *g, const struct summary *s, double blocks, double m)
{
	double planned = (double)g->first->executions;

	return blocks * usual_block_ns(g->grid, s) * (g->block_ns + g->execution_ns * m) /
	       (g->block_ns + g->execution_ns * planned);
}

static void advise(const struct group *g, const struct stats_components *ratios,
	const struct summary *s, struct variance *v)
{
	double planned = (double)v->per_block, half;
	struct stats_paired typical;

	if (!typical_cell(g, s, &typical))
		return;
	half = stats_width(&typical);
	v->blocks = typical.raw.n;
	v->half_width = expm1(half);
	v->min_detectable = stats_width_detectable(&typical, SUMMARY_CONFIDENCE);
	v->blocks_to_halve = stats_width_blocks(&typical, half / 2, 1, SUMMARY_CONFIDENCE);
	v->halve_ns = time_of(g, s, v->blocks_to_halve, planned);
	if (!isfinite(v->best_per_block) || v->best_per_block == planned)
		return;
	v->best_blocks_to_halve = stats_width_blocks(&typical, half / 2,
		variance_with(ratios, planned, v->best_per_block), SUMMARY_CONFIDENCE);
	v->halve_ns = time_of(g, s, v->best_blocks_to_halve, v->best_per_block);
}

static void set_shares(const struct stats_components *all, struct variance *v)
{
	v->between_share = all->share;
	if (all->total > 0) {
		v->execution_share = all->execution / all->total;
		v->iteration_share = all->iteration / all->total;
	}
	v->iterations = all->iterations;
}

static void set_best(
	const struct group *g, const struct stats_components *ratios, struct variance *v)
{
	double best = stats_components_optimum(ratios, g->block_ns, g->execution_ns);

	v->best_per_block = isfinite(best) ? fmin(best, EXECUTIONS_MAX) : best;
	v->best_gain = stats_components_gain(
		ratios, g->block_ns, g->execution_ns, (double)v->per_block, v->best_per_block);
	v->best_iterations = stats_components_iterations(
		ratios, g->execution_ns - g->steady_ns, g->steady_ns / ratios->iterations);
}

/* Of the environment of arm `first`, its first that is compared. */
static void add_variance(
	const struct summarize_input *in, const struct grid *grid, size_t first, struct summary *s)
{
	struct variance v = VARIANCE_UNKNOWN;
	_cleanup_(group_release) struct group g;
	struct stats_components all, ratios;

	group_init(&g, in, grid, first);
	all = stats_components_pooled(g.parts, g.n);
	if (!isfinite(all.total))
		return;
	ratios = components_of_ratios(&g, &all);
	str_copy(v.env, sizeof(v.env), g.first->parts.env);
	v.per_block = g.first->executions;
	for (size_t i = 0; i < g.n; i++)
		v.cells += isfinite(g.parts[i].total) && g.parts[i].defined == all.defined;
	set_shares(&all, &v);
	set_best(&g, &ratios, &v);
	advise(&g, &ratios, s, &v);
	s->variances = xrealloc_array(s->variances, s->nvariances + 1, sizeof(*s->variances));
	s->variances[s->nvariances++] = v;
}

void summarize_variances(
	const struct summarize_input *in, const struct grid *grid, struct summary *s)
{
	for (size_t i = 0; i < in->plan->n; i++) {
		bool seen = false;

		for (size_t k = 0; k < i; k++)
			seen |= is_compared(in, k) &&
				!strcmp(in->plan->arms[k].parts.env, in->plan->arms[i].parts.env);
		if (!seen && is_compared(in, i))
			add_variance(in, grid, i, s);
	}
}
