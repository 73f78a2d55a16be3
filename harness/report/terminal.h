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
/* Breaks an environment's id in front of '-' and '+' so that its pieces fit into a column. */
void terminal_split_id(const char *id, struct argv *lines);
/* A column with a cell's ratio, or the word that says why it has none. NULL: "–". */
void terminal_cell(struct terminal *t, const struct cell_summary *c);
/* A paragraph for each reason of the view, `where` in front of it. */
void terminal_reasons(struct terminal *t, const struct view *v, const char *where);

#endif
