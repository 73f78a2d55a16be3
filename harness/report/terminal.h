/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Columns, paragraphs and colours on a terminal: what the summaries of a run and of joined runs
 * share.
 */
#ifndef REPORT_TERMINAL_H
#define REPORT_TERMINAL_H

#include <stdbool.h>

#include "report/number.h"
#include "report/report.h"
#include "report/sections.h"
#include "report/view.h"

#define TERMINAL_COLUMN 9u /* characters of a column with a ratio or a time */

struct terminal {
	unsigned width;
	unsigned label; /* characters of the row labels */
	bool colour;
	struct str *out;
};

enum paint { PAINT_NONE, PAINT_BOLD, PAINT_DIM, PAINT_RED, PAINT_GREEN, PAINT_YELLOW };

void terminal_init(struct terminal *t, const struct report_terminal_spec *spec, struct str *out);
/* Characters for the labels of these rows. */
unsigned terminal_label_width(const struct view_row *rows, size_t n);
/* Text in a column of `width` characters, cut to fit; negative width: set left. */
void terminal_column(struct terminal *t, const char *text, int width, enum paint paint);
/* A paragraph, wrapped at blanks. */
void terminal_wrapped(struct terminal *t, const char *text, enum paint paint);
/* "4.72×±3%", "2130×±11%"; a useless interval is "±99+". */
void terminal_ratio(const struct ratio *r, char buf[static NUMBER_TEXT_MAX]);
/* What stands over a column: a host ("": none), under it an environment's id ("": none), broken in
 * front of '-', '+' and '@' so that its pieces fit into TERMINAL_COLUMN characters. Borrowed. */
struct terminal_head {
	const char *host, *env;
};
/* The heads of a table, columns `width` characters wide, and what stands in its corner. */
void terminal_heads(struct terminal *t, const char *corner, const struct terminal_head *heads,
	size_t n, unsigned width);
/* A column with a cell's ratio, or the word that says why it has none. NULL: "–". */
void terminal_cell(struct terminal *t, const struct cell_summary *c);
/* A paragraph for each reason of the view, `where` in front of it. */
void terminal_reasons(struct terminal *t, const struct view *v, const char *where);
/* What the stored runs of a host say of its intervals, and which could not be read. NULL: nothing.
 */
void terminal_record(struct terminal *t, const struct aa_record *record, const char *where);
/* A paragraph for each of sentence_warnings[] that has something to say, `where` in front of it. */
void terminal_warnings(struct terminal *t, const struct story *st, const char *where);

#endif
