/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "run/grid.h"

/* ---- clocks ---- */

/* The clocks of an arm's good executions, to the n in `to`; returns how many there are then. Times
 * of the first iterations are not looked at. */
static size_t add_clocks(const struct grid *grid, size_t arm, struct stats_clock *to, size_t n)
{
	struct executions all = grid_executions(grid, arm);

	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].sample->status == STATUS_OK && all.v[i].sample->guest_wall_ns)
			to[n++] = audit_clock(all.v[i].sample, 0);
	return n;
}

/* A cell and its duplicate are timed alike: they are compared with each other. */
static bool clock_is_off(const struct grid *grid, size_t arm, struct stats_clock *scratch)
{
	const struct plan *plan = grid->plan;
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		if (!strcmp(plan->arms[i].cell, plan->arms[arm].cell))
			n = add_clocks(grid, i, scratch, n);
	return stats_clock_is_off(scratch, n);
}

static void audit_clocks(struct grid *grid, size_t executions)
{
	_cleanup_free_ struct stats_clock *scratch = xcalloc(executions, sizeof(*scratch));

	for (size_t i = 0; i < grid->plan->n; i++)
		grid->timed_by_host[i] =
			environment_vm(&grid->plan->arms[i].env) && clock_is_off(grid, i, scratch);
}

/* ---- disturbances ---- */

static void audit_block(const struct grid *grid, size_t block, const struct sample **those,
	struct stats_conditions *conditions, struct spoiled *ret)
{
	size_t n = 0, which = 0;

	for (size_t arm = 0; arm < grid->plan->n; arm++) {
		struct executions e = grid_at(grid, arm, block)->executions;

		for (size_t i = 0; i < e.n; i++) {
			those[n] = e.v[i].sample;
			conditions[n++] = audit_conditions(e.v[i].sample);
		}
	}
	ret->reason = stats_spoiled(conditions, n, &which);
	ret->by = ret->reason == STATS_SPOILED_NOT ? NULL : those[which];
}

static void forgive_usual_theft(struct grid *grid)
{
	size_t stolen = 0;

	for (size_t b = 0; b < grid->blocks; b++)
		stolen += grid->spoiled[b].reason == STATS_SPOILED_STOLEN;
	if (!stats_spoiled_theft_is_usual(stolen, grid->blocks))
		return;
	for (size_t b = 0; b < grid->blocks; b++)
		if (grid->spoiled[b].reason == STATS_SPOILED_STOLEN)
			grid->spoiled[b] = (struct spoiled){STATS_SPOILED_NOT, NULL};
	grid->stolen_blocks = stolen;
}

static void audit_blocks(struct grid *grid, size_t executions)
{
	_cleanup_free_ const struct sample **those = xcalloc(executions, sizeof(*those));
	_cleanup_free_ struct stats_conditions *conditions =
		xcalloc(executions, sizeof(*conditions));

	for (size_t b = 0; b < grid->blocks; b++)
		audit_block(grid, b, those, conditions, &grid->spoiled[b]);
	forgive_usual_theft(grid);
}

void grid_audit(struct grid *grid, size_t executions)
{
	grid->timed_by_host = xcalloc(grid->plan->n, sizeof(*grid->timed_by_host));
	grid->spoiled = xcalloc(grid->blocks, sizeof(*grid->spoiled));
	audit_clocks(grid, executions);
	audit_blocks(grid, executions);
}
