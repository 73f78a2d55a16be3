/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/merged_json.h"

#include "base/field.h"
#include "base/json.h"
#include "store/plan_json.h"
#include "store/summary_json.h"
#include "store/tables.h"

static void write_hosts(const struct merged *m, struct json_writer *w)
{
	jw_begin_array(w, "hosts");
	for (size_t i = 0; i < m->nhosts; i++) {
		jw_begin_object(w, NULL);
		fields_to_json(table_merged_host, &m->hosts[i], w);
		jw_begin_object(w, "machine");
		host_fields_to_json(&m->hosts[i].summary.host, w);
		jw_end_object(w);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void write_cells(const struct merged *m, struct json_writer *w)
{
	jw_begin_array(w, "cells");
	for (size_t h = 0; h < m->nhosts; h++) {
		const struct merged_host *host = &m->hosts[h];
		const struct summary *s = &host->summary;

		for (size_t i = 0; i < s->ncells; i++) {
			jw_begin_object(w, NULL);
			jw_string(w, "host", host->label);
			jw_string(w, "run", m->sources[host->source[i]].run);
			cell_members_to_json(&s->cells[i], s->host.arch, w);
			jw_end_object(w);
		}
	}
	jw_end_array(w);
}

static void write_geomeans(const struct merged *m, struct json_writer *w)
{
	jw_begin_array(w, "geomean");
	for (size_t h = 0; h < m->nhosts; h++) {
		const struct summary *s = &m->hosts[h].summary;

		for (size_t i = 0; i < s->ngeomeans; i++) {
			jw_begin_object(w, NULL);
			jw_string(w, "host", m->hosts[h].label);
			fields_to_json(table_geomean, &s->geomeans[i], w);
			ratio_to_json(&s->geomeans[i].ratio, "ratio", w);
			jw_end_object(w);
		}
	}
	jw_end_array(w);
}

void merged_to_json(const struct merged *m, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	w.compact_below = 2;
	jw_begin_object(&w, NULL);
	jw_string(&w, "schema", SCHEMA_MERGED);
	fields_to_json(table_merged, m, &w);
	write_hosts(m, &w);
	jw_begin_array(&w, "sources");
	for (size_t i = 0; i < m->nsources; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_merged_source, &m->sources[i], &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	write_cells(m, &w);
	write_geomeans(m, &w);
	jw_begin_array(&w, "clashes");
	for (size_t i = 0; i < m->nclashes; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_clash, &m->clashes[i], &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
}
