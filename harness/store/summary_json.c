/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/summary_json.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"
#include "store/noise_json.h"
#include "store/plan_json.h"
#include "store/summary_lists.h"
#include "store/tables.h"

/* ---- writing ---- */

static void write_list(const struct summary_list *l, const struct summary *s, struct json_writer *w)
{
	jw_begin_array(w, l->key);
	for (size_t i = 0; i < summary_list_count(l, s); i++) {
		jw_begin_object(w, NULL);
		summary_list_write(l, s, summary_list_at(l, s, i), w);
		jw_end_object(w);
	}
	jw_end_array(w);
}

void summary_to_json(const struct summary *s, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	w.compact_below = 2;
	jw_begin_object(&w, NULL);
	jw_string(&w, "schema", SCHEMA_SUMMARY);
	fields_to_json(table_summary, s, &w);
	jw_begin_object(&w, "host");
	host_fields_to_json(&s->host, &w);
	jw_end_object(&w);
	if (s->noise.serial.values) {
		jw_begin_object(&w, "noise");
		noise_sums_to_json(&s->noise, &w);
		jw_end_object(&w);
	}
	for (const struct summary_list *l = summary_lists; l->key; l++)
		write_list(l, s, &w);
	jw_end_object(&w);
}

/* ---- reading ---- */

static int read_list(const struct json_doc *doc, const struct summary_list *l, struct summary *s,
	struct err *err)
{
	const struct json *array = NULL;
	int r = json_get_array(doc, json_root(doc), l->key, !l->optional, &array, err);

	json_for_each (item, array)
		if (!r)
			r = summary_list_read(l, doc, item, false, summary_list_add(l, s), err);
	return r;
}

static int read_head(const struct json_doc *doc, struct summary *s, struct err *err)
{
	const char *others[16] = {"schema", "host", "noise"};
	size_t n = 3;

	for (const struct summary_list *l = summary_lists; l->key; l++)
		others[n++] = l->key;
	s->bunching_p = NAN; /* summaries from before it do not say */
	return fields_from_json_with(table_summary, s, doc, json_root(doc), others, err);
}

/* All but the lists. */
static int read_frame(const struct json_doc *doc, struct summary *s, struct err *err)
{
	const struct json *host = NULL, *noise = NULL;
	int r = json_check_schema(doc, SCHEMA_SUMMARY, err);

	if (!r)
		r = read_head(doc, s, err);
	if (!r)
		r = json_get_object(doc, json_root(doc), "host", true, &host, err);
	if (!r)
		r = host_fields_from_json(doc, host, &s->host, err);
	/* Runs from before runs told later ones of their noise do not say. */
	if (!r)
		r = json_get_object(doc, json_root(doc), "noise", false, &noise, err);
	return r < 0 || !noise ? r : noise_sums_from_json(doc, noise, &s->noise, err);
}

int summary_from_json(const struct json_doc *doc, struct summary *ret, struct err *err)
{
	_cleanup_(summary_release) struct summary s = SUMMARY_UNKNOWN;
	int r = read_frame(doc, &s, err);

	for (const struct summary_list *l = summary_lists; !r && l->key; l++)
		r = read_list(doc, l, &s, err);
	if (r < 0)
		return r;
	*ret = s;
	s = (struct summary){0};
	return 0;
}

int summary_read_history(const char *path, size_t max, struct summary *ret, struct err *err)
{
	static const char *const keys[] = {
		"schema", "run", "replayed", "host", "aa", "boots", "noise", NULL};
	_cleanup_(summary_release) struct summary s = SUMMARY_UNKNOWN;
	_cleanup_json_ struct json_doc *doc = NULL;
	int r = json_read_members(path, max, keys, &doc, err);

	if (!r)
		r = read_frame(doc, &s, err);
	for (const struct summary_list *l = summary_lists; !r && l->key; l++)
		if (json_get(json_root(doc), l->key))
			r = read_list(doc, l, &s, err);
	if (r < 0)
		return r;
	*ret = s;
	s = (struct summary){0};
	return 0;
}
