/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/summarize_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "stats/aa.h"
#include "stats/geomean.h"

const struct cell_summary *measured_in(
	const struct summary *s, const struct arm *arm, const char *env)
{
	const struct cell_summary *c =
		summary_find(s, arm->parts.workload, arm->parts.variant, env);

	return c && c->status == STATUS_OK && c->blocks ? c : NULL;
}

/* ---- factors ---- */

/* The arm's program was measured in both environments, and on one machine. */
static bool comparable(const struct summary *s, const struct arm *a, const char *x, const char *y)
{
	const struct cell_summary *in_x = measured_in(s, a, x), *in_y = measured_in(s, a, y);

	return in_x && in_y && cells_share_machine(in_x, in_y);
}

/* The layer's cost is only meaningful where both sides ran the same code. */
static void check_paths(const struct summary *s, struct factor *f)
{
	const struct cell_summary *same = summary_find(s, f->workload, f->variant, f->same);
	const struct cell_summary *native = same ? summary_reference(s, same) : NULL;

	_cleanup_free_ char *why = NULL;

	if (!native || !strcmp(native->path, same->path))
		return;
	why = xasprintf("the program took different code paths: %s natively, %s in %s",
		native->path, same->path, f->same);
	str_copy(f->forbidden, sizeof(f->forbidden), why);
}

/* `same`: an arm of one layer that runs the host's architecture; `native`: its program's. The same
 * layer of the other architecture makes the pair. */
static void add_factor(const struct grid *grid, size_t native, size_t same, struct summary *s)
{
	const struct arm *a = &grid->plan->arms[same];
	struct environment other = a->env, reference = environment_reference(&a->env);
	struct factor f = {.kind = a->env.layers[0].kind};

	other.layers[0].arch = arch_other(a->parts.arch);
	environment_name(&other);
	if (!comparable(s, a, reference.id, a->env.id) || !comparable(s, a, a->env.id, other.id))
		return;
	str_copy(f.same, sizeof(f.same), a->env.id);
	str_copy(f.foreign, sizeof(f.foreign), other.id);
	str_copy(f.workload, sizeof(f.workload), a->parts.workload);
	str_copy(f.variant, sizeof(f.variant), a->parts.variant);
	f.layer_cost = ratio_of_arms(grid, same, native);
	f.isa_cost =
		ratio_of_arms(grid, grid_arm(grid, f.workload, f.variant, f.foreign, false), same);
	check_paths(s, &f);
	s->factors = xrealloc_array(s->factors, s->nfactors + 1, sizeof(*s->factors));
	s->factors[s->nfactors++] = f;
}

void summarize_factors(const struct grid *grid, struct summary *s)
{
	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];
		size_t native = grid_native(grid, i);

		if (!a->duplicate && a->env.n == 1 && a->parts.arch == s->host.arch &&
			native != GRID_NONE)
			add_factor(grid, native, i, s);
	}
}

/* ---- geometric means ---- */

static bool counts(const struct workloads *ws, const struct arm *a)
{
	const struct workload *w = workloads_find(ws, a->parts.workload);

	return !a->duplicate && (!w || w->compare);
}

/* A variant that runs another one's program under other settings (a pinned core) would count that
 * workload twice in a mean over all variants. */
static bool is_alias(const struct workloads *ws, const struct arm *a)
{
	const struct workload *w = workloads_find(ws, a->parts.workload);
	const struct variant *v = w ? workload_variant(w, a->parts.variant) : NULL;

	return v && v->program && strcmp(v->program, v->name);
}

bool arm_counts_in_suite(const struct workloads *ws, const struct arm *arm, const char *variant)
{
	return counts(ws, arm) &&
	       (variant ? !strcmp(arm->parts.variant, variant) : !is_alias(ws, arm));
}

/* D of two environments for every program (of one variant; NULL: all) that both have, into d, a row
 * each; returns how many. */
static size_t collect(const struct workloads *ws, const struct grid *grid, const struct summary *s,
	const char *env, const char *reference, const char *variant, double *d)
{
	size_t n = 0;

	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];
		size_t other;

		if (strcmp(a->parts.env, env) || !arm_counts_in_suite(ws, a, variant) ||
			!comparable(s, a, env, reference))
			continue;
		other = grid_arm(grid, a->parts.workload, a->parts.variant, reference, false);
		grid_difference(grid, i, other, d + n++ * grid->blocks, NULL);
	}
	return n;
}

size_t suite_of_environments(const struct workloads *ws, const struct grid *grid,
	const struct summary *s, const char *env, const char *reference, const char *variant,
	struct stats_paired *ret)
{
	_cleanup_free_ double *d = xcalloc(grid->plan->n * grid->blocks, sizeof(*d));
	size_t n = collect(ws, grid, s, env, reference, variant, d);

	*ret = stats_geomean_two_stage(
		d, n, grid->blocks, grid_pilot(grid), SUMMARY_CONFIDENCE, &grid->noise.means);
	return n;
}

void add_suite_mean(
	struct summary *s, const char *env, const char *variant, size_t n, struct ratio ratio)
{
	struct geomean g = {.workloads = n, .ratio = ratio};

	if (n < 2)
		return;
	str_copy(g.env, sizeof(g.env), env);
	str_copy(g.variant, sizeof(g.variant), variant ? variant : "all");
	s->geomeans = xrealloc_array(s->geomeans, s->ngeomeans + 1, sizeof(*s->geomeans));
	s->geomeans[s->ngeomeans++] = g;
}

static void add_geomean(const struct workloads *ws, const struct grid *grid, const char *env,
	const char *variant, struct summary *s)
{
	char reference[ENV_ID_MAX];
	struct stats_paired p;
	size_t n;

	environment_id_reference(env, reference);
	n = suite_of_environments(ws, grid, s, env, reference, variant, &p);
	add_suite_mean(s, env, variant, n, ratio_from(&p.adjusted));
}

/* True for the first arm of the plan that can run with this environment (and variant, where given).
 */
static bool is_first(const struct plan *plan, size_t i, bool by_variant)
{
	for (size_t k = 0; k < i; k++)
		if (plan->arms[k].status == STATUS_OK &&
			!strcmp(plan->arms[k].parts.env, plan->arms[i].parts.env) &&
			(!by_variant ||
				!strcmp(plan->arms[k].parts.variant, plan->arms[i].parts.variant)))
			return false;
	return true;
}

/* Otherwise the mean over one variant is that over all. */
static bool has_variants(const struct plan *plan)
{
	for (size_t i = 1; i < plan->n; i++)
		if (strcmp(plan->arms[i].parts.variant, plan->arms[0].parts.variant))
			return true;
	return false;
}

void summarize_geomeans(const struct workloads *ws, const struct grid *grid, struct summary *s)
{
	bool by_variant = has_variants(grid->plan);

	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];

		if (a->status != STATUS_OK || environment_is_native(&a->env))
			continue;
		if (is_first(grid->plan, i, false))
			add_geomean(ws, grid, a->parts.env, NULL, s);
		if (by_variant && is_first(grid->plan, i, true))
			add_geomean(ws, grid, a->parts.env, a->parts.variant, s);
	}
}

/* ---- pairs of environments ---- */

/* Its p is adjusted when all are there. */
static void add_pair(struct summary *s, struct pair *p, const char *a, const char *b)
{
	str_copy(p->a, sizeof(p->a), a);
	str_copy(p->b, sizeof(p->b), b);
	s->pairs = xrealloc_array(s->pairs, s->npairs + 1, sizeof(*s->pairs));
	s->pairs[s->npairs++] = *p;
}

void add_suite_pair(struct summary *s, const char *a, const char *b, const char *variant, size_t n,
	struct ratio ratio)
{
	struct pair p = {.workloads = n, .ratio = ratio, .p = NAN};

	if (n < 2)
		return;
	str_copy(p.variant, sizeof(p.variant), variant ? variant : "all");
	add_pair(s, &p, a, b);
}

static void add_program_pair(
	struct summary *s, const struct arm *a, const struct arm *b, const struct stats_paired *by)
{
	struct pair p = {.workloads = 1,
		.ratio = ratio_from(&by->adjusted),
		.p = stats_paired_p(by, SUMMARY_CONFIDENCE)};

	str_copy(p.workload, sizeof(p.workload), a->parts.workload);
	str_copy(p.variant, sizeof(p.variant), a->parts.variant);
	add_pair(s, &p, a->parts.env, b->parts.env);
}

/* The program of arm i, there and in every later environment of that architecture. */
static void pair_program(
	const struct workloads *ws, const struct grid *grid, size_t i, struct summary *s)
{
	const struct arm *a = &grid->plan->arms[i];

	if (!counts(ws, a))
		return;
	for (size_t k = i + 1; k < grid->plan->n; k++) {
		const struct arm *b = &grid->plan->arms[k];
		struct stats_paired by;

		if (b->duplicate || b->parts.arch != a->parts.arch || !arms_share_program(a, b) ||
			!comparable(s, a, a->parts.env, b->parts.env))
			continue;
		by = paired_of_arms(grid, i, k);
		add_program_pair(s, a, b, &by);
	}
}

static void pair_suite(const struct workloads *ws, const struct grid *grid, const struct arm *a,
	const struct arm *b, const char *variant, struct summary *s)
{
	struct stats_paired p;
	size_t n = suite_of_environments(ws, grid, s, a->parts.env, b->parts.env, variant, &p);

	add_suite_pair(s, a->parts.env, b->parts.env, variant, n, ratio_from(&p.adjusted));
}

static bool is_first_of_variant(const struct plan *plan, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(plan->arms[k].parts.variant, plan->arms[i].parts.variant))
			return false;
	return true;
}

/* The suite in the environment of arm i, and in every later one of that architecture. */
static void pair_suites(
	const struct workloads *ws, const struct grid *grid, size_t i, struct summary *s)
{
	const struct plan *plan = grid->plan;
	const struct arm *a = &plan->arms[i];
	bool by_variant = has_variants(plan);

	for (size_t k = i + 1; k < plan->n; k++) {
		const struct arm *b = &plan->arms[k];

		if (b->parts.arch != a->parts.arch || !is_first(plan, k, false))
			continue;
		pair_suite(ws, grid, a, b, NULL, s);
		for (size_t v = 0; by_variant && v < plan->n; v++)
			if (is_first_of_variant(plan, v))
				pair_suite(ws, grid, a, b, plan->arms[v].parts.variant, s);
	}
}

/* Of the programs that share the environments of pair i, if it is the first of them. */
static void adjust_family(struct summary *s, size_t i)
{
	_cleanup_free_ double *p = xcalloc(s->npairs, sizeof(*p));
	_cleanup_free_ struct pair **pairs = xcalloc(s->npairs, sizeof(struct pair *));
	size_t n = 0;

	for (size_t k = 0; k < s->npairs; k++) {
		struct pair *one = &s->pairs[k];

		if (strcmp(one->a, s->pairs[i].a) || strcmp(one->b, s->pairs[i].b))
			continue;
		if (k < i)
			return;
		p[n] = one->p;
		pairs[n++] = one;
	}
	stats_holm(p, n, p);
	for (size_t k = 0; k < n; k++)
		pairs[k]->p_adjusted = p[k];
}

void adjust_pairs(struct summary *s)
{
	for (size_t i = 0; i < s->npairs; i++)
		adjust_family(s, i);
}

void summarize_pairs(const struct workloads *ws, const struct grid *grid, struct summary *s)
{
	for (size_t i = 0; i < grid->plan->n; i++)
		pair_program(ws, grid, i, s);
	for (size_t i = 0; i < grid->plan->n; i++)
		if (is_first(grid->plan, i, false))
			pair_suites(ws, grid, i, s);
	adjust_pairs(s);
}

/* ---- duplicates ---- */

/* Of every program that was measured twice there, whatever becomes of its results. */
static void add_aa(const struct grid *grid, const char *env, const char *kind, struct summary *s)
{
	_cleanup_free_ struct stats_paired *cells = xcalloc(grid->plan->n, sizeof(*cells));
	struct aa aa = {0};
	struct stats_aa pooled;

	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];
		size_t duplicate = grid_arm(grid, a->parts.workload, a->parts.variant, env, true);
		struct stats_paired one;

		if (strcmp(a->parts.env, env) || a->duplicate || duplicate == GRID_NONE)
			continue;
		one = paired_of_arms(grid, i, duplicate);
		if (!one.adjusted.defined)
			continue;
		cells[aa.cells++] = one;
		aa.excluded += one.adjusted.lo > 1 || one.adjusted.hi < 1;
	}
	if (!aa.cells)
		return;
	pooled = stats_aa_pooled(cells, aa.cells, SUMMARY_CONFIDENCE);
	aa.ratio = ratio_from(&pooled.ratio);
	aa.spread = pooled.noise_floor;
	aa.min_detectable = pooled.min_detectable;
	str_copy(aa.kind, sizeof(aa.kind), kind);
	str_copy(aa.env, sizeof(aa.env), env);
	s->aa = xrealloc_array(s->aa, s->naa + 1, sizeof(*s->aa));
	s->aa[s->naa++] = aa;
}

void summarize_aa(const struct grid *grid, struct summary *s)
{
	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];
		const char *kind = environment_is_native(&a->env)
					   ? "native"
					   : layer_kind_text(a->env.layers[0].kind);
		bool seen = false;

		for (size_t k = 0; k < s->naa; k++)
			seen |= !strcmp(s->aa[k].env, a->parts.env);
		if (a->duplicate && !seen)
			add_aa(grid, a->parts.env, kind, s);
	}
}
