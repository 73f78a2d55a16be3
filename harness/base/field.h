/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Field tables: one row describes one member of a struct: its name, type, where it lives, its
 * limits, its default and its help. The same table decodes command lines and JSON objects, writes
 * the messages when they are wrong, encodes the struct as JSON again, and prints --help, the man
 * page, shell completion and the JSON Schema.
 *
 * Storage by type: BOOL bool; U64 uint64_t (or size_t); UINT unsigned; INT int; DOUBLE double;
 * STRING and NAME char * (heap, owned by the struct, NULL when unset); TEXT char[size] inside the
 * struct; DURATION uint64_t nanoseconds; CHOICE int or enum (index into choices); LIST struct argv:
 * an option that may be given again, an array of strings in JSON.
 */
#ifndef BASE_FIELD_H
#define BASE_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "base/json.h"
#include "base/str.h"

enum field_type {
	FIELD_BOOL,
	FIELD_U64,
	FIELD_UINT,
	FIELD_INT,
	FIELD_DOUBLE,
	FIELD_STRING,
	FIELD_TEXT,
	FIELD_NAME, /* a string of [a-z0-9-]+ */
	FIELD_DURATION,
	FIELD_CHOICE,
	FIELD_LIST,
};

struct field {
	const char *name;
	enum field_type type;
	size_t offset;
	size_t size;		    /* TEXT: of the buffer; NAME: of what it is copied into, 0:
					   any. Longer values are refused */
	double min, max;	    /* numbers; both 0: any. DURATION: min nanoseconds */
	const char *const *choices; /* CHOICE: NULL-terminated */
	const char *def;	    /* default as it would be typed; NULL: zero */
	const char *arg;	    /* what stands for the value in --help: "GLOB" */
	const char *help;	    /* one line, no full stop */
	char letter;		    /* command lines only: "-o" for "--into"; 0: none */
	bool required;		    /* JSON only */
	bool nullable; /* JSON only: null stands for NaN (DOUBLE), 0 (U64), "" (TEXT) */
	bool sparse;   /* JSON only: 0 (U64) is not written, and an absent key stands for it */
};

/* A table ends with a row whose name is NULL. Rows whose key is the member's own name: */
#define FIELD_ROW(struct_, member, type_, ...)                                                     \
	{                                                                                          \
		.name = #member, .type = type_, .offset = offsetof(struct struct_, member),        \
		__VA_ARGS__                                                                        \
	}
#define FIELD_TEXT_ROW(struct_, member, ...)                                                       \
	FIELD_ROW(struct_, member, FIELD_TEXT, .size = sizeof(((struct struct_ *)0)->member),      \
		__VA_ARGS__)

/* Sets every field to its default. Strings already there are not freed. */
void fields_default(const struct field *table, void *base);
/* Frees the strings. */
void fields_release(const struct field *table, void *base);
const struct field *field_find(const struct field *table, const char *name);

/* Decodes "--name value", "--name=value" and "--flag" in any order; the other words are collected,
 * in order, into operands (at most max); everything behind "--" is an operand.
 * given: the names of the options are added, in order; may be NULL.
 * Returns -EINVAL with a message that names the option and suggests the nearest known one. */
int fields_from_argv(const struct field *table, void *base, int argc, char **argv,
	const char **operands, size_t max, size_t *ret_n, struct argv *given, struct err *err);

/* Decodes an object; unknown keys, wrong types and values out of range name file, line and key. */
int fields_from_json(const struct field *table, void *base, const struct json_doc *doc,
	const struct json *object, struct err *err);
/* The same for an object that has other members beside the table's, NULL-terminated; NULL: any. */
int fields_from_json_with(const struct field *table, void *base, const struct json_doc *doc,
	const struct json *object, const char *const *others, struct err *err);

/* Writes every member into the object that is open in w. */
void fields_to_json(const struct field *table, const void *base, struct json_writer *w);

/* Adds one member as plain text: numbers as JSON has them, and nothing where that is null. */
void field_text(const struct field *f, const void *base, struct str *out);

/* The option part of --help: "  --name ARG   help (default …)". */
void fields_help(const struct field *table, struct str *out);
/* The members of a JSON Schema "properties" object. */
void fields_schema(const struct field *table, struct json_writer *w);
/* Begins the schema of an object as the member `key`, in which nothing may stand but the properties
 * that the caller writes next; description may be NULL. It is ended with what the table requires,
 * NULL: nothing. Where that is no table's affair the caller ends both objects himself. */
void fields_schema_begin(struct json_writer *w, const char *key, const char *description);
void fields_schema_end(const struct field *table, struct json_writer *w);

#endif
