/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the layer costs and what the instruction set costs, and where a program took other code in
 * one environment than in another.
 */
#include <string.h>

#include "base/cleanup.h"
#include "report/number.h"
#include "report/sections.h"

static void factor_cell(struct table *t, const struct ratio *r)
{
	char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	table_add(t, "%s", ratio_text(r->point, ratio));
	table_sub(t, "%s", interval_text(r, interval));
}

/* What takes no time has no factors to speak of. */
static bool is_shown(const struct story *st, const struct factor *f)
{
	return !st->view->probe_workload || strcmp(f->workload, st->view->probe_workload);
}

static void factors_table(struct doc *d, const struct story *st)
{
	static const char *const head[] = {
		"Workload", "Foreign against same", "Layer cost", "ISA cost", NULL};
	struct table t = {.caption = "A foreign cell's overhead as a product: same architecture ÷ "
				     "native, times foreign ÷ same architecture",
		.columns = 4,
		.text_columns = 2};

	table_head(&t, head);
	for (size_t i = 0; i < st->summary->nfactors; i++) {
		const struct factor *f = &st->summary->factors[i];

		if (f->forbidden[0] || !is_shown(st, f))
			continue;
		table_add(&t, "%s", f->workload);
		table_sub(&t, "%s", f->variant);
		table_add(&t, "%s ÷ %s", f->foreign, f->same);
		factor_cell(&t, &f->layer_cost);
		factor_cell(&t, &f->isa_cost);
	}
	if (t.n > t.columns)
		doc_table(d, &t);
	else
		table_release(&t);
}

static bool withheld_alike(const struct factor *a, const struct factor *b)
{
	return !strcmp(a->forbidden, b->forbidden) && !strcmp(a->same, b->same) &&
	       !strcmp(a->foreign, b->foreign);
}

/* The programs that have no factors: a line for each reason. */
static void factors_withheld(struct doc *d, const struct story *st)
{
	const struct summary *s = st->summary;

	doc_open(d, DOC_LIST);
	for (size_t i = 0; i < s->nfactors; i++) {
		const struct factor *f = &s->factors[i];
		_cleanup_(str_release) struct str programs = {0};
		bool earlier = false;

		for (size_t k = 0; k < i; k++)
			earlier |=
				withheld_alike(&s->factors[k], f) && is_shown(st, &s->factors[k]);
		if (!f->forbidden[0] || earlier || !is_shown(st, f))
			continue;
		for (size_t k = i; k < s->nfactors; k++)
			if (withheld_alike(&s->factors[k], f) && is_shown(st, &s->factors[k]))
				str_addf(&programs, "%s%s %s", programs.len ? ", " : "",
					s->factors[k].workload, s->factors[k].variant);
		doc_block(d, DOC_ITEM, "No factors of %s ÷ %s for %s: %s.", f->foreign, f->same,
			str_text(&programs), f->forbidden);
	}
	doc_close(d, DOC_LIST);
}

void section_factors(struct doc *d, const struct story *st)
{
	bool shown = false, withheld = false;

	for (size_t i = 0; i < st->summary->nfactors; i++) {
		shown |= is_shown(st, &st->summary->factors[i]);
		withheld |= is_shown(st, &st->summary->factors[i]) &&
			    st->summary->factors[i].forbidden[0];
	}
	if (!shown)
		return;
	doc_heading(d, 2, "factors", "What the layer costs, and what the instruction set costs");
	factors_table(d, st);
	if (withheld)
		factors_withheld(d, st);
}

/* ---- other code elsewhere ---- */

/* The native cell whose program took other code than in `c`, which runs the same file; else NULL.
 */
static const struct cell_summary *chose_otherwise(
	const struct summary *s, const struct cell_summary *c)
{
	const struct cell_summary *native = summary_reference(s, c);

	if (c->status != STATUS_OK || c->probe || c->arch != s->host.arch || !native ||
		native->status != STATUS_OK || !native->path[0] || !c->path[0] ||
		!strcmp(native->path, c->path))
		return NULL;
	return native;
}

static void add_once(struct argv *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], text))
			return;
	argv_add(list, text);
}

static void add_list(struct str *out, const struct argv *list)
{
	for (size_t i = 0; i < list->n; i++)
		str_addf(out, "%s%s", !i ? "" : i + 1 < list->n ? ", " : " and ", list->v[i]);
}

/* The rows that run a program of one of the variants with its code fixed. */
static void add_pinned(const struct story *st, const struct argv *variants, struct argv *ret)
{
	for (size_t r = 0; st->workloads && r < st->view->nrows; r++) {
		const struct view_row *row = &st->view->rows[r];
		const struct workload *w = workloads_find(st->workloads, row->workload);
		const struct variant *v = w ? workload_variant(w, row->variant) : NULL;
		bool otherwise = false, of_these = false;

		for (size_t i = 0; i < variants->n; i++) {
			otherwise |= !strcmp(variants->v[i], row->variant);
			of_these |= v && v->program && !strcmp(variants->v[i], v->program);
		}
		if (of_these && !otherwise)
			argv_addf(ret, "%s %s", row->workload, row->variant);
	}
}

void sentence_paths(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	_cleanup_(argv_release) struct argv variants = {0}, here = {0}, there = {0}, pinned = {0};

	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *native = chose_otherwise(s, &s->cells[i]);

		if (!native)
			continue;
		add_once(&variants, s->cells[i].variant);
		add_once(&here, native->path);
	}
	if (!variants.n)
		return;
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];

		for (size_t k = 0; k < variants.n; k++)
			if (!strcmp(c->variant, variants.v[k]) && c->status == STATUS_OK &&
				c->path[0] && !c->probe && !environment_id_is_native(c->env))
				add_once(&there, c->path);
	}
	str_add(out, "Ratios of ");
	add_list(out, &variants);
	str_add(out, " include that the program chooses its code by the CPU: ");
	add_list(out, &here);
	str_add(out, " natively, ");
	add_list(out, &there);
	str_add(out, " elsewhere.");
	add_pinned(st, &variants, &pinned);
	if (!pinned.n)
		return;
	str_add(out, " Without that: ");
	add_list(out, &pinned);
	str_addc(out, '.');
}
