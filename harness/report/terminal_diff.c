/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Two runs on a terminal: what changed, in ten seconds.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/number.h"
#include "report/report.h"
#include "report/terminal.h"

#define COLUMN (TERMINAL_COLUMN + 1) /* with the mark of the verdict */

static const struct {
	const char *mark;
	enum paint paint;
} look[DIFF_VERDICT_COUNT] = {[DIFF_SLOWER] = {"▲", PAINT_RED},
	[DIFF_FASTER] = {"▼", PAINT_GREEN},
	[DIFF_UNCHANGED] = {"=", PAINT_NONE},
	[DIFF_UNKNOWN] = {"?", PAINT_DIM},
	[DIFF_BROKEN] = {"!", PAINT_RED},
	[DIFF_UNCOMPARED] = {"", PAINT_DIM}};

struct page {
	struct terminal t;
	const struct diff *d;
	struct view view; /* of the second run */
};

/* ---- the table ---- */

/* "▲1.31±5%": the columns are narrow. */
static void add_change(struct page *p, const struct ratio *change, enum diff_verdict verdict)
{
	char ratio[NUMBER_TEXT_MAX] = "–", text[NUMBER_TEXT_MAX];
	const char *times;

	if (ratio_has_point(change))
		terminal_ratio(change, ratio);
	times = strstr(ratio, "×");
	snprintf(text, sizeof(text), "%s%.*s%.20s", look[verdict].mark,
		times ? (int)(times - ratio) : 20, ratio, times ? times + strlen("×") : "");
	str_addc(p->t.out, ' ');
	terminal_column(&p->t, text, (int)COLUMN, look[verdict].paint);
}

static void add_cell(struct page *p, const struct cell_summary *c)
{
	const struct diff_cell *cell = c ? diff_find(p->d, c->id) : NULL;

	if (cell && cell->verdict == DIFF_BROKEN) {
		str_addc(p->t.out, ' ');
		terminal_column(&p->t, status_text(c->status), (int)COLUMN, PAINT_RED);
	} else {
		add_change(p, cell ? &cell->change : &(struct ratio){.point = NAN},
			cell ? cell->verdict : DIFF_UNCOMPARED);
	}
}

static const struct diff_suite *suite_of(const struct diff *d, const char *env)
{
	for (size_t i = 0; i < d->nsuites; i++)
		if (!strcmp(d->suites[i].env, env))
			return &d->suites[i];
	return NULL;
}

static bool has_answer(const struct page *p, size_t row, size_t env)
{
	const struct cell_summary *c = view_cell(&p->view, row, env);
	const struct diff_cell *cell = c ? diff_find(p->d, c->id) : NULL;

	return cell && cell->verdict != DIFF_UNCOMPARED;
}

static bool column_has_answer(const struct page *p, size_t env)
{
	bool any = false;

	for (size_t r = 0; r < p->view.nrows; r++)
		any |= has_answer(p, r, env);
	return any;
}

static bool row_has_answer(const struct page *p, size_t row, const size_t *columns, size_t n)
{
	bool any = false;

	for (size_t i = 0; i < n; i++)
		any |= has_answer(p, row, columns[i]);
	return any;
}

static void add_heads(struct page *p, const size_t *columns, size_t n)
{
	_cleanup_free_ struct terminal_head *heads = xcalloc(n, sizeof(*heads));

	for (size_t i = 0; i < n; i++)
		heads[i] = (struct terminal_head){"", p->view.envs[columns[i]].id};
	terminal_heads(&p->t, "second ÷ first", heads, n, COLUMN);
}

static void add_rows(struct page *p, const size_t *columns, size_t n)
{
	for (size_t r = 0; r < p->view.nrows; r++) {
		_cleanup_free_ char *label =
			xasprintf("%s %s", p->view.rows[r].workload, p->view.rows[r].variant);

		if (!row_has_answer(p, r, columns, n))
			continue;
		terminal_column(&p->t, label, -(int)p->t.label, PAINT_NONE);
		for (size_t i = 0; i < n; i++)
			add_cell(p, view_cell(&p->view, r, columns[i]));
		str_addc(p->t.out, '\n');
	}
}

static void add_suites(struct page *p, const size_t *columns, size_t n)
{
	if (!p->d->nsuites)
		return;
	terminal_column(&p->t, "geomean all", -(int)p->t.label, PAINT_BOLD);
	for (size_t i = 0; i < n; i++) {
		const struct diff_suite *s = suite_of(p->d, p->view.envs[columns[i]].id);

		add_change(p, s ? &s->change : &(struct ratio){.point = NAN},
			s ? s->verdict : DIFF_UNCOMPARED);
	}
	str_addc(p->t.out, '\n');
}

static void add_tables(struct page *p)
{
	_cleanup_free_ size_t *columns = xcalloc(p->view.nenvs, sizeof(*columns));
	size_t n = 0, fit = (p->t.width - p->t.label) / (COLUMN + 1);

	for (size_t e = 0; e < p->view.nenvs; e++)
		if (column_has_answer(p, e))
			columns[n++] = e;
	for (size_t from = 0; from < n; from += fit) {
		size_t count = n - from < fit ? n - from : fit;

		str_addc(p->t.out, '\n');
		add_heads(p, columns + from, count);
		add_rows(p, columns + from, count);
		add_suites(p, columns + from, count);
	}
	str_addc(p->t.out, '\n');
}

/* ---- words ---- */

static void add_headline(struct page *p)
{
	const struct diff *d = p->d;
	char within[NUMBER_TEXT_MAX];
	_cleanup_free_ char *line = xasprintf("toll diff %s → %s · %s · %s, %zu and %zu blocks",
		d->run_before, d->run_after, d->quantity == DIFF_TIMES ? "time" : "time ÷ native",
		d->same_host ? "one host" : "two hosts", (size_t)d->before->blocks_done,
		(size_t)d->after->blocks_done);
	_cleanup_free_ char *legend =
		xasprintf("▲ slower, ▼ faster, = unchanged within %s, ? cannot "
			  "tell; ±: 95 %% interval",
			percent_text(d->within, within));

	terminal_wrapped(&p->t, line, PAINT_BOLD);
	terminal_wrapped(&p->t, legend, PAINT_DIM);
}

static const char *value_text(const struct diff *d, double value, char buf[static NUMBER_TEXT_MAX])
{
	return d->quantity == DIFF_TIMES ? time_text(value, buf) : ratio_text(value, buf);
}

/* "Slower: matmul.blas.… 1.31× [1.22, 1.40] (334× → 437×); …" */
static void add_changes(struct page *p, enum diff_verdict verdict, const char *word)
{
	_cleanup_(str_release) struct str line = {0};

	for (size_t i = 0; i < p->d->ncells; i++) {
		const struct diff_cell *c = &p->d->cells[i];
		char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX], from[NUMBER_TEXT_MAX],
			to[NUMBER_TEXT_MAX];

		if (c->verdict != verdict)
			continue;
		str_addf(&line, "%s%s %s %s (%s → %s)", line.len ? "; " : word, c->cell,
			ratio_text(c->change.point, ratio), interval_text(&c->change, interval),
			value_text(p->d, diff_value(p->d, c->before), from),
			value_text(p->d, diff_value(p->d, c->after), to));
	}
	if (line.len)
		terminal_wrapped(&p->t, str_text(&line), look[verdict].paint);
}

static void add_counts(struct page *p)
{
	const struct diff *d = p->d;
	char within[NUMBER_TEXT_MAX];
	_cleanup_free_ char *line =
		xasprintf("%zu slower, %zu faster, %zu unchanged within %s, %zu "
			  "cannot tell",
			diff_count(d, DIFF_SLOWER), diff_count(d, DIFF_FASTER),
			diff_count(d, DIFF_UNCHANGED), percent_text(d->within, within),
			diff_count(d, DIFF_UNKNOWN));

	terminal_wrapped(&p->t, line, PAINT_BOLD);
	add_changes(p, DIFF_SLOWER, "Slower: ");
	add_changes(p, DIFF_FASTER, "Faster: ");
}

static const char *ending(const struct cell_summary *c)
{
	return c ? status_text(c->status) : "not measured";
}

/* Whether the reader would have expected an answer: a cell that neither run could measure, and the
 * native ones among ratios, have none. */
static bool is_missed(const struct page *p, const struct diff_cell *c)
{
	return c->verdict == DIFF_UNCOMPARED &&
	       (isfinite(diff_value(p->d, c->before)) || isfinite(diff_value(p->d, c->after)));
}

static void add_uncompared(struct page *p)
{
	_cleanup_(str_release) struct str line = {0};

	for (size_t i = 0; i < p->d->ncells; i++) {
		const struct diff_cell *c = &p->d->cells[i];

		if (c->verdict == DIFF_BROKEN) {
			_cleanup_free_ char *text = xasprintf("FAILS NOW: %s, %s: %s", c->cell,
				status_text(c->after->status), c->after->reason);

			terminal_wrapped(&p->t, text, PAINT_RED);
		} else if (is_missed(p, c)) {
			str_addf(&line, "%s%s (%s → %s)",
				line.len ? "; " : "Not compared: ", c->cell, ending(c->before),
				ending(c->after));
		}
	}
	if (line.len)
		terminal_wrapped(&p->t, str_text(&line), PAINT_YELLOW);
}

/* What it does to ratios is not known: translated code can feel it several times as much. */
static void add_host_state(struct page *p)
{
	const struct ratio *r = &p->d->sentinel;
	char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];
	_cleanup_free_ char *line = NULL;

	if (!diff_host_changed(p->d))
		return;
	line = xasprintf(
		"The host itself was %s in the second run: its sentinel loop took %s %s as "
		"long. Translated code can feel that several times as much as native code: "
		"what changed may be the host, not the programs.",
		r->point > 1 ? "slower" : "faster", ratio_text(r->point, ratio),
		interval_text(r, interval));
	terminal_wrapped(&p->t, line, PAINT_YELLOW);
}

static void add_facts(struct page *p)
{
	size_t others = 0;

	for (size_t i = 0; i < p->d->nfacts; i++) {
		const struct diff_fact *f = &p->d->facts[i];
		_cleanup_free_ char *line =
			xasprintf("differs: %s, '%s' → '%s'", f->key, f->before, f->after);

		terminal_wrapped(&p->t, line, PAINT_YELLOW);
	}
	for (size_t i = 0; i < p->d->ncells; i++)
		others += p->d->cells[i].other_program;
	if (others) {
		_cleanup_free_ char *line =
			xasprintf("differs: the program, or that of the reference, of %zu cell%s",
				others, others == 1 ? "" : "s");

		terminal_wrapped(&p->t, line, PAINT_YELLOW);
	}
	if (!p->d->same_host)
		terminal_wrapped(&p->t,
			"Two hosts: ratios are compared, by Welch on their logarithms. What one "
			"CPU is better at than the other is in them.",
			PAINT_YELLOW);
	add_host_state(p);
	terminal_wrapped(&p->t,
		"Intervals hold what varies between the blocks of a run; what makes another day "
		"another day is in no run.",
		PAINT_DIM);
}

void report_diff_terminal(
	const struct diff *d, const struct report_terminal_spec *spec, struct str *out)
{
	struct page p = {.d = d};

	view_init(&p.view, d->after);
	terminal_init(&p.t, spec, out);
	p.t.label = terminal_label_width(p.view.rows, p.view.nrows);
	add_headline(&p);
	add_tables(&p);
	add_counts(&p);
	add_uncompared(&p);
	add_facts(&p);
	view_release(&p.view);
}
