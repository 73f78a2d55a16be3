/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/table.h"

#include <stdarg.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"

void table_add(struct table *t, const char *fmt, ...)
{
	struct str text = {0};
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	GROW(t->cells, t->n, t->cap);
	t->cells[t->n++] = (struct table_cell){.text = str_take(&text)};
}

void table_sub(struct table *t, const char *fmt, ...)
{
	struct table_cell *cell = &t->cells[t->n - 1];
	struct str text = {0};
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&text, fmt, ap);
	va_end(ap);
	free(cell->sub);
	cell->sub = str_take(&text);
}

void table_mark(struct table *t, enum cell_look look, size_t note)
{
	t->cells[t->n - 1].look = look;
	t->cells[t->n - 1].note = note;
}

void table_anchor(struct table *t, size_t number)
{
	t->cells[t->n - 1].anchor = number;
}

void table_slot(struct table *t, unsigned slot)
{
	t->cells[t->n - 1].slot = slot;
}

void table_head(struct table *t, const char *const *names)
{
	for (; *names; names++)
		table_add(t, "%s", *names);
}

void table_release(struct table *t)
{
	for (size_t i = 0; i < t->n; i++) {
		free(t->cells[i].text);
		free(t->cells[i].sub);
	}
	free(t->cells);
	t->cells = NULL;
	t->n = t->cap = 0;
}
