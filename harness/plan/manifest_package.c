/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/manifest_package.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"
#include "model/root.h"

#define F FIELD_ROW
#define PACKAGES_HELP                                                                              \
	"packages whose program it is, for both architectures or under each one's name; "          \
	"wheels:NAME "                                                                             \
	"are the Python wheels pinned by images/wheels/NAME.ARCH.txt"
#define COMMAND_HELP "the program, a name that is looked for in the packages, and its arguments"
#define METRIC_HELP "a number that it prints, in place of the time its process takes"
#define SERVICE_HELP                                                                               \
	"a server that the command is the client of: started before its first run, in a folder "   \
	"of its own, ended after the last, reached through a loopback that nothing else has"
#define INPUTS_HELP "files that it finds in its folder"

const char *const manifest_package_keys[] = {"packages", "command", "inputs", "output", "pattern",
	"starts_children", "metric", "service", "interpreter", NULL};

static const struct field packaged_fields[] = {
	F(packaged, output, FIELD_STRING,
		.help = "file that holds its result; what it prints by default"),
	F(packaged, pattern, FIELD_STRING,
		.help = "POSIX extended regular expression that its result must match; where it "
			"has a group, the group is what is compared"),
	F(packaged, starts_children, FIELD_BOOL,
		.help = "it starts other programs of the packages: a translator is refused where "
			"the kernel does not give it those too"),
	F(packaged, interpreter, FIELD_STRING,
		.help = "path of a program of the packages that runs this workload's own programs, "
			"which are scripts; in the place of 'command'"),
	{0},
};

static const struct field input_fields[] = {
	F(input, file, FIELD_STRING, .required = true, .help = "a plain file name"),
	F(input, kind, FIELD_CHOICE, .choices = input_kind_names,
		.help = "what is generated, from the run's seed"),
	F(input, kib, FIELD_U64, .min = 1, .max = 1 << 18, .help = "so many KiB of it"),
	{0},
};

static const struct field metric_fields[] = {
	F(metric, pattern, FIELD_STRING, .required = true,
		.help = "POSIX extended regular expression whose group is the number, in what it "
			"prints"),
	F(metric, unit, FIELD_STRING, .required = true,
		.help = "of a duration s, ms, us or ns; of a rate what there are so many of per "
			"second"),
	F(metric, better, FIELD_CHOICE, .choices = metric_better_names, .required = true,
		.help = "lower: a duration; higher: a rate, whose inverse is the time of one"),
	{0},
};

static const struct field service_fields[] = {
	F(service, ready_s, FIELD_U64, .min = 1, .max = 600, .def = "30",
		.help = "seconds that 'ready' may take to succeed"),
	{0},
};

/* ---- reading ---- */

static int read_list(const struct json_doc *doc, const struct json *of, const char *key,
	char ***ret, struct err *err)
{
	struct argv names = {0};
	char list[ROOT_LIST_MAX];
	struct err why = {0};
	int r = json_get_strings(doc, of, key, true, &names, err);

	*ret = names.v;
	for (size_t i = 0; !r && i < names.n; i++)
		if (!root_is_package(names.v[i]))
			r = json_error(doc, json_get(of, key), err,
				"'%.40s' is no name of a package", names.v[i]);
	if (!r && !names.n)
		r = json_error(doc, json_get(of, key), err, "must name at least one package");
	if (!r && root_list(names.v, list, &why) < 0)
		r = json_error(doc, json_get(of, key), err, "%s", why.text);
	return r;
}

/* A list for both architectures, or an object with one for each that there are packages for. */
static int read_packages(const struct json_doc *doc, struct packaged *p, struct err *err)
{
	const struct json *root = json_root(doc), *v = json_get(root, "packages");
	int r = 0;

	if (json_type(v) == JSON_OBJECT) {
		r = json_known_keys(doc, v, arch_names, err);
		for (enum arch a = 0; !r && a < ARCH_COUNT; a++)
			if (json_get(v, arch_text(a)))
				r = read_list(doc, v, arch_text(a), &p->packages[a], err);
		return r;
	}
	for (enum arch a = 0; !r && a < ARCH_COUNT; a++)
		r = read_list(doc, root, "packages", &p->packages[a], err);
	return r;
}

static int read_lines(
	const struct json_doc *doc, const struct json *v, struct input *input, struct err *err)
{
	_cleanup_(argv_release) struct argv lines = {0};
	struct str text = {0};
	int r = json_get_strings(doc, v, "lines", true, &lines, err);

	for (size_t i = 0; !r && i < lines.n; i++)
		str_addf(&text, "%s\n", lines.v[i]);
	input->text = str_take(&text);
	return r;
}

static int read_input(
	const struct json_doc *doc, const struct json *v, struct input *input, struct err *err)
{
	static const char *const others[] = {"lines", NULL};
	bool generated = json_get(v, "kind") && json_get(v, "kib");
	int r;

	if (json_type(v) != JSON_OBJECT)
		return json_error(doc, v, err, "an input must be an object");
	r = fields_from_json_with(input_fields, input, doc, v, others, err);
	if (!r && (strpbrk(input->file, "/:") || input->file[0] == '.' || !input->file[0]))
		r = json_error(doc, json_get(v, "file"), err, "must be a plain file name");
	if (!r && generated == (json_get(v, "lines") != NULL))
		r = json_error(doc, v, err, "an input has 'lines', or else 'kind' and 'kib'");
	if (!r && !generated)
		r = read_lines(doc, v, input, err);
	return r;
}

static int read_inputs(const struct json_doc *doc, struct packaged *p, struct err *err)
{
	const struct json *list = NULL;
	int r = json_get_array(doc, json_root(doc), "inputs", false, &list, err);

	p->inputs = xcalloc(list ? json_count(list) : 0, sizeof(*p->inputs));
	json_for_each (v, list) {
		if (r < 0)
			break;
		r = read_input(doc, v, &p->inputs[p->ninputs++], err);
	}
	return r;
}

/* A command line; *ret stays NULL where there is none and none is required. */
static int read_command(const struct json_doc *doc, const struct json *of, const char *key,
	bool required, char ***ret, struct err *err)
{
	struct argv words = {0};
	int r = json_get_strings(doc, of, key, required, &words, err);

	*ret = words.v;
	if (!r && !words.n && json_get(of, key))
		r = json_error(doc, json_get(of, key), err, "holds no word");
	return r;
}

static int read_service(const struct json_doc *doc, struct service *service, struct err *err)
{
	static const char *const others[] = {"command", "ready", NULL};
	const struct json *v = NULL;
	int r = json_get_object(doc, json_root(doc), "service", false, &v, err);

	if (r < 0 || !v)
		return r;
	fields_default(service_fields, service);
	r = fields_from_json_with(service_fields, service, doc, v, others, err);
	if (!r)
		r = read_command(doc, v, "command", true, &service->command, err);
	return r < 0 ? r : read_command(doc, v, "ready", false, &service->ready, err);
}

static int read_metric(const struct json_doc *doc, struct packaged *p, struct err *err)
{
	const struct json *v = NULL;
	int r = json_get_object(doc, json_root(doc), "metric", false, &v, err);

	if (r < 0 || !v)
		return r;
	r = fields_from_json(metric_fields, &p->metric, doc, v, err);
	if (!r && !strchr(p->metric.pattern, '('))
		r = json_error(doc, json_get(v, "pattern"), err, "needs a group: (…)");
	if (!r && p->metric.better == METRIC_LOWER && !duration_unit_ns(p->metric.unit))
		r = json_error(doc, json_get(v, "unit"), err,
			"of a duration must be s, ms, us or ns, not '%.20s'", p->metric.unit);
	return r;
}

static void add_variant(struct workload *w)
{
	w->variants = xcalloc(1, sizeof(*w->variants));
	w->variants[w->nvariants++] = (struct variant){.name = xstrdup(WORKLOAD_PACKAGE_VARIANT),
		.program = xstrdup(WORKLOAD_PACKAGE_VARIANT)};
}

/* A script has variants and tells of itself; what describes a command does not go with it. */
static int check_script(const struct json_doc *doc, const struct packaged *p, struct err *err)
{
	static const char *const others[] = {"command", "inputs", "output", "pattern",
		"starts_children", "metric", "service", NULL};
	const struct json *root = json_root(doc);

	for (const char *const *key = others; *key; key++)
		if (json_get(root, *key))
			return json_error(
				doc, json_get(root, *key), err, "does not go with 'interpreter'");
	if (p->interpreter[0] != '/')
		return json_error(doc, json_get(root, "interpreter"), err,
			"must be a path in the image, from '/'");
	return 0;
}

static int read_what_runs(
	const struct json_doc *doc, struct workload *w, struct packaged *p, struct err *err)
{
	int r;

	if (p->interpreter)
		return check_script(doc, p, err);
	if (json_get(json_root(doc), "variants"))
		return json_error(doc, json_get(json_root(doc), "variants"), err,
			"a program of packages has none");
	add_variant(w);
	r = read_command(doc, json_root(doc), "command", true, &p->command, err);
	if (!r)
		r = read_metric(doc, p, err);
	if (!r)
		r = read_service(doc, &p->service, err);
	return r < 0 ? r : read_inputs(doc, p, err);
}

int manifest_package_read(const struct json_doc *doc, struct workload *w, struct err *err)
{
	const struct json *root = json_root(doc);
	struct packaged *p;
	int r;

	if (!json_get(root, "packages")) {
		for (const char *const *key = manifest_package_keys; *key; key++)
			if (json_get(root, *key))
				return json_error(doc, json_get(root, *key), err,
					"needs 'packages' beside it");
		return 0;
	}
	p = w->packaged = xcalloc(1, sizeof(*p));
	r = fields_from_json_with(packaged_fields, p, doc, root, NULL, err);
	if (!r)
		r = read_packages(doc, p, err);
	return r < 0 ? r : read_what_runs(doc, w, p, err);
}

/* ---- schema ---- */

#define STRINGS "\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\"}"

static void schema_packages(struct json_writer *w)
{
	jw_begin_object(w, "packages");
	jw_string(w, "description", PACKAGES_HELP);
	jw_begin_array(w, "oneOf");
	jw_raw(w, NULL, "{" STRINGS "}");
	fields_schema_begin(w, NULL, NULL);
	for (size_t i = 0; arch_names[i]; i++)
		jw_raw(w, arch_names[i], "{" STRINGS "}");
	fields_schema_end(NULL, w);
	jw_end_array(w);
	jw_end_object(w);
}

static void schema_inputs(struct json_writer *w)
{
	jw_begin_object(w, "inputs");
	jw_string(w, "description", INPUTS_HELP);
	jw_string(w, "type", "array");
	fields_schema_begin(w, "items", NULL);
	fields_schema(input_fields, w);
	jw_raw(w, "lines", "{" STRINGS ",\"description\":\"the file itself\"}");
	fields_schema_end(input_fields, w);
	jw_end_object(w);
}

static void schema_service(struct json_writer *w)
{
	fields_schema_begin(w, "service", SERVICE_HELP);
	jw_raw(w, "command", "{" STRINGS ",\"description\":\"the server and its arguments\"}");
	jw_raw(w, "ready",
		"{" STRINGS ",\"description\":\"a command that succeeds once it can be used; it "
		"is tried again until then\"}");
	fields_schema(service_fields, w);
	jw_end_object(w);
	jw_raw(w, "required", "[\"command\"]");
	jw_end_object(w);
}

static void schema_metric(struct json_writer *w)
{
	fields_schema_begin(w, "metric", METRIC_HELP);
	fields_schema(metric_fields, w);
	fields_schema_end(metric_fields, w);
}

void manifest_package_schema(struct json_writer *w)
{
	schema_packages(w);
	jw_raw(w, "command", "{" STRINGS ",\"description\":\"" COMMAND_HELP "\"}");
	schema_inputs(w);
	fields_schema(packaged_fields, w);
	schema_metric(w);
	schema_service(w);
}
