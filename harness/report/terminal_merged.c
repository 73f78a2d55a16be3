/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The ten-second summary of joined runs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/beside.h"
#include "report/contrasts.h"
#include "report/sections.h"
#include "report/terminal.h"

/* A column: what has this role on this host. */
struct column {
	size_t role, host;
};

struct page {
	struct terminal t;
	const struct beside *beside;
	const struct aa_record *records; /* of each host, or NULL */
};

static void add_headline(struct page *p)
{
	const struct merged *m = p->beside->merged;
	_cleanup_free_ char *line = xasprintf("toll %s · %zu host%s, %zu runs joined · size %s",
		m->id, m->nhosts, m->nhosts == 1 ? "" : "s", m->nsources, m->size);

	terminal_wrapped(&p->t, line, PAINT_BOLD);
	for (size_t h = 0; h < m->nhosts; h++) {
		const struct merged_host *host = &m->hosts[h];
		const struct host *machine = &host->summary.host;
		_cleanup_free_ char *text = xasprintf("%s: %s, %s · profile %s · %zu machine%s, "
						      "%zu run%s · fingerprint %s%s%s",
			host->label, machine->cpu_model, machine->kernel, host->profile,
			host->nodes, host->nodes == 1 ? "" : "s", host->runs,
			host->runs == 1 ? "" : "s", host->fingerprint,
			host->missing[0] ? " · MISSING: shard " : "", host->missing);

		terminal_wrapped(&p->t, text, host->missing[0] ? PAINT_YELLOW : PAINT_NONE);
		if (host->summary.replayed)
			terminal_wrapped(&p->t,
				"REPLAYED: runs of this host hold canned samples, which it did not "
				"measure.",
				PAINT_YELLOW);
	}
}

static void add_noise(struct page *p, const struct merged_source *s)
{
	_cleanup_(str_release) struct str text = {0};

	sentence_source_noise(s, &text);
	if (text.len)
		terminal_wrapped(&p->t, str_text(&text), PAINT_YELLOW);
}

static void add_sources(struct page *p)
{
	const struct merged *m = p->beside->merged;

	for (size_t i = 0; i < m->nsources; i++) {
		const struct merged_source *s = &m->sources[i];
		_cleanup_free_ char *line = xasprintf("unfinished: %s, run %s, %zu of %zu blocks",
			s->host, s->run, (size_t)s->blocks_done, (size_t)s->blocks_planned);

		if (merged_source_is_unfinished(s))
			terminal_wrapped(&p->t, line, PAINT_YELLOW);
		add_noise(p, s);
	}
	for (size_t i = 0; i < m->nclashes; i++) {
		const struct clash *c = &m->clashes[i];
		_cleanup_free_ char *line = xasprintf(
			"left out, %zu cell%s: '%s' is %.12s in %s and %.12s in %s", c->cells,
			c->cells == 1 ? "" : "s", c->program, c->id_a[0] ? c->id_a : "not stored",
			c->run_a, c->id_b[0] ? c->id_b : "not stored", c->run_b);

		terminal_wrapped(&p->t, line, PAINT_RED);
	}
}

static void add_heads(struct page *p, const char *corner, const struct column *columns, size_t n)
{
	_cleanup_free_ struct terminal_head *heads = xcalloc(n, sizeof(*heads));

	for (size_t i = 0; i < n; i++) {
		const struct view_env *env =
			beside_env(p->beside, columns[i].role, columns[i].host);

		heads[i].host = p->beside->hosts[columns[i].host].host->label;
		heads[i].env = env->kind == VIEW_NATIVE ? "" : env->id;
	}
	terminal_heads(&p->t, corner, heads, n, TERMINAL_COLUMN);
}

static void add_native_cell(struct page *p, const struct cell_summary *c)
{
	char text[NUMBER_TEXT_MAX];

	if (!c || c->status != STATUS_OK)
		terminal_cell(&p->t, c);
	else
		terminal_column(
			&p->t, time_text(c->mean_ns, text), (int)TERMINAL_COLUMN, PAINT_NONE);
}

static void add_rows(struct page *p, const struct column *columns, size_t n)
{
	const struct beside *b = p->beside;

	for (size_t r = 0; r < b->nrows; r++) {
		_cleanup_free_ char *label =
			xasprintf("%s %s", b->rows[r].workload, b->rows[r].variant);

		terminal_column(&p->t, label, -(int)p->t.label, PAINT_NONE);
		for (size_t i = 0; i < n; i++) {
			const struct cell_summary *c =
				beside_cell(b, r, columns[i].role, columns[i].host);

			str_addc(p->t.out, ' ');
			if (b->roles[columns[i].role].kind == VIEW_NATIVE)
				add_native_cell(p, c);
			else
				terminal_cell(&p->t, c);
		}
		str_addc(p->t.out, '\n');
	}
}

static void add_geomeans(struct page *p, const struct column *columns, size_t n)
{
	const struct beside *b = p->beside;
	const char *variants[8];
	size_t nvariants = beside_variants(b, variants, ARRAY_LEN(variants));

	for (size_t k = 0; k < nvariants; k++) {
		_cleanup_free_ char *label = xasprintf("geomean %s", variants[k]);

		terminal_column(&p->t, label, -(int)p->t.label, PAINT_BOLD);
		for (size_t i = 0; i < n; i++) {
			const struct view_env *env =
				beside_env(b, columns[i].role, columns[i].host);
			const struct geomean *g = geomean_find(
				&b->hosts[columns[i].host].host->summary, env->id, variants[k]);
			char text[NUMBER_TEXT_MAX] = "–";

			if (g && ratio_has_point(&g->ratio))
				terminal_ratio(&g->ratio, text);
			str_addc(p->t.out, ' ');
			terminal_column(&p->t, text, (int)TERMINAL_COLUMN, PAINT_BOLD);
		}
		str_addc(p->t.out, '\n');
	}
}

/* How many of n columns to set beside each other: a role's hosts stay together where they can. */
static size_t columns_that_fit(const struct column *columns, size_t n, size_t fit)
{
	size_t count = n < fit ? n : fit, whole = count;

	while (whole && whole < n && columns[whole - 1].role == columns[whole].role)
		whole--;
	return whole ? whole : count;
}

/* What does not fit beside each other goes into a further table. */
static void add_tables(struct page *p, const char *corner, bool native)
{
	const struct beside *b = p->beside;
	_cleanup_free_ struct column *columns = xcalloc(b->nroles * b->nhosts, sizeof(*columns));
	size_t n = 0, fit = (p->t.width - p->t.label) / (TERMINAL_COLUMN + 1);

	for (size_t r = 0; r < b->nroles; r++) {
		for (size_t h = 0; h < b->nhosts; h++) {
			const struct view_env *env = beside_env(b, r, h);

			if (env && (env->kind == VIEW_NATIVE) == native && !env->blocked_reason)
				columns[n++] = (struct column){r, h};
		}
	}
	for (size_t from = 0, count; from < n; from += count) {
		count = columns_that_fit(columns + from, n - from, fit);
		str_addc(p->t.out, '\n');
		add_heads(p, corner, columns + from, count);
		add_rows(p, columns + from, count);
		if (!native)
			add_geomeans(p, columns + from, count);
	}
}

static void add_sentence(struct page *p, const struct str *text, enum paint paint)
{
	if (text->len)
		terminal_wrapped(&p->t, text->s, paint);
}

/* Overheads of one host against another's. */
static void add_contrasts(struct page *p)
{
	const struct merged *m = p->beside->merged;
	_cleanup_(str_release) struct str none = {0};

	sentence_no_contrasts(m, &none);
	add_sentence(p, &none, PAINT_DIM);
	for (size_t i = 0; i < m->ncontrasts; i++) {
		const struct contrast *hosts = &m->contrasts[i];
		_cleanup_(str_release) struct str untold = {0};

		if (!contrast_opens_hosts(m, i))
			continue;
		str_addf(p->t.out, "%s against %s:\n", hosts->host_b, hosts->host_a);
		for (size_t k = i; k < m->ncontrasts; k++) {
			_cleanup_(str_release) struct str told = {0};

			if (contrast_shares_hosts(&m->contrasts[k], hosts))
				sentence_contrast(m, k, &told);
			add_sentence(p, &told, PAINT_BOLD);
		}
		sentence_contrasts_untold(m, i, &untold);
		add_sentence(p, &untold, PAINT_DIM);
	}
	str_addc(p->t.out, '\n');
}

static void add_hosts(struct page *p)
{
	for (size_t h = 0; h < p->beside->nhosts; h++) {
		const struct beside_host *host = &p->beside->hosts[h];
		const struct story st = {.summary = &host->host->summary,
			.view = &host->view,
			.answers = host->answers};
		_cleanup_free_ char *where = xasprintf("%s: ", host->host->label);
		_cleanup_(str_release) struct str text = {0}, noise = {0};

		str_add(&noise, where);
		sentence_noise_floor(st.summary, &noise);
		terminal_wrapped(&p->t, str_text(&noise), PAINT_NONE);
		terminal_record(&p->t, p->records ? &p->records[h] : NULL, where);
		terminal_reasons(&p->t, &host->view, where);
		terminal_warnings(&p->t, &st, where);
		str_add(&text, where);
		sentence_fastest(&st, &text);
		terminal_wrapped(&p->t, str_text(&text), PAINT_GREEN);
	}
}

void report_merged_terminal(const struct merged *merged, const struct aa_record *records,
	const struct report_terminal_spec *spec, struct str *out)
{
	struct page p = {.records = records};
	struct beside b;

	beside_init(&b, merged);
	p.beside = &b;
	terminal_init(&p.t, spec, out);
	p.t.label = terminal_label_width(b.rows, b.nrows);
	add_headline(&p);
	add_sources(&p);
	add_tables(&p, "native", true);
	add_tables(&p, "time ÷ native", false);
	str_addc(out, '\n');
	if (beside_suites_differ(&b))
		terminal_wrapped(&p.t,
			"Means over different numbers of workloads are means of different suites.",
			PAINT_YELLOW);
	add_contrasts(&p);
	add_hosts(&p);
	if (spec->report_path)
		str_addf(out, "\nReport: %s\n", spec->report_path);
	beside_release(&b);
}
