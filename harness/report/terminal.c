/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ten-second summary.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/number.h"
#include "report/report.h"
#include "report/sections.h"
#include "report/terminal.h"

/* What is being written, and onto what. */
struct page {
	struct terminal t;
	const struct story *story;
};

static void add_headline(struct page *p)
{
	const struct summary *s = p->story->summary;
	char wall[NUMBER_TEXT_MAX];
	_cleanup_(str_release) struct str line = {0};

	str_addf(&line, "toll %s · %s, %u CPUs · profile %s, size %s · %zu of %zu blocks", s->run,
		s->host.cpu_model, s->host.cpus, s->profile, s->size, (size_t)s->blocks_done,
		(size_t)s->blocks_planned);
	/* A run that was killed does not know. */
	if (isfinite(s->wall_ns))
		str_addf(&line, " in %s", time_text(s->wall_ns, wall));
	if (s->nspoiled)
		str_addf(&line, ", %zu left out", s->nspoiled);
	if (s->budget_ended)
		str_add(&line, "; the budget ended");
	terminal_wrapped(&p->t, str_text(&line), PAINT_BOLD);
	if (s->replayed)
		terminal_wrapped(&p->t,
			"REPLAYED: canned samples, nothing here was measured by this run.",
			PAINT_YELLOW);
}

/* The columns: environments with anything to show, native apart. */
static size_t choose_columns(const struct page *p, size_t *columns, size_t max)
{
	const struct view *v = p->story->view;
	size_t n = 0;

	for (size_t e = 0; e < v->nenvs && n < max; e++)
		if (v->envs[e].kind != VIEW_NATIVE && !v->envs[e].blocked_reason)
			columns[n++] = e;
	return n;
}

static void add_heads(struct page *p, const size_t *columns, size_t n)
{
	_cleanup_free_ struct terminal_head *heads = xcalloc(n, sizeof(*heads));

	for (size_t i = 0; i < n; i++)
		heads[i] = (struct terminal_head){"", p->story->view->envs[columns[i]].id};
	terminal_heads(&p->t, "time ÷ native", heads, n, TERMINAL_COLUMN);
}

static void add_rows(struct page *p, const size_t *columns, size_t n)
{
	const struct view *v = p->story->view;

	for (size_t r = 0; r < v->nrows; r++) {
		_cleanup_free_ char *label =
			xasprintf("%s %s", v->rows[r].workload, v->rows[r].variant);

		terminal_column(&p->t, label, -(int)p->t.label, PAINT_NONE);
		for (size_t i = 0; i < n; i++) {
			str_addc(p->t.out, ' ');
			terminal_cell(&p->t, view_cell(v, r, columns[i]));
		}
		str_addc(p->t.out, '\n');
	}
}

static void add_geomeans(struct page *p, const size_t *columns, size_t n)
{
	const struct summary *s = p->story->summary;

	for (size_t g = 0; g < s->ngeomeans; g++) {
		const char *variant = s->geomeans[g].variant;
		_cleanup_free_ char *label = xasprintf("geomean %s", variant);
		bool earlier = false;

		for (size_t k = 0; k < g; k++)
			earlier |= !strcmp(s->geomeans[k].variant, variant);
		if (earlier)
			continue;
		terminal_column(&p->t, label, -(int)p->t.label, PAINT_BOLD);
		for (size_t i = 0; i < n; i++) {
			const struct geomean *m =
				geomean_find(s, p->story->view->envs[columns[i]].id, variant);
			char text[NUMBER_TEXT_MAX] = "–";

			if (m && ratio_has_point(&m->ratio))
				terminal_ratio(&m->ratio, text);
			str_addc(p->t.out, ' ');
			terminal_column(&p->t, text, (int)TERMINAL_COLUMN, PAINT_BOLD);
		}
		str_addc(p->t.out, '\n');
	}
}

/* Environments that do not fit beside each other go into a further table. */
static void add_tables(struct page *p)
{
	size_t columns[16], n = choose_columns(p, columns, ARRAY_LEN(columns));
	size_t fit = (p->t.width - p->t.label) / (TERMINAL_COLUMN + 1);

	for (size_t from = 0; from < n; from += fit) {
		size_t count = n - from < fit ? n - from : fit;

		str_addc(p->t.out, '\n');
		add_heads(p, columns + from, count);
		add_rows(p, columns + from, count);
		add_geomeans(p, columns + from, count);
	}
	str_addc(p->t.out, '\n');
}

static void add_noise(struct page *p)
{
	_cleanup_(str_release) struct str line = {0};

	sentence_noise_floor(p->story->summary, &line);
	terminal_wrapped(&p->t, str_text(&line), PAINT_NONE);
}

static void add_cold(struct page *p)
{
	_cleanup_(str_release) struct str text = {0};

	sentence_cold(p->story, &text);
	if (text.len)
		terminal_wrapped(&p->t, str_text(&text), PAINT_NONE);
}

static void add_no_intervals(struct page *p)
{
	_cleanup_(str_release) struct str text = {0};

	sentence_few_blocks(p->story, &text);
	if (text.len)
		terminal_wrapped(&p->t, str_text(&text), PAINT_YELLOW);
}

/* Whether what was asked for was reached. */
static void add_precision(struct page *p)
{
	const struct summary *s = p->story->summary;
	_cleanup_(str_release) struct str line = {0};

	if (!s->pilot)
		return;
	if (precision_was_missed(s))
		str_add(&line, "Target not reached: ");
	sentence_precision(p->story, &line);
	terminal_wrapped(
		&p->t, str_text(&line), precision_was_missed(s) ? PAINT_YELLOW : PAINT_NONE);
}

static void add_answer(struct page *p)
{
	static void (*const sentences[])(const struct story *st, struct str *out) = {
		sentence_fastest, sentence_geomeans, sentence_payback, sentence_emulated,
		sentence_same_arch, sentence_counterparts, sentence_points};

	str_addc(p->t.out, '\n');
	for (size_t i = 0; i < ARRAY_LEN(sentences); i++) {
		_cleanup_(str_release) struct str text = {0};

		sentences[i](p->story, &text);
		if (text.len)
			terminal_wrapped(&p->t, text.s, i ? PAINT_NONE : PAINT_GREEN);
	}
}

void report_terminal(const struct summary *summary, const struct aa_record *record,
	const struct report_terminal_spec *spec, struct str *out)
{
	_cleanup_(view_release) struct view v;
	_cleanup_free_ struct answer *answers = NULL;
	struct story st = {.summary = summary, .view = &v, .record = record};
	struct page p = {.story = &st};

	view_init(&v, summary);
	answers = xcalloc(v.nrows + 1, sizeof(answers[0]));
	answers_find(&v, answers);
	st.answers = answers;
	terminal_init(&p.t, spec, out);
	p.t.label = terminal_label_width(v.rows, v.nrows);
	add_headline(&p);
	add_tables(&p);
	add_cold(&p);
	add_noise(&p);
	add_no_intervals(&p);
	terminal_record(&p.t, record, "");
	add_precision(&p);
	terminal_reasons(&p.t, &v, "");
	terminal_warnings(&p.t, &st, "");
	add_answer(&p);
	if (spec->report_path)
		str_addf(out, "\nReport: %s\n", spec->report_path);
}
