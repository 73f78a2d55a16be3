/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Some members of a large document: the rest is passed over by its brackets and never decoded.
 */
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/json.h"

static const char *after_space(const char *p)
{
	return p + strspn(p, " \t\r\n");
}

/* p: the opening quote. NULL where the text ends within. Most strings are short: calling the
 * library for each takes longer than looking at the bytes. */
static const char *after_string(const char *p)
{
	for (p++; *p != '"'; p++) {
		if (*p == '\\')
			p++;
		if (!*p)
			return NULL;
	}
	return p + 1;
}

/* p: the opening bracket. NULL where the text ends within. */
static const char *after_brackets(const char *p)
{
	size_t depth = 0;

	for (;;) {
		char c = *p++;

		if (c == '{' || c == '[') {
			depth++;
		} else if (c == '}' || c == ']') {
			if (!--depth)
				return p;
		} else if (c == '"') {
			p = after_string(p - 1);
			if (!p)
				return NULL;
		} else if (!c) {
			return NULL;
		}
	}
}

static const char *after_value(const char *p)
{
	if (*p == '"')
		return after_string(p);
	if (*p == '{' || *p == '[')
		return after_brackets(p);
	return p + strcspn(p, ",}] \t\r\n");
}

/* key: with its quotes. A key that is written with escapes is none of ours. */
static bool is_wanted(const char *key, const char *end, const char *const *keys)
{
	size_t n = (size_t)(end - key) - 2;

	for (; *keys; keys++)
		if (strlen(*keys) == n && !memcmp(*keys, key + 1, n))
			return true;
	return false;
}

/* Only line breaks remain of what is left out, so that messages name the right line. */
static void add_line_breaks(struct str *out, const char *from, const char *to)
{
	while ((from = memchr(from, '\n', (size_t)(to - from)))) {
		str_addc(out, '\n');
		from++;
	}
}

/* Appends the member at p, if it is wanted, and returns what follows its value: a comma, or the end
 * of the object. NULL: this is no member, or the text ends within. */
static const char *copy_member(
	const char *p, const char *const *keys, size_t *members, struct str *out)
{
	const char *begin = p, *key_end = *p == '"' ? after_string(p) : NULL;

	p = key_end ? after_space(key_end) : "";
	if (*p != ':')
		return NULL;
	p = after_value(after_space(p + 1));
	if (!p)
		return NULL;
	if (!is_wanted(begin, key_end, keys)) {
		add_line_breaks(out, begin, p);
		return p;
	}
	if ((*members)++)
		str_addc(out, ',');
	str_addn(out, begin, (size_t)(p - begin));
	return p;
}

/* Appends the object without its other members; false where the text is not an object that ends. */
static bool copy_members(const char *text, const char *const *keys, struct str *out)
{
	const char *p = after_space(text), *from;
	size_t members = 0;
	bool empty = true;

	if (*p != '{')
		return false;
	from = p + 1;
	str_addn(out, text, (size_t)(from - text));
	for (p = after_space(from); *p != '}' || !empty; p = after_space(from)) {
		empty = false;
		add_line_breaks(out, from, p);
		from = copy_member(p, keys, &members, out);
		if (!from)
			return false;
		p = after_space(from);
		add_line_breaks(out, from, p);
		if (*p != ',')
			break;
		from = p + 1;
	}
	str_add(out, p); /* what stands behind the object is the parser's to refuse */
	return *p == '}';
}

int json_read_members(const char *path, size_t max, const char *const *keys, struct json_doc **ret,
	struct err *err)
{
	_cleanup_free_ char *text = NULL;
	_cleanup_(str_release) struct str some = {0};
	size_t len;
	int r = file_read(path, max, &text, &len, err);

	if (r < 0)
		return r;
	if (strlen(text) != len || !copy_members(text, keys, &some))
		return json_parse(text, len, path, 1, ret, err);
	return json_parse(str_text(&some), some.len, path, 1, ret, err);
}

int json_check_schema(const struct json_doc *doc, const char *schema, struct err *err)
{
	const char *found = json_string(json_get(json_root(doc), "schema"));

	if (found && !strcmp(found, schema))
		return 0;
	return json_error(doc, json_root(doc), err, "schema is '%.40s', not %s",
		found ? found : "missing", schema);
}
