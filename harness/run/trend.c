/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/trend.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "run/grid.h"
#include "run/summarize.h"
#include "stats/describe.h"

/* The finite log ratios of an arm to its native reference; d has room for grid->blocks. */
static size_t differences(
	const struct grid *grid, size_t arm, double *d, struct stats_pilot *ret_pilot)
{
	size_t native = grid_native(grid, arm);

	if (native == GRID_NONE)
		return 0;
	grid_difference(grid, arm, native, d, NULL);
	return grid_keep(grid, d, NULL, ret_pilot);
}

static bool is_trended(const struct arm *a, const struct summary *summary)
{
	const struct cell_summary *c = summary_cell(summary, a->cell);

	return !a->duplicate && !environment_is_native(&a->env) && c && c->status == STATUS_OK &&
	       !c->ran_on[0];
}

void trends_init(struct trends *t, const struct plan *plan, const struct samples *samples,
	const struct summary *summary)
{
	struct grid grid;
	_cleanup_free_ double *d = NULL;

	*t = (struct trends){.v = xcalloc(plan->n, sizeof(*t->v))};
	grid_init(&grid, plan, samples);
	d = xcalloc(grid.blocks, sizeof(*d));
	for (size_t i = 0; i < plan->n; i++) {
		struct trend *trend = &t->v[t->n];
		struct stats_pilot pilot;
		size_t n =
			is_trended(&plan->arms[i], summary) ? differences(&grid, i, d, &pilot) : 0;

		if (!n)
			continue;
		*trend = (struct trend){.spread = NAN, .verdict = TREND_NO_HISTORY};
		trend->change.after =
			stats_ratio_two_stage(d, n, pilot, SUMMARY_CONFIDENCE, &grid.noise.serial);
		str_copy(trend->cell, CELL_ID_MAX, plan->arms[i].cell);
		t->n++;
	}
	grid_release(&grid);
}

static struct trend *find(struct trends *t, const char *cell)
{
	for (size_t i = 0; i < t->n; i++)
		if (!strcmp(t->v[i].cell, cell))
			return &t->v[i];
	return NULL;
}

void trends_add(struct trends *t, const struct plan *plan, const struct samples *samples,
	const struct summary *summary)
{
	struct grid grid;
	_cleanup_free_ double *d = NULL;

	grid_init(&grid, plan, samples);
	d = xcalloc(grid.blocks, sizeof(*d));
	for (size_t i = 0; i < plan->n; i++) {
		struct trend *trend = find(t, plan->arms[i].cell);
		struct stats_pilot pilot;
		size_t n = trend && is_trended(&plan->arms[i], summary)
				   ? differences(&grid, i, d, &pilot)
				   : 0;

		if (!n)
			continue;
		for (size_t k = 0; k < n; k++) {
			GROW(trend->before, trend->n_before, trend->before_cap);
			trend->before[trend->n_before++] = d[k];
		}
		GROW(trend->runs, trend->n_runs, trend->runs_cap);
		trend->runs[trend->n_runs++] = stats_mean(d, n);
	}
	grid_release(&grid);
	t->runs++;
}

static double largest_deviation(const struct trend *trend)
{
	double mean = stats_mean(trend->runs, trend->n_runs), most = 0;

	for (size_t i = 0; i < trend->n_runs; i++)
		if (fabs(trend->runs[i] - mean) > most)
			most = fabs(trend->runs[i] - mean);
	return trend->n_runs > 1 ? exp(most) - 1 : NAN;
}

static void judge(struct trend *trend)
{
	double floor = log1p(TREND_FLOOR), change = log(trend->change.ratio.point);

	if (isfinite(trend->spread) && log1p(trend->spread) > floor)
		floor = log1p(trend->spread);
	trend->verdict = TREND_SAME;
	if (!change_is_significant(&trend->change))
		return;
	if (change > floor)
		trend->verdict = TREND_SLOWER;
	else if (change < -floor)
		trend->verdict = TREND_FASTER;
}

void trends_judge(struct trends *t)
{
	_cleanup_free_ struct change **changes = xcalloc(t->n, sizeof(*changes));
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++) {
		struct trend *trend = &t->v[i];

		if (!trend->n_runs)
			continue;
		trend->change.before = stats_ratio_paired(
			trend->before, trend->n_before, SUMMARY_CONFIDENCE, NULL);
		changes[n++] = &trend->change;
	}
	changes_test(changes, n);
	for (size_t i = 0; i < t->n; i++) {
		struct trend *trend = &t->v[i];

		if (!trend->n_runs)
			continue;
		trend->spread = largest_deviation(trend);
		if (isfinite(trend->change.p_adjusted))
			judge(trend);
	}
}

bool trends_regressed(const struct trends *t)
{
	for (size_t i = 0; i < t->n; i++)
		if (t->v[i].verdict == TREND_SLOWER && t->v[i].n_runs >= TREND_RUNS_MIN)
			return true;
	return false;
}

void trends_release(struct trends *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->v[i].before);
		free(t->v[i].runs);
	}
	free(t->v);
	*t = (struct trends){0};
}
