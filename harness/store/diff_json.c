/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/diff_json.h"

#include "base/field.h"
#include "base/json.h"
#include "store/summary_lists.h"
#include "store/tables.h"

static void write_side(
	const struct diff *d, const char *key, const struct cell_summary *c, struct json_writer *w)
{
	struct diff_side side;

	if (!c)
		return;
	side = diff_side_of(d, c);
	jw_begin_object(w, key);
	fields_to_json(table_diff_side, &side, w);
	jw_end_object(w);
}

void diff_to_json(const struct diff *d, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	w.compact_below = 2;
	jw_begin_object(&w, NULL);
	jw_string(&w, "schema", SCHEMA_DIFF);
	fields_to_json(table_diff, d, &w);
	ratio_to_json(&d->sentinel, "sentinel", &w);
	jw_begin_array(&w, "facts");
	for (size_t i = 0; i < d->nfacts; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_diff_fact, &d->facts[i], &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_begin_array(&w, "cells");
	for (size_t i = 0; i < d->ncells; i++) {
		const struct diff_cell *c = &d->cells[i];

		jw_begin_object(&w, NULL);
		fields_to_json(table_diff_cell, c, &w);
		ratio_to_json(&c->change, "change", &w);
		write_side(d, "before", c->before, &w);
		write_side(d, "after", c->after, &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_begin_array(&w, "suites");
	for (size_t i = 0; i < d->nsuites; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_diff_suite, &d->suites[i], &w);
		ratio_to_json(&d->suites[i].change, "change", &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
}
