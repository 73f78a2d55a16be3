/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/clock, base/str, base/err: durations, command lines, patterns, errors.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"
#include "tap.h"

static void test_durations(void)
{
	static const struct {
		const char *text;
		uint64_t ns;
	} good[] = {{"90s", 90 * NS_PER_S}, {"1.5m", 90 * NS_PER_S}, {"2h", 7200 * NS_PER_S},
		{"250ms", 250 * NS_PER_MS}, {"10us", 10000}, {"7ns", 7}, {"4.5", 4500 * NS_PER_MS},
		{"3min", 180 * NS_PER_S}, {"0", 0}, {"1e3", 1000 * NS_PER_S}};
	static const char *const bad[] = {
		"", "s", "soon", "-1s", "1 s", "1d", "5mm", "nan", "inf", "1e30", "10,5s", "5s5"};
	static const struct {
		uint64_t ns;
		const char *text;
	} shown[] = {{0, "0 ns"}, {999, "999 ns"}, {1234, "1.23 µs"}, {999999, "1.00 ms"},
		{12345678, "12.3 ms"}, {345678901, "346 ms"}, {NS_PER_S, "1.00 s"},
		{119 * NS_PER_S, "119 s"}, {245 * NS_PER_S, "4 min 5 s"},
		{7260 * NS_PER_S, "2 h 1 min"}};
	char buf[DURATION_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		uint64_t ns = 1;

		ok(!duration_parse(good[i].text, &ns, NULL) && ns == good[i].ns,
			"'%s' is a duration", good[i].text);
	}
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct err err = {0};
		uint64_t ns = 42;

		ok(duration_parse(bad[i], &ns, &err) == -EINVAL && ns == 42, "'%s' is none: %s",
			bad[i], err.text);
	}
	for (size_t i = 0; i < ARRAY_LEN(shown); i++)
		is_str(duration_text(shown[i].ns, buf), shown[i].text, "%" PRIu64 " ns in print",
			shown[i].ns);
	duration_text(UINT64_MAX, buf);
	ok(strlen(buf) < DURATION_TEXT_MAX, "the longest duration fits: %s", buf);
}

static void test_deadlines(void)
{
	ok(deadline_in(UINT64_MAX) == DEADLINE_NONE, "a deadline too far away is none");
	ok(!deadline_passed(DEADLINE_NONE) && deadline_passed(1), "none never passes");
	is_int(deadline_poll_ms(DEADLINE_NONE), -1, "none waits for ever");
	is_int(deadline_poll_ms(1), 0, "a passed one does not wait");
	ok(deadline_poll_ms(deadline_in(1)) <= 1, "a part of a millisecond is at most one");
	is_int(deadline_poll_ms(deadline_in(100 * 3600 * NS_PER_S)), 3600000,
		"waiting is cut at an hour");
}

static void quoted(char *const *argv, const char *line)
{
	_cleanup_free_ char *got = argv_line(argv);

	is_str(got, line, "a shell reads the same words from %s", line);
}

static void test_argv(void)
{
	struct argv argv = {0};

	quoted((char *[]){"qemu-aarch64", "-cpu", "neoverse-n1", NULL},
		"qemu-aarch64 -cpu neoverse-n1");
	quoted((char *[]){"a b", "", "it's", "$HOME;x", NULL}, "'a b' '' 'it'\\''s' '$HOME;x'");
	quoted((char *[]){"a\nb", "*", "~", "#", NULL}, "'a\nb' '*' '~' '#'");
	quoted((char *[]){NULL}, "");
	argv_add(&argv, "a");
	argv_addf(&argv, "%d", 3);
	for (int i = 0; i < 100; i++)
		argv_add(&argv, "x");
	ok(argv.n == 102 && !argv.v[102] && !strcmp(argv.v[0], "a") && !strcmp(argv.v[1], "3"),
		"a vector grows and ends with NULL");
	argv_release(&argv);
	argv_release(&argv);
}

static void test_strings(void)
{
	char small[4], text[] = "a\x1b[1m\xc3\xa9\n";
	_cleanup_(str_release) struct str xml = {0};

	ok(str_glob("user-*", "user-aarch64") && !str_glob("user-*", "vm-x86_64-tcg"), "a glob");
	ok(str_glob("a,vm-*-tcg", "vm-x86_64-tcg"), "one of several globs");
	ok(str_list_has("tensorflow,tensor", "tensor") && str_list_has("a", "a"),
		"an item of a list");
	ok(!str_list_has("tensorflow", "tensor") && !str_list_has("a,tensorflow", "flow") &&
			!str_list_has("", "a") && !str_list_has("a,b", "a,b"),
		"a part of one is none, nor are two");
	ok(str_glob(NULL, "x") && str_glob("", "x"), "no pattern matches everything");
	ok(!str_glob("a*", "ba"), "a glob matches the whole");
	ok(str_is_name("cnn-train-256") && !str_is_name("") && !str_is_name("a.b") &&
			!str_is_name("A") && !str_is_name("a b"),
		"names are of [a-z0-9-]");
	str_copy(small, sizeof(small), "abcdef");
	is_str(small, "abc", "copying cuts and terminates");
	str_sanitize(text);
	is_str(text, "a?[1m???", "text from a guest loses what a terminal would obey");
	str_add_xml(&xml, "<a href=\"x\">&'\x01\t");
	is_str(xml.s, "&lt;a href=&quot;x&quot;&gt;&amp;&#39;\t", "text becomes XML");
	xml.len = 0;
	str_add_xml(&xml, "\xc3\xbc\xc3 \xef\xbf\xbe\xef\xbf\xbf|\x7f\x1f\r|\xed\xa0\x80");
	is_str(xml.s, "\xc3\xbc\xef\xbf\xbd |\x7f|\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd",
		"without what XML 1.0 or UTF-8 has no place for");
	is_int(str_utf8_length("a"), 1, "ASCII is one byte of UTF-8");
	is_int(str_utf8_length("\xf0\x9f\x98\x80"), 4, "four bytes beyond the basic plane");
	is_int(str_utf8_length("\x80"), 0, "a continuation byte begins nothing");
	is_int(str_utf8_length("\xf4\x90\x80\x80"), 0, "nothing lies above U+10FFFF");
	is_int(str_utf8_length("\xc3"), 0, "a cut sequence is none");
}

static void test_errors(void)
{
	struct err err = {0};
	_cleanup_free_ char *big = xcalloc(2000, 1);

	is_int(err_set(&err, ENOENT, "no '%s'", "x"), -ENOENT, "setting returns the code");
	is_int(err_wrap(&err, "reading %s", "plan"), -ENOENT, "wrapping keeps it");
	is_str(err.text, "reading plan: no 'x'", "context stands in front");
	err_sys(&err, EACCES, "cannot open");
	is_str(err.text, "cannot open: Permission denied", "the system's word stands behind");
	is_int(err_set(NULL, EIO, "x"), -EIO, "the text may be dropped");
	memset(big, 'x', 1999);
	err_wrap(&err, "%s", big);
	is_int(strlen(err.text), ERR_TEXT_MAX - 1, "a text too long is cut");
}

int main(void)
{
	test_durations();
	test_deadlines();
	test_argv();
	test_strings();
	test_errors();
	return done_testing();
}
