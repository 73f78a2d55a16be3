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

static void write_rest_of_cell(const struct summary *s, const void *item, struct json_writer *w)
{
	const struct cell_summary *c = item;
	char native[ENV_ID_MAX], reference[CELL_ID_MAX];

	environment_id_reference(c->env, native);
	cell_name(reference, c->workload, c->variant, s->host.arch, native);
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

void summary_list_write(const struct summary_list *l, const struct summary *s, const void *item,
	struct json_writer *w)
{
	fields_to_json(l->table, item, w);
	for (const struct summary_ratio *r = l->ratios; r->key; r++)
		ratio_to_json((const void *)((const char *)item + r->offset), r->key, w);
	if (l->write_rest)
		l->write_rest(s, item, w);
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

static int read_rest_of_cell(
	const struct json_doc *doc, const struct json *v, void *to, struct err *err)
{
	const struct json *steady = NULL, *cold = NULL, *probe = NULL;
	struct cell_summary *c = to;
	int r = json_get_object(doc, v, "steady", true, &steady, err);
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

/* The members that the table does not have; "host" comes first, then "run". */
static void members_beside(const struct summary_list *l, const char **ret)
{
	size_t n = 0;

	ret[n++] = "host";
	if (l->of_run)
		ret[n++] = "run";
	for (const struct summary_ratio *r = l->ratios; r->key; r++)
		ret[n++] = r->key;
	for (const char *const *name = l->rest; name && *name; name++)
		ret[n++] = *name;
	ret[n] = NULL;
}

int summary_list_read(const struct summary_list *l, const struct json_doc *doc,
	const struct json *v, bool labelled, void *to, struct err *err)
{
	const char *others[16];
	int r;

	members_beside(l, others);
	if (l->unknown)
		memcpy(to, l->unknown, l->size);
	r = fields_from_json_with(
		l->table, to, doc, v, others + (labelled ? 0 : 1 + l->of_run), err);
	for (const struct summary_ratio *ratio = l->ratios; !r && ratio->key; ratio++)
		r = ratio_from_json(doc, v, ratio->key, (void *)((char *)to + ratio->offset), err);
	return r < 0 || !l->read_rest ? r : l->read_rest(doc, v, to, err);
}

/* ---- the lists ---- */

/* What earlier runs do not say. */
static const struct cell_summary unknown_cell = {.clock_doubt = NAN};
static const struct pair unknown_pair = {.p_adjusted = NAN};
static const struct variance unknown_variance = VARIANCE_UNKNOWN;
static const struct boot_summary unknown_boot = {
	.skew_ppm = NAN, .skew_worst_ppm = NAN, .skew_error_ppm = NAN};

static const char *const rest_of_cell[] = {"steady", "cold", "ratio", "probe", NULL};

#define LIST(key_, struct_, items_, count_, table_, ...)                                           \
	{                                                                                          \
		.key = key_, .size = sizeof(struct struct_),                                       \
		.items = offsetof(struct summary, items_),                                         \
		.count = offsetof(struct summary, count_), .table = table_, __VA_ARGS__            \
	}
#define RATIO_OF(struct_, member, what_)                                                           \
	{                                                                                          \
		.key = #member, .offset = offsetof(struct struct_, member), .what = what_          \
	}

const struct summary_list summary_lists[] = {
	LIST("cells", cell_summary, cells, ncells, table_cell,
		.what = "a cell and what was measured in it", .unknown = &unknown_cell,
		.of_run = true, .rest = rest_of_cell, .write_rest = write_rest_of_cell,
		.read_rest = read_rest_of_cell),
	LIST("geomean", geomean, geomeans, ngeomeans, table_geomean,
		.what = "geometric mean of a suite's overhead ratios on one host",
		.ratios = {RATIO_OF(geomean, ratio, "with its interval")}),
	LIST("pairs", pair, pairs, npairs, table_pair,
		.what = "two environments, one architecture: time in a ÷ time in b, paired by "
			"block",
		.unknown = &unknown_pair, .ratios = {RATIO_OF(pair, ratio, "with its interval")}),
	/* Runs from before there were counterparts have none. */
	LIST("counterparts", counterpart_ratio, counterparts, ncounterparts, table_counterpart,
		.what = "a workload beside its counterpart: time of the counterpart ÷ its own, "
			"paired by block",
		.ratios = {RATIO_OF(counterpart_ratio, ratio, "with its interval")},
		.optional = true),
	LIST("aa", aa, aa, naa, table_aa, .what = "two measurements of the same thing",
		.ratios = {RATIO_OF(aa, ratio, "with its interval")}),
	/* Runs from before there were repeats have none. */
	LIST("variance", variance, variances, nvariances, table_variance,
		.what = "where the noise comes from: between blocks, executions or iterations, "
			"and what would halve an interval",
		.unknown = &unknown_variance, .optional = true),
	LIST("factors", factor, factors, nfactors, table_factor,
		.what = "the two factors of a foreign cell's overhead",
		.ratios = {RATIO_OF(factor, layer_cost, "same ÷ native"),
			RATIO_OF(factor, isa_cost, "foreign ÷ same")}),
	/* Runs from before there were command layers have none. */
	LIST("commands", command_used, commands, ncommands, table_command_used,
		.what = "what a command layer was", .optional = true),
	LIST("boots", boot_summary, boots, nboots, table_boot_summary, .what = "the boots of a VM",
		.unknown = &unknown_boot),
	/* Runs from before blocks were left out have none. */
	LIST("spoiled", spoiled_block, spoiled, nspoiled, table_spoiled,
		.what = "a block that a disturbance of the host has spoiled", .optional = true),
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
