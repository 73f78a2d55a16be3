/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/field.h"

#include <stdio.h>
#include <string.h>

void fields_help(const struct field *table, struct str *out)
{
	for (const struct field *f = table; f->name; f++) {
		char left[80];

		snprintf(left, sizeof(left), "--%s%s%s", f->name, f->type == FIELD_BOOL ? "" : " ",
			f->type == FIELD_BOOL ? ""
			: f->arg	      ? f->arg
					      : "VALUE");
		str_addf(out, "  %-26s %s", left, f->help);
		for (int i = 0; f->choices && f->choices[i]; i++)
			str_addf(out, "%s%s", i ? "|" : ": ", f->choices[i]);
		if (f->def && f->type != FIELD_BOOL)
			str_addf(out, " (default %s)", f->def);
		if (f->letter)
			str_addf(out, " (-%c)", f->letter);
		str_addc(out, '\n');
	}
}

/* As fields_from_json() reads it. */
static const char *schema_type(const struct field *f)
{
	switch (f->type) {
	case FIELD_BOOL:
		return "boolean";
	case FIELD_DOUBLE:
		return "number";
	case FIELD_U64:
	case FIELD_UINT:
	case FIELD_INT:
		return "integer";
	case FIELD_LIST:
		return "array";
	default:
		return "string";
	}
}

static bool is_number(const struct field *f)
{
	return f->type == FIELD_DOUBLE || !strcmp(schema_type(f), "integer");
}

void fields_schema(const struct field *table, struct json_writer *w)
{
	for (const struct field *f = table; f->name; f++) {
		jw_begin_object(w, f->name);
		if (f->nullable) {
			jw_begin_array(w, "type");
			jw_string(w, NULL, schema_type(f));
			jw_string(w, NULL, "null");
			jw_end_array(w);
		} else {
			jw_string(w, "type", schema_type(f));
		}
		if (f->help)
			jw_string(w, "description", f->help);
		if (f->type == FIELD_NAME)
			jw_string(w, "pattern", "^[a-z0-9-]+$");
		if (f->size)
			jw_u64(w, "maxLength", f->size - 1);
		if (f->type == FIELD_LIST)
			jw_raw(w, "items", "{\"type\":\"string\"}");
		if (is_number(f) && f->max != 0) {
			jw_double(w, "minimum", f->min);
			jw_double(w, "maximum", f->max);
		} else if (f->type == FIELD_U64 || f->type == FIELD_UINT) {
			jw_u64(w, "minimum", 0);
		}
		if (f->choices) {
			jw_begin_array(w, "enum");
			for (int i = 0; f->choices[i]; i++)
				jw_string(w, NULL, f->choices[i]);
			jw_end_array(w);
		}
		jw_end_object(w);
	}
}

/* The member "required"; nothing when no row is required. */
static void schema_required(const struct field *table, struct json_writer *w)
{
	bool any = false;

	for (const struct field *f = table; f->name; f++) {
		if (!f->required)
			continue;
		if (!any)
			jw_begin_array(w, "required");
		any = true;
		jw_string(w, NULL, f->name);
	}
	if (any)
		jw_end_array(w);
}

void fields_schema_begin(struct json_writer *w, const char *key, const char *description)
{
	jw_begin_object(w, key);
	jw_string(w, "type", "object");
	if (description)
		jw_string(w, "description", description);
	jw_bool(w, "additionalProperties", false);
	jw_begin_object(w, "properties");
}

void fields_schema_end(const struct field *table, struct json_writer *w)
{
	jw_end_object(w);
	if (table)
		schema_required(table, w);
	jw_end_object(w);
}
