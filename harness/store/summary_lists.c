/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/summary_lists.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"
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

static void write_cell(const struct summary *s, const void *item, struct json_writer *w)
{
	const struct cell_summary *c = item;
	char native[ENV_ID_MAX], reference[CELL_ID_MAX];

	environment_id_reference(c->env, native);
	cell_name(reference, c->workload, c->variant, s->host.arch, native);
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

static void write_geomean(const struct summary *s, const void *item, struct json_writer *w)
{
	const struct geomean *g = item;

	(void)s;
	fields_to_json(table_geomean, g, w);
	ratio_to_json(&g->ratio, "ratio", w);
}

static void write_pair(const struct summary *s, const void *item, struct json_writer *w)
{
	const struct pair *p = item;

	(void)s;
	fields_to_json(table_pair, p, w);
	ratio_to_json(&p->ratio, "ratio", w);
}

static void write_counterpart(const struct summary *s, const void *item, struct json_writer *w)
{
	const struct counterpart_ratio *c = item;

	(void)s;
	fields_to_json(table_counterpart, c, w);
	ratio_to_json(&c->ratio, "ratio", w);
}

static void write_aa(const struct summary *s, const void *item, struct json_writer *w)
{
	const struct aa *a = item;

	(void)s;
	fields_to_json(table_aa, a, w);
	ratio_to_json(&a->ratio, "ratio", w);
}

static void write_variance(const struct summary *s, const void *item, struct json_writer *w)
{
	(void)s;
	fields_to_json(table_variance, item, w);
}

static void write_factor(const struct summary *s, const void *item, struct json_writer *w)
{
	const struct factor *f = item;

	(void)s;
	fields_to_json(table_factor, f, w);
	ratio_to_json(&f->layer_cost, "layer_cost", w);
	ratio_to_json(&f->isa_cost, "isa_cost", w);
}

static void write_command(const struct summary *s, const void *item, struct json_writer *w)
{
	(void)s;
	fields_to_json(table_command_used, item, w);
}

static void write_boot(const struct summary *s, const void *item, struct json_writer *w)
{
	(void)s;
	fields_to_json(table_boot_summary, item, w);
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

int ratio_from_json(const struct json_doc *doc, const struct json *v, const char *key,
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

static int read_cell(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {
		"host", "run", "steady", "cold", "ratio", "probe", NULL};
	const struct json *steady = NULL, *cold = NULL, *probe = NULL;
	struct cell_summary *c = to;
	int r;

	c->clock_doubt = NAN;
	r = fields_from_json_with(table_cell, c, doc, v, others + (labelled ? 0 : 2), err);
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

static int read_geomean(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {"host", "ratio", NULL};
	struct geomean *g = to;
	int r = fields_from_json_with(table_geomean, g, doc, v, others + !labelled, err);

	return r < 0 ? r : ratio_from_json(doc, v, "ratio", &g->ratio, err);
}

static int read_pair(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {"host", "ratio", NULL};
	struct pair *p = to;
	int r;

	/* Runs from before this was tested do not say. */
	p->p_adjusted = NAN;
	r = fields_from_json_with(table_pair, p, doc, v, others + !labelled, err);
	return r < 0 ? r : ratio_from_json(doc, v, "ratio", &p->ratio, err);
}

static int read_counterpart(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {"host", "ratio", NULL};
	struct counterpart_ratio *c = to;
	int r = fields_from_json_with(table_counterpart, c, doc, v, others + !labelled, err);

	return r < 0 ? r : ratio_from_json(doc, v, "ratio", &c->ratio, err);
}

static int read_aa(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {"host", "ratio", NULL};
	struct aa *a = to;
	int r = fields_from_json_with(table_aa, a, doc, v, others + !labelled, err);

	return r < 0 ? r : ratio_from_json(doc, v, "ratio", &a->ratio, err);
}

static int read_variance(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {"host", NULL};
	struct variance *variance = to;

	/* Earlier runs do not say all of it. */
	*variance = VARIANCE_UNKNOWN;
	return fields_from_json_with(table_variance, variance, doc, v, others + !labelled, err);
}

static int read_factor(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {"host", "layer_cost", "isa_cost", NULL};
	struct factor *f = to;
	int r = fields_from_json_with(table_factor, f, doc, v, others + !labelled, err);

	if (!r)
		r = ratio_from_json(doc, v, "layer_cost", &f->layer_cost, err);
	return r < 0 ? r : ratio_from_json(doc, v, "isa_cost", &f->isa_cost, err);
}

static int read_command(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {"host", NULL};

	return fields_from_json_with(table_command_used, to, doc, v, others + !labelled, err);
}

static int read_boot(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {"host", NULL};
	struct boot_summary *b = to;

	/* Runs from before the audit do not say. */
	b->skew_ppm = b->skew_worst_ppm = b->skew_error_ppm = NAN;
	return fields_from_json_with(table_boot_summary, to, doc, v, others + !labelled, err);
}

static void write_spoiled(const struct summary *s, const void *item, struct json_writer *w)
{
	(void)s;
	fields_to_json(table_spoiled, item, w);
}

static int read_spoiled(
	const struct json_doc *doc, const struct json *v, bool labelled, void *to, struct err *err)
{
	static const char *const others[] = {"host", NULL};

	return fields_from_json_with(table_spoiled, to, doc, v, others + !labelled, err);
}

/* ---- the lists ---- */

#define LIST(key_, struct_, items_, count_, name, ...)                                             \
	{                                                                                          \
		.key = key_, .size = sizeof(struct struct_),                                       \
		.items = offsetof(struct summary, items_),                                         \
		.count = offsetof(struct summary, count_), .write = write_##name,                  \
		.read = read_##name, __VA_ARGS__                                                   \
	}

const struct summary_list summary_lists[] = {
	LIST("cells", cell_summary, cells, ncells, cell),
	LIST("geomean", geomean, geomeans, ngeomeans, geomean),
	LIST("pairs", pair, pairs, npairs, pair),
	/* Runs from before there were counterparts have none. */
	LIST("counterparts", counterpart_ratio, counterparts, ncounterparts, counterpart,
		.optional = true),
	LIST("aa", aa, aa, naa, aa),
	/* Runs from before there were repeats have none. */
	LIST("variance", variance, variances, nvariances, variance, .optional = true),
	LIST("factors", factor, factors, nfactors, factor),
	/* Runs from before there were command layers have none. */
	LIST("commands", command_used, commands, ncommands, command, .optional = true),
	LIST("boots", boot_summary, boots, nboots, boot),
	/* Runs from before blocks were left out have none. */
	LIST("spoiled", spoiled_block, spoiled, nspoiled, spoiled, .optional = true),
	{0},
};

size_t summary_list_count(const struct summary_list *l, const struct summary *s)
{
	size_t n;

	memcpy(&n, (const char *)s + l->count, sizeof(n));
	return n;
}

static char *items(const struct summary_list *l, const struct summary *s)
{
	char *v;

	memcpy(&v, (const char *)s + l->items, sizeof(v));
	return v;
}

const void *summary_list_at(const struct summary_list *l, const struct summary *s, size_t i)
{
	return items(l, s) + l->size * i;
}

void *summary_list_add(const struct summary_list *l, struct summary *s)
{
	size_t n = summary_list_count(l, s), more = n + 1;
	char *v = xrealloc_array(items(l, s), more, l->size);

	memset(v + l->size * n, 0, l->size);
	memcpy((char *)s + l->items, &v, sizeof(v));
	memcpy((char *)s + l->count, &more, sizeof(more));
	return v + l->size * n;
}
