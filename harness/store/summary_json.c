/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/summary_json.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"
#include "store/plan_json.h"
#include "store/tables.h"

/* ---- writing ---- */

static void write_bounds(struct json_writer *w, const char *key, double lo, double hi)
{
	jw_begin_array(w, key);
	jw_double(w, NULL, lo);
	jw_double(w, NULL, hi);
	jw_end_array(w);
}

void ratio_to_json(const struct ratio *r, const char *key, struct json_writer *w)
{
	jw_begin_object(w, key);
	jw_double(w, "point", r->point);
	write_bounds(w, "ci95", r->defined ? r->lo : NAN, r->defined ? r->hi : NAN);
	jw_u64(w, "blocks", r->blocks);
	jw_end_object(w);
}

void cell_members_to_json(const struct cell_summary *c, enum arch host, struct json_writer *w)
{
	char reference[CELL_ID_MAX];

	cell_name(reference, c->workload, c->variant, host, "native");
	fields_to_json(table_cell, c, w);
	jw_begin_object(w, "steady");
	jw_double(w, "mean_ns", c->mean_ns);
	write_bounds(w, "ci95", c->mean_lo_ns, c->mean_hi_ns);
	jw_end_object(w);
	jw_begin_object(w, "cold");
	fields_to_json(table_cold, c, w);
	jw_end_object(w);
	jw_begin_object(w, "ratio");
	jw_string(w, "reference", reference);
	jw_double(w, "point", c->ratio.point);
	write_bounds(w, "ci95", c->ratio.defined ? c->ratio.lo : NAN,
		c->ratio.defined ? c->ratio.hi : NAN);
	write_bounds(w, "sign_ci95", c->ratio_sign.defined ? c->ratio_sign.lo : NAN,
		c->ratio_sign.defined ? c->ratio_sign.hi : NAN);
	write_bounds(w, "raw_ci95", c->ratio_raw.defined ? c->ratio_raw.lo : NAN,
		c->ratio_raw.defined ? c->ratio_raw.hi : NAN);
	jw_double(w, "raw_point", c->ratio_raw.point);
	jw_u64(w, "blocks", c->ratio.blocks);
	jw_bool(w, "target_met", c->target_met);
	jw_end_object(w);
	if (c->probe)
		jw_raw(w, "probe", c->probe);
}

static void write_factor(struct json_writer *w, const struct factor *f)
{
	jw_begin_object(w, NULL);
	fields_to_json(table_factor, f, w);
	ratio_to_json(&f->layer_cost, "layer_cost", w);
	ratio_to_json(&f->isa_cost, "isa_cost", w);
	jw_end_object(w);
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
	jw_begin_array(&w, "cells");
	for (size_t i = 0; i < s->ncells; i++) {
		jw_begin_object(&w, NULL);
		cell_members_to_json(&s->cells[i], s->host.arch, &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_begin_array(&w, "geomean");
	for (size_t i = 0; i < s->ngeomeans; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_geomean, &s->geomeans[i], &w);
		ratio_to_json(&s->geomeans[i].ratio, "ratio", &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_begin_array(&w, "pairs");
	for (size_t i = 0; i < s->npairs; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_pair, &s->pairs[i], &w);
		ratio_to_json(&s->pairs[i].ratio, "ratio", &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_begin_array(&w, "aa");
	for (size_t i = 0; i < s->naa; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_aa, &s->aa[i], &w);
		ratio_to_json(&s->aa[i].ratio, "ratio", &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_begin_array(&w, "factors");
	for (size_t i = 0; i < s->nfactors; i++)
		write_factor(&w, &s->factors[i]);
	jw_end_array(&w);
	jw_begin_array(&w, "commands");
	for (size_t i = 0; i < s->ncommands; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_command_used, &s->commands[i], &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_begin_array(&w, "boots");
	for (size_t i = 0; i < s->nboots; i++) {
		jw_begin_object(&w, NULL);
		fields_to_json(table_boot_summary, &s->boots[i], &w);
		jw_end_object(&w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
}

/* ---- reading ---- */

/* null stands for "not measured". */
static int read_value(
	const struct json_doc *doc, const struct json *v, double *ret, struct err *err)
{
	if (json_type(v) != JSON_NULL && !isfinite(json_number(v)))
		return json_error(doc, v, err, "must be a finite number or null");
	*ret = json_number(v);
	return 0;
}

static int read_number(const struct json_doc *doc, const struct json *object, const char *key,
	double *ret, struct err *err)
{
	const struct json *v = json_get(object, key);

	if (!v)
		return json_error(doc, object, err, "needs the key '%s'", key);
	return read_value(doc, v, ret, err);
}

static int read_bounds(const struct json_doc *doc, const struct json *v, const char *key,
	double *lo, double *hi, struct err *err)
{
	const struct json *pair = NULL;
	int r = json_get_array(doc, v, key, true, &pair, err);

	if (r < 0)
		return r;
	if (json_count(pair) != 2)
		return json_error(doc, pair, err, "must hold two numbers");
	r = read_value(doc, json_first(pair), lo, err);
	return r < 0 ? r : read_value(doc, json_next(json_first(pair)), hi, err);
}

static int read_ratio(const struct json_doc *doc, const struct json *v, const char *interval,
	struct ratio *ret, struct err *err)
{
	uint64_t blocks = 0;
	int r = read_bounds(doc, v, interval, &ret->lo, &ret->hi, err);

	if (!r)
		r = read_number(doc, v, "point", &ret->point, err);
	if (!r)
		r = json_get_u64(doc, v, "blocks", true, &blocks, err);
	if (r < 0)
		return r;
	ret->blocks = blocks;
	ret->defined = isfinite(ret->lo) && isfinite(ret->hi);
	return 0;
}

static int read_member_ratio(const struct json_doc *doc, const struct json *v, const char *key,
	struct ratio *ret, struct err *err)
{
	const struct json *m = NULL;
	int r = json_get_object(doc, v, key, true, &m, err);

	return r < 0 ? r : read_ratio(doc, m, "ci95", ret, err);
}

static int read_cell_ratio(
	const struct json_doc *doc, const struct json *v, struct cell_summary *c, struct err *err)
{
	const struct json *m = NULL;
	int r = json_get_object(doc, v, "ratio", true, &m, err);

	if (!r)
		r = read_ratio(doc, m, "ci95", &c->ratio, err);
	if (!r)
		r = read_ratio(doc, m, "sign_ci95", &c->ratio_sign, err);
	if (!r)
		r = read_ratio(doc, m, "raw_ci95", &c->ratio_raw, err);
	if (!r)
		r = json_get_bool(doc, m, "target_met", true, &c->target_met, err);
	return r < 0 ? r : read_number(doc, m, "raw_point", &c->ratio_raw.point, err);
}

static int read_cell(const struct json_doc *doc, const struct json *v, void *to, struct err *err)
{
	static const char *const others[] = {"steady", "cold", "ratio", "probe", NULL};
	const struct json *steady = NULL, *cold = NULL, *probe = NULL;
	struct cell_summary *c = to;
	int r = fields_from_json_with(table_cell, c, doc, v, others, err);

	if (!r)
		r = json_get_object(doc, v, "steady", true, &steady, err);
	if (!r)
		r = read_number(doc, steady, "mean_ns", &c->mean_ns, err);
	if (!r)
		r = read_bounds(doc, steady, "ci95", &c->mean_lo_ns, &c->mean_hi_ns, err);
	if (!r)
		r = json_get_object(doc, v, "cold", true, &cold, err);
	if (!r)
		r = fields_from_json(table_cold, c, doc, cold, err);
	if (!r)
		r = read_cell_ratio(doc, v, c, err);
	if (!r)
		r = json_get_object(doc, v, "probe", false, &probe, err);
	if (r < 0)
		return r;
	if (probe) {
		struct str text = {0};

		json_print(probe, &text);
		c->probe = str_take(&text);
	}
	return 0;
}

static int read_geomean(const struct json_doc *doc, const struct json *v, void *to, struct err *err)
{
	static const char *const others[] = {"ratio", NULL};
	struct geomean *g = to;
	int r = fields_from_json_with(table_geomean, g, doc, v, others, err);

	return r < 0 ? r : read_member_ratio(doc, v, "ratio", &g->ratio, err);
}

static int read_pair(const struct json_doc *doc, const struct json *v, void *to, struct err *err)
{
	static const char *const others[] = {"ratio", NULL};
	struct pair *p = to;
	int r = fields_from_json_with(table_pair, p, doc, v, others, err);

	return r < 0 ? r : read_member_ratio(doc, v, "ratio", &p->ratio, err);
}

static int read_aa(const struct json_doc *doc, const struct json *v, void *to, struct err *err)
{
	static const char *const others[] = {"ratio", NULL};
	struct aa *a = to;
	int r = fields_from_json_with(table_aa, a, doc, v, others, err);

	return r < 0 ? r : read_member_ratio(doc, v, "ratio", &a->ratio, err);
}

static int read_factor(const struct json_doc *doc, const struct json *v, void *to, struct err *err)
{
	static const char *const others[] = {"layer_cost", "isa_cost", NULL};
	struct factor *f = to;
	int r = fields_from_json_with(table_factor, f, doc, v, others, err);

	if (!r)
		r = read_member_ratio(doc, v, "layer_cost", &f->layer_cost, err);
	return r < 0 ? r : read_member_ratio(doc, v, "isa_cost", &f->isa_cost, err);
}

static int read_command(const struct json_doc *doc, const struct json *v, void *to, struct err *err)
{
	return fields_from_json(table_command_used, to, doc, v, err);
}

static int read_boot(const struct json_doc *doc, const struct json *v, void *to, struct err *err)
{
	return fields_from_json(table_boot_summary, to, doc, v, err);
}

/* Reads an array member into a fresh heap array; *ret_v and *ret_n grow as elements arrive, so that
 * summary_release() frees what was read before an error. */
static int read_list(const struct json_doc *doc, const char *key, size_t size, void *ret_v,
	size_t *ret_n,
	int (*read)(const struct json_doc *, const struct json *, void *, struct err *),
	struct err *err)
{
	const struct json *array = NULL;
	int r = json_get_array(doc, json_root(doc), key, true, &array, err);
	char *v;

	if (r < 0)
		return r;
	v = xcalloc(json_count(array), size);
	memcpy(ret_v, &v, sizeof(v));
	json_for_each (item, array) {
		r = read(doc, item, v + size * (*ret_n)++, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_lists(const struct json_doc *doc, struct summary *s, struct err *err)
{
	int r = read_list(doc, "cells", sizeof(*s->cells), &s->cells, &s->ncells, read_cell, err);

	if (!r)
		r = read_list(doc, "geomean", sizeof(*s->geomeans), &s->geomeans, &s->ngeomeans,
			read_geomean, err);
	if (!r)
		r = read_list(
			doc, "pairs", sizeof(*s->pairs), &s->pairs, &s->npairs, read_pair, err);
	if (!r)
		r = read_list(doc, "aa", sizeof(*s->aa), &s->aa, &s->naa, read_aa, err);
	if (!r)
		r = read_list(doc, "factors", sizeof(*s->factors), &s->factors, &s->nfactors,
			read_factor, err);
	/* Runs from before there were command layers have none. */
	if (!r && json_get(json_root(doc), "commands"))
		r = read_list(doc, "commands", sizeof(*s->commands), &s->commands, &s->ncommands,
			read_command, err);
	if (!r)
		r = read_list(
			doc, "boots", sizeof(*s->boots), &s->boots, &s->nboots, read_boot, err);
	return r;
}

int summary_from_json(const struct json_doc *doc, struct summary *ret, struct err *err)
{
	static const char *const others[] = {"schema", "host", "cells", "geomean", "pairs", "aa",
		"factors", "commands", "boots", NULL};
	const char *schema = json_string(json_get(json_root(doc), "schema"));
	_cleanup_(summary_release) struct summary s = {0};
	const struct json *host = NULL;
	int r;

	if (!schema || strcmp(schema, SCHEMA_SUMMARY))
		return json_error(doc, json_root(doc), err, "schema is '%.40s', not %s",
			schema ? schema : "missing", SCHEMA_SUMMARY);
	r = fields_from_json_with(table_summary, &s, doc, json_root(doc), others, err);
	if (!r)
		r = json_get_object(doc, json_root(doc), "host", true, &host, err);
	if (!r)
		r = host_fields_from_json(doc, host, &s.host, err);
	if (!r)
		r = read_lists(doc, &s, err);
	if (r < 0)
		return r;
	*ret = s;
	s = (struct summary){0};
	return 0;
}
