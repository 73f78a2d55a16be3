/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/field.h"

#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"

static void *slot(const struct field *f, void *base)
{
	return (char *)base + f->offset;
}

static void set_string(char **s, const char *text)
{
	free(*s);
	*s = xstrdup(text);
}

static int check_range(const struct field *f, double value, const char *what, struct err *err)
{
	if ((f->min != 0 || f->max != 0) && !(value >= f->min && value <= f->max))
		return err_set(err, ERR_INPUT, "%s must be from %g to %g, not %g", what, f->min,
			f->max, value);
	return 0;
}

static int set_whole(
	const struct field *f, void *base, double value, const char *what, struct err *err)
{
	double min = 0, max = 0x1p53;
	const char *range = "0 to 2^53";

	if (f->type == FIELD_INT) {
		min = INT_MIN;
		max = INT_MAX;
		range = "-2^31 to 2^31 - 1";
	} else if (f->type == FIELD_UINT) {
		max = UINT_MAX;
		range = "0 to 2^32 - 1";
	}
	if (!(value >= min && value <= max) || value != floor(value))
		return err_set(err, ERR_INPUT, "%s must be a whole number from %s, not %g", what,
			range, value);
	if (f->type == FIELD_INT)
		*(int *)slot(f, base) = (int)value;
	else if (f->type == FIELD_UINT)
		*(unsigned *)slot(f, base) = (unsigned)value;
	else
		*(uint64_t *)slot(f, base) = (uint64_t)value;
	return 0;
}

static int set_number(
	const struct field *f, void *base, const char *text, const char *what, struct err *err)
{
	char *end;
	double value;
	int r;

	errno = 0;
	value = strtod(text, &end);
	if (end == text || *end || !isfinite(value))
		return err_set(err, ERR_INPUT, "%s must be a number, not '%s'", what, text);
	r = check_range(f, value, what, err);
	if (r < 0)
		return r;
	if (f->type == FIELD_DOUBLE) {
		*(double *)slot(f, base) = value;
		return 0;
	}
	return set_whole(f, base, value, what, err);
}

static int check_length(const struct field *f, const char *text, const char *what, struct err *err)
{
	if (f->size && strlen(text) >= f->size)
		return err_set(err, ERR_INPUT, "%s is longer than %zu bytes", what, f->size - 1);
	return 0;
}

static int set_text(
	const struct field *f, void *base, const char *text, const char *what, struct err *err)
{
	int r = check_length(f, text, what, err);

	if (!r)
		str_copy(slot(f, base), f->size, text);
	return r;
}

static int set_name(
	const struct field *f, void *base, const char *text, const char *what, struct err *err)
{
	int r = check_length(f, text, what, err);

	if (r < 0)
		return r;
	if (!str_is_name(text))
		return err_set(err, ERR_INPUT, "%s must consist of a-z, 0-9 and '-', not '%s'",
			what, text);
	set_string(slot(f, base), text);
	return 0;
}

static int set_duration(
	const struct field *f, void *base, const char *text, const char *what, struct err *err)
{
	char least[DURATION_TEXT_MAX];
	uint64_t ns;

	if (duration_parse(text, &ns, err) < 0)
		return err_wrap(err, "%s", what);
	if ((double)ns < f->min)
		return err_set(err, ERR_INPUT, "%s must be at least %s, not '%s'", what,
			duration_text((uint64_t)f->min, least), text);
	*(uint64_t *)slot(f, base) = ns;
	return 0;
}

static int set_choice(
	const struct field *f, void *base, const char *text, const char *what, struct err *err)
{
	struct str list = {0};
	int r;

	for (int i = 0; f->choices[i]; i++) {
		if (!strcmp(f->choices[i], text)) {
			*(int *)slot(f, base) = i;
			str_release(&list);
			return 0;
		}
		str_addf(&list, "%s%s", i ? ", " : "", f->choices[i]);
	}
	r = err_set(err, ERR_INPUT, "%s must be one of %s, not '%s'", what, str_text(&list), text);
	str_release(&list);
	return r;
}

/* Sets one field from text; `what` stands in the message: "--blocks", "key 'blocks'". */
static int field_set(
	const struct field *f, void *base, const char *text, const char *what, struct err *err)
{
	switch (f->type) {
	case FIELD_BOOL:
		if (strcmp(text, "true") && strcmp(text, "false"))
			return err_set(
				err, ERR_INPUT, "%s must be true or false, not '%s'", what, text);
		*(bool *)slot(f, base) = !strcmp(text, "true");
		return 0;
	case FIELD_U64:
	case FIELD_UINT:
	case FIELD_INT:
	case FIELD_DOUBLE:
		return set_number(f, base, text, what, err);
	case FIELD_NAME:
		return set_name(f, base, text, what, err);
	case FIELD_STRING:
		set_string(slot(f, base), text);
		return 0;
	case FIELD_TEXT:
		return set_text(f, base, text, what, err);
	case FIELD_DURATION:
		return set_duration(f, base, text, what, err);
	case FIELD_CHOICE:
		return set_choice(f, base, text, what, err);
	case FIELD_LIST:
		argv_add(slot(f, base), text);
		return 0;
	}
	return 0;
}

void fields_default(const struct field *table, void *base)
{
	for (const struct field *f = table; f->name; f++) {
		switch (f->type) {
		case FIELD_STRING:
		case FIELD_NAME:
			*(char **)slot(f, base) = NULL;
			break;
		case FIELD_BOOL:
			*(bool *)slot(f, base) = false;
			break;
		case FIELD_CHOICE:
		case FIELD_INT:
		case FIELD_UINT:
			*(int *)slot(f, base) = 0;
			break;
		case FIELD_TEXT:
			*(char *)slot(f, base) = '\0';
			break;
		case FIELD_DOUBLE:
			*(double *)slot(f, base) = 0;
			break;
		case FIELD_LIST:
			*(struct argv *)slot(f, base) = (struct argv){0};
			break;
		default:
			*(uint64_t *)slot(f, base) = 0;
		}
		if (f->def)
			field_set(f, base, f->def, f->name, NULL);
	}
}

void fields_release(const struct field *table, void *base)
{
	for (const struct field *f = table; f->name; f++) {
		if (f->type == FIELD_LIST)
			argv_release(slot(f, base));
		if (f->type != FIELD_STRING && f->type != FIELD_NAME)
			continue;
		free(*(char **)slot(f, base));
		*(char **)slot(f, base) = NULL;
	}
}

const struct field *field_find(const struct field *table, const char *name)
{
	for (const struct field *f = table; f->name; f++)
		if (!strcmp(f->name, name))
			return f;
	return NULL;
}

/* ---- command lines ---- */

static int unknown_option(
	const struct field *table, const char *typed, const char *name, struct err *err)
{
	const struct field *near = NULL;
	size_t best = 3;

	for (const struct field *f = table; f->name; f++) {
		size_t d = str_distance(name, f->name);

		if (d < best) {
			best = d;
			near = f;
		}
	}
	if (near)
		return err_set(err, ERR_INPUT, "unknown option '%s'; did you mean '--%s'?", typed,
			near->name);
	return err_set(err, ERR_INPUT, "unknown option '%s'; --help lists them", typed);
}

/* "-o" is short for "--into" where a row says so. */
static const char *long_form(const struct field *table, const char *word)
{
	for (const struct field *f = table; strlen(word) == 2 && f->name; f++)
		if (f->letter && f->letter == word[1])
			return f->name;
	return NULL;
}

static int option(const struct field *table, void *base, int argc, char **argv, int *i,
	struct argv *given, struct err *err)
{
	const char *name_of_letter = long_form(table, argv[*i]);
	_cleanup_free_ char *word =
		name_of_letter ? xasprintf("--%s", name_of_letter) : xstrdup(argv[*i]);
	const char *eq = strchr(word, '=');
	_cleanup_free_ char *typed = strndup(word, eq ? (size_t)(eq - word) : strlen(word));
	_cleanup_free_ char *name = eq ? strndup(word + 2, (size_t)(eq - word - 2))
				       : xstrdup(word + (word[1] == '-' ? 2 : 1));
	const struct field *f = field_find(table, name);
	_cleanup_free_ char *what = xasprintf("--%s", name);

	if (!f || word[1] != '-')
		return unknown_option(table, typed, name, err);
	if (given)
		argv_add(given, name);
	if (eq)
		return field_set(f, base, eq + 1, what, err);
	if (f->type == FIELD_BOOL)
		return field_set(f, base, "true", what, err);
	if (++*i >= argc)
		return err_set(
			err, ERR_INPUT, "%s needs a value (%s)", what, f->arg ? f->arg : "VALUE");
	return field_set(f, base, argv[*i], what, err);
}

int fields_from_argv(const struct field *table, void *base, int argc, char **argv,
	const char **operands, size_t max, size_t *ret_n, struct argv *given, struct err *err)
{
	bool options = true;
	size_t n = 0;

	for (int i = 0; i < argc; i++) {
		if (options && !strcmp(argv[i], "--")) {
			options = false;
			continue;
		}
		if (options && argv[i][0] == '-' && argv[i][1]) {
			int r = option(table, base, argc, argv, &i, given, err);

			if (r < 0)
				return r;
			continue;
		}
		if (n == max)
			return err_set(err, ERR_INPUT,
				"unexpected argument '%s'; --help shows the usage", argv[i]);
		operands[n++] = argv[i];
	}
	*ret_n = n;
	return 0;
}

/* ---- JSON ---- */

static enum json_type json_type_of(const struct field *f)
{
	switch (f->type) {
	case FIELD_BOOL:
		return JSON_BOOL;
	case FIELD_U64:
	case FIELD_UINT:
	case FIELD_INT:
	case FIELD_DOUBLE:
		return JSON_NUMBER;
	case FIELD_LIST:
		return JSON_ARRAY;
	default:
		return JSON_STRING;
	}
}

static int set_list(const struct field *f, void *base, const struct json_doc *doc,
	const struct json *v, struct err *err)
{
	json_for_each (item, v) {
		if (json_type(item) != JSON_STRING)
			return json_error(doc, item, err, "must be a string, not %s",
				json_type_text(json_type(item)));
		argv_add(slot(f, base), json_string(item));
	}
	return 0;
}

static int set_from_json(const struct field *f, void *base, const struct json_doc *doc,
	const struct json *v, struct err *err)
{
	enum json_type type = json_type(v);
	char number[JSON_NUMBER_MAX];
	struct err inner = {0};
	const char *text;

	if (f->nullable && type == JSON_NULL) {
		if (f->type == FIELD_DOUBLE)
			*(double *)slot(f, base) = NAN;
		if (f->type == FIELD_U64)
			*(uint64_t *)slot(f, base) = 0;
		if (f->type == FIELD_TEXT)
			*(char *)slot(f, base) = '\0';
		return 0;
	}
	if (type != json_type_of(f))
		return json_error(doc, v, err, "must be %s, not %s",
			json_type_text(json_type_of(f)), json_type_text(type));
	if (type == JSON_ARRAY)
		return set_list(f, base, doc, v, err);
	if (type == JSON_BOOL)
		text = json_true(v) ? "true" : "false";
	else if (type == JSON_NUMBER)
		text = json_number_text(json_number(v), number);
	else
		text = json_string(v);
	if (field_set(f, base, text, "the value", &inner) < 0)
		return json_error(doc, v, err, "%s", inner.text);
	return 0;
}

int fields_from_json(const struct field *table, void *base, const struct json_doc *doc,
	const struct json *object, struct err *err)
{
	static const char *const none[] = {NULL};

	return fields_from_json_with(table, base, doc, object, none, err);
}

static int refuse_unknown(const struct field *table, const struct json_doc *doc,
	const struct json *object, const char *const *others, struct err *err)
{
	const char *known[96];
	size_t n = 0;

	for (const struct field *f = table; f->name && n < ARRAY_LEN(known) - 1; f++)
		known[n++] = f->name;
	for (size_t i = 0; others[i] && n < ARRAY_LEN(known) - 1; i++)
		known[n++] = others[i];
	known[n] = NULL;
	return json_known_keys(doc, object, known, err);
}

int fields_from_json_with(const struct field *table, void *base, const struct json_doc *doc,
	const struct json *object, const char *const *others, struct err *err)
{
	int r = 0;

	if (json_type(object) != JSON_OBJECT)
		return json_error(doc, object, err, "must be an object, not %s",
			json_type_text(json_type(object)));
	if (others)
		r = refuse_unknown(table, doc, object, others, err);
	for (const struct field *f = table; r == 0 && f->name; f++) {
		const struct json *v = json_get(object, f->name);

		if (v)
			r = set_from_json(f, base, doc, v, err);
		else if (f->required)
			r = json_error(doc, object, err, "needs the key '%s'", f->name);
	}
	return r;
}

static void write_string(const struct field *f, const char *s, struct json_writer *w)
{
	jw_string(w, f->name, s && (*s || !f->nullable) ? s : NULL);
}

void fields_to_json(const struct field *table, const void *base, struct json_writer *w)
{
	for (const struct field *f = table; f->name; f++) {
		const void *at = (const char *)base + f->offset;
		char duration[32];

		switch (f->type) {
		case FIELD_BOOL:
			jw_bool(w, f->name, *(const bool *)at);
			break;
		case FIELD_DURATION:
			snprintf(duration, sizeof(duration), "%lluns",
				(unsigned long long)*(const uint64_t *)at);
			jw_string(w, f->name, duration);
			break;
		case FIELD_U64:
			if (f->sparse && !*(const uint64_t *)at)
				break;
			if (f->nullable && !*(const uint64_t *)at)
				jw_null(w, f->name);
			else
				jw_u64(w, f->name, *(const uint64_t *)at);
			break;
		case FIELD_UINT:
			jw_u64(w, f->name, *(const unsigned *)at);
			break;
		case FIELD_INT:
			jw_double(w, f->name, *(const int *)at);
			break;
		case FIELD_DOUBLE:
			jw_double(w, f->name, *(const double *)at);
			break;
		case FIELD_STRING:
		case FIELD_NAME:
			write_string(f, *(char *const *)at, w);
			break;
		case FIELD_TEXT:
			write_string(f, at, w);
			break;
		case FIELD_CHOICE:
			jw_string(w, f->name, f->choices[*(const int *)at]);
			break;
		case FIELD_LIST:
			jw_strings(w, f->name, ((const struct argv *)at)->v);
			break;
		}
	}
}
