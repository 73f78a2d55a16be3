/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/environments.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/field.h"

#define ENVIRONMENTS_MAX (1u << 20)
#define F FIELD_ROW

static const struct field row_fields[] = {
	F(command_layer, name, FIELD_NAME, .required = true,
		.help = "NAME of the environment NAME-ARCH; not native, user or vm"),
	F(command_layer, runs, FIELD_CHOICE, .choices = arch_names, .required = true,
		.help = "architecture of the programs it runs"),
	F(command_layer, on, FIELD_CHOICE, .choices = command_on_names, .def = "any",
		.help = "architecture of the hosts it runs on"),
	F(command_layer, summary, FIELD_STRING, .required = true, .help = "what it is, one line"),
	F(command_layer, get, FIELD_STRING, .required = true, .help = "how to install it"),
	{0},
};

/* The members that are no plain fields, with their schemas. */
#define WORDS(what)                                                                                \
	"{\"type\":\"array\",\"minItems\":1,\"items\":{\"type\":\"string\"},\"description\":"      \
	"\"" what "\"}"
static const struct {
	const char *key, *schema;
} lists[] = {
	{"command",
		WORDS("the words in front of the program; {programs} stands for the folder "
		      "that holds the programs, {cpu} for the CPU measured on, of two threads 0-1, "
		      "{home} for the user's home")},
	{"version", WORDS("the command whose first line of output says what is installed")},
	{"variables",
		"{\"type\":\"object\",\"additionalProperties\":{\"type\":\"string\"},"
		"\"description\":\"environment variables it is run with, beside the program's "
		"own; placeholders as in command\"}"},
};

#define X(id, name) " {" name "}"
#define PLACEHOLDERS COMMAND_PLACEHOLDERS(X)

/* ---- reading ---- */

/* {word} must be a placeholder; other braces stand for themselves. */
static int check_placeholders(
	const struct json_doc *doc, const struct json *v, const char *word, struct err *err)
{
	for (const char *p = word; (p = strchr(p, '{')); p++) {
		size_t len = strspn(p + 1, "abcdefghijklmnopqrstuvwxyz_");
		enum command_placeholder placeholder;

		if (len && p[len + 1] == '}' && !command_placeholder_parse(p, &placeholder))
			return json_error(doc, v, err,
				"'%.*s' is no placeholder; there are" PLACEHOLDERS, (int)len + 2,
				p);
	}
	return 0;
}

static int read_words(const struct json_doc *doc, const struct json *row, const char *key,
	const char *dir, struct argv *ret, struct err *err)
{
	const struct json *v = json_get(row, key);
	int r = json_get_strings(doc, row, key, true, ret, err);

	if (r < 0)
		return r;
	if (!ret->n || !*ret->v[0])
		return json_error(doc, v, err, "must begin with the name of a program");
	for (size_t i = 0; !r && i < ret->n; i++)
		r = check_placeholders(doc, v, ret->v[i], err);
	if (!r && strchr(ret->v[0], '/') && ret->v[0][0] != '/' && ret->v[0][0] != '{') {
		const char *rest = ret->v[0] + (str_starts(ret->v[0], "./") ? 2 : 0);
		char *below = xasprintf("%s/%s", dir, rest);

		free(ret->v[0]);
		ret->v[0] = below;
	}
	return r;
}

static int read_variables(
	const struct json_doc *doc, const struct json *row, struct argv *ret, struct err *err)
{
	const struct json *v = NULL;
	int r = json_get_object(doc, row, "variables", false, &v, err);

	if (!r)
		r = json_variables(doc, v, ret, err);
	for (size_t i = 0; !r && i < ret->n; i++)
		r = check_placeholders(doc, v, ret->v[i], err);
	return r;
}

static int read_row(const struct json_doc *doc, const struct json *v, const char *dir,
	struct command_layer *ret, struct err *err)
{
	static const char *const others[] = {"command", "version", "variables", NULL};
	int r;

	if (json_type(v) != JSON_OBJECT)
		return json_error(doc, v, err, "an environment must be an object");
	r = fields_from_json_with(row_fields, ret, doc, v, others, err);
	if (!r && !layer_name_is_valid(ret->name))
		return json_error(doc, json_get(v, "name"), err,
			"'%s' cannot be the name of a layer: words of a-z and 0-9 joined by '-', "
			"at most %d bytes, the first one not native, user or vm",
			ret->name, LAYER_NAME_MAX - 1);
	if (!r)
		r = read_words(doc, v, "command", dir, &ret->command, err);
	if (!r)
		r = read_words(doc, v, "version", dir, &ret->version, err);
	return r ? r : read_variables(doc, v, &ret->variables, err);
}

static int read_rows(const struct json_doc *doc, const struct json *list, const char *dir,
	struct command_layers *ret, struct err *err)
{
	json_for_each (v, list) {
		struct command_layer *row = command_layers_add(ret);
		int r = read_row(doc, v, dir, row, err);
		struct layer l;

		if (r < 0)
			return r;
		l = command_layer_of(row);
		if (command_layers_find(ret, &l) != row)
			return json_error(doc, json_get(v, "name"), err,
				"two environments are called '%s-%s'", row->name,
				arch_text(row->runs));
	}
	return 0;
}

/* The folder of a file, absolute where it can be. */
static char *folder_of(const char *path)
{
	char *real = realpath(path, NULL);
	char *dir = real ? real : xstrdup(path), *slash = strrchr(dir, '/');

	if (!slash) {
		free(dir);
		return xstrdup(".");
	}
	*slash = '\0';
	return dir;
}

int environments_read(const char *path, struct command_layers *ret, struct err *err)
{
	static const char *const known[] = {"environments", NULL};
	_cleanup_(command_layers_release) struct command_layers rows = {0};
	_cleanup_free_ char *dir = folder_of(path);
	_cleanup_json_ struct json_doc *doc = NULL;
	const struct json *list = NULL;
	int r = json_read_file(path, ENVIRONMENTS_MAX, &doc, err);

	if (!r)
		r = json_known_keys(doc, json_root(doc), known, err);
	if (!r)
		r = json_get_array(doc, json_root(doc), "environments", true, &list, err);
	if (!r)
		r = read_rows(doc, list, dir, &rows, err);
	if (r < 0)
		return r;
	*ret = rows;
	rows = (struct command_layers){0};
	return 0;
}

/* ---- schema ---- */

static void schema_row(struct json_writer *w)
{
	fields_schema_begin(w, "items", NULL);
	fields_schema(row_fields, w);
	for (size_t i = 0; i < ARRAY_LEN(lists); i++)
		jw_raw(w, lists[i].key, lists[i].schema);
	jw_end_object(w);
	jw_raw(w, "required",
		"[\"name\", \"runs\", \"summary\", \"get\", \"command\", \"version\"]");
	jw_end_object(w);
}

void environments_schema(struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	jw_begin_object(&w, NULL);
	jw_string(&w, "$schema", "https://json-schema.org/draft/2020-12/schema");
	jw_string(&w, "title", "toll environments");
	jw_string(&w, "type", "object");
	jw_bool(&w, "additionalProperties", false);
	jw_begin_object(&w, "properties");
	jw_begin_object(&w, "environments");
	jw_string(&w, "type", "array");
	schema_row(&w);
	jw_end_object(&w);
	jw_end_object(&w);
	jw_raw(&w, "required", "[\"environments\"]");
	jw_end_object(&w);
}
