/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/manifest.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"
#include "plan/manifest_package.h"

#define MANIFEST_MAX (1u << 20)
#define OTHERS_MAX 16 /* members of a manifest beside the fields */
#define F FIELD_ROW

static const struct field workload_fields[] = {
	F(workload, name, FIELD_NAME, .size = WORKLOAD_NAME_MAX, .required = true,
		.help = "name, the file's own"),
	F(workload, suite, FIELD_NAME, .required = true, .help = "suite it belongs to"),
	F(workload, summary, FIELD_STRING, .required = true, .help = "what it computes, one line"),
	F(workload, iteration, FIELD_STRING, .required = true,
		.help = "what one timed iteration is"),
	F(workload, tolerance, FIELD_DOUBLE, .min = 0, .max = 1,
		.help = "largest relative difference of digest values between environments; "
			"0: the exact hash must agree"),
	F(workload, startup_s, FIELD_U64, .max = 3600,
		.help = "seconds that its start may take where programs are slow: the deadline of "
			"an execution allows for it"),
	F(workload, threads, FIELD_BOOL,
		.help = "it can compute with several threads: a program is told by --threads N, a "
			"command by " WORKLOAD_THREADS " in its words"),
	F(workload, compare, FIELD_BOOL, .def = "true",
		.help = "false where the result differs between environments by nature"),
	{0},
};

static const struct field variant_fields[] = {
	F(variant, name, FIELD_NAME, .size = WORKLOAD_NAME_MAX, .required = true,
		.help = "name of the variant"),
	F(variant, program, FIELD_NAME, .size = WORKLOAD_NAME_MAX,
		.help = "program it runs, NAME.PROGRAM; the variant's name by default"),
	{0},
};

static const struct field size_fields[] = {
	F(workload_size, shape, FIELD_STRING, .required = true, .help = "shape, for people"),
	F(workload_size, memory_mib, FIELD_U64, .required = true, .min = 1, .max = 65536,
		.help = "bound of the peak resident set in MiB; guest RAM is derived from it"),
	{0},
};

struct original {
	uint64_t iterations;
	char *what;
};
static const struct field original_fields[] = {
	F(original, iterations, FIELD_U64, .required = true, .min = 1, .max = 1e12,
		.help = "iterations of the original run: steps × epochs"),
	F(original, what, FIELD_STRING, .required = true, .help = "what the original run was"),
	{0},
};

static const struct field counterpart_fields[] = {
	F(counterpart, program, FIELD_STRING, .required = true,
		.help = "WORKLOAD.VARIANT of the program that does the same work, of every size"),
	F(counterpart, at_most, FIELD_DOUBLE, .min = 0, .max = 1e6,
		.help = "promise: its time is at most this many times this workload's, natively; "
			"0: none"),
	{0},
};

static int read_variant(
	const struct json_doc *doc, const struct json *v, struct variant *to, struct err *err)
{
	static const char *const others[] = {"env", NULL};
	const struct json *env = NULL;
	int r;

	if (json_type(v) != JSON_OBJECT)
		return json_error(doc, v, err, "a variant must be an object");
	r = fields_from_json_with(variant_fields, to, doc, v, others, err);
	if (!r)
		r = json_get_object(doc, v, "env", false, &env, err);
	if (!r && !to->program)
		to->program = xstrdup(to->name);
	json_for_each (of_arch, env) {
		struct argv variables = {0};
		enum arch arch;

		if (r < 0)
			break;
		if (!arch_parse(json_key(of_arch), &arch) || json_type(of_arch) != JSON_OBJECT)
			return json_error(doc, of_arch, err,
				"must be an object under the name of an architecture");
		r = json_variables(doc, of_arch, &variables, err);
		to->env[arch] = variables.v;
	}
	return r;
}

static int read_variants(const struct json_doc *doc, struct workload *w, struct err *err)
{
	const struct json *list = NULL;
	int r = json_get_array(doc, json_root(doc), "variants", true, &list, err);

	if (r < 0)
		return r;
	if (!json_count(list))
		return json_error(doc, list, err, "must name at least one variant");
	w->variants = xcalloc(json_count(list), sizeof(*w->variants));
	json_for_each (v, list) {
		struct variant *variant = &w->variants[w->nvariants++];

		r = read_variant(doc, v, variant, err);
		if (r < 0)
			return r;
		if (workload_variant(w, variant->name) != variant)
			return json_error(doc, json_get(v, "name"), err,
				"two variants are called '%s'", variant->name);
	}
	return 0;
}

static int read_sizes(const struct json_doc *doc, struct workload *w, struct err *err)
{
	const struct json *sizes = NULL;
	int r = json_get_object(doc, json_root(doc), "sizes", true, &sizes, err);

	if (r < 0)
		return r;
	if (!json_count(sizes))
		return json_error(doc, sizes, err, "must name at least one size");
	w->sizes = xcalloc(json_count(sizes), sizeof(*w->sizes));
	json_for_each (v, sizes) {
		struct workload_size *size = &w->sizes[w->nsizes++];

		if (!str_is_name(json_key(v)))
			return json_error(
				doc, v, err, "a size's name must consist of a-z, 0-9, '-'");
		size->name = xstrdup(json_key(v));
		r = fields_from_json(size_fields, size, doc, v, err);
		if (r < 0)
			return r;
	}
	return 0;
}

static int read_original(const struct json_doc *doc, struct workload *w, struct err *err)
{
	struct original original = {0};
	const struct json *v = NULL;
	int r = json_get_object(doc, json_root(doc), "original", false, &v, err);

	if (!r && v)
		r = fields_from_json(original_fields, &original, doc, v, err);
	w->original_iterations = original.iterations;
	w->original_what = original.what;
	return r;
}

static int read_counterpart(const struct json_doc *doc, struct workload *w, struct err *err)
{
	const struct json *v = NULL;
	int r = json_get_object(doc, json_root(doc), "counterpart", false, &v, err);

	return r < 0 || !v ? r : fields_from_json(counterpart_fields, &w->counterpart, doc, v, err);
}

/* "…/matmul.json" must hold the workload "matmul". */
static int check_file_name(
	const struct json_doc *doc, const char *path, const struct workload *w, struct err *err)
{
	const char *slash = strrchr(path, '/');
	_cleanup_free_ char *want = xasprintf("%s.json", w->name);

	if (strcmp(slash ? slash + 1 : path, want))
		return json_error(doc, json_get(json_root(doc), "name"), err,
			"is '%s', so the file must be called '%s'", w->name, want);
	return 0;
}

int manifest_read(const char *path, struct workload *ret, struct err *err)
{
	const char *others[OTHERS_MAX] = {"variants", "sizes", "original", "counterpart"};
	_cleanup_(workload_release) struct workload w = {.compare = true};
	_cleanup_json_ struct json_doc *doc = NULL;
	int r = json_read_file(path, MANIFEST_MAX, &doc, err);

	for (size_t i = 0; manifest_package_keys[i]; i++)
		others[4 + i] = manifest_package_keys[i];
	if (!r)
		r = fields_from_json_with(workload_fields, &w, doc, json_root(doc), others, err);
	if (!r)
		r = check_file_name(doc, path, &w, err);
	if (!r)
		r = manifest_package_read(doc, &w, err);
	if (!r && !w.nvariants)
		r = read_variants(doc, &w, err);
	if (!r)
		r = read_sizes(doc, &w, err);
	if (!r)
		r = read_original(doc, &w, err);
	if (!r)
		r = read_counterpart(doc, &w, err);
	if (r < 0)
		return r;
	*ret = w;
	w = (struct workload){0};
	return 0;
}

/* One size, one amount of work. */
static int check_counterpart(
	const struct workloads *ws, const struct workload *w, const char *dir, struct err *err)
{
	const char *program = w->counterpart.program;
	const struct variant *v = NULL;
	const struct workload *other;

	if (!program)
		return 0;
	other = workloads_program(ws, program, &v);
	if (!other)
		return err_set(err, ERR_INPUT,
			"%s/%s.json: counterpart: no workload and variant is called '%s'", dir,
			w->name, program);
	if (other->counterpart.program)
		return err_set(err, ERR_INPUT,
			"%s/%s.json: counterpart: '%s' has a counterpart itself", dir, w->name,
			program);
	for (size_t i = 0; i < w->nsizes; i++) {
		const struct workload_size *here = &w->sizes[i];
		const struct workload_size *there = workload_size(other, here->name);

		if (!there || strcmp(there->shape, here->shape))
			return err_set(err, ERR_INPUT,
				"%s/%s.json: the size '%s' has the shape '%s', of its counterpart "
				"'%s' it has %s%s%s: give both the same sizes",
				dir, w->name, here->name, here->shape, program,
				there ? "'" : "none", there ? there->shape : "", there ? "'" : "");
	}
	return 0;
}

static int is_manifest(const struct dirent *e)
{
	return str_ends(e->d_name, ".json") && e->d_name[0] != '.';
}

int manifests_read(const char *dir, struct workloads *ret, struct err *err)
{
	struct workloads ws = {0};
	struct dirent **entries = NULL;
	int n = scandir(dir, &entries, is_manifest, alphasort), r = 0;

	if (n < 0)
		return err_sys(err, errno, "cannot list the manifests in '%s'", dir);
	ws.v = xcalloc((size_t)n, sizeof(*ws.v));
	for (int i = 0; i < n; i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", dir, entries[i]->d_name);

		if (!r)
			r = manifest_read(path, &ws.v[ws.n], err);
		if (!r)
			ws.n++;
		free(entries[i]);
	}
	free(entries);
	for (size_t i = 0; !r && i < ws.n; i++)
		r = check_counterpart(&ws, &ws.v[i], dir, err);
	if (r < 0)
		workloads_release(&ws);
	else
		*ret = ws;
	return r;
}

/* ---- schema ---- */

static void schema_object(struct json_writer *w, const char *key, const struct field *table)
{
	fields_schema_begin(w, key, NULL);
	fields_schema(table, w);
	fields_schema_end(table, w);
}

static void schema_env(struct json_writer *w)
{
	fields_schema_begin(w, "env", NULL);
	for (size_t i = 0; arch_names[i]; i++)
		jw_raw(w, arch_names[i],
			"{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"}}");
	fields_schema_end(NULL, w);
}

static void schema_variants(struct json_writer *w)
{
	jw_begin_object(w, "variants");
	jw_string(w, "type", "array");
	jw_u64(w, "minItems", 1);
	fields_schema_begin(w, "items", NULL);
	fields_schema(variant_fields, w);
	schema_env(w);
	fields_schema_end(variant_fields, w);
	jw_end_object(w);
}

void manifest_schema(struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	jw_begin_object(&w, NULL);
	jw_string(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_string(&w, "title", "toll workload manifest");
	jw_string(&w, "type", "object");
	jw_bool(&w, "additionalProperties", false);
	jw_begin_object(&w, "properties");
	fields_schema(workload_fields, &w);
	schema_variants(&w);
	jw_begin_object(&w, "sizes");
	jw_string(&w, "type", "object");
	jw_u64(&w, "minProperties", 1);
	schema_object(&w, "additionalProperties", size_fields);
	jw_end_object(&w);
	schema_object(&w, "original", original_fields);
	schema_object(&w, "counterpart", counterpart_fields);
	manifest_package_schema(&w);
	jw_end_object(&w);
	jw_raw(&w, "required", "[\"name\", \"suite\", \"summary\", \"iteration\", \"sizes\"]");
	jw_raw(&w, "oneOf",
		"[{\"required\": [\"variants\"]}, {\"required\": [\"packages\", \"command\"]}]");
	jw_raw(&w, "dependentRequired", "{\"interpreter\": [\"packages\", \"variants\"]}");
	jw_end_object(&w);
}
