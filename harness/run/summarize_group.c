/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/summarize_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "stats/aa.h"
#include "stats/geomean.h"

/* ---- factors ---- */

static bool measured(const struct summary *s, const struct arm *a, const char *env)
{
	const struct cell_summary *c = summary_find(s, a->parts.workload, a->parts.variant, env);

	return c && c->status == STATUS_OK && c->blocks;
}

static void layer_env(char ret[static ENV_ID_MAX], enum layer_kind kind, enum arch arch)
{
	struct environment env = {.n = 1, .layers = {{.kind = kind, .arch = arch}}};

	environment_name(&env);
	str_copy(ret, ENV_ID_MAX, env.id);
}

/* The layer's cost is only meaningful where both sides ran the same code. */
static void check_paths(const struct summary *s, struct factor *f)
{
	const struct cell_summary *native = summary_find(s, f->workload, f->variant, "native");
	const struct cell_summary *same = summary_find(s, f->workload, f->variant, f->same);

	_cleanup_free_ char *why = NULL;

	if (!native || !same || !strcmp(native->path, same->path))
		return;
	why = xasprintf("the program took different code paths: %s natively, %s in %s",
		native->path, same->path, f->same);
	str_copy(f->forbidden, sizeof(f->forbidden), why);
}

static void add_factor(
	const struct grid *grid, size_t native, enum layer_kind kind, struct summary *s)
{
	const struct arm *a = &grid->plan->arms[native];
	enum arch host = s->host.arch;
	struct factor f = {.kind = kind};

	layer_env(f.same, kind, host);
	layer_env(f.foreign, kind, host == ARCH_X86_64 ? ARCH_AARCH64 : ARCH_X86_64);
	if (!measured(s, a, "native") || !measured(s, a, f.same) || !measured(s, a, f.foreign))
		return;
	str_copy(f.workload, sizeof(f.workload), a->parts.workload);
	str_copy(f.variant, sizeof(f.variant), a->parts.variant);
	f.layer_cost =
		ratio_of_arms(grid, grid_arm(grid, f.workload, f.variant, f.same, false), native);
	f.isa_cost = ratio_of_arms(grid, grid_arm(grid, f.workload, f.variant, f.foreign, false),
		grid_arm(grid, f.workload, f.variant, f.same, false));
	check_paths(s, &f);
	s->factors = xrealloc_array(s->factors, s->nfactors + 1, sizeof(*s->factors));
	s->factors[s->nfactors++] = f;
}

void summarize_factors(const struct grid *grid, struct summary *s)
{
	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];

		if (a->duplicate || !environment_is_native(&a->env))
			continue;
		for (size_t k = 0; layer_kind_names[k]; k++)
			add_factor(grid, i, (enum layer_kind)k, s);
	}
}

/* ---- geometric means ---- */

static bool counts(const struct workloads *ws, const struct arm *a)
{
	const struct workload *w = workloads_find(ws, a->parts.workload);

	return !a->duplicate && (!w || w->compare);
}

/* D of every workload of one environment (and variant; NULL: all) into d, a row each. */
static size_t collect(const struct workloads *ws, const struct grid *grid, const struct summary *s,
	const char *env, const char *variant, double *d)
{
	size_t n = 0;

	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];
		size_t native;

		if (strcmp(a->parts.env, env) || !counts(ws, a) || !measured(s, a, env) ||
			!measured(s, a, "native") || (variant && strcmp(a->parts.variant, variant)))
			continue;
		native = grid_arm(grid, a->parts.workload, a->parts.variant, "native", false);
		grid_difference(grid, i, native, d + n++ * grid->blocks, NULL);
	}
	return n;
}

static void add_geomean(const struct workloads *ws, const struct grid *grid, const char *env,
	const char *variant, struct summary *s)
{
	_cleanup_free_ double *d = xcalloc(grid->plan->n * grid->blocks, sizeof(*d));
	size_t n = collect(ws, grid, s, env, variant, d);
	struct geomean g = {.workloads = n};
	struct stats_paired p;

	if (n < 2)
		return;
	p = stats_geomean_suite(d, n, grid->blocks, SUMMARY_CONFIDENCE);
	g.ratio = (struct ratio){.defined = p.adjusted.defined,
		.point = p.adjusted.point,
		.lo = p.adjusted.lo,
		.hi = p.adjusted.hi,
		.blocks = p.raw.n};
	str_copy(g.env, sizeof(g.env), env);
	str_copy(g.variant, sizeof(g.variant), variant ? variant : "all");
	s->geomeans = xrealloc_array(s->geomeans, s->ngeomeans + 1, sizeof(*s->geomeans));
	s->geomeans[s->ngeomeans++] = g;
}

/* True for the first arm of the plan with this environment (and variant, where given). */
static bool is_first(const struct plan *plan, size_t i, bool by_variant)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(plan->arms[k].parts.env, plan->arms[i].parts.env) &&
			(!by_variant ||
				!strcmp(plan->arms[k].parts.variant, plan->arms[i].parts.variant)))
			return false;
	return true;
}

void summarize_geomeans(const struct workloads *ws, const struct grid *grid, struct summary *s)
{
	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];

		if (a->status != STATUS_OK || environment_is_native(&a->env))
			continue;
		if (is_first(grid->plan, i, false))
			add_geomean(ws, grid, a->parts.env, NULL, s);
		if (is_first(grid->plan, i, true))
			add_geomean(ws, grid, a->parts.env, a->parts.variant, s);
	}
}

/* ---- duplicates ---- */

static void add_aa(const struct workloads *ws, const struct grid *grid, const char *env,
	const char *kind, struct summary *s)
{
	_cleanup_free_ double *d = xcalloc(grid->plan->n * grid->blocks, sizeof(*d));
	struct aa aa = {0};
	struct stats_aa pooled;

	for (size_t i = 0; i < grid->plan->n; i++) {
		const struct arm *a = &grid->plan->arms[i];
		double *row = d + aa.cells * grid->blocks;
		size_t duplicate = grid_arm(grid, a->parts.workload, a->parts.variant, env, true);
		struct ratio one;

		if (strcmp(a->parts.env, env) || !counts(ws, a) || duplicate == GRID_NONE)
			continue;
		grid_difference(grid, i, duplicate, row, NULL);
		one = ratio_of_arms(grid, i, duplicate);
		if (!one.defined)
			continue;
		aa.cells++;
		aa.excluded += one.lo > 1 || one.hi < 1;
	}
	if (!aa.cells)
		return;
	pooled = stats_aa_pooled(d, aa.cells, grid->blocks, SUMMARY_CONFIDENCE);
	aa.ratio = (struct ratio){.defined = pooled.ratio.defined,
		.point = pooled.ratio.point,
		.lo = pooled.ratio.lo,
		.hi = pooled.ratio.hi,
		.blocks = pooled.ratio.n};
	aa.spread = pooled.noise_floor;
	aa.min_detectable = pooled.min_detectable;
	str_copy(aa.kind, sizeof(aa.kind), kind);
	str_copy(aa.env, sizeof(aa.env), env);
	s->aa = xrealloc_array(s->aa, s->naa + 1, sizeof(*s->aa));
	s->aa[s->naa++] = aa;
}

void summarize_aa(const struct workloads *ws, const struct grid *grid, struct summary *s)
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
			add_aa(ws, grid, a->parts.env, kind, s);
	}
}
