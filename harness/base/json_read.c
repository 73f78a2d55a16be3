/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/json.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"

struct json_doc {
	char *text;
	size_t len;
	char *name;
	unsigned first_line;
	cJSON *root;
};

static const cJSON *node(const struct json *v)
{
	return (const cJSON *)(const void *)v;
}

static const struct json *wrap(const cJSON *c)
{
	return (const struct json *)(const void *)c;
}

static unsigned line_at(const struct json_doc *doc, size_t offset)
{
	unsigned line = doc->first_line;

	for (size_t i = 0; i < offset && i < doc->len; i++)
		line += doc->text[i] == '\n';
	return line;
}

/* ---- where a value stands: the text and the tree are walked side by side ---- */

struct walk {
	const char *p;
	const cJSON *target;
	const char *found;
};

static void skip_space(struct walk *w)
{
	w->p += strspn(w->p, " \t\r\n");
}

static void skip_string(struct walk *w)
{
	for (w->p++; *w->p && *w->p != '"'; w->p++)
		if (*w->p == '\\' && w->p[1])
			w->p++;
	if (*w->p)
		w->p++;
}

static void walk_value(struct walk *w, const cJSON *c)
{
	skip_space(w);
	if (!w->found && c == w->target)
		w->found = w->p;
	if (*w->p == '"') {
		skip_string(w);
		return;
	}
	if (*w->p != '{' && *w->p != '[') {
		w->p += strcspn(w->p, ",]} \t\r\n");
		return;
	}
	w->p++;
	for (const cJSON *child = c->child; child && !w->found; child = child->next) {
		skip_space(w);
		if (child->string) {
			skip_string(w);
			skip_space(w);
			w->p++; /* the colon */
		}
		walk_value(w, child);
		skip_space(w);
		w->p++; /* comma or closing bracket */
	}
	if (!c->child) {
		skip_space(w);
		w->p++;
	}
}

static unsigned line_of(const struct json_doc *doc, const struct json *v)
{
	struct walk w = {.p = doc->text, .target = node(v)};

	walk_value(&w, doc->root);
	return line_at(doc, w.found ? (size_t)(w.found - doc->text) : 0);
}

int json_error(
	const struct json_doc *doc, const struct json *v, struct err *err, const char *fmt, ...)
{
	char text[ERR_TEXT_MAX / 2];
	const char *key = json_key(v);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (key)
		err_set(err, ERR_INPUT, "%s:%u: key '%.64s': %s", doc->name, line_of(doc, v), key,
			text);
	else
		err_set(err, ERR_INPUT, "%s:%u: %s", doc->name, line_of(doc, v), text);
	/* Keys and values are quoted in it: what they hold must not reach a terminal. */
	for (char *p = err ? err->text : ""; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	return -ERR_INPUT;
}

/* ---- parsing ---- */

struct member {
	const cJSON *value;
	size_t at; /* in the object, from 0 */
};

static int compare_members(const void *a, const void *b)
{
	const struct member *x = a, *y = b;
	int r = strcmp(x->value->string, y->value->string);

	return r ? r : (x->at > y->at) - (x->at < y->at);
}

/* The first member of an object whose key stands in front of it already; NULL: none. Whoever wrote
 * the text chose how many keys there are: they are sorted. */
static const cJSON *first_duplicate(const cJSON *object)
{
	_cleanup_free_ struct member *members = NULL;
	const struct member *first = NULL;
	size_t n = 0;

	if (!cJSON_IsObject(object))
		return NULL;
	for (const cJSON *c = object->child; c; c = c->next)
		n++;
	if (n < 2)
		return NULL;
	members = xcalloc(n, sizeof(*members));
	n = 0;
	for (const cJSON *c = object->child; c; c = c->next, n++)
		members[n] = (struct member){c, n};
	qsort(members, n, sizeof(*members), compare_members);
	for (size_t i = 1; i < n; i++)
		if (!strcmp(members[i - 1].value->string, members[i].value->string) &&
			(!first || members[i].at < first->at))
			first = &members[i];
	return first ? first->value : NULL;
}

static int refuse_duplicates(const struct json_doc *doc, const cJSON *c, struct err *err)
{
	const cJSON *duplicate = first_duplicate(c);

	for (const cJSON *a = c->child; a; a = a->next) {
		int r = refuse_duplicates(doc, a, err);

		if (r < 0)
			return r;
		if (a == duplicate)
			return json_error(doc, wrap(a), err, "stands here twice");
	}
	return 0;
}

/* cJSON takes any byte up to 0x20 for white space, lets control characters stand in strings, and
 * does not look at encodings. */
static int check_bytes(const struct json_doc *doc, struct err *err)
{
	bool in_string = false;
	size_t n;

	for (size_t i = 0; i < doc->len; i += n) {
		const unsigned char *p = (const unsigned char *)doc->text + i;
		bool space = !in_string && (*p == '\t' || *p == '\r' || *p == '\n');

		n = *p < 0x80 ? 1 : str_utf8_length(doc->text + i);
		if (!n)
			return err_set(err, ERR_INPUT, "%s:%u: holds a byte that is not UTF-8",
				doc->name, line_at(doc, i));
		if (*p < 0x20 && !space)
			return err_set(err, ERR_INPUT, "%s:%u: holds the control character 0x%02x",
				doc->name, line_at(doc, i), *p);
		if (*p == '"')
			in_string = !in_string;
		else if (in_string && *p == '\\' && p[1] >= 0x20 && p[1] < 0x80)
			n = 2;
	}
	return 0;
}

int json_parse(const char *text, size_t len, const char *name, unsigned first_line,
	struct json_doc **ret, struct err *err)
{
	_cleanup_json_ struct json_doc *doc = xcalloc(1, sizeof(*doc));
	const char *end = NULL;
	int r;

	doc->text = xcalloc(len + 1, 1);
	memcpy(doc->text, text, len);
	doc->len = len;
	doc->name = xstrdup(name);
	doc->first_line = first_line;
	r = check_bytes(doc, err);
	if (r < 0)
		return r;
	doc->root = cJSON_ParseWithLengthOpts(doc->text, len + 1, &end, 1);
	if (!doc->root) {
		size_t at = end ? (size_t)(end - doc->text) : 0;

		return err_set(err, ERR_INPUT, "%s:%u: is not valid JSON near '%.20s'", name,
			line_at(doc, at), at < len ? doc->text + at : "end of text");
	}
	r = refuse_duplicates(doc, doc->root, err);
	if (r < 0)
		return r;
	*ret = TAKE(doc);
	return 0;
}

int json_read_file(const char *path, size_t max, struct json_doc **ret, struct err *err)
{
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = file_read(path, max, &text, &len, err);

	if (r < 0)
		return r;
	return json_parse(text, len, path, 1, ret, err);
}

void json_doc_free(struct json_doc *doc)
{
	if (!doc)
		return;
	cJSON_Delete(doc->root);
	free(doc->text);
	free(doc->name);
	free(doc);
}

/* ---- looking ---- */

const struct json *json_root(const struct json_doc *doc)
{
	return wrap(doc->root);
}

enum json_type json_type(const struct json *v)
{
	switch (node(v)->type & 0xff) {
	case cJSON_True:
	case cJSON_False:
		return JSON_BOOL;
	case cJSON_Number:
		return JSON_NUMBER;
	case cJSON_String:
		return JSON_STRING;
	case cJSON_Array:
		return JSON_ARRAY;
	case cJSON_Object:
		return JSON_OBJECT;
	default:
		return JSON_NULL;
	}
}

const char *json_type_text(enum json_type type)
{
	static const char *const text[] = {
		"null", "a boolean", "a number", "a string", "an array", "an object"};

	return text[type];
}

const struct json *json_get(const struct json *v, const char *key)
{
	return wrap(cJSON_GetObjectItemCaseSensitive(node(v), key));
}

const struct json *json_first(const struct json *v)
{
	return v ? wrap(node(v)->child) : NULL;
}

const struct json *json_next(const struct json *v)
{
	return wrap(node(v)->next);
}

const char *json_key(const struct json *v)
{
	return node(v)->string;
}

size_t json_count(const struct json *v)
{
	size_t n = 0;

	json_for_each (child, v)
		n++;
	return n;
}

const char *json_string(const struct json *v)
{
	return v ? cJSON_GetStringValue(node(v)) : NULL;
}

double json_number(const struct json *v)
{
	return v ? cJSON_GetNumberValue(node(v)) : NAN;
}

bool json_true(const struct json *v)
{
	return v && cJSON_IsTrue(node(v));
}

/* ---- typed members ---- */

/* 1: present and of the type; 0: absent and not required; negative: error. */
static int member(const struct json_doc *doc, const struct json *v, const char *key, bool required,
	enum json_type type, const struct json **ret, struct err *err)
{
	const struct json *m = json_get(v, key);

	if (!m) {
		if (!required)
			return 0;
		return json_error(
			doc, v, err, "needs the key '%s' (%s)", key, json_type_text(type));
	}
	if (json_type(m) != type)
		return json_error(doc, m, err, "must be %s, not %s", json_type_text(type),
			json_type_text(json_type(m)));
	*ret = m;
	return 1;
}

int json_get_string(const struct json_doc *doc, const struct json *v, const char *key,
	bool required, const char **ret, struct err *err)
{
	const struct json *m = NULL;
	int r = member(doc, v, key, required, JSON_STRING, &m, err);

	if (r > 0)
		*ret = json_string(m);
	return r < 0 ? r : 0;
}

int json_get_u64(const struct json_doc *doc, const struct json *v, const char *key, bool required,
	uint64_t *ret, struct err *err)
{
	const struct json *m = NULL;
	int r = member(doc, v, key, required, JSON_NUMBER, &m, err);
	double d;

	if (r <= 0)
		return r;
	d = json_number(m);
	if (!(d >= 0 && d <= 0x1p53) || d != floor(d))
		return json_error(doc, m, err, "must be a whole number from 0 to 2^53, not %g", d);
	*ret = (uint64_t)d;
	return 0;
}

int json_get_double(const struct json_doc *doc, const struct json *v, const char *key,
	bool required, double *ret, struct err *err)
{
	const struct json *m = NULL;
	int r = member(doc, v, key, required, JSON_NUMBER, &m, err);

	if (r <= 0)
		return r;
	if (!isfinite(json_number(m)))
		return json_error(doc, m, err, "must be a finite number");
	*ret = json_number(m);
	return 0;
}

int json_get_bool(const struct json_doc *doc, const struct json *v, const char *key, bool required,
	bool *ret, struct err *err)
{
	const struct json *m = NULL;
	int r = member(doc, v, key, required, JSON_BOOL, &m, err);

	if (r > 0)
		*ret = json_true(m);
	return r < 0 ? r : 0;
}

int json_get_array(const struct json_doc *doc, const struct json *v, const char *key, bool required,
	const struct json **ret, struct err *err)
{
	int r = member(doc, v, key, required, JSON_ARRAY, ret, err);

	return r < 0 ? r : 0;
}

int json_get_object(const struct json_doc *doc, const struct json *v, const char *key,
	bool required, const struct json **ret, struct err *err)
{
	int r = member(doc, v, key, required, JSON_OBJECT, ret, err);

	return r < 0 ? r : 0;
}

int json_get_strings(const struct json_doc *doc, const struct json *v, const char *key,
	bool required, struct argv *ret, struct err *err)
{
	const struct json *list = NULL;
	int r = json_get_array(doc, v, key, required, &list, err);

	if (r < 0)
		return r;
	json_for_each (item, list) {
		if (!json_string(item))
			return json_error(doc, list, err, "must hold only strings, not %s",
				json_type_text(json_type(item)));
		argv_add(ret, json_string(item));
	}
	return 0;
}

int json_variables(
	const struct json_doc *doc, const struct json *v, struct argv *ret, struct err *err)
{
	json_for_each (item, v) {
		if (!json_string(item))
			return json_error(doc, item, err, "must be a string");
		if (!*json_key(item) || strchr(json_key(item), '='))
			return json_error(doc, item, err, "is no name of an environment variable");
		argv_addf(ret, "%s=%s", json_key(item), json_string(item));
	}
	return 0;
}

int json_known_keys(
	const struct json_doc *doc, const struct json *v, const char *const *known, struct err *err)
{
	if (json_type(v) != JSON_OBJECT)
		return json_error(
			doc, v, err, "must be an object, not %s", json_type_text(json_type(v)));
	json_for_each (m, v) {
		struct str list = {0};
		size_t i = 0;
		int r;

		while (known[i] && strcmp(known[i], json_key(m)))
			i++;
		if (known[i])
			continue;
		for (i = 0; known[i]; i++)
			str_addf(&list, "%s%s", i ? ", " : "", known[i]);
		r = json_error(doc, m, err, "is not known here; known are %s", str_text(&list));
		str_release(&list);
		return r;
	}
	return 0;
}
