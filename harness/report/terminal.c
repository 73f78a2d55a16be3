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

#define WIDTH_MIN 60u
#define COLUMN 9u

struct terminal {
	const struct story *story;
	const struct report_terminal_spec *spec;
	unsigned width;
	unsigned label; /* columns of the row labels */
	struct str *out;
};

enum paint { PAINT_NONE, PAINT_BOLD, PAINT_DIM, PAINT_RED, PAINT_GREEN, PAINT_YELLOW };

static const char *paint_begin(const struct terminal *t, enum paint paint)
{
	static const char *const codes[] = {[PAINT_NONE] = "",
		[PAINT_BOLD] = "\033[1m",
		[PAINT_DIM] = "\033[2m",
		[PAINT_RED] = "\033[31m",
		[PAINT_GREEN] = "\033[32m",
		[PAINT_YELLOW] = "\033[33m"};

	return t->spec->colour ? codes[paint] : "";
}

static const char *paint_end(const struct terminal *t, enum paint paint)
{
	return t->spec->colour && paint != PAINT_NONE ? "\033[0m" : "";
}

/* A byte of text as a terminal may have it: what would move its cursor is replaced. */
static char printable(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f ? '?' : c;
}

/* Text in a column of `width` characters, cut to fit; negative width: set left. */
static void add_column(struct terminal *t, const char *text, int width, enum paint paint)
{
	unsigned room = (unsigned)(width < 0 ? -width : width);
	_cleanup_(str_release) struct str cut = {0};
	size_t used = 0;

	for (; *text && used < room; text++) {
		str_addc(&cut, printable(*text));
		if (((unsigned char)text[1] & 0xc0) != 0x80)
			used++;
	}
	str_addf(t->out, "%*s", width < 0 ? 0 : (int)(room - used), "");
	str_addf(t->out, "%s%s%s", paint_begin(t, paint), str_text(&cut), paint_end(t, paint));
	str_addf(t->out, "%*s", width < 0 ? (int)(room - used) : 0, "");
}

/* A paragraph, wrapped at blanks. */
static void add_wrapped(struct terminal *t, const char *text, enum paint paint)
{
	unsigned column = 0;

	str_add(t->out, paint_begin(t, paint));
	while (*text) {
		size_t bytes = strcspn(text, " ");
		_cleanup_free_ char *word = xasprintf("%.*s", (int)bytes, text);
		unsigned n = (unsigned)text_columns(word);

		if (column && column + 1 + n > t->width) {
			str_addc(t->out, '\n');
			column = 0;
		}
		if (column) {
			str_addc(t->out, ' ');
			column++;
		}
		for (const char *c = word; *c; c++)
			str_addc(t->out, printable(*c));
		column += n;
		text += bytes;
		text += strspn(text, " ");
	}
	str_addf(t->out, "%s\n", paint_end(t, paint));
}

static void add_headline(struct terminal *t)
{
	const struct summary *s = t->story->summary;
	char wall[NUMBER_TEXT_MAX];
	_cleanup_free_ char *line = xasprintf("toll %s · %s, %u CPUs · profile %s, size %s · "
					      "%zu of %zu blocks in %s",
		s->run, s->host.cpu_model, s->host.cpus, s->profile, s->size,
		(size_t)s->blocks_done, (size_t)s->blocks_planned, time_text(s->wall_ns, wall));

	add_wrapped(t, line, PAINT_BOLD);
	if (s->replayed)
		add_wrapped(t, "REPLAYED: canned samples, nothing here was measured by this run.",
			PAINT_YELLOW);
}

/* The columns are narrow. */
static void drop_commas(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (*from != ',')
			*to++ = *from;
	*to = '\0';
}

/* "4.72×±3%", "2130×±11%"; a useless interval is "±99+". */
static void ratio_column(const struct ratio *r, char buf[static NUMBER_TEXT_MAX])
{
	char ratio[NUMBER_TEXT_MAX], half[16] = "±?";
	double width = ratio_half_width(r);

	if (width < 0.995)
		snprintf(half, sizeof(half), "±%.0f%%", 100 * width);
	else if (isfinite(width))
		snprintf(half, sizeof(half), "±99+");
	snprintf(buf, NUMBER_TEXT_MAX, "%.40s%s", ratio_text(r->point, ratio), half);
	drop_commas(buf);
}

static void add_cell(struct terminal *t, const struct cell_summary *c)
{
	char text[NUMBER_TEXT_MAX];
	bool refusal;

	if (!c) {
		add_column(t, "–", (int)COLUMN, PAINT_DIM);
		return;
	}
	if (c->status == STATUS_OK && ratio_has_point(&c->ratio)) {
		ratio_column(&c->ratio, text);
		add_column(t, text, (int)COLUMN, PAINT_NONE);
		return;
	}
	refusal = status_is_refusal(c->status);
	snprintf(text, sizeof(text), "%s",
		c->status == STATUS_OK ? "no ratio" : status_text(c->status));
	add_column(t, text, (int)COLUMN, refusal || c->status == STATUS_OK ? PAINT_DIM : PAINT_RED);
}

/* The columns: environments with anything to show, native apart. */
static size_t choose_columns(const struct terminal *t, size_t *columns, size_t max)
{
	const struct view *v = t->story->view;
	size_t n = 0;

	for (size_t e = 0; e < v->nenvs && n < max; e++)
		if (v->envs[e].kind != VIEW_NATIVE && !v->envs[e].blocked_reason)
			columns[n++] = e;
	return n;
}

/* Breaks an environment's id in front of '-' and '+' so that its pieces fit into a column. */
static void split_id(const char *id, struct argv *lines)
{
	_cleanup_(str_release) struct str line = {0};

	while (*id) {
		size_t n = 1 + strcspn(id + 1, "-+");

		if (line.len && line.len + n > COLUMN) {
			argv_add(lines, line.s);
			str_release(&line);
		}
		str_addn(&line, id, n);
		id += n;
	}
	argv_add(lines, str_text(&line));
}

static void add_heads(struct terminal *t, const size_t *columns, size_t n)
{
	struct argv *ids = xcalloc(n + 1, sizeof(ids[0]));
	size_t height = 1;

	for (size_t i = 0; i < n; i++) {
		split_id(t->story->view->envs[columns[i]].id, &ids[i]);
		height = ids[i].n > height ? ids[i].n : height;
	}
	for (size_t line = 0; line < height; line++) {
		add_column(t, line + 1 == height ? "time ÷ native" : "", -(int)t->label, PAINT_DIM);
		for (size_t i = 0; i < n; i++) {
			size_t blank = height - ids[i].n;

			str_addc(t->out, ' ');
			add_column(t, line < blank ? "" : ids[i].v[line - blank], (int)COLUMN,
				PAINT_BOLD);
		}
		str_addc(t->out, '\n');
	}
	for (size_t i = 0; i < n; i++)
		argv_release(&ids[i]);
	cleanup_free(&ids);
}

static void add_rows(struct terminal *t, const size_t *columns, size_t n)
{
	const struct view *v = t->story->view;

	for (size_t r = 0; r < v->nrows; r++) {
		_cleanup_free_ char *label =
			xasprintf("%s %s", v->rows[r].workload, v->rows[r].variant);

		add_column(t, label, -(int)t->label, PAINT_NONE);
		for (size_t i = 0; i < n; i++) {
			str_addc(t->out, ' ');
			add_cell(t, view_cell(v, r, columns[i]));
		}
		str_addc(t->out, '\n');
	}
}

static void add_geomeans(struct terminal *t, const size_t *columns, size_t n)
{
	const struct summary *s = t->story->summary;

	for (size_t g = 0; g < s->ngeomeans; g++) {
		const char *variant = s->geomeans[g].variant;
		_cleanup_free_ char *label = xasprintf("geomean %s", variant);
		bool earlier = false;

		for (size_t k = 0; k < g; k++)
			earlier |= !strcmp(s->geomeans[k].variant, variant);
		if (earlier)
			continue;
		add_column(t, label, -(int)t->label, PAINT_BOLD);
		for (size_t i = 0; i < n; i++) {
			const struct geomean *m =
				geomean_find(s, t->story->view->envs[columns[i]].id, variant);
			char text[NUMBER_TEXT_MAX] = "–";

			if (m && ratio_has_point(&m->ratio))
				ratio_column(&m->ratio, text);
			str_addc(t->out, ' ');
			add_column(t, text, (int)COLUMN, PAINT_BOLD);
		}
		str_addc(t->out, '\n');
	}
}

/* Environments that do not fit beside each other go into a further table. */
static void add_tables(struct terminal *t)
{
	size_t columns[16], n = choose_columns(t, columns, ARRAY_LEN(columns));
	size_t fit = (t->width - t->label) / (COLUMN + 1);

	for (size_t from = 0; from < n; from += fit) {
		size_t count = n - from < fit ? n - from : fit;

		str_addc(t->out, '\n');
		add_heads(t, columns + from, count);
		add_rows(t, columns + from, count);
		add_geomeans(t, columns + from, count);
	}
	str_addc(t->out, '\n');
}

static void add_noise(struct terminal *t)
{
	const struct summary *s = t->story->summary;
	_cleanup_(str_release) struct str line = {0};
	char spread[NUMBER_TEXT_MAX];

	for (size_t i = 0; i < s->naa; i++)
		str_addf(&line, "%s%s %s", i ? ", " : "Noise floor: ", s->aa[i].env,
			plus_minus_text(s->aa[i].spread, spread));
	if (s->naa)
		add_wrapped(t, str_text(&line), PAINT_NONE);
	else
		add_wrapped(t, "Noise floor: not measured in this run.", PAINT_NONE);
}

static void add_reasons(struct terminal *t)
{
	const struct view *v = t->story->view;

	for (size_t i = 0; i < v->nreasons; i++) {
		const struct view_reason *r = &v->reasons[i];
		_cleanup_free_ char *line = xasprintf("%s, %zu cell%s: %s", status_text(r->status),
			r->cells, r->cells == 1 ? "" : "s", r->text);

		str_sanitize(line);
		add_wrapped(t, line, status_is_refusal(r->status) ? PAINT_DIM : PAINT_RED);
	}
}

static void add_answer(struct terminal *t)
{
	_cleanup_(str_release) struct str fastest = {0}, means = {0}, payback = {0}, same = {0};

	sentence_fastest(t->story, &fastest);
	sentence_geomeans(t->story, &means);
	sentence_payback(t->story, &payback);
	sentence_same_arch(t->story, &same);
	str_addc(t->out, '\n');
	add_wrapped(t, str_text(&fastest), PAINT_GREEN);
	if (means.len)
		add_wrapped(t, str_text(&means), PAINT_NONE);
	if (payback.len)
		add_wrapped(t, str_text(&payback), PAINT_NONE);
	if (same.len)
		add_wrapped(t, str_text(&same), PAINT_NONE);
}

static unsigned label_width(const struct view *v)
{
	unsigned longest = 16;

	for (size_t r = 0; r < v->nrows; r++) {
		size_t n = strlen(v->rows[r].workload) + 1 + strlen(v->rows[r].variant);

		longest = n > longest ? (unsigned)n : longest;
	}
	return longest > 30 ? 30 : longest;
}

void report_terminal(
	const struct summary *summary, const struct report_terminal_spec *spec, struct str *out)
{
	_cleanup_(view_release) struct view v;
	_cleanup_free_ struct answer *answers = NULL;
	struct story st = {.summary = summary, .view = &v};
	struct terminal t = {.story = &st,
		.spec = spec,
		.width = spec->width < WIDTH_MIN ? WIDTH_MIN : spec->width,
		.out = out};

	view_init(&v, summary);
	answers = xcalloc(v.nrows + 1, sizeof(answers[0]));
	answers_find(&v, answers);
	st.answers = answers;
	t.label = label_width(&v);
	add_headline(&t);
	add_tables(&t);
	add_noise(&t);
	add_reasons(&t);
	add_answer(&t);
	if (spec->report_path)
		str_addf(out, "\nReport: %s\n", spec->report_path);
}
