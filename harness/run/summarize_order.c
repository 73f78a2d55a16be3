/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The order of arms: how balanced it was, and whether it mattered (stats/order_effects.h).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "run/schedule.h"
#include "run/summarize_parts.h"
#include "stats/order_effects.h"

/* ---- series ---- */

/* The visits of one program in one pass, in every block; see run/schedule.h. */
struct visits {
	const struct grid *grid;
	const size_t *kind; /* of each arm of the plan */
	size_t *arms;	    /* of the plan; they come first whose times are compared */
	size_t n, n_compared, n_visits;
	/* As stats/order_effects.h has them; heap. */
	size_t *kinds, *place, *before;
	double *y;
};

static const struct execution_datum *find(
	const struct grid *grid, size_t arm, size_t block, uint64_t pass)
{
	const struct executions *all = &grid_at(grid, arm, block)->executions;

	for (size_t i = 0; i < all->n; i++)
		if (all->v[i].sample->execution == pass)
			return &all->v[i];
	return NULL;
}

/* Arms without a time in half the blocks or more would leave no visit whole. */
static bool has_times(const struct grid *grid, size_t arm, uint64_t pass)
{
	size_t times = 0;

	for (size_t b = 0; b < grid->blocks; b++) {
		const struct execution_datum *e = find(grid, arm, b, pass);

		times += e && isfinite(e->log_mean);
	}
	return 2 * times > grid->blocks;
}

/* One kind is one environment, numbered in the order of the plan; returns how many there are. */
static size_t number_kinds(const struct plan *plan, size_t *kind)
{
	size_t kinds = 0;

	for (size_t i = 0; i < plan->n; i++) {
		size_t first = 0;

		while (strcmp(plan->arms[first].parts.env, plan->arms[i].parts.env) != 0)
			first++;
		kind[i] = first < i ? kind[first] : kinds++;
	}
	return kinds;
}

/* The arm whose execution has this place in the order of the block; n: none or several. */
static size_t at_order(const struct visits *v, size_t block, uint64_t pass, uint64_t order)
{
	size_t found = v->n;

	for (size_t i = 0; i < v->n; i++) {
		const struct execution_datum *e = find(v->grid, v->arms[i], block, pass);

		if (!e || e->sample->order != order)
			continue;
		if (found < v->n)
			return v->n;
		found = i;
	}
	return found;
}

/* Adds the visit of this block, if all of its arms have times and follow each other without a gap:
 * where a block was interrupted within a visit they do not. */
static void add_visit(struct visits *v, size_t block, uint64_t pass)
{
	size_t row = v->n_visits * v->n_compared, before = STATS_NOTHING_BEFORE, ran = 0;
	uint64_t first = UINT64_MAX;

	for (size_t i = 0; i < v->n; i++) {
		const struct execution_datum *e = find(v->grid, v->arms[i], block, pass);

		if (i < v->n_compared && (!e || !isfinite(e->log_mean)))
			return;
		ran += e != NULL;
		if (e && e->sample->order < first)
			first = e->sample->order;
	}
	for (size_t place = 0; place < ran; place++) {
		size_t i = at_order(v, block, pass, first + place);

		if (i == v->n)
			return;
		if (i < v->n_compared) {
			v->y[row + i] = find(v->grid, v->arms[i], block, pass)->log_mean;
			v->place[row + i] = place;
			v->before[row + i] = before;
		}
		before = v->kind[v->arms[i]];
	}
	v->n_visits++;
}

static void collect_arms(struct visits *v, const struct schedule *schedule, size_t program,
	uint64_t pass, bool compared)
{
	const struct plan *plan = v->grid->plan;

	for (size_t i = 0; i < plan->n; i++)
		if (plan->arms[i].status == STATUS_OK && schedule->program[i] == program &&
			plan->arms[i].executions >= pass && has_times(v->grid, i, pass) == compared)
			v->arms[v->n++] = i;
}

/* grid and kind are set. */
static void visits_init(
	struct visits *v, const struct schedule *schedule, size_t program, uint64_t pass)
{
	const struct grid *grid = v->grid;
	size_t values;

	v->arms = xcalloc(grid->plan->n, sizeof(*v->arms));
	collect_arms(v, schedule, program, pass, true);
	v->n_compared = v->n;
	collect_arms(v, schedule, program, pass, false);
	values = v->n_compared * grid->blocks;
	v->kinds = xcalloc(v->n_compared, sizeof(*v->kinds));
	for (size_t i = 0; i < v->n_compared; i++)
		v->kinds[i] = v->kind[v->arms[i]];
	v->y = xcalloc(values, sizeof(*v->y));
	v->place = xcalloc(values, sizeof(*v->place));
	v->before = xcalloc(values, sizeof(*v->before));
	for (size_t b = 0; v->n_compared && b < grid->blocks; b++)
		add_visit(v, b, pass);
}

static void visits_release(struct visits *v)
{
	free(v->arms);
	free(v->kinds);
	free(v->y);
	free(v->place);
	free(v->before);
}

/* ---- the run ---- */

static void summarize_effects(
	const struct grid *grid, const struct schedule *schedule, struct summary *s)
{
	size_t n = schedule->programs * schedule->passes, places = 0, kinds;
	_cleanup_free_ struct visits *visits = xcalloc(n, sizeof(*visits));
	_cleanup_free_ struct stats_visits *series = xcalloc(n, sizeof(*series));
	_cleanup_free_ size_t *kind = xcalloc(grid->plan->n, sizeof(*kind));
	struct stats_order_effects e;

	kinds = number_kinds(grid->plan, kind);
	for (size_t i = 0; i < n; i++) {
		visits[i] = (struct visits){.grid = grid, .kind = kind};
		visits_init(
			&visits[i], schedule, i % schedule->programs, 1 + i / schedule->programs);
		series[i] = (struct stats_visits){.n_arms = visits[i].n_compared,
			.n_visits = visits[i].n_visits,
			.kind = visits[i].kinds,
			.y = visits[i].y,
			.place = visits[i].place,
			.before = visits[i].before};
		if (visits[i].n > places)
			places = visits[i].n;
	}
	e = stats_order_effects(series, n, kinds, places);
	s->position_p = e.position.p;
	s->position_effect = expm1(e.position.size);
	s->carryover_p = e.carryover.p;
	s->carryover_effect = expm1(e.carryover.size);
	for (size_t i = 0; i < n; i++)
		visits_release(&visits[i]);
}

void summarize_order(const struct grid *grid, struct summary *s)
{
	struct schedule_imbalance worst;
	struct schedule schedule;

	schedule_init(&schedule, grid->plan);
	worst = schedule_imbalance(&schedule, grid->blocks);
	s->position_imbalance = worst.position;
	s->carryover_imbalance = worst.carryover;
	summarize_effects(grid, &schedule, s);
	schedule_release(&schedule);
}
