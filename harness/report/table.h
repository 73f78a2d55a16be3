/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A table on its way into a document: cells are added left to right, top to bottom; the first row
 * is the heading. Texts are plain and are copied; whoever renders the table escapes them.
 *
 *   struct table t = {.columns = 3};
 *   table_add(&t, "matmul");
 *   table_add(&t, "%s", number);
 *   table_sub(&t, "[%s, %s]", lo, hi);      a second, quieter line in the cell just added
 *   table_mark(&t, CELL_REFUSED, 2);        … how it looks, and the number of its reason
 */
#ifndef REPORT_TABLE_H
#define REPORT_TABLE_H

#include <stddef.h>

enum cell_look {
	CELL_PLAIN,
	CELL_REFUSED, /* hatched: no time, for a proven reason */
	CELL_FAILED,  /* hatched and marked: something went wrong */
	CELL_BEST,
};

struct table_cell {
	char *text, *sub; /* heap; sub may be NULL */
	enum cell_look look;
	size_t note;   /* number of a reason; 0: none */
	size_t anchor; /* the number of the reason that this cell explains; 0: none */
	unsigned slot; /* colour of an environment, as a swatch in front; 0: none */
};

struct table {
	const char *caption; /* not owned; what the table says, in a line */
	size_t columns;
	size_t text_columns; /* so many from the left hold words and are set left */
	struct table_cell *cells;
	size_t n, cap;
};

void table_add(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void table_sub(struct table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void table_mark(struct table *t, enum cell_look look, size_t note);
void table_anchor(struct table *t, size_t number);
void table_slot(struct table *t, unsigned slot);
/* Adds all headings at once; NULL-terminated. */
void table_head(struct table *t, const char *const *names);
void table_release(struct table *t);

#endif
