/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/grid.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

/* ---- one execution ---- */

/* ln of the mean of the iterations from `from` on. */
static double log_mean_from(const double *time, size_t n, size_t from)
{
	double sum = 0;

	for (size_t i = from; i < n; i++)
		sum += time[i];
	return log(sum / (double)(n - from));
}

static void set_trim_shifts(struct execution_datum *d, const double *time, size_t n)
{
	size_t last = n - (n + 3) / 4, twice = 2 * d->steady < last ? 2 * d->steady : last;
	double mean = log_mean_from(time, n, d->steady);

	d->trim_shift[GRID_UNTRIMMED] = log_mean_from(time, n, 0) - mean;
	d->trim_shift[GRID_TRIMMED_TWICE] = log_mean_from(time, n, twice) - mean;
}

static double *times_of(const struct sample *s)
{
	double *time = xcalloc(s->iterations, sizeof(*time));

	for (size_t i = 0; i < s->iterations; i++)
		time[i] = (double)s->iter_wall_ns[i];
	return time;
}

static struct execution_datum datum_of(const struct sample *s, bool timed_by_host, bool spoiled)
{
	struct execution_datum d = {
		.sample = s, .log_mean = NAN, .log_sentinel = NAN, .scale = sample_scale(s)};
	_cleanup_free_ double *time = times_of(s);
	char reason[REASON_MAX];
	double sum = 0;

	for (size_t k = 0; k < GRID_TRIMS; k++)
		d.trim_shift[k] = NAN;

	if (s->sentinel_ns[0] && s->sentinel_ns[1])
		d.log_sentinel =
			(log((double)s->sentinel_ns[0]) + log((double)s->sentinel_ns[1])) / 2;
	if (s->status != STATUS_OK || !s->iterations)
		return d;
	if (!timed_by_host)
		d.warmup = stats_warmup_classify(time, s->iterations);
	d.steady = stats_warmup_left_out(&d.warmup, s->iterations);
	for (size_t i = d.steady; i < s->iterations; i++)
		sum += time[i];
	d.refused = audit_refuses(s, reason);
	if (!spoiled && !d.refused && sum > 0 && d.scale > 0 && isfinite(d.scale))
		d.log_mean = log(sum / (double)(s->iterations - d.steady) * d.scale);
	if (isfinite(d.log_mean))
		set_trim_shifts(&d, time, s->iterations);
	return d;
}

/* ---- by arm, block and number ---- */

struct place_of {
	size_t arm;
	const struct sample *sample;
};

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_executions(const struct place_of *a, const struct place_of *b)
{
	int order = compare_numbers(a->arm, b->arm);

	if (!order)
		order = compare_numbers(a->sample->block, b->sample->block);
	if (!order)
		order = compare_numbers(a->sample->execution, b->sample->execution);
	return order;
}

static int compare_places(const void *a, const void *b)
{
	const struct place_of *x = a, *y = b;
	int order = compare_executions(x, y);

	/* the samples are of one array */
	return order ? order : compare_numbers((uintptr_t)x->sample, (uintptr_t)y->sample);
}

/* The samples of the plan's arms, in order, each execution once, into ret. */
static size_t place_samples(
	const struct plan *plan, const struct samples *samples, struct place_of *ret)
{
	size_t n = 0, kept = 0;

	for (size_t i = 0; i < samples->n; i++) {
		const struct sample *s = &samples->v[i];
		const struct arm *arm = plan_arm(plan, s->cell, s->duplicate);

		if (arm)
			ret[n++] = (struct place_of){(size_t)(arm - plan->arms), s};
	}
	qsort(ret, n, sizeof(*ret), compare_places);
	for (size_t i = 0; i < n; i++)
		if (i + 1 == n || compare_executions(&ret[i], &ret[i + 1]))
			ret[kept++] = ret[i];
	return kept;
}

static void add_execution(struct field_datum *f, const struct execution_datum *e)
{
	if (!f->executions.n)
		f->executions.v = e;
	f->executions.n++;
}

bool execution_counts(const struct execution_datum *e)
{
	return isfinite(e->log_mean) && !e->further;
}

static void average(struct field_datum *f)
{
	double mean = 0, sentinel = 0, shift[GRID_TRIMS] = {0};
	size_t n = 0;

	for (size_t i = 0; i < f->executions.n; i++) {
		const struct execution_datum *e = &f->executions.v[i];

		if (!execution_counts(e))
			continue;
		mean += e->log_mean;
		sentinel += e->log_sentinel;
		for (size_t k = 0; k < GRID_TRIMS; k++)
			shift[k] += e->trim_shift[k];
		n++;
	}
	f->log_mean = n ? mean / (double)n : NAN;
	f->log_sentinel = n ? sentinel / (double)n : NAN;
	for (size_t k = 0; k < GRID_TRIMS; k++)
		f->trim_shift[k] = n ? shift[k] / (double)n : NAN;
}

/* All blocks without a pilot in the plan. */
static size_t pilot_of(const struct grid *grid)
{
	size_t most = plan_pilot_max(grid->plan), good = 0, b = 0;

	while (b < grid->blocks && good < grid->plan->pilot && b < most)
		good += grid->spoiled[b++].reason == STATS_SPOILED_NOT;
	return grid->plan->pilot ? b : grid->blocks;
}

static void note_given_up(struct grid *grid)
{
	grid->given_up = xcalloc(grid->plan->n, sizeof(*grid->given_up));
	for (size_t arm = 0; arm < grid->plan->n; arm++) {
		struct executions all = grid_executions(grid, arm);

		for (size_t i = 0; i < all.n && !grid->given_up[arm]; i++)
			if (status_is_final(all.v[i].sample->status))
				grid->given_up[arm] = all.v[i].sample->block;
	}
}

void grid_init(struct grid *grid, const struct plan *plan, const struct samples *samples)
{
	_cleanup_free_ struct place_of *places = xcalloc(samples->n, sizeof(*places));
	size_t n = place_samples(plan, samples, places);

	*grid = (struct grid){.plan = plan, .blocks = samples_blocks(samples)};
	grid->field = xcalloc(plan->n * grid->blocks, sizeof(*grid->field));
	grid->executions = xcalloc(n, sizeof(*grid->executions));
	for (size_t i = 0; i < n; i++) {
		const struct sample *s = places[i].sample;

		grid->executions[i].sample = s;
		add_execution(&grid->field[places[i].arm * grid->blocks + s->block - 1],
			&grid->executions[i]);
	}
	note_given_up(grid);
	grid_audit(grid, n);
	grid->pilot = pilot_of(grid);
	for (size_t i = 0; i < n; i++) {
		const struct sample *s = places[i].sample;

		grid->executions[i] = datum_of(s, grid->timed_by_host[places[i].arm],
			grid->spoiled[s->block - 1].reason != STATS_SPOILED_NOT);
		grid->executions[i].further = s->execution > plan->arms[places[i].arm].executions;
	}
	for (size_t i = 0; i < plan->n * grid->blocks; i++)
		average(&grid->field[i]);
	grid_learn_noise(grid, samples);
}

void grid_release(struct grid *grid)
{
	free(grid->field);
	free(grid->executions);
	free(grid->given_up);
	free(grid->timed_by_host);
	free(grid->spoiled);
	*grid = (struct grid){0};
}

const struct field_datum *grid_at(const struct grid *grid, size_t arm, size_t block)
{
	return &grid->field[arm * grid->blocks + block];
}

struct executions grid_executions(const struct grid *grid, size_t arm)
{
	struct executions all = {0};

	for (size_t b = 0; b < grid->blocks; b++) {
		const struct executions *one = &grid_at(grid, arm, b)->executions;

		/* Those of an arm stand together. */
		if (!all.n)
			all.v = one->v;
		all.n += one->n;
	}
	return all;
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

size_t grid_native(const struct grid *grid, size_t arm)
{
	const struct arm *a = &grid->plan->arms[arm];
	struct environment native = environment_reference(&a->env);

	return grid_arm(grid, a->parts.workload, a->parts.variant, native.id, false);
}

bool grid_is_compared(const struct grid *grid, size_t arm)
{
	size_t native = grid_native(grid, arm);

	return !grid->plan->arms[arm].duplicate && native != GRID_NONE && native != arm;
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

double grid_trim_shift(const struct grid *grid, size_t a, size_t b, enum grid_trim trim)
{
	double sum = 0;
	size_t n = 0;

	for (size_t k = 0; k < grid->blocks; k++) {
		double d = grid_at(grid, a, k)->trim_shift[trim] -
			   grid_at(grid, b, k)->trim_shift[trim];

		if (!isfinite(d))
			continue;
		sum += d;
		n++;
	}
	return n ? sum / (double)n : NAN;
}

size_t grid_keep(const struct grid *grid, double *d, double *z, struct stats_pilot *ret_pilot)
{
	size_t kept = 0, pilot = 0;

	for (size_t b = 0; b < grid->blocks; b++) {
		if (!isfinite(d[b]))
			continue;
		d[kept] = d[b];
		if (z)
			z[kept] = z[b];
		kept++;
		pilot += b < grid->pilot;
	}
	*ret_pilot = (struct stats_pilot){pilot, grid->later};
	return kept;
}

struct stats_pilot grid_pilot(const struct grid *grid)
{
	return (struct stats_pilot){grid->pilot, grid->later};
}
