/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static size_t arm_of(const struct plan *plan, const struct sample *s)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->arms[i].duplicate == s->duplicate && !strcmp(plan->arms[i].cell, s->cell))
			return i;
	return GRID_NONE;
}

static void fill(struct field_datum *f, const struct sample *s)
{
	_cleanup_free_ double *time = xcalloc(s->iterations, sizeof(*time));
	double sum = 0;

	*f = (struct field_datum){
		.sample = s, .log_mean = NAN, .log_sentinel = NAN, .scale = sample_scale(s)};
	if (s->sentinel_ns[0] && s->sentinel_ns[1])
		f->log_sentinel =
			(log((double)s->sentinel_ns[0]) + log((double)s->sentinel_ns[1])) / 2;
	if (s->status != STATUS_OK || !s->iterations)
		return;
	for (size_t i = 0; i < s->iterations; i++)
		time[i] = (double)s->iter_wall_ns[i];
	f->warmup = stats_warmup_classify(time, s->iterations);
	f->steady = f->warmup.steady;
	if (f->warmup.class == STATS_WARMUP_TOO_FEW && s->iterations > 1)
		f->steady = 1;
	for (size_t i = f->steady; i < s->iterations; i++)
		sum += time[i];
	if (sum > 0 && f->scale > 0 && isfinite(f->scale))
		f->log_mean = log(sum / (double)(s->iterations - f->steady) * f->scale);
}

void grid_init(struct grid *grid, const struct plan *plan, const struct samples *samples)
{
	*grid = (struct grid){.plan = plan};
	for (size_t i = 0; i < samples->n; i++)
		if (samples->v[i].block > grid->blocks)
			grid->blocks = samples->v[i].block;
	grid->field = xcalloc(plan->n * grid->blocks, sizeof(*grid->field));
	for (size_t i = 0; i < plan->n * grid->blocks; i++)
		grid->field[i].log_mean = grid->field[i].log_sentinel = NAN;
	for (size_t i = 0; i < samples->n; i++) {
		size_t arm = arm_of(plan, &samples->v[i]);

		if (arm != GRID_NONE)
			fill(&grid->field[arm * grid->blocks + samples->v[i].block - 1],
				&samples->v[i]);
	}
}

void grid_release(struct grid *grid)
{
	free(grid->field);
	*grid = (struct grid){0};
}

const struct field_datum *grid_at(const struct grid *grid, size_t arm, size_t block)
{
	return &grid->field[arm * grid->blocks + block];
}

size_t grid_arm(const struct grid *grid, const char *workload, const char *variant, const char *env,
	bool duplicate)
{
	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];

		if (a->duplicate == duplicate && !strcmp(a->parts.workload, workload) &&
			!strcmp(a->parts.variant, variant) && !strcmp(a->parts.env, env))
			return i;
	}
	return GRID_NONE;
}

void grid_difference(const struct grid *grid, size_t a, size_t b, double *d, double *z)
{
	for (size_t k = 0; k < grid->blocks; k++) {
		const struct field_datum *fa = grid_at(grid, a, k), *fb = grid_at(grid, b, k);

		d[k] = fa->log_mean - fb->log_mean;
		if (z)
			z[k] = fa->log_sentinel - fb->log_sentinel;
	}
}
