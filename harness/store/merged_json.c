/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/merged_json.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"
#include "base/file.h"
#include "store/plan_json.h"
#include "store/summary_lists.h"
#include "store/tables.h"

#define MERGED_FILE "merged.json"
#define MERGED_MAX (64u << 20)

/* ---- writing ---- */

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

/* Every host's elements, one host after the other. */
static void write_list(const struct summary_list *l, const struct merged *m, struct json_writer *w)
{
	jw_begin_array(w, l->key);
	for (size_t h = 0; h < m->nhosts; h++) {
		const struct merged_host *host = &m->hosts[h];

		for (size_t i = 0; i < summary_list_count(l, &host->summary); i++) {
			jw_begin_object(w, NULL);
			jw_string(w, "host", host->label);
			if (l->of_run)
				jw_string(w, "run", m->sources[host->source[i]].run);
			summary_list_write(
				l, &host->summary, summary_list_at(l, &host->summary, i), w);
			jw_end_object(w);
		}
	}
	jw_end_array(w);
}

static void write_rows(const char *key, const struct field *table, const void *rows, size_t n,
	size_t size, struct json_writer *w)
{
	jw_begin_array(w, key);
	for (size_t i = 0; i < n; i++) {
		jw_begin_object(w, NULL);
		fields_to_json(table, (const char *)rows + i * size, w);
		jw_end_object(w);
	}
	jw_end_array(w);
}

static void write_contrasts(const struct merged *m, struct json_writer *w)
{
	jw_begin_array(w, "contrasts");
	for (size_t i = 0; i < m->ncontrasts; i++) {
		const struct contrast *c = &m->contrasts[i];

		jw_begin_object(w, NULL);
		fields_to_json(table_contrast, c, w);
		ratio_to_json(&c->overhead_a, "overhead_a", w);
		ratio_to_json(&c->overhead_b, "overhead_b", w);
		ratio_to_json(&c->ratio, "ratio", w);
		jw_end_object(w);
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
	write_rows(
		"sources", table_merged_source, m->sources, m->nsources, sizeof(*m->sources), &w);
	for (const struct summary_list *l = summary_lists; l->key; l++)
		write_list(l, m, &w);
	write_rows("clashes", table_clash, m->clashes, m->nclashes, sizeof(*m->clashes), &w);
	write_contrasts(m, &w);
	jw_end_object(&w);
}

/* ---- reading ---- */

static const struct json *root_array(
	const struct json_doc *doc, const char *key, int *r, struct err *err)
{
	const struct json *array = NULL;

	if (!*r)
		*r = json_get_array(doc, json_root(doc), key, true, &array, err);
	return array;
}

/* Labels become names of folders: the architecture, and a number. */
static bool label_is_valid(const struct merged *m, const struct merged_host *host)
{
	const char *arch = arch_text(host->summary.host.arch), *rest = host->label + strlen(arch);

	for (const struct merged_host *h = m->hosts; h < host; h++)
		if (!strcmp(h->label, host->label))
			return false;
	if (!str_starts(host->label, arch))
		return false;
	return !*rest || (*rest == '-' && rest[1] && !rest[1 + strspn(rest + 1, "0123456789")]);
}

static int read_host(const struct json_doc *doc, const struct json *v, struct merged *m,
	struct merged_host *host, struct err *err)
{
	static const char *const others[] = {"machine", NULL};
	const struct json *machine = NULL;
	int r;

	host->summary = SUMMARY_UNKNOWN;
	r = fields_from_json_with(table_merged_host, host, doc, v, others, err);
	if (!r)
		r = json_get_object(doc, v, "machine", true, &machine, err);
	if (!r)
		r = host_fields_from_json(doc, machine, &host->summary.host, err);
	if (!r && !label_is_valid(m, host))
		r = json_error(doc, json_get(v, "label"), err,
			"must be the machine's architecture, with '-' and a number where several "
			"hosts have it, and no other host's; not '%s'",
			host->label);
	return r;
}

static int read_hosts(const struct json_doc *doc, struct merged *m, struct err *err)
{
	int r = 0;
	const struct json *array = root_array(doc, "hosts", &r, err);

	if (!r && !json_count(array))
		r = json_error(doc, array, err, "must hold a host");
	if (r < 0)
		return r;
	m->hosts = xcalloc(json_count(array), sizeof(*m->hosts));
	json_for_each (v, array)
		if (!r)
			r = read_host(doc, v, m, &m->hosts[m->nhosts++], err);
	return r;
}

/* The host whose label the member "host" is. */
static int find_host(const struct json_doc *doc, const struct json *v, const struct merged *m,
	size_t *ret, struct err *err)
{
	const char *label = NULL;
	int r = json_get_string(doc, v, "host", true, &label, err);

	if (r < 0)
		return r;
	for (size_t h = 0; h < m->nhosts; h++) {
		if (strcmp(m->hosts[h].label, label))
			continue;
		*ret = h;
		return 0;
	}
	return json_error(doc, json_get(v, "host"), err,
		"must be the label of one of the hosts, not '%.40s'", label);
}

static int read_sources(const struct json_doc *doc, struct merged *m, struct err *err)
{
	int r = 0;
	const struct json *array = root_array(doc, "sources", &r, err);

	m->sources = xcalloc(json_count(array), sizeof(*m->sources));
	json_for_each (v, array) {
		struct merged_source *s = &m->sources[m->nsources++];

		s->sentinel_shift = NAN; /* runs joined before it was known do not say */
		if (!r)
			r = fields_from_json(table_merged_source, s, doc, v, err);
		if (!r)
			r = find_host(doc, v, m, &s->at, err);
	}
	return r;
}

/* The source of a cell of host h. */
static int read_source(const struct json_doc *doc, const struct json *v, struct merged *m, size_t h,
	struct err *err)
{
	struct merged_host *host = &m->hosts[h];
	const char *run = NULL;
	int r = json_get_string(doc, v, "run", true, &run, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < m->nsources; i++) {
		if (m->sources[i].at != h || strcmp(m->sources[i].run, run))
			continue;
		host->source =
			xrealloc_array(host->source, host->summary.ncells, sizeof(*host->source));
		host->source[host->summary.ncells - 1] = i;
		return 0;
	}
	return json_error(doc, json_get(v, "run"), err,
		"must be the run of one of that host's sources, not '%.40s'", run);
}

static int read_list(
	const struct json_doc *doc, const struct summary_list *l, struct merged *m, struct err *err)
{
	int r = 0;
	const struct json *array = root_array(doc, l->key, &r, err);

	json_for_each (v, array) {
		size_t h = 0;

		if (!r)
			r = find_host(doc, v, m, &h, err);
		if (!r)
			r = summary_list_read(
				l, doc, v, true, summary_list_add(l, &m->hosts[h].summary), err);
		if (!r && l->of_run)
			r = read_source(doc, v, m, h, err);
	}
	return r;
}

static int read_clashes(const struct json_doc *doc, struct merged *m, struct err *err)
{
	int r = 0;
	const struct json *array = root_array(doc, "clashes", &r, err);

	m->clashes = xcalloc(json_count(array), sizeof(*m->clashes));
	m->clashes_cap = json_count(array);
	json_for_each (v, array)
		if (!r)
			r = fields_from_json(table_clash, &m->clashes[m->nclashes++], doc, v, err);
	return r;
}

static int read_contrast(
	const struct json_doc *doc, const struct json *v, struct contrast *c, struct err *err)
{
	static const char *const others[] = {"overhead_a", "overhead_b", "ratio", NULL};
	int r = fields_from_json_with(table_contrast, c, doc, v, others, err);

	if (!r)
		r = ratio_from_json(doc, v, "overhead_a", &c->overhead_a, err);
	if (!r)
		r = ratio_from_json(doc, v, "overhead_b", &c->overhead_b, err);
	return r < 0 ? r : ratio_from_json(doc, v, "ratio", &c->ratio, err);
}

/* A document that is older than comparisons of hosts has none. */
static int read_contrasts(const struct json_doc *doc, struct merged *m, struct err *err)
{
	const struct json *array = NULL;
	int r = json_get_array(doc, json_root(doc), "contrasts", false, &array, err);

	if (r < 0 || !array)
		return r;
	m->contrasts = xcalloc(json_count(array), sizeof(*m->contrasts));
	m->contrasts_cap = json_count(array);
	json_for_each (v, array)
		if (!r)
			r = read_contrast(doc, v, &m->contrasts[m->ncontrasts++], err);
	return r;
}

static int read_head(const struct json_doc *doc, struct merged *m, struct err *err)
{
	const char *others[24] = {"schema", "hosts", "sources", "clashes", "contrasts"};
	size_t n = 5;
	int r = json_check_schema(doc, SCHEMA_MERGED, err);

	if (r < 0)
		return r;
	for (const struct summary_list *l = summary_lists; l->key; l++)
		others[n++] = l->key;
	return fields_from_json_with(table_merged, m, doc, json_root(doc), others, err);
}

int merged_from_json(const struct json_doc *doc, struct merged *ret, struct err *err)
{
	_cleanup_(merged_release) struct merged m = {0};
	int r = read_head(doc, &m, err);

	if (!r)
		r = read_hosts(doc, &m, err);
	if (!r)
		r = read_sources(doc, &m, err);
	for (const struct summary_list *l = summary_lists; !r && l->key; l++)
		r = read_list(doc, l, &m, err);
	if (!r)
		r = read_clashes(doc, &m, err);
	if (!r)
		r = read_contrasts(doc, &m, err);
	if (r < 0)
		return r;
	merged_name_summaries(&m);
	*ret = m;
	m = (struct merged){0};
	return 0;
}

/* ---- the folder ---- */

static char *path_in(const char *dir)
{
	return xasprintf("%s/" MERGED_FILE, dir);
}

bool merged_is_there(const char *dir)
{
	_cleanup_free_ char *path = path_in(dir);

	return file_exists(path);
}

int merged_write(const char *dir, const struct merged *m, struct err *err)
{
	_cleanup_free_ char *path = path_in(dir);
	_cleanup_(str_release) struct str text = {0};

	merged_to_json(m, &text);
	return file_write(path, text.s, text.len, err);
}

int merged_read(const char *dir, struct merged *ret, struct err *err)
{
	_cleanup_free_ char *path = path_in(dir);
	_cleanup_json_ struct json_doc *doc = NULL;
	int r = json_read_file(path, MERGED_MAX, &doc, err);

	return r < 0 ? r : merged_from_json(doc, ret, err);
}
