/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A growing string, and small helpers on C strings.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

struct str {
	char *s; /* NUL-terminated once anything was added; NULL before */
	size_t len, cap;
};

void str_add(struct str *str, const char *text);
void str_addn(struct str *str, const char *bytes, size_t n);
void str_addc(struct str *str, char c);
void str_addf(struct str *str, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void str_vaddf(struct str *str, const char *fmt, va_list ap);
/* The text so far, "" when nothing was added. */
const char *str_text(const struct str *str);
/* The last line, newlines at the end cut off; "" when nothing was added: where a program says why
 * it gave up. */
const char *str_last_line(struct str *str);
/* Hands the heap string to the caller ("" when empty) and resets str. */
char *str_take(struct str *str);
void str_release(struct str *str);
/* U+FFFD, in place of bytes that are not UTF-8. */
#define STR_REPLACEMENT "\xef\xbf\xbd"
/* As text or attribute of XML 1.0 and HTML: & < > " ' escaped, characters that XML has no place for
 * dropped (controls other than tab and newline, U+FFFE, U+FFFF), what is not UTF-8 replaced. */
void str_add_xml(struct str *str, const char *text);

bool str_starts(const char *s, const char *prefix);
bool str_ends(const char *s, const char *suffix);
/* Copies with truncation; always terminates. size must be at least 1. */
void str_copy(char *dst, size_t size, const char *src);
/* [a-z0-9-]+, the alphabet of workload and variant names. */
bool str_is_name(const char *s);
/* Shell-style pattern list: "a*,b?" matches when one of the comma-separated globs does.
 * NULL or "" matches everything. */
bool str_glob(const char *patterns, const char *s);
/* Is word an item of the comma-separated list? */
bool str_list_has(const char *list, const char *word);
/* Bytes of the UTF-8 sequence that s begins with, 0 where it begins with none (RFC 3629). */
size_t str_utf8_length(const char *s);
/* Levenshtein distance of two words; at least that for words of 64 bytes or more. */
size_t str_distance(const char *a, const char *b);
/* Replaces control and non-ASCII bytes by '?', in place: text from a guest or a child. */
void str_sanitize(char *s);

/* A NULL-terminated argument vector that owns its strings. */
struct argv {
	char **v;
	size_t n, cap;
};
void argv_add(struct argv *argv, const char *arg);
void argv_addf(struct argv *argv, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* Adds NAME=VALUE; one of the same name that is there already is replaced. */
void argv_set_variable(struct argv *argv, const char *variable);
/* One line, each argument quoted for a shell where it needs it. The caller frees. */
char *argv_line(char *const *v);
void argv_release(struct argv *argv);

#endif
