/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/merge_parts.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "run/grid.h"
#include "run/summarize_parts.h"
#include "stats/geomean.h"

/* ---- one source ---- */

static struct clash *clash_of(struct merged *m, const char *program)
{
	for (size_t i = 0; i < m->nclashes; i++)
		if (!strcmp(m->clashes[i].program, program))
			return &m->clashes[i];
	return NULL;
}

/* The clash that keeps an arm out: that of its program, or that of its native reference. */
static struct clash *clash_of_arm(
	struct merged *m, const struct summarize_input *in, const struct arm *arm)
{
	_cleanup_free_ char *own = merge_program(in->workloads, arm, arm->parts.arch);
	_cleanup_free_ char *reference = merge_program(in->workloads, arm, in->host->arch);
	struct clash *c = clash_of(m, own);

	return c ? c : clash_of(m, reference);
}

static void part_init(const struct merge_source *source, struct merged *m, struct merge_part *p)
{
	const struct plan *plan = source->input.plan;

	*p = (struct merge_part){.input = source->input, .plan = *plan};
	p->plan.arms = xcalloc(plan->n, sizeof(*plan->arms));
	p->plan.n = 0;
	for (size_t i = 0; i < plan->n; i++) {
		struct clash *c = clash_of_arm(m, &source->input, &plan->arms[i]);

		if (!c)
			p->plan.arms[p->plan.n++] = plan->arms[i];
		else
			c->cells += !plan->arms[i].duplicate;
	}
	p->input.plan = &p->plan;
	grid_init(&p->grid, &p->plan, p->input.samples);
	summarize(&p->input, &p->summary);
}

static void part_release(struct merge_part *p)
{
	grid_release(&p->grid);
	summary_release(&p->summary);
	free(p->plan.arms);
}

/* ---- one after the other ---- */

static void *joined(void *to, size_t *n, const void *from, size_t more, size_t size)
{
	char *grown = xrealloc_array(to, *n + more, size);

	if (more)
		memcpy(grown + *n * size, from, more * size);
	*n += more;
	return grown;
}
#define JOIN(to, from, list, count)                                                                \
	((to)->list = joined(                                                                      \
		 (to)->list, &(to)->count, (from)->list, (from)->count, sizeof(*(to)->list)))

/* The pairs of programs; those of the suite are made afresh. */
static size_t count_program_pairs(const struct summary *s)
{
	size_t n = 0;

	while (n < s->npairs && s->pairs[n].workload[0])
		n++;
	return n;
}

/* The counterparts of programs; the means are made afresh. */
static size_t count_counterparts(const struct summary *s)
{
	size_t n = 0;

	while (n < s->ncounterparts && s->counterparts[n].workload[0])
		n++;
	return n;
}

/* A host's shards called the same commands. */
static void join_commands(struct summary *to, const struct summary *from)
{
	for (size_t i = 0; i < from->ncommands; i++) {
		size_t k = 0;

		while (k < to->ncommands && strcmp(to->commands[k].env, from->commands[i].env))
			k++;
		if (k == to->ncommands)
			to->commands = joined(to->commands, &to->ncommands, &from->commands[i], 1,
				sizeof(*to->commands));
	}
}

static void add_part(struct merged_host *host, size_t source, struct merge_part *p)
{
	struct summary *to = &host->summary, *from = &p->summary;
	size_t before = to->ncells;

	JOIN(to, from, cells, ncells);
	for (size_t i = 0; i < from->ncells; i++)
		from->cells[i].probe = NULL; /* the copy owns it now */
	host->source = xrealloc_array(host->source, to->ncells, sizeof(*host->source));
	for (size_t i = before; i < to->ncells; i++)
		host->source[i] = source;
	to->pairs = joined(
		to->pairs, &to->npairs, from->pairs, count_program_pairs(from), sizeof(*to->pairs));
	to->counterparts = joined(to->counterparts, &to->ncounterparts, from->counterparts,
		count_counterparts(from), sizeof(*to->counterparts));
	JOIN(to, from, aa, naa);
	JOIN(to, from, variances, nvariances);
	JOIN(to, from, factors, nfactors);
	JOIN(to, from, boots, nboots);
	JOIN(to, from, spoiled, nspoiled);
	join_commands(to, from);
	if (!to->host.libvirt[0])
		str_copy(to->host.libvirt, sizeof(to->host.libvirt), from->host.libvirt);
}

/* Shards hold the workloads in turn: back into the order of one run, by workload. */
static void sort_cells(struct merged_host *host)
{
	struct summary *s = &host->summary;

	for (size_t i = 1; i < s->ncells; i++) {
		struct cell_summary cell = s->cells[i];
		size_t source = host->source[i], k = i;

		for (; k && strcmp(s->cells[k - 1].workload, cell.workload) > 0; k--) {
			s->cells[k] = s->cells[k - 1];
			host->source[k] = host->source[k - 1];
		}
		s->cells[k] = cell;
		host->source[k] = source;
	}
}

/* ---- the suite over all parts ---- */

/* A mean over programs: of time in env ÷ time in reference (of one variant; NULL: all), or, where
 * reference is NULL, of counterpart ÷ workload in env. */
struct suite {
	const char *env, *reference, *variant;
};

static size_t mean_of_part(
	const struct merge_part *p, const struct suite *suite, struct stats_paired *ret)
{
	if (!suite->reference)
		return mean_of_counterparts(
			p->input.workloads, &p->grid, &p->summary, suite->env, ret);
	return suite_of_environments(p->input.workloads, &p->grid, &p->summary, suite->env,
		suite->reference, suite->variant, ret);
}

/* Over all parts, each a stratum; returns how many programs enter. */
static size_t mean_of_parts(
	const struct merge_part *parts, size_t n, const struct suite *suite, struct ratio *ret)
{
	_cleanup_free_ struct stats_stratum *strata = xcalloc(n, sizeof(*strata));
	size_t used = 0, workloads = 0;
	struct interval interval;

	for (size_t i = 0; i < n; i++) {
		struct stats_paired mean;
		size_t has = mean_of_part(&parts[i], suite, &mean);

		if (has)
			strata[used++] = stats_stratum_of(&mean, has);
		workloads += has;
	}
	interval = stats_geomean_strata(strata, used, SUMMARY_CONFIDENCE);
	*ret = ratio_from(&interval);
	return workloads;
}

/* The first cell of its environment, or of its variant. */
static bool is_first(const struct summary *s, size_t i, bool by_variant)
{
	for (size_t k = 0; k < i; k++)
		if (!strcmp(by_variant ? s->cells[k].variant : s->cells[k].env,
			    by_variant ? s->cells[i].variant : s->cells[i].env))
			return false;
	return true;
}

/* variant NULL: all; b NULL: over native. */
static void add_suite(const struct merge_part *parts, size_t n, const char *a, const char *b,
	const char *variant, struct summary *s)
{
	char native[ENV_ID_MAX];
	struct ratio ratio;
	size_t programs;

	environment_id_reference(a, native);
	programs = mean_of_parts(parts, n, &(struct suite){a, b ? b : native, variant}, &ratio);
	if (b)
		add_suite_pair(s, a, b, variant, programs, ratio);
	else
		add_suite_mean(s, a, variant, programs, ratio);
}

/* Otherwise the mean over one variant is that over all. */
static bool has_variants(const struct summary *s)
{
	for (size_t i = 1; i < s->ncells; i++)
		if (strcmp(s->cells[i].variant, s->cells[0].variant))
			return true;
	return false;
}

/* For all variants together, then for each. */
static void add_suites(
	const struct merge_part *parts, size_t n, const char *a, const char *b, struct summary *s)
{
	add_suite(parts, n, a, b, NULL, s);
	for (size_t i = 0; has_variants(s) && i < s->ncells; i++)
		if (is_first(s, i, true))
			add_suite(parts, n, a, b, s->cells[i].variant, s);
}

static void join_suites(const struct merge_part *parts, size_t n, struct summary *s)
{
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *a = &s->cells[i];

		if (!is_first(s, i, false))
			continue;
		if (!environment_id_is_native(a->env))
			add_suites(parts, n, a->env, NULL, s);
		for (size_t k = i + 1; k < s->ncells; k++)
			if (s->cells[k].arch == a->arch && is_first(s, k, false))
				add_suites(parts, n, a->env, s->cells[k].env, s);
	}
}

/* The mean over the workloads of all parts with a counterpart, in each environment. */
static void join_counterparts(const struct merge_part *parts, size_t n, struct summary *s)
{
	for (size_t e = 0; e < s->ncells; e++) {
		struct suite suite = {.env = s->cells[e].env};
		struct ratio ratio;
		size_t workloads;

		if (!is_first(s, e, false))
			continue;
		workloads = mean_of_parts(parts, n, &suite, &ratio);
		add_counterparts_mean(s, suite.env, workloads, ratio);
	}
}

void merge_host(
	const struct merge_source *sources, size_t h, struct merged *m, struct merge_parts *parts)
{
	struct merged_host *host = &m->hosts[h];
	struct summary *s = &host->summary;

	*parts = (struct merge_parts){.v = xcalloc(m->nsources, sizeof(*parts->v))};
	for (size_t i = 0; i < m->nsources; i++) {
		struct merge_part *p = &parts->v[parts->n];

		if (m->sources[i].at != h)
			continue;
		part_init(&sources[i], m, p);
		m->sources[i].blocks_planned = p->summary.blocks_planned;
		m->sources[i].blocks_done = p->summary.blocks_done;
		m->sources[i].budget_ended = p->summary.budget_ended;
		if (p->summary.conditions.stolen_blocks > 0)
			m->sources[i].stolen_blocks = (uint64_t)p->summary.conditions.stolen_blocks;
		m->sources[i].sentinel_shift = summary_sentinel_shift(&p->summary);
		m->sources[i].cells = p->summary.ncells;
		add_part(host, i, p);
		parts->n++;
	}
	sort_cells(host);
	join_suites(parts->v, parts->n, s);
	adjust_pairs(s);
	join_counterparts(parts->v, parts->n, s);
}

void merge_parts_release(struct merge_parts *parts)
{
	for (size_t i = 0; i < parts->n; i++)
		part_release(&parts->v[i]);
	free(parts->v);
	*parts = (struct merge_parts){0};
}
