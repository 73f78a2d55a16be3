/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/terminal.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/number.h"

#define WIDTH_MIN 60u
#define LABEL_MIN 16u
#define LABEL_MAX 30u

void terminal_init(struct terminal *t, const struct report_terminal_spec *spec, struct str *out)
{
	*t = (struct terminal){.width = spec->width < WIDTH_MIN ? WIDTH_MIN : spec->width,
		.label = LABEL_MIN,
		.colour = spec->colour,
		.out = out};
}

unsigned terminal_label_width(const struct view_row *rows, size_t n)
{
	size_t longest = LABEL_MIN;

	for (size_t r = 0; r < n; r++) {
		size_t length = strlen(rows[r].workload) + 1 + strlen(rows[r].variant);

		longest = length > longest ? length : longest;
	}
	return longest > LABEL_MAX ? LABEL_MAX : (unsigned)longest;
}

static const char *paint_begin(const struct terminal *t, enum paint paint)
{
	static const char *const codes[] = {[PAINT_NONE] = "",
		[PAINT_BOLD] = "\033[1m",
		[PAINT_DIM] = "\033[2m",
		[PAINT_RED] = "\033[31m",
		[PAINT_GREEN] = "\033[32m",
		[PAINT_YELLOW] = "\033[33m"};

	return t->colour ? codes[paint] : "";
}

static const char *paint_end(const struct terminal *t, enum paint paint)
{
	return t->colour && paint != PAINT_NONE ? "\033[0m" : "";
}

/* A byte of text as a terminal may have it: what would move its cursor is replaced. */
static char printable(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f ? '?' : c;
}

void terminal_column(struct terminal *t, const char *text, int width, enum paint paint)
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

void terminal_wrapped(struct terminal *t, const char *text, enum paint paint)
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

/* The columns are narrow. */
static void drop_commas(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++)
		if (*from != ',')
			*to++ = *from;
	*to = '\0';
}

void terminal_ratio(const struct ratio *r, char buf[static NUMBER_TEXT_MAX])
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

/* Length of what is not broken; behind the '@' names and numbers part. */
static size_t piece_length(const char *id, bool behind_at)
{
	size_t n = 1;

	while (id[n] && !strchr("-+@", id[n]) &&
		!(behind_at && isdigit((unsigned char)id[n]) && !isdigit((unsigned char)id[n - 1])))
		n++;
	return n;
}

static void split_id(const char *id, struct argv *lines)
{
	_cleanup_(str_release) struct str line = {0};
	bool behind_at = false;

	while (*id) {
		size_t n;

		behind_at |= *id == '@';
		n = piece_length(id, behind_at);
		if (line.len && line.len + n > TERMINAL_COLUMN) {
			argv_add(lines, line.s);
			str_release(&line);
		}
		str_addn(&line, id, n);
		id += n;
	}
	if (line.len)
		argv_add(lines, line.s);
}

/* Hosts stand on the top line, the pieces of ids on the lines right above the table. */
static const char *head_piece(
	const struct terminal_head *head, const struct argv *pieces, size_t from_below, bool top)
{
	if (top && head->host[0])
		return head->host;
	return from_below > pieces->n ? "" : pieces->v[pieces->n - from_below];
}

void terminal_heads(struct terminal *t, const char *corner, const struct terminal_head *heads,
	size_t n, unsigned width)
{
	struct argv *pieces = xcalloc(n + 1, sizeof(*pieces));
	size_t height = 1;

	for (size_t i = 0; i < n; i++) {
		size_t lines;

		split_id(heads[i].env, &pieces[i]);
		lines = pieces[i].n + (heads[i].host[0] != 0);
		height = lines > height ? lines : height;
	}
	for (size_t line = height; line; line--) {
		terminal_column(t, line == 1 ? corner : "", -(int)t->label, PAINT_DIM);
		for (size_t i = 0; i < n; i++) {
			str_addc(t->out, ' ');
			terminal_column(t, head_piece(&heads[i], &pieces[i], line, line == height),
				(int)width, PAINT_BOLD);
		}
		str_addc(t->out, '\n');
	}
	for (size_t i = 0; i < n; i++)
		argv_release(&pieces[i]);
	free(pieces);
}

void terminal_cell(struct terminal *t, const struct cell_summary *c)
{
	char text[NUMBER_TEXT_MAX];
	bool refusal;

	if (!c) {
		terminal_column(t, "–", (int)TERMINAL_COLUMN, PAINT_DIM);
		return;
	}
	if (c->status == STATUS_OK && ratio_has_point(&c->ratio)) {
		terminal_ratio(&c->ratio, text);
		terminal_column(t, text, (int)TERMINAL_COLUMN, PAINT_NONE);
		return;
	}
	refusal = status_is_refusal(c->status);
	snprintf(text, sizeof(text), "%s",
		c->status == STATUS_OK ? "no ratio" : status_text(c->status));
	terminal_column(t, text, (int)TERMINAL_COLUMN,
		refusal || c->status == STATUS_OK ? PAINT_DIM : PAINT_RED);
}

void terminal_reasons(struct terminal *t, const struct view *v, const char *where)
{
	for (size_t i = 0; i < v->nreasons; i++) {
		const struct view_reason *r = &v->reasons[i];
		_cleanup_(str_release) struct str places = {0};
		_cleanup_free_ char *line = NULL;

		sentence_places(v, i + 1, &places);
		line = xasprintf("%s%s: %s (%zu cell%s): %s", where, status_text(r->status),
			str_text(&places), r->cells, r->cells == 1 ? "" : "s", r->text);
		str_sanitize(line);
		terminal_wrapped(t, line, status_is_refusal(r->status) ? PAINT_DIM : PAINT_RED);
	}
}

void terminal_record(struct terminal *t, const struct aa_record *record, const char *where)
{
	_cleanup_(str_release) struct str said = {0}, unreadable = {0};
	size_t empty = strlen(where);

	if (!record)
		return;
	str_add(&said, where);
	sentence_record(record, &said);
	str_add(&unreadable, where);
	sentence_unreadable(record, &unreadable);
	if (said.len > empty)
		terminal_wrapped(t, said.s,
			record->all.verdict == AA_TOO_NARROW ? PAINT_YELLOW : PAINT_NONE);
	if (unreadable.len > empty)
		terminal_wrapped(t, unreadable.s, PAINT_YELLOW);
}

void terminal_warnings(struct terminal *t, const struct story *st, const char *where)
{
	for (size_t i = 0; sentence_warnings[i]; i++) {
		_cleanup_(str_release) struct str text = {0};
		_cleanup_free_ char *line = NULL;

		sentence_warnings[i](st, &text);
		if (!text.len)
			continue;
		line = xasprintf("%s%s", where, text.s);
		terminal_wrapped(t, line, PAINT_YELLOW);
	}
}
