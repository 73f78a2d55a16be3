/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "model/host.h"
#include "run/grid.h"
#include "run/sentinel.h"

/* Time inside executions and boots of the blocks that tell of the noise: all of it, and without
 * what only a pilot executes. */
struct pace {
	double all_ns, usual_ns;
};

static void add_executions(const struct grid *grid, size_t arm, struct pace *p)
{
	struct executions e = grid_executions(grid, arm);

	for (size_t i = 0; i < e.n; i++) {
		double ns = (double)e.v[i].sample->host_wall_ns;

		if (e.v[i].sample->block > grid->pilot)
			continue;
		p->all_ns += ns;
		p->usual_ns += e.v[i].further ? 0 : ns;
	}
}

static struct pace pace_of(const struct grid *grid, const struct samples *samples)
{
	struct pace p = {0};

	for (size_t i = 0; i < grid->plan->n; i++)
		add_executions(grid, i, &p);
	for (size_t i = 0; i < samples->nboots; i++) {
		if (samples->boots[i].block > grid->pilot)
			continue;
		p.all_ns += (double)samples->boots[i].hello_ns;
		p.usual_ns += (double)samples->boots[i].hello_ns;
	}
	return p;
}

/* By which runs of the same cells, beside the same sentinel, know each other. */
static void cells_hash(const struct grid *grid, char ret[static HOST_ID_MAX])
{
	_cleanup_(str_release) struct str text = {0};

	str_addf(&text, "sentinel %d\n", SENTINEL_VERSION);
	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];

		if (!a->duplicate && a->status == STATUS_OK && !environment_is_native(&a->env))
			str_addf(&text, "%s %s\n", a->cell, plan_size(grid->plan, a));
	}
	host_hash(str_text(&text), ret);
}

/* The arm is the first of its environment that is compared. */
static bool is_first(const struct grid *grid, size_t arm)
{
	for (size_t i = 0; i < arm; i++)
		if (grid_is_compared(grid, i) &&
			!strcmp(grid->plan->arms[i].parts.env, grid->plan->arms[arm].parts.env))
			return false;
	return true;
}

static bool has_values(const double *d, size_t blocks)
{
	for (size_t b = 0; b < blocks; b++)
		if (isfinite(d[b]))
			return true;
	return false;
}

/* D averaged over the cells of an environment that have any, from d, which has a row for each arm
 * that is compared; false where there is but one. */
static bool average(
	const struct grid *grid, const char *env, const double *d, size_t blocks, double *ret)
{
	size_t cells = 0;

	memset(ret, 0, blocks * sizeof(*ret));
	for (size_t i = 0; i < grid->plan->n; i++) {
		if (!grid_is_compared(grid, i))
			continue;
		if (!strcmp(grid->plan->arms[i].parts.env, env) && has_values(d, blocks)) {
			for (size_t b = 0; b < blocks; b++)
				ret[b] += d[b];
			cells++;
		}
		d += blocks;
	}
	for (size_t b = 0; b < blocks; b++)
		ret[b] /= (double)cells;
	return cells > 1;
}

/* One row for each environment of several cells; returns how many. */
static size_t average_environments(
	const struct grid *grid, const double *d, size_t blocks, double *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < grid->plan->n; i++)
		if (grid_is_compared(grid, i) && is_first(grid, i))
			n += average(
				grid, grid->plan->arms[i].parts.env, d, blocks, ret + n * blocks);
	return n;
}

void grid_learn_noise(struct grid *grid, const struct samples *samples)
{
	const struct plan *plan = grid->plan;
	struct pace pace = pace_of(grid, samples);
	size_t blocks = grid->pilot, n = 0;
	char cells[HOST_ID_MAX];
	_cleanup_free_ double *d = xcalloc(plan->n * blocks, sizeof(*d));
	_cleanup_free_ double *z = xcalloc(plan->n * blocks, sizeof(*z));
	_cleanup_free_ double *means = xcalloc(plan->n * blocks, sizeof(*means));
	_cleanup_free_ double *all_d = xcalloc(grid->blocks, sizeof(*all_d));
	_cleanup_free_ double *all_z = xcalloc(grid->blocks, sizeof(*all_z));

	for (size_t i = 0; i < plan->n; i++) {
		if (!grid_is_compared(grid, i))
			continue;
		grid_difference(grid, i, grid_native(grid, i), all_d, all_z);
		for (size_t b = 0; b < blocks; b++) {
			d[n * blocks + b] = all_d[b];
			z[n * blocks + b] = all_z[b];
		}
		n++;
	}
	cells_hash(grid, cells);
	grid->later = pace.usual_ns > 0 ? pace.usual_ns / pace.all_ns : 1;
	grid->noise = stats_noise_learn(d, z, n, blocks,
		&(struct stats_noise_run){
			.block_ns = blocks ? (uint64_t)(pace.all_ns / (double)blocks) : 0,
			.cells = cells,
			.earlier = &plan->earlier,
			.means = means,
			.n_means = average_environments(grid, d, blocks, means)});
	str_copy(grid->noise.own.run, sizeof(grid->noise.own.run), plan->run);
}
