/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

void json_writer_init(struct json_writer *w, struct str *out, bool pretty)
{
	*w = (struct json_writer){.out = out, .pretty = pretty, .first = true};
}

static bool on_lines(const struct json_writer *w)
{
	return w->pretty && (!w->compact_below || w->depth <= w->compact_below);
}

static void add_string(struct str *out, const char *s)
{
	size_t n;

	str_addc(out, '"');
	for (; *s; s += n ? n : 1) {
		unsigned char c = (unsigned char)*s;

		n = str_utf8_length(s);
		if (!n)
			str_add(out, "\\ufffd");
		else if (c == '"' || c == '\\')
			str_addf(out, "\\%c", c);
		else if (c == '\n')
			str_add(out, "\\n");
		else if (c < 0x20 || c == 0x7f)
			str_addf(out, "\\u%04x", c);
		else
			str_addn(out, s, n);
	}
	str_addc(out, '"');
}

static void new_line(struct json_writer *w)
{
	str_addc(w->out, '\n');
	for (unsigned i = 0; i < w->depth; i++)
		str_add(w->out, "  ");
}

static void before_value(struct json_writer *w, const char *key)
{
	if (!w->first)
		str_addc(w->out, ',');
	if (w->depth && on_lines(w))
		new_line(w);
	else if (!w->first && w->pretty)
		str_addc(w->out, ' ');
	w->first = false;
	if (!key)
		return;
	add_string(w->out, key);
	str_add(w->out, w->pretty ? ": " : ":");
}

static void begin(struct json_writer *w, const char *key, char bracket)
{
	before_value(w, key);
	str_addc(w->out, bracket);
	w->depth++;
	w->first = true;
}

static void end(struct json_writer *w, char bracket)
{
	bool lines = on_lines(w) && !w->first;

	w->depth--;
	if (lines)
		new_line(w);
	str_addc(w->out, bracket);
	w->first = false;
	if (!w->depth && w->pretty)
		str_addc(w->out, '\n');
}

void jw_begin_object(struct json_writer *w, const char *key)
{
	begin(w, key, '{');
}

void jw_end_object(struct json_writer *w)
{
	end(w, '}');
}

void jw_begin_array(struct json_writer *w, const char *key)
{
	begin(w, key, '[');
}

void jw_end_array(struct json_writer *w)
{
	end(w, ']');
}

void jw_string(struct json_writer *w, const char *key, const char *value)
{
	if (!value) {
		jw_null(w, key);
		return;
	}
	before_value(w, key);
	add_string(w->out, value);
}

void jw_u64(struct json_writer *w, const char *key, uint64_t value)
{
	before_value(w, key);
	str_addf(w->out, "%llu", (unsigned long long)value);
}

const char *json_number_text(double value, char buf[static JSON_NUMBER_MAX])
{
	if (!isfinite(value)) {
		str_copy(buf, JSON_NUMBER_MAX, "null");
		return buf;
	}
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(buf, JSON_NUMBER_MAX, "%.*g", digits, value);
		if (strtod(buf, NULL) == value)
			break;
	}
	return buf;
}

void jw_double(struct json_writer *w, const char *key, double value)
{
	char buf[JSON_NUMBER_MAX];

	before_value(w, key);
	str_add(w->out, json_number_text(value, buf));
}

void jw_bool(struct json_writer *w, const char *key, bool value)
{
	before_value(w, key);
	str_add(w->out, value ? "true" : "false");
}

void jw_null(struct json_writer *w, const char *key)
{
	before_value(w, key);
	str_add(w->out, "null");
}

void jw_strings(struct json_writer *w, const char *key, char *const *v)
{
	jw_begin_array(w, key);
	for (; v && *v; v++)
		jw_string(w, NULL, *v);
	jw_end_array(w);
}

void jw_variables(struct json_writer *w, const char *key, char *const *v)
{
	jw_begin_object(w, key);
	for (; v && *v; v++) {
		_cleanup_free_ char *name = xstrdup(*v);

		name[strcspn(name, "=")] = '\0';
		jw_string(w, name, *v + strlen(name) + 1);
	}
	jw_end_object(w);
}

void jw_raw(struct json_writer *w, const char *key, const char *json)
{
	before_value(w, key);
	str_add(w->out, json);
}

static void print_value(const struct json *v, const char *key, struct json_writer *w)
{
	switch (json_type(v)) {
	case JSON_NULL:
		jw_null(w, key);
		break;
	case JSON_BOOL:
		jw_bool(w, key, json_true(v));
		break;
	case JSON_NUMBER:
		jw_double(w, key, json_number(v));
		break;
	case JSON_STRING:
		jw_string(w, key, json_string(v));
		break;
	case JSON_ARRAY:
		jw_begin_array(w, key);
		json_for_each (child, v)
			print_value(child, NULL, w);
		jw_end_array(w);
		break;
	case JSON_OBJECT:
		jw_begin_object(w, key);
		json_for_each (child, v)
			print_value(child, json_key(child), w);
		jw_end_object(w);
		break;
	}
}

void json_print(const struct json *v, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, false);
	print_value(v, NULL, &w);
}
