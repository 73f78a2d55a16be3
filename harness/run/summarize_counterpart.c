/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "run/summarize_parts.h"
#include "stats/geomean.h"

/* Floating-point operations that both state may differ by so much: a count is an approximation
 * where a program leaves out what hardly takes time. */
#define WORK_TOLERANCE 0.01

/* Two arms of one environment, by index. */
struct both {
	size_t workload, counterpart;
	const struct workload *of;
};

/* The arm and that of its counterpart in the same environment, if it has one, and both have times
 * of one machine. */
static bool find_both(const struct workloads *ws, const struct grid *grid, const struct summary *s,
	size_t arm, struct both *ret)
{
	const struct arm *a = &grid->plan->arms[arm];
	const struct workload *w = workloads_find(ws, a->parts.workload), *other = NULL;
	const struct cell_summary *mine, *theirs;
	const struct variant *v = NULL;
	size_t at;

	if (!a->duplicate && w && w->counterpart.program)
		other = workloads_program(ws, w->counterpart.program, &v);
	if (!other)
		return false;
	at = grid_arm(grid, other->name, v->name, a->parts.env, false);
	if (at == GRID_NONE)
		return false;
	mine = measured_in(s, a, a->parts.env);
	theirs = measured_in(s, &grid->plan->arms[at], a->parts.env);
	if (!mine || !theirs || !cells_share_machine(mine, theirs))
		return false;
	*ret = (struct both){arm, at, w};
	return true;
}

/* Why their times are not comparable; "": they are. Work that is not stated is not compared. */
static void check_work(const struct grid *grid, const struct summary *s, const struct both *both,
	char ret[static REASON_MAX])
{
	const struct arm *arms = grid->plan->arms;
	const char *env = arms[both->workload].parts.env;
	double mine = measured_in(s, &arms[both->workload], env)->flop;
	double theirs = measured_in(s, &arms[both->counterpart], env)->flop;
	_cleanup_free_ char *why = NULL;

	ret[0] = '\0';
	if (!mine || !theirs || fabs(mine - theirs) <= WORK_TOLERANCE * fmax(mine, theirs))
		return;
	why = xasprintf("they do not do the same work: %.6g and %.6g floating-point operations",
		theirs, mine);
	str_copy(ret, REASON_MAX, why);
}

static void add(struct summary *s, const struct counterpart_ratio *c)
{
	s->counterparts =
		xrealloc_array(s->counterparts, s->ncounterparts + 1, sizeof(*s->counterparts));
	s->counterparts[s->ncounterparts++] = *c;
}

static void add_program(const struct grid *grid, const struct both *both, struct summary *s)
{
	const struct cell_parts *parts = &grid->plan->arms[both->workload].parts;
	double at_most = both->of->counterpart.at_most;
	struct counterpart_ratio c = {.at_most = at_most ? at_most : NAN,
		.workloads = 1,
		.ratio = {.point = NAN, .lo = NAN, .hi = NAN}};

	str_copy(c.workload, sizeof(c.workload), parts->workload);
	str_copy(c.variant, sizeof(c.variant), parts->variant);
	str_copy(c.program, sizeof(c.program), both->of->counterpart.program);
	str_copy(c.env, sizeof(c.env), parts->env);
	check_work(grid, s, both, c.forbidden);
	if (!c.forbidden[0])
		c.ratio = ratio_of_arms(grid, both->counterpart, both->workload);
	add(s, &c);
}

size_t mean_of_counterparts(const struct workloads *ws, const struct grid *grid,
	const struct summary *s, const char *env, struct stats_paired *ret)
{
	_cleanup_free_ double *d = xcalloc(grid->plan->n * grid->blocks, sizeof(*d));
	char why[REASON_MAX];
	struct both both;
	size_t n = 0;

	for (size_t i = 0; i < grid->plan->n; i++) {
		if (strcmp(grid->plan->arms[i].parts.env, env) ||
			!find_both(ws, grid, s, i, &both) || !both.of->counterpart.at_most)
			continue;
		check_work(grid, s, &both, why);
		if (!why[0])
			grid_difference(grid, both.counterpart, both.workload,
				d + n++ * grid->blocks, NULL);
	}
	*ret = stats_geomean_two_stage(
		d, n, grid->blocks, grid_pilot(grid), SUMMARY_CONFIDENCE, &grid->noise.means);
	return n;
}

void add_counterparts_mean(struct summary *s, const char *env, size_t n, struct ratio ratio)
{
	struct counterpart_ratio c = {
		.at_most = COUNTERPARTS_MEAN_AT_MOST, .workloads = n, .ratio = ratio};

	if (n < 2)
		return;
	str_copy(c.env, sizeof(c.env), env);
	add(s, &c);
}

static bool is_first_of_env(const struct summary *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(s->counterparts[k].env, s->counterparts[i].env))
			return false;
	return true;
}

void summarize_counterparts(const struct workloads *ws, const struct grid *grid, struct summary *s)
{
	struct both both;
	size_t programs;

	for (size_t i = 0; i < grid->plan->n; i++)
		if (find_both(ws, grid, s, i, &both))
			add_program(grid, &both, s);
	programs = s->ncounterparts;
	for (size_t i = 0; i < programs; i++) {
		struct stats_paired mean;
		size_t n;

		if (!is_first_of_env(s, i))
			continue;
		n = mean_of_counterparts(ws, grid, s, s->counterparts[i].env, &mean);
		add_counterparts_mean(s, s->counterparts[i].env, n, ratio_from(&mean.adjusted));
	}
}
