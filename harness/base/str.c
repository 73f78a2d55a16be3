/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/str.h"

#include <fnmatch.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static void str_reserve(struct str *str, size_t extra)
{
	size_t need = str->len + extra + 1;

	if (need <= str->cap)
		return;
	str->cap = need < 2 * str->cap ? 2 * str->cap : need;
	str->s = xrealloc_array(str->s, str->cap, 1);
}

void str_addn(struct str *str, const char *bytes, size_t n)
{
	str_reserve(str, n);
	memcpy(str->s + str->len, bytes, n);
	str->len += n;
	str->s[str->len] = '\0';
}

void str_add(struct str *str, const char *text)
{
	str_addn(str, text, strlen(text));
}

void str_addc(struct str *str, char c)
{
	str_addn(str, &c, 1);
}

void str_vaddf(struct str *str, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		str_reserve(str, (size_t)n);
		vsnprintf(str->s + str->len, (size_t)n + 1, fmt, again);
		str->len += (size_t)n;
	}
	va_end(again);
}

void str_addf(struct str *str, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(str, fmt, ap);
	va_end(ap);
}

const char *str_text(const struct str *str)
{
	return str->s ? str->s : "";
}

const char *str_last_line(struct str *str)
{
	char *nl;

	while (str->len && str->s[str->len - 1] == '\n')
		str->s[--str->len] = '\0';
	nl = str->len ? strrchr(str->s, '\n') : NULL;
	return nl ? nl + 1 : str_text(str);
}

char *str_take(struct str *str)
{
	char *s = str->s ? str->s : xstrdup("");

	*str = (struct str){0};
	return s;
}

void str_release(struct str *str)
{
	free(str->s);
	*str = (struct str){0};
}

/* The text's first character, of n bytes: U+FFFE and U+FFFF are no characters. */
static bool is_xml_character(const char *s, size_t n)
{
	unsigned char c = (unsigned char)*s;

	if (n == 3 && !memcmp(s, "\xef\xbf", 2))
		return (unsigned char)s[2] < 0xbe;
	return c >= 0x20 || c == '\t' || c == '\n';
}

void str_add_xml(struct str *str, const char *text)
{
	for (size_t n; *text; text += n ? n : 1) {
		n = str_utf8_length(text);
		if (!n)
			str_add(str, STR_REPLACEMENT);
		else if (*text == '&')
			str_add(str, "&amp;");
		else if (*text == '<')
			str_add(str, "&lt;");
		else if (*text == '>')
			str_add(str, "&gt;");
		else if (*text == '"')
			str_add(str, "&quot;");
		else if (*text == '\'')
			str_add(str, "&#39;");
		else if (is_xml_character(text, n))
			str_addn(str, text, n);
	}
}

bool str_starts(const char *s, const char *prefix)
{
	return !strncmp(s, prefix, strlen(prefix));
}

bool str_ends(const char *s, const char *suffix)
{
	size_t n = strlen(s), m = strlen(suffix);

	return n >= m && !strcmp(s + n - m, suffix);
}

void str_copy(char *dst, size_t size, const char *src)
{
	size_t n = strnlen(src, size - 1);

	memcpy(dst, src, n);
	dst[n] = '\0';
}

bool str_is_name(const char *s)
{
	return *s && strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(s);
}

bool str_glob(const char *patterns, const char *s)
{
	_cleanup_free_ char *copy = NULL;
	char *save = NULL;

	if (!patterns || !*patterns)
		return true;
	copy = xstrdup(patterns);
	for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save))
		if (!fnmatch(p, s, 0))
			return true;
	return false;
}

bool str_list_has(const char *list, const char *word)
{
	size_t n = strlen(word);

	for (const char *item = list;; item++) {
		size_t len = strcspn(item, ",");

		if (len == n && !memcmp(item, word, n))
			return true;
		item += len;
		if (!*item)
			return false;
	}
}

size_t str_utf8_length(const char *s)
{
	const unsigned char *b = (const unsigned char *)s;
	/* The second byte's range rules out overlong forms, surrogates and what lies above
	 * U+10FFFF. */
	unsigned char lo = b[0] == 0xe0 ? 0xa0 : b[0] == 0xf0 ? 0x90 : 0x80;
	unsigned char hi = b[0] == 0xed ? 0x9f : b[0] == 0xf4 ? 0x8f : 0xbf;
	size_t n = b[0] < 0x80 ? 1 : b[0] < 0xc2 ? 0 : b[0] < 0xe0 ? 2 : b[0] < 0xf0 ? 3 : 4;

	if (b[0] > 0xf4 || (n > 1 && (b[1] < lo || b[1] > hi)))
		return 0;
	for (size_t i = 2; i < n; i++)
		if (b[i] < 0x80 || b[i] > 0xbf)
			return 0;
	return n;
}

size_t str_distance(const char *a, const char *b)
{
	size_t row[64], m = strlen(b);

	if (m >= ARRAY_LEN(row))
		return m;
	for (size_t j = 0; j <= m; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1]; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= m; j++) {
			size_t best = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[m];
}

/* typed: as on the command line, "-x" or "--name"; name: without dashes and value. */
void str_sanitize(char *s)
{
	for (; *s; s++)
		if ((unsigned char)*s < 0x20 || (unsigned char)*s > 0x7e)
			*s = '?';
}

static void argv_push(struct argv *argv, char *owned)
{
	if (argv->n + 1 >= argv->cap) {
		argv->cap = argv->cap ? 2 * argv->cap : 16;
		argv->v = xrealloc_array(argv->v, argv->cap, sizeof(*argv->v));
	}
	argv->v[argv->n++] = owned;
	argv->v[argv->n] = NULL;
}

void argv_add(struct argv *argv, const char *arg)
{
	argv_push(argv, xstrdup(arg));
}

void argv_addf(struct argv *argv, const char *fmt, ...)
{
	struct str s = {0};
	va_list ap;

	va_start(ap, fmt);
	str_vaddf(&s, fmt, ap);
	va_end(ap);
	argv_push(argv, str_take(&s));
}

void argv_set_variable(struct argv *argv, const char *variable)
{
	size_t name = strcspn(variable, "=") + 1;

	for (size_t i = 0; i < argv->n; i++) {
		if (strncmp(argv->v[i], variable, name) != 0)
			continue;
		free(argv->v[i]);
		argv->v[i] = xstrdup(variable);
		return;
	}
	argv_add(argv, variable);
}

static void add_quoted(struct str *line, const char *arg)
{
	const char *plain = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
			    "@%_-+=:,./";

	if (*arg && strspn(arg, plain) == strlen(arg)) {
		str_add(line, arg);
		return;
	}
	str_addc(line, '\'');
	for (; *arg; arg++) {
		if (*arg == '\'')
			str_add(line, "'\\''");
		else
			str_addc(line, *arg);
	}
	str_addc(line, '\'');
}

char *argv_line(char *const *v)
{
	struct str line = {0};

	for (size_t i = 0; v[i]; i++) {
		if (i)
			str_addc(&line, ' ');
		add_quoted(&line, v[i]);
	}
	return str_take(&line);
}

void argv_release(struct argv *argv)
{
	for (size_t i = 0; i < argv->n; i++)
		free(argv->v[i]);
	free(argv->v);
	*argv = (struct argv){0};
}
