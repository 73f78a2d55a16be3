/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/merge_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "run/change.h"
#include "run/summarize_parts.h"
#include "stats/geomean.h"

/* A host with the parts that it is made of. */
struct side {
	const struct merged_host *host;
	const struct merge_parts *parts;
};

/* An environment of `a` and that of `b` which has its role there. */
struct role {
	struct side a, b;
	char name[ENV_ROLE_MAX];
	/* Cells of one program, a pair each. */
	const struct cell_summary **cells_a, **cells_b;
	size_t n;
};

struct work {
	struct merged *m;
	const struct merge_parts *parts;
	struct change *changes; /* of each contrast */
	size_t nchanges, cap;
};

/* ---- what corresponds to what ---- */

static bool has_overhead(const struct cell_summary *c)
{
	return c->status == STATUS_OK && !c->probe && !environment_id_is_native(c->env) &&
	       isfinite(c->ratio.point);
}

static bool has_role(const struct side *s, const struct cell_summary *c, const char *role)
{
	char name[ENV_ROLE_MAX];

	environment_id_role(c->env, s->host->summary.host.arch, name);
	return !strcmp(name, role);
}

/* The cell of this program in this role, if it has an overhead; else NULL. */
static const struct cell_summary *in_role(
	const struct side *s, const struct cell_summary *program, const char *role)
{
	const struct summary *summary = &s->host->summary;

	for (size_t i = 0; i < summary->ncells; i++) {
		const struct cell_summary *c = &summary->cells[i];

		if (has_overhead(c) && !strcmp(c->workload, program->workload) &&
			!strcmp(c->variant, program->variant) && has_role(s, c, role))
			return c;
	}
	return NULL;
}

static void role_init(struct role *r, const struct side *a, const struct side *b, const char *name)
{
	const struct summary *s = &a->host->summary;

	*r = (struct role){.a = *a, .b = *b};
	str_copy(r->name, sizeof(r->name), name);
	r->cells_a = xcalloc(s->ncells, sizeof(*r->cells_a));
	r->cells_b = xcalloc(s->ncells, sizeof(*r->cells_b));
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i], *there;

		if (!has_overhead(c) || !has_role(a, c, name))
			continue;
		there = in_role(b, c, name);
		if (!there)
			continue;
		r->cells_a[r->n] = c;
		r->cells_b[r->n++] = there;
	}
}

static void role_release(struct role *r)
{
	free(r->cells_a);
	free(r->cells_b);
}

/* ---- means ---- */

/* Index of the cell's arm in a part, GRID_NONE where it is of another. */
static size_t arm_of(const struct merge_part *p, const struct cell_summary *c)
{
	const struct arm *arm = plan_arm(&p->plan, c->id, false);

	return arm ? (size_t)(arm - p->plan.arms) : GRID_NONE;
}

/* The overhead of one cell, as it is reported. */
static struct stats_paired mean_of_cell(const struct side *s, const struct cell_summary *c)
{
	struct stats_paired ret = {.log_mean = NAN, .log_sd = NAN, .n_eff = NAN};

	for (size_t i = 0; i < s->parts->n; i++) {
		const struct grid *grid = &s->parts->v[i].grid;
		size_t arm = arm_of(&s->parts->v[i], c);

		if (arm != GRID_NONE)
			ret = paired_of_arms(grid, arm, grid_native(grid, arm));
	}
	return ret;
}

static bool counts(const struct side *s, const struct cell_summary *c, const char *variant)
{
	for (size_t i = 0; i < s->parts->n; i++) {
		const struct merge_part *p = &s->parts->v[i];
		size_t arm = arm_of(p, c);

		if (arm != GRID_NONE)
			return arm_counts_in_suite(p->input.workloads, &p->plan.arms[arm], variant);
	}
	return false;
}

/* The geometric mean of such cells that are of this part; returns how many those are. */
static size_t mean_of_part(const struct merge_part *p, const struct cell_summary *const *cells,
	size_t n, struct stats_paired *ret)
{
	_cleanup_free_ double *d = xcalloc(n * p->grid.blocks, sizeof(*d));
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		size_t arm = arm_of(p, cells[i]);

		if (arm != GRID_NONE)
			grid_difference(&p->grid, arm, grid_native(&p->grid, arm),
				d + used++ * p->grid.blocks, NULL);
	}
	*ret = stats_geomean_two_stage(d, used, p->grid.blocks, grid_pilot(&p->grid),
		SUMMARY_CONFIDENCE, &p->grid.noise.means);
	return used;
}

static struct stats_paired mean_of_cells(
	const struct side *s, const struct cell_summary *const *cells, size_t n)
{
	_cleanup_free_ struct stats_stratum *strata = xcalloc(s->parts->n, sizeof(*strata));
	size_t used = 0;

	for (size_t i = 0; i < s->parts->n; i++) {
		struct stats_paired mean;
		size_t has = mean_of_part(&s->parts->v[i], cells, n, &mean);

		if (has)
			strata[used++] = stats_stratum_of(&mean, has);
	}
	return stats_geomean_joined(strata, used, SUMMARY_CONFIDENCE);
}

/* ---- contrasts ---- */

/* workload "": of so many workloads. */
static void add(struct work *w, const struct role *r, const char *workload, const char *variant,
	size_t workloads, const struct change *change)
{
	struct merged *m = w->m;
	struct contrast *c;

	GROW(m->contrasts, m->ncontrasts, m->contrasts_cap);
	c = &m->contrasts[m->ncontrasts++];
	*c = (struct contrast){.workloads = workloads,
		.overhead_a = ratio_from(&change->before.adjusted),
		.overhead_b = ratio_from(&change->after.adjusted)};
	str_copy(c->role, sizeof(c->role), r->name);
	str_copy(c->host_a, sizeof(c->host_a), r->a.host->label);
	str_copy(c->host_b, sizeof(c->host_b), r->b.host->label);
	str_copy(c->env_a, sizeof(c->env_a), r->cells_a[0]->env);
	str_copy(c->env_b, sizeof(c->env_b), r->cells_b[0]->env);
	str_copy(c->workload, sizeof(c->workload), workload);
	str_copy(c->variant, sizeof(c->variant), variant);
	GROW(w->changes, w->nchanges, w->cap);
	w->changes[w->nchanges++] = *change;
}

/* variant NULL: over all. */
static void add_mean(struct work *w, const struct role *r, const char *variant)
{
	_cleanup_free_ const struct cell_summary **a = xcalloc(r->n, sizeof(*a));
	_cleanup_free_ const struct cell_summary **b = xcalloc(r->n, sizeof(*b));
	struct change change = {0};
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++) {
		if (!counts(&r->a, r->cells_a[i], variant) ||
			!counts(&r->b, r->cells_b[i], variant))
			continue;
		a[n] = r->cells_a[i];
		b[n++] = r->cells_b[i];
	}
	if (n < 2)
		return;
	change.before = mean_of_cells(&r->a, a, n);
	change.after = mean_of_cells(&r->b, b, n);
	add(w, r, "", variant ? variant : "all", n, &change);
}

/* The first of its variant. */
static bool is_first(const struct role *r, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(r->cells_a[k]->variant, r->cells_a[i]->variant))
			return false;
	return true;
}

static bool has_variants(const struct role *r)
{
	for (size_t i = 1; i < r->n; i++)
		if (is_first(r, i))
			return true;
	return false;
}

static void add_role(struct work *w, const struct role *r)
{
	if (!r->n)
		return;
	add_mean(w, r, NULL);
	for (size_t i = 0; has_variants(r) && i < r->n; i++)
		if (is_first(r, i))
			add_mean(w, r, r->cells_a[i]->variant);
	for (size_t i = 0; i < r->n; i++) {
		const struct cell_summary *a = r->cells_a[i], *b = r->cells_b[i];
		struct change change = {
			.before = mean_of_cell(&r->a, a), .after = mean_of_cell(&r->b, b)};

		add(w, r, a->workload, a->variant, 1, &change);
	}
}

/* Whether host h has an overhead in this role, among its first n cells. */
static bool knows_role(const struct work *w, size_t h, size_t n, const char *role)
{
	struct side s = {&w->m->hosts[h], &w->parts[h]};

	for (size_t i = 0; i < n; i++)
		if (has_overhead(&s.host->summary.cells[i]) &&
			has_role(&s, &s.host->summary.cells[i], role))
			return true;
	return false;
}

/* The roles of which host h is the reference: the first host that has an overhead there. */
static void compare_host(struct work *w, size_t h)
{
	const struct summary *s = &w->m->hosts[h].summary;
	struct side a = {&w->m->hosts[h], &w->parts[h]};

	for (size_t i = 0; i < s->ncells; i++) {
		char name[ENV_ROLE_MAX];
		bool known;

		environment_id_role(s->cells[i].env, s->host.arch, name);
		known = !has_overhead(&s->cells[i]) || knows_role(w, h, i, name);
		for (size_t k = 0; !known && k < h; k++)
			known = knows_role(w, k, w->m->hosts[k].summary.ncells, name);
		for (size_t k = h + 1; !known && k < w->m->nhosts; k++) {
			struct side b = {&w->m->hosts[k], &w->parts[k]};
			_cleanup_(role_release) struct role r;

			role_init(&r, &a, &b, name);
			add_role(w, &r);
		}
	}
}

/* ---- verdicts ---- */

static enum contrast_verdict judge(const struct change *c)
{
	if (!change_is_significant(c))
		return CONTRAST_UNKNOWN;
	return c->ratio.point > 1 ? CONTRAST_MORE : CONTRAST_LESS;
}

/* A family of its own: the means, or the programs. */
static void test(struct work *w, bool means)
{
	_cleanup_free_ struct change **family = xcalloc(w->nchanges, sizeof(*family));
	size_t n = 0;

	for (size_t i = 0; i < w->nchanges; i++)
		if (!w->m->contrasts[i].workload[0] == means)
			family[n++] = &w->changes[i];
	changes_test(family, n);
}

void merge_contrasts(struct merged *m, const struct merge_parts *parts)
{
	struct work w = {.m = m, .parts = parts};

	for (size_t h = 0; h < m->nhosts; h++)
		compare_host(&w, h);
	test(&w, true);
	test(&w, false);
	for (size_t i = 0; i < w.nchanges; i++) {
		m->contrasts[i].ratio = w.changes[i].ratio;
		m->contrasts[i].p_adjusted = w.changes[i].p_adjusted;
		m->contrasts[i].verdict = judge(&w.changes[i]);
	}
	free(w.changes);
}
