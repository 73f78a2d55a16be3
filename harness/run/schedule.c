/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/schedule.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "stats/order.h"

/* ---- what there is ---- */

void schedule_init(struct schedule *s, const struct plan *plan)
{
	*s = (struct schedule){.plan = plan, .program = xcalloc(plan->n, sizeof(*s->program))};
	for (size_t i = 0; i < plan->n; i++) {
		const struct arm *arm = &plan->arms[i];
		size_t same = 0;

		while (same < i && !arms_share_program(&plan->arms[same], arm))
			same++;
		s->program[i] = same < i ? s->program[same] : s->programs++;
		if (arm->status != STATUS_OK)
			continue;
		s->turns += plan_executions(plan, arm, 1);
		if (arm->executions > s->passes)
			s->passes = arm->executions;
	}
}

void schedule_release(struct schedule *s)
{
	free(s->program);
	*s = (struct schedule){0};
}

/* ---- one program in one pass ---- */

struct visit {
	size_t program;
	uint64_t pass;
	bool further; /* of the executions that only a pilot has */
};

static bool runs_in(const struct schedule *s, size_t i, const struct visit *v)
{
	const struct arm *arm = &s->plan->arms[i];

	if (arm->status != STATUS_OK || s->program[i] != v->program)
		return false;
	if (v->further)
		return arm->executions < v->pass && v->pass <= s->plan->pilot_executions;
	return arm->executions >= v->pass;
}

/* The arms that run then, into ret, which has room for all of the plan. */
static size_t arms_of_visit(const struct schedule *s, const struct visit *v, size_t *ret)
{
	size_t n = 0;

	for (size_t i = 0; i < s->plan->n; i++)
		if (runs_in(s, i, v))
			ret[n++] = i;
	return n;
}

/* Stream 0 orders the programs; each pass of each program has one of its own, those of further
 * executions behind the others. */
static bool order_arms(
	const struct schedule *s, const struct visit *v, uint64_t block, size_t n, size_t *ret)
{
	uint64_t before = v->pass - 1 + (v->further ? s->passes : 0);
	uint64_t stream = 1 + v->program + before * s->programs;

	return stats_order_block(n, s->plan->seed, stream, block - 1, ret);
}

static bool add_turns(const struct schedule *s, const struct visit *v, uint64_t block,
	struct turn *ret, size_t *n_ret)
{
	_cleanup_free_ size_t *arms = xcalloc(s->plan->n, sizeof(*arms));
	_cleanup_free_ size_t *order = xcalloc(s->plan->n, sizeof(*order));
	size_t n = arms_of_visit(s, v, arms);

	if (n && !order_arms(s, v, block, n, order))
		return false;
	for (size_t k = 0; k < n; k++)
		ret[(*n_ret)++] = (struct turn){.arm = arms[order[k]], .execution = v->pass};
	return true;
}

/* ---- a block ---- */

/* A visit of every program. Of the executions that every block has, a program's pass in a round
 * rotates with its place; a pilot's further ones have one pass after the other. */
static bool add_round(const struct schedule *s, const size_t *programs, uint64_t round,
	bool further, uint64_t block, struct turn *ret, size_t *n_ret)
{
	for (size_t k = 0; k < s->programs; k++) {
		uint64_t pass = further ? round : 1 + (round + k) % s->passes;
		struct visit v = {programs[k], pass, further};

		if (!add_turns(s, &v, block, ret, n_ret))
			return false;
	}
	return true;
}

bool schedule_block(const struct schedule *s, uint64_t block, struct turn *ret, size_t *ret_n)
{
	_cleanup_free_ size_t *programs = xcalloc(s->programs, sizeof(*programs));
	uint64_t further = block <= s->plan->pilot ? s->plan->pilot_executions : 0;

	*ret_n = 0;
	if (!s->turns)
		return true;
	if (!stats_order_block(s->programs, s->plan->seed, 0, block - 1, programs))
		return false;
	for (uint64_t round = 0; round < s->passes; round++)
		if (!add_round(s, programs, round, false, block, ret, ret_n))
			return false;
	for (uint64_t pass = 2; pass <= further; pass++)
		if (!add_round(s, programs, pass, true, block, ret, ret_n))
			return false;
	return true;
}

/* ---- balance ---- */

static void count_imbalance(const struct schedule *s, const struct visit *v, size_t blocks,
	struct schedule_imbalance *worst)
{
	_cleanup_free_ size_t *arms = xcalloc(s->plan->n, sizeof(*arms));
	size_t n = arms_of_visit(s, v, arms);
	_cleanup_free_ size_t *orders = xcalloc(n * blocks, sizeof(*orders));
	struct stats_imbalance im;

	for (size_t b = 0; n && b < blocks; b++)
		if (!order_arms(s, v, b + 1, n, orders + b * n))
			return;
	if (!n || !stats_order_imbalance(orders, blocks, n, &im))
		return;
	if (im.position_max - im.position_min > worst->position)
		worst->position = im.position_max - im.position_min;
	if (im.carryover_max - im.carryover_min > worst->carryover)
		worst->carryover = im.carryover_max - im.carryover_min;
}

struct schedule_imbalance schedule_imbalance(const struct schedule *s, size_t blocks)
{
	struct schedule_imbalance worst = {0};

	for (size_t program = 0; program < s->programs; program++)
		for (uint64_t pass = 1; pass <= s->passes; pass++)
			count_imbalance(s, &(struct visit){program, pass, false}, blocks, &worst);
	return worst;
}
