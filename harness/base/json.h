/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * JSON in and out. Reading goes through cJSON and is strict: one value, no bytes behind it,
 * duplicate keys refused, depth limited. Writing does not: cJSON prints 15 digits and turns NaN
 * into null; here numbers keep full precision (the shortest of %.15g, %.16g, %.17g that reads back
 * as the same double) and a number that is not finite is written as null on purpose. Bytes that are
 * not UTF-8 (a cut string, a child's output) become U+FFFD, so that what is written can be read.
 */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* ---- reading ---- */

struct json_doc;
struct json; /* a value inside a document; lives as long as the document */

enum json_type { JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT };

/* Parses text (copied). `name` stands in messages: a file name, or "samples.jsonl". first_line is
 * the number of the text's first line in that file. On error the message is "name:line: …". Control
 * characters and bytes that are not UTF-8 are refused: the text may come from a guest. */
int json_parse(const char *text, size_t len, const char *name, unsigned first_line,
	struct json_doc **ret, struct err *err);
/* Reads and parses a file of at most max bytes. */
int json_read_file(const char *path, size_t max, struct json_doc **ret, struct err *err);
/* The same of an object of which only the members in the NULL-terminated list are wanted, ten times
 * as fast where they are a small part: the others are not in the document, and nothing is checked
 * of them but that brackets and strings end. A file that is no object is read as a whole. */
int json_read_members(const char *path, size_t max, const char *const *keys, struct json_doc **ret,
	struct err *err);
void json_doc_free(struct json_doc *doc);
static inline void json_doc_freep(struct json_doc **doc)
{
	json_doc_free(*doc);
}
#define _cleanup_json_ __attribute__((cleanup(json_doc_freep)))

const struct json *json_root(const struct json_doc *doc);
enum json_type json_type(const struct json *v);
const char *json_type_text(enum json_type type);
/* NULL when absent or when v is not an object. */
const struct json *json_get(const struct json *v, const char *key);
/* First child of an array or object, next sibling, the key of an object's child (else NULL). */
const struct json *json_first(const struct json *v);
const struct json *json_next(const struct json *v);
const char *json_key(const struct json *v);
size_t json_count(const struct json *v);
/* NULL, NaN and false when the type is another. */
const char *json_string(const struct json *v);
double json_number(const struct json *v);
bool json_true(const struct json *v);

#define json_for_each(var, parent)                                                                 \
	for (const struct json *var = json_first(parent); var; var = json_next(var))

/* "name:line: key 'k': " and the message: the one way in which input errors look. v is a value of
 * doc. Returns -EINVAL. */
int json_error(const struct json_doc *doc, const struct json *v, struct err *err, const char *fmt,
	...) __attribute__((format(printf, 4, 5)));

/* Typed access to members of object v. `required` false: an absent key leaves *ret alone.
 * json_u64: a whole number from 0 to 2^53. */
int json_get_string(const struct json_doc *doc, const struct json *v, const char *key,
	bool required, const char **ret, struct err *err);
int json_get_u64(const struct json_doc *doc, const struct json *v, const char *key, bool required,
	uint64_t *ret, struct err *err);
int json_get_double(const struct json_doc *doc, const struct json *v, const char *key,
	bool required, double *ret, struct err *err);
int json_get_bool(const struct json_doc *doc, const struct json *v, const char *key, bool required,
	bool *ret, struct err *err);
int json_get_array(const struct json_doc *doc, const struct json *v, const char *key, bool required,
	const struct json **ret, struct err *err);
int json_get_object(const struct json_doc *doc, const struct json *v, const char *key,
	bool required, const struct json **ret, struct err *err);
/* A member that is an array of strings: each is appended to ret. */
int json_get_strings(const struct json_doc *doc, const struct json *v, const char *key,
	bool required, struct argv *ret, struct err *err);
/* Appends an object of strings, environment variables, as NAME=VALUE. */
int json_variables(
	const struct json_doc *doc, const struct json *v, struct argv *ret, struct err *err);
/* Refuses keys that are not in the NULL-terminated list. */
int json_known_keys(const struct json_doc *doc, const struct json *v, const char *const *known,
	struct err *err);

/* Refuses a document whose member "schema" is not this. */
int json_check_schema(const struct json_doc *doc, const char *schema, struct err *err);

/* Appends v as compact JSON. */
void json_print(const struct json *v, struct str *out);

/* ---- writing ---- */

struct json_writer {
	struct str *out;
	bool pretty; /* two spaces a level, a line a member */
	unsigned depth;
	bool first;		/* no comma before the next value */
	unsigned compact_below; /* arrays and objects deeper than this stay on one line; 0: never */
};

void json_writer_init(struct json_writer *w, struct str *out, bool pretty);
/* key is NULL inside arrays and for the outermost value. */
void jw_begin_object(struct json_writer *w, const char *key);
void jw_end_object(struct json_writer *w);
void jw_begin_array(struct json_writer *w, const char *key);
void jw_end_array(struct json_writer *w);
void jw_string(struct json_writer *w, const char *key, const char *value); /* NULL: null */
void jw_u64(struct json_writer *w, const char *key, uint64_t value);
void jw_double(struct json_writer *w, const char *key, double value);
void jw_bool(struct json_writer *w, const char *key, bool value);
void jw_null(struct json_writer *w, const char *key);
/* An array of strings, NULL-terminated; NULL: empty. */
void jw_strings(struct json_writer *w, const char *key, char *const *v);
/* NAME=VALUE words as an object, the reverse of json_variables(). */
void jw_variables(struct json_writer *w, const char *key, char *const *v);
/* Text that is already JSON. */
void jw_raw(struct json_writer *w, const char *key, const char *json);

/* The shortest text that reads back as the same double; "null" when not finite. */
#define JSON_NUMBER_MAX 32
const char *json_number_text(double value, char buf[static JSON_NUMBER_MAX]);

#endif
