/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "run/change.h"
#include "run/grid.h"
#include "run/merge_parts.h"
#include "run/summarize_parts.h"
#include "stats/geomean.h"
#include "store/tables.h"

/* A run with its samples laid out. */
struct side {
	const struct diff_source *source;
	const struct plan *plan;
	struct grid grid;
};

struct work {
	struct side before, after;
	struct diff d;
	struct change *cells;  /* of each cell; empty where it is not compared */
	struct change *suites; /* of each suite */
};

/* ---- what differs beside the times ---- */

static void add_fact(struct diff *d, const char *key, const char *before, const char *after)
{
	struct diff_fact fact = {0};

	if (!strcmp(before, after))
		return;
	str_copy(fact.key, sizeof(fact.key), key);
	str_copy(fact.before, sizeof(fact.before), before);
	str_copy(fact.after, sizeof(fact.after), after);
	GROW(d->facts, d->nfacts, d->facts_cap);
	d->facts[d->nfacts++] = fact;
}

/* The rows of a table but for those that are no cause: `others`, NULL-terminated. */
static void compare_fields(struct diff *d, const struct field *table, const char *const *others,
	const void *before, const void *after)
{
	for (const struct field *f = table; f->name; f++) {
		_cleanup_(str_release) struct str a = {0}, b = {0};
		bool skip = false;

		for (const char *const *o = others; *o; o++)
			skip |= !strcmp(*o, f->name);
		if (skip)
			continue;
		field_text(f, before, &a);
		field_text(f, after, &b);
		add_fact(d, f->name, str_text(&a), str_text(&b));
	}
}

static void compare_facts(struct work *w)
{
	static const char *const of_plan[] = {"run", "created", "replay", "seed", "blocks", "pilot",
		"pilot_executions", "budget_ns", "precision", "shard", "shards",
#define X(id, text, ...) "cpu_" text "_qemu", "cpu_" text "_lacks",
		ARCHES(X)
#undef X
			NULL};
	static const char *const of_host[] = {"load1", "kvm", "memory_mib", NULL};

	compare_fields(&w->d, table_plan, of_plan, w->before.plan, w->after.plan);
	compare_fields(&w->d, table_host, of_host, w->before.source->input.host,
		w->after.source->input.host);
}

/* ---- cells ---- */

/* What is compared of an arm, in each block of the run: its logarithm, NaN where there is none. */
static void block_values(const struct work *w, const struct side *s, size_t arm, double *ret)
{
	for (size_t b = 0; b < s->grid.blocks; b++)
		ret[b] = grid_at(&s->grid, arm, b)->log_mean;
	if (w->d.quantity == DIFF_RATIOS)
		grid_difference(&s->grid, arm, grid_native(&s->grid, arm), ret, NULL);
}

/* The same as one mean, as it is reported: a cell's own blocks decide how times vary, all cells of
 * the run how ratios do. */
static struct stats_paired mean_of(const struct work *w, const struct side *s, const char *cell)
{
	size_t arm = (size_t)(plan_arm(s->plan, cell, false) - s->plan->arms), n;
	struct stats_pilot pilot;
	_cleanup_free_ double *v = NULL;

	if (w->d.quantity == DIFF_RATIOS)
		return paired_of_arms(&s->grid, arm, grid_native(&s->grid, arm));
	v = xcalloc(s->grid.blocks, sizeof(*v));
	block_values(w, s, arm, v);
	n = grid_keep(&s->grid, v, NULL, &pilot);
	return stats_ratio_two_stage(v, n, pilot, SUMMARY_CONFIDENCE, NULL);
}

/* Whether the program of this architecture was another file. */
static bool is_other_file(const struct work *w, const struct arm *arm, enum arch arch)
{
	_cleanup_free_ char *program = merge_program(w->after.source->input.workloads, arm, arch);

	return program_compare(programs_find(w->before.source->programs, program),
		       programs_find(w->after.source->programs, program)) == PROGRAM_DIFFERS;
}

static bool is_other_program(const struct work *w, const char *cell)
{
	const struct arm *arm = plan_arm(w->after.plan, cell, false);
	enum arch host = w->after.source->input.host->arch;

	return arm && (is_other_file(w, arm, arm->parts.arch) ||
			      (w->d.quantity == DIFF_RATIOS && is_other_file(w, arm, host)));
}

static bool fails_now(const struct diff_cell *c)
{
	return c->before && c->after && c->before->status == STATUS_OK &&
	       c->after->status != STATUS_OK && !status_is_refusal(c->after->status);
}

/* Both runs have a value of it, measured on the same machine (a VM's may be another one than the
 * run's host). */
static bool is_compared(const struct work *w, const struct diff_cell *c)
{
	return isfinite(diff_value(&w->d, c->before)) && isfinite(diff_value(&w->d, c->after)) &&
	       !strcmp(c->before->ran_on, c->after->ran_on);
}

static void add_cell(
	struct work *w, const struct cell_summary *before, const struct cell_summary *after)
{
	size_t i = w->d.ncells++;
	struct diff_cell *c = &w->d.cells[i];

	*c = (struct diff_cell){.before = before,
		.after = after,
		.change = {.point = NAN, .lo = NAN, .hi = NAN},
		.p_adjusted = NAN,
		.verdict = DIFF_UNCOMPARED};
	str_copy(c->cell, sizeof(c->cell), after ? after->id : before->id);
	c->other_program = is_other_program(w, c->cell);
	if (fails_now(c))
		c->verdict = DIFF_BROKEN;
	if (!is_compared(w, c))
		return;
	w->cells[i] = (struct change){
		.before = mean_of(w, &w->before, c->cell), .after = mean_of(w, &w->after, c->cell)};
}

static void find_cells(struct work *w)
{
	const struct summary *before = w->d.before, *after = w->d.after;
	size_t most = before->ncells + after->ncells;

	w->d.cells = xcalloc(most, sizeof(*w->d.cells));
	w->cells = xcalloc(most, sizeof(*w->cells));
	for (size_t i = 0; i < after->ncells; i++)
		add_cell(w, summary_cell(before, after->cells[i].id), &after->cells[i]);
	for (size_t i = 0; i < before->ncells; i++)
		if (!summary_cell(after, before->cells[i].id))
			add_cell(w, &before->cells[i], NULL);
}

/* ---- environments ---- */

/* The geometric mean over the compared cells of an environment in one run; returns how many. */
static size_t suite_mean(
	const struct work *w, const struct side *s, const char *env, struct stats_paired *ret)
{
	size_t blocks = s->grid.blocks, n = 0;
	_cleanup_free_ double *d = xcalloc(w->d.ncells * blocks, sizeof(*d));

	for (size_t i = 0; i < w->d.ncells; i++) {
		const struct diff_cell *c = &w->d.cells[i];
		size_t arm = (size_t)(plan_arm(s->plan, c->cell, false) - s->plan->arms);

		if (is_compared(w, c) && !strcmp(c->after->env, env) &&
			arm_counts_in_suite(s->source->input.workloads, &s->plan->arms[arm], NULL))
			block_values(w, s, arm, d + n++ * blocks);
	}
	*ret = stats_geomean_two_stage(
		d, n, blocks, grid_pilot(&s->grid), SUMMARY_CONFIDENCE, &s->grid.noise.means);
	return n;
}

static void add_suite(struct work *w, const char *env)
{
	struct diff_suite suite = {0};
	struct change change = {0};

	str_copy(suite.env, sizeof(suite.env), env);
	suite.workloads = suite_mean(w, &w->before, env, &change.before);
	suite_mean(w, &w->after, env, &change.after);
	if (suite.workloads < 2)
		return;
	w->suites[w->d.nsuites] = change;
	w->d.suites[w->d.nsuites++] = suite;
}

static void find_suites(struct work *w)
{
	w->d.suites = xcalloc(w->d.ncells, sizeof(*w->d.suites));
	w->suites = xcalloc(w->d.ncells, sizeof(*w->suites));
	for (size_t i = 0; i < w->d.ncells; i++) {
		const struct diff_cell *c = &w->d.cells[i];
		bool earlier = false;

		if (!is_compared(w, c))
			continue;
		for (size_t k = 0; k < i; k++)
			earlier |= is_compared(w, &w->d.cells[k]) &&
				   !strcmp(w->d.cells[k].after->env, c->after->env);
		if (!earlier)
			add_suite(w, c->after->env);
	}
}

/* ---- verdicts ---- */

static enum diff_verdict judge(const struct change *c, double within)
{
	if (!c->ratio.defined)
		return DIFF_UNKNOWN;
	if (c->ratio.lo >= 1 / (1 + within) && c->ratio.hi <= 1 + within)
		return DIFF_UNCHANGED;
	if (!change_is_significant(c))
		return DIFF_UNKNOWN;
	return c->ratio.point > 1 ? DIFF_SLOWER : DIFF_FASTER;
}

static void judge_cells(struct work *w)
{
	_cleanup_free_ struct change **family = xcalloc(w->d.ncells, sizeof(*family));
	size_t n = 0;

	for (size_t i = 0; i < w->d.ncells; i++)
		if (is_compared(w, &w->d.cells[i]))
			family[n++] = &w->cells[i];
	changes_test(family, n);
	for (size_t i = 0; i < w->d.ncells; i++) {
		struct diff_cell *c = &w->d.cells[i];

		if (!is_compared(w, c))
			continue;
		c->change = w->cells[i].ratio;
		c->p_adjusted = w->cells[i].p_adjusted;
		c->verdict = judge(&w->cells[i], w->d.within);
	}
}

static void judge_suites(struct work *w)
{
	_cleanup_free_ struct change **family = xcalloc(w->d.nsuites, sizeof(*family));

	for (size_t i = 0; i < w->d.nsuites; i++)
		family[i] = &w->suites[i];
	changes_test(family, w->d.nsuites);
	for (size_t i = 0; i < w->d.nsuites; i++) {
		w->d.suites[i].change = w->suites[i].ratio;
		w->d.suites[i].p_adjusted = w->suites[i].p_adjusted;
		w->d.suites[i].verdict = judge(&w->suites[i], w->d.within);
	}
}

/* ---- the whole ---- */

static int refuse(const struct diff_source *a, const struct diff_source *b, bool same_host,
	const struct diff_spec *spec, struct err *err)
{
	const struct plan *before = a->input.plan, *after = b->input.plan;
	enum arch here = a->input.host->arch, there = b->input.host->arch;

	if (strcmp(before->size, after->size))
		return err_set(err, ERR_INPUT,
			"run %s is of size %s, %s of size %s: they did not measure the same",
			before->run, before->size, after->run, after->size);
	if (here != there)
		return err_set(err, ERR_INPUT,
			"run %s is of an %s host, %s of an %s one: 'toll merge' sets them beside "
			"each other",
			before->run, arch_text(here), after->run, arch_text(there));
	if (!same_host && spec->quantity == DIFF_TIMES)
		return err_set(err, ERR_INPUT,
			"runs %s and %s are of different machines, whose times say nothing about a "
			"change: leave out --times to compare ratios",
			before->run, after->run);
	return 0;
}

/* ---- the host itself ---- */

/* The sentinel beside native executions, whose wake is the smallest, over all of a block's. */
static struct stats_paired sentinel_of(const struct side *s)
{
	_cleanup_free_ double *v = xcalloc(s->grid.blocks, sizeof(*v));
	struct stats_pilot pilot;
	size_t kept;

	for (size_t b = 0; b < s->grid.blocks; b++) {
		double sum = 0;
		size_t n = 0;

		for (size_t i = 0; i < s->plan->n; i++) {
			double log = grid_at(&s->grid, i, b)->log_sentinel;

			if (!environment_is_native(&s->plan->arms[i].env) || isnan(log))
				continue;
			sum += log;
			n++;
		}
		v[b] = n ? sum / (double)n : NAN;
	}
	kept = grid_keep(&s->grid, v, NULL, &pilot);
	return stats_ratio_two_stage(v, kept, pilot, SUMMARY_CONFIDENCE, NULL);
}

static void compare_sentinels(struct work *w)
{
	struct change change = {.before = sentinel_of(&w->before), .after = sentinel_of(&w->after)};

	changes_test((struct change *[]){&change}, 1);
	w->d.sentinel =
		w->d.same_host ? change.ratio : (struct ratio){.point = NAN, .lo = NAN, .hi = NAN};
}

static void side_init(struct side *s, const struct diff_source *source)
{
	*s = (struct side){.source = source, .plan = source->input.plan};
	grid_init(&s->grid, source->input.plan, source->input.samples);
}

static void work_release(struct work *w)
{
	free(w->cells);
	free(w->suites);
	grid_release(&w->before.grid);
	grid_release(&w->after.grid);
}

int diff_runs(const struct diff_source *before, const struct diff_source *after,
	const struct diff_spec *spec, struct diff *ret, struct err *err)
{
	struct work w = {.d = {.before = before->summary,
				 .after = after->summary,
				 .quantity = spec->quantity,
				 .within = spec->within}};
	int r;

	w.d.same_host = !strcmp(before->input.host->id, after->input.host->id);
	r = refuse(before, after, w.d.same_host, spec, err);
	if (r < 0)
		return r;
	str_copy(w.d.run_before, sizeof(w.d.run_before), before->input.plan->run);
	str_copy(w.d.run_after, sizeof(w.d.run_after), after->input.plan->run);
	side_init(&w.before, before);
	side_init(&w.after, after);
	compare_facts(&w);
	compare_sentinels(&w);
	find_cells(&w);
	find_suites(&w);
	judge_cells(&w);
	judge_suites(&w);
	*ret = w.d;
	work_release(&w);
	return 0;
}

int diff_exit_code(const struct diff *d)
{
	bool slower = diff_count(d, DIFF_SLOWER);

	for (size_t i = 0; i < d->nsuites; i++)
		slower |= d->suites[i].verdict == DIFF_SLOWER;
	if (slower)
		return 3;
	if (diff_count(d, DIFF_BROKEN))
		return 1;
	return diff_count(d, DIFF_UNCOMPARED) == d->ncells ? 4 : 0;
}
