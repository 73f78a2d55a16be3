/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/beside.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

static bool has_role(const struct beside *b, size_t host, const struct view_env *env, size_t role)
{
	char name[ENV_ROLE_MAX];

	environment_id_role(env->id, b->hosts[host].host->summary.host.arch, name);
	return !strcmp(name, b->roles[role].name);
}

static int compare_roles(const void *a, const void *b)
{
	const struct beside_role *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->foreign != y->foreign)
		return x->foreign ? 1 : -1;
	return strcmp(x->name, y->name);
}

static void collect_roles(struct beside *b)
{
	size_t cap = 0;

	for (size_t h = 0; h < b->nhosts; h++) {
		const struct view *v = &b->hosts[h].view;

		for (size_t e = 0; e < v->nenvs; e++) {
			size_t r = 0;

			while (r < b->nroles && !has_role(b, h, &v->envs[e], r))
				r++;
			if (r == b->nroles) {
				GROW(b->roles, b->nroles, cap);
				b->roles[b->nroles] = (struct beside_role){
					.kind = v->envs[e].kind, .foreign = v->envs[e].foreign};
				environment_id_role(v->envs[e].id,
					b->hosts[h].host->summary.host.arch,
					b->roles[b->nroles++].name);
			}
			b->roles[r].timed |= !v->envs[e].blocked_reason;
		}
	}
	if (b->nroles)
		qsort(b->roles, b->nroles, sizeof(*b->roles), compare_roles);
}

static size_t row_of(const struct view_row *rows, size_t n, const struct view_row *row)
{
	size_t r = 0;

	while (r < n &&
		(strcmp(rows[r].workload, row->workload) || strcmp(rows[r].variant, row->variant)))
		r++;
	return r;
}

/* Behind the rows of its workload that are there, or of the last one before it by name. */
static void add_row(struct beside *b, const struct view_row *row)
{
	size_t at = b->nrows++;

	for (; at && strcmp(b->rows[at - 1].workload, row->workload) > 0; at--)
		b->rows[at] = b->rows[at - 1];
	b->rows[at] = *row;
}

static void collect_rows(struct beside *b)
{
	size_t cap = 0;

	for (size_t h = 0; h < b->nhosts; h++) {
		const struct view *v = &b->hosts[h].view;

		for (size_t r = 0; r < v->nrows; r++) {
			if (row_of(b->rows, b->nrows, &v->rows[r]) < b->nrows)
				continue;
			GROW(b->rows, b->nrows, cap);
			add_row(b, &v->rows[r]);
		}
	}
}

void beside_init(struct beside *b, const struct merged *merged)
{
	*b = (struct beside){.merged = merged, .nhosts = merged->nhosts};
	b->hosts = xcalloc(b->nhosts, sizeof(*b->hosts));
	for (size_t h = 0; h < b->nhosts; h++) {
		struct beside_host *host = &b->hosts[h];

		host->host = &merged->hosts[h];
		view_init(&host->view, &host->host->summary);
		host->answers = xcalloc(host->view.nrows + 1, sizeof(*host->answers));
		answers_find(&host->view, host->answers);
	}
	collect_roles(b);
	collect_rows(b);
}

void beside_release(struct beside *b)
{
	for (size_t h = 0; h < b->nhosts; h++) {
		view_release(&b->hosts[h].view);
		free(b->hosts[h].answers);
	}
	free(b->hosts);
	free(b->roles);
	free(b->rows);
	*b = (struct beside){0};
}

const struct view_env *beside_env(const struct beside *b, size_t role, size_t host)
{
	const struct view *v = &b->hosts[host].view;

	for (size_t e = 0; e < v->nenvs; e++)
		if (has_role(b, host, &v->envs[e], role))
			return &v->envs[e];
	return NULL;
}

const struct cell_summary *beside_cell(const struct beside *b, size_t row, size_t role, size_t host)
{
	const struct view *v = &b->hosts[host].view;
	const struct view_env *env = beside_env(b, role, host);
	size_t r = row_of(v->rows, v->nrows, &b->rows[row]);

	return env && r < v->nrows ? view_cell(v, r, (size_t)(env - v->envs)) : NULL;
}

size_t beside_variants(const struct beside *b, const char **ret, size_t max)
{
	size_t n = 0;

	for (size_t h = 0; h < b->nhosts; h++)
		n = summary_geomean_variants(&b->hosts[h].host->summary, ret, n, max);
	return n;
}

bool beside_suites_differ(const struct beside *b)
{
	const struct geomean *first = NULL;
	const char *variants[8];
	size_t n = beside_variants(b, variants, ARRAY_LEN(variants));

	for (size_t k = 0; k < n; k++, first = NULL) {
		for (size_t h = 0; h < b->nhosts; h++) {
			const struct summary *s = &b->hosts[h].host->summary;

			for (size_t i = 0; i < s->ngeomeans; i++) {
				const struct geomean *g = &s->geomeans[i];

				if (strcmp(g->variant, variants[k]))
					continue;
				if (first && first->workloads != g->workloads)
					return true;
				first = g;
			}
		}
	}
	return false;
}
