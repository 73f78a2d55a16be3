/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What comes first: the answer, the geometric means, the noise, the ratios.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/number.h"
#include "report/sections.h"

/* A warning in words that may stay empty: then there is none. */
static void warn(struct doc *d, const struct story *st, const char *what,
	void (*sentence)(const struct story *st, struct str *out))
{
	_cleanup_(str_release) struct str text = {0};

	sentence(st, &text);
	if (text.len)
		doc_warning(d, what, "%s", str_text(&text));
}

void section_banner(struct doc *d, const struct story *st)
{
	const struct summary *s = st->summary;

	if (s->replayed)
		doc_warning(d, "Replayed",
			"These numbers come from canned samples: this run measured nothing on this "
			"host.");
	if (s->blocks_done < s->blocks_planned)
		doc_warning(d, s->budget_ended ? "The budget ended" : "Unfinished",
			"%zu of %zu planned blocks were measured.", (size_t)s->blocks_done,
			(size_t)s->blocks_planned);
	warn(d, st, "Few blocks", sentence_few_blocks);
	if (precision_was_missed(s))
		warn(d, st, "Target not reached", sentence_precision);
	section_cautions(d, st);
}

void section_cautions(struct doc *d, const struct story *st)
{
	warn(d, st, "Another machine", sentence_other_machine);
	warn(d, st, "Clock off", sentence_clocks);
	warn(d, st, "Blocks left out", sentence_spoiled);
	warn(d, st, "A busy host", sentence_usual_theft);
	warn(d, st, "The sentinel is not fair", sentence_sentinel);
}

static void payback_cell(struct table *t, const struct payback *p)
{
	char text[NUMBER_TEXT_MAX], lo[NUMBER_TEXT_MAX], hi[NUMBER_TEXT_MAX];

	switch (p->kind) {
	case PAYBACK_NONE:
		table_add(t, "–");
		break;
	case PAYBACK_NEVER:
		table_add(t, "never");
		break;
	case PAYBACK_UNCLEAR:
		table_add(t, "cannot tell");
		break;
	case PAYBACK_AT:
		table_add(t, "%s iterations", count_text(p->iterations, text));
		count_text(p->iterations_lo, lo);
		table_sub(t, "%s to %s; %s of work", lo, count_text(p->iterations_hi, hi),
			time_text(p->work_ns, text));
		break;
	}
}

static void best_cells(struct table *t, const struct story *st, const struct answer *a)
{
	char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	if (a->verdict == VERDICT_UNCLEAR) {
		table_add(t, "cannot tell");
		table_sub(t, "%s or %s", a->best->env, a->next->env);
	} else {
		table_add(t, "%s", a->best->env);
		table_slot(t, view_env_find(st->view, a->best->env)->slot);
		table_mark(t, CELL_BEST, 0);
	}
	table_add(t, "%s", ratio_text(a->best->ratio.point, ratio));
	table_sub(t, "%s", interval_text(&a->best->ratio, interval));
}

static void lead_cell(struct table *t, const struct answer *a)
{
	char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	if (a->verdict == VERDICT_ONLY) {
		table_add(t, "alone");
		table_sub(t, "nothing else ran it here");
		return;
	}
	table_add(t, "%s", ratio_text(a->lead.point, ratio));
	table_sub(t, "%s, %s", a->next->env, interval_text(&a->lead, interval));
}

static void answer_table(struct doc *d, const struct story *st)
{
	const struct view_env *foreign = view_first_foreign(st->view);
	const char *arch = foreign ? arch_text(foreign->arch) : "foreign";
	_cleanup_free_ char *caption = xasprintf("The fastest way to run each %s program", arch);
	_cleanup_free_ char *fastest = xasprintf("Fastest for the %s program", arch);
	const char *const head[] = {"Workload", fastest, "Time ÷ native", "Faster than the next by",
		"A VM's boot pays back after", NULL};
	struct table t = {.caption = caption, .columns = 5, .text_columns = 2};

	table_head(&t, head);
	for (size_t r = 0; r < st->view->nrows; r++) {
		const struct answer *a = &st->answers[r];

		table_add(&t, "%s", a->row->workload);
		table_sub(&t, "%s", a->row->variant);
		if (a->verdict == VERDICT_NONE) {
			table_add(&t, "none has a time here");
			table_mark(&t, CELL_REFUSED, 0);
			table_add(&t, "–");
			table_add(&t, "–");
		} else {
			best_cells(&t, st, a);
			lead_cell(&t, a);
		}
		payback_cell(&t, &a->payback);
	}
	doc_table(d, &t);
}

void section_answer(struct doc *d, const struct story *st)
{
	static void (*const sentences[])(const struct story *st, struct str *out) = {
		sentence_fastest, sentence_geomeans, sentence_payback, sentence_emulated,
		sentence_same_arch, sentence_paths};

	doc_heading(d, 2, "answer", "The answer");
	for (size_t i = 0; i < ARRAY_LEN(sentences); i++) {
		_cleanup_(str_release) struct str text = {0};

		sentences[i](st, &text);
		if (text.len)
			doc_block(d, i ? DOC_PARAGRAPH : DOC_LEAD, "%s", text.s);
	}
}

void section_fastest(struct doc *d, const struct story *st)
{
	answer_table(d, st);
	doc_block(d, DOC_QUIET,
		"Two environments are compared within each block, workload by workload. “Cannot "
		"tell”: they do not differ at 5 %% over all workloads compared in these two, by "
		"Holm's adjustment, or there are too few blocks. The intervals are those of each "
		"comparison alone. “Never”: the VM's steady state is slower "
		"than the translator's. Boot, start and warm-up count once in what pays back; its "
		"range takes the ends of that interval.");
}

void sections_geomean(struct table *t, const struct geomean *g)
{
	char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	if (!g || !ratio_has_point(&g->ratio)) {
		table_add(t, "–");
		return;
	}
	table_add(t, "%s", ratio_text(g->ratio.point, ratio));
	table_sub(t, "%s, %zu workload%s", interval_text(&g->ratio, interval), g->workloads,
		g->workloads == 1 ? "" : "s");
}

static bool geomean_suites_differ(const struct summary *s)
{
	for (size_t i = 0; i < s->ngeomeans; i++)
		for (size_t k = 0; k < i; k++)
			if (!strcmp(s->geomeans[i].variant, s->geomeans[k].variant) &&
				s->geomeans[i].workloads != s->geomeans[k].workloads)
				return true;
	return false;
}

/* "matmul blas-pinned": what a mean over all variants would count twice. */
static void add_aliases(const struct story *st, struct str *out)
{
	for (size_t r = 0; st->workloads && r < st->view->nrows; r++) {
		const struct view_row *row = &st->view->rows[r];
		const struct workload *w = workloads_find(st->workloads, row->workload);
		const struct variant *v = w ? workload_variant(w, row->variant) : NULL;

		if (v && v->program && strcmp(v->program, v->name))
			str_addf(out, "%s%s %s", out->len ? ", " : "", row->workload, row->variant);
	}
}

static void note_on_all(struct doc *d, const struct story *st)
{
	_cleanup_(str_release) struct str aliases = {0};
	bool all = false;

	for (size_t i = 0; i < st->summary->ngeomeans; i++)
		all |= !strcmp(st->summary->geomeans[i].variant, "all");
	if (all)
		add_aliases(st, &aliases);
	if (aliases.len)
		doc_block(d, DOC_QUIET,
			"“all” counts each program once: without %s, the program of another "
			"variant under other settings.",
			aliases.s);
}

void section_geomeans(struct doc *d, const struct story *st)
{
	const char *variants[8];
	size_t n = summary_geomean_variants(st->summary, variants, 0, ARRAY_LEN(variants));
	struct table t = {.caption = "Geometric mean of time ÷ native time over the workloads",
		.columns = n + 1,
		.text_columns = 1};

	doc_heading(d, 2, "geomeans", "Geometric means");
	if (!n) {
		doc_block(d, DOC_PARAGRAPH,
			"No environment has a geometric mean: no block holds "
			"all of its workloads.");
		return;
	}
	table_add(&t, "Environment");
	for (size_t k = 0; k < n; k++)
		table_add(&t, "%s", variants[k]);
	for (size_t e = 0; e < st->view->nenvs; e++) {
		const struct view_env *env = &st->view->envs[e];
		bool any = false;

		for (size_t k = 0; k < n; k++)
			any |= geomean_find(st->summary, env->id, variants[k]) != NULL;
		if (!any)
			continue;
		table_add(&t, "%s", env->id);
		table_slot(&t, env->slot);
		for (size_t k = 0; k < n; k++)
			sections_geomean(&t, geomean_find(st->summary, env->id, variants[k]));
	}
	doc_table(d, &t);
	note_on_all(d, st);
	if (geomean_suites_differ(st->summary))
		doc_block(d, DOC_QUIET,
			"Means over different numbers of workloads are means of different suites: "
			"what "
			"has no time in an environment does not enter its mean.");
}

static bool is_of_first_point(const struct summary *s, const char *env)
{
	for (size_t i = 0; i < s->ncells; i++)
		if (!strcmp(s->cells[i].env, env))
			return view_is_first_point(s, &s->cells[i]);
	return true;
}

/* Where it comes from, and what would help. */
static void noise_advice(struct doc *d, const struct summary *s)
{
	_cleanup_(str_release) struct str small = {0};

	if (!s->nvariances)
		return;
	doc_open(d, DOC_LIST);
	for (size_t i = 0; i < s->nvariances; i++) {
		_cleanup_(str_release) struct str text = {0};

		if (is_of_first_point(s, s->variances[i].env))
			sentence_variance(&s->variances[i], &text);
		if (text.len)
			doc_block(d, DOC_ITEM, "%s", str_text(&text));
	}
	doc_close(d, DOC_LIST);
	sentence_variances(s, &small);
	doc_block(d, DOC_QUIET, "%s", str_text(&small));
}

void section_noise(struct doc *d, const struct story *st)
{
	const struct summary *s = st->summary;
	_cleanup_(str_release) struct str correlation = {0};
	char text[NUMBER_TEXT_MAX];

	doc_heading(d, 2, "noise", "Noise floor");
	if (s->naa)
		sections_duplicates(d, &(struct labelled_summary){.summary = s}, 1);
	else
		doc_block(d, DOC_PARAGRAPH,
			"No cell has a duplicate in two blocks or more of this run: its noise is "
			"not known.");
	noise_advice(d, s);
	if (s->naa)
		doc_block(d, DOC_QUIET,
			"An effect of the smallest visible size would be seen in one cell in four "
			"runs out of five, a smaller one less often. About one duplicate in twenty "
			"differs by chance. The sentinel loop around every execution varied by %s "
			"over the run.",
			percent_text(s->sentinel_cv, text));
	sentence_correlation(s, &correlation);
	if (correlation.len)
		doc_block(d, DOC_QUIET, "%s", str_text(&correlation));
}

void sections_cell(struct table *t, const struct cell_summary *c, size_t note)
{
	char text[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	if (!c) {
		table_add(t, "not in this run");
		return;
	}
	if (c->status != STATUS_OK) {
		table_add(t, "%s", status_text(c->status));
		table_mark(t, status_is_refusal(c->status) ? CELL_REFUSED : CELL_FAILED, note);
		if (isfinite(c->extrapolated_ns))
			table_sub(t, "extrapolated: %s", time_text(c->extrapolated_ns, text));
	} else if (environment_id_is_native(c->env)) {
		table_add(t, "%s", time_text(c->mean_ns, text));
	} else if (ratio_has_point(&c->ratio)) {
		table_add(t, "%s", ratio_text(c->ratio.point, text));
		table_sub(t, "%s", interval_text(&c->ratio, interval));
	} else {
		table_add(t, "%s", time_text(c->mean_ns, text));
		table_sub(t, "%s", c->ran_on[0] ? "on another machine" : "no native time");
	}
}

/* Heads a column per environment. */
void sections_env_heads(struct table *t, const struct view *v)
{
	for (size_t e = 0; e < v->nenvs; e++) {
		table_add(t, "%s", v->envs[e].id);
		table_slot(t, v->envs[e].slot);
	}
}

void section_overhead(struct doc *d, const struct story *st)
{
	const struct view *v = st->view;
	struct table t = {.caption = "Steady time per iteration: natively, and elsewhere as a "
				     "multiple of native [95 % interval]",
		.columns = v->nenvs + 1,
		.text_columns = 1};

	doc_heading(d, 2, "overhead", "Overhead by workload and environment");
	if (!v->nrows) {
		doc_block(d, DOC_PARAGRAPH, "This run has no workload that takes time.");
		return;
	}
	table_add(&t, "Workload");
	sections_env_heads(&t, v);
	for (size_t r = 0; r < v->nrows; r++) {
		table_add(&t, "%s", v->rows[r].workload);
		table_sub(&t, "%s", v->rows[r].variant);
		for (size_t e = 0; e < v->nenvs; e++) {
			const struct cell_summary *c = view_cell(v, r, e);

			sections_cell(&t, c, c ? view_reason_number(v, c) : 0);
		}
	}
	doc_table(d, &t);
	if (v->nreasons)
		doc_block(d, DOC_QUIET,
			"A status in place of a number: no time. What stands beside it is the "
			"number of its reason, below.");
}

void section_figures(struct doc *d, const struct story *st)
{
	(void)st;
	doc_heading(d, 2, "figures", "More figures");
}
