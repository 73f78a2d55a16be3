/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/json: what is refused, where the message points, and that numbers survive.
 */
#include <float.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "scratch.h"
#include "tap.h"

/* Parses text as file "f", whose first line has number 7. */
static int parse(const char *text, struct json_doc **doc, struct err *err)
{
	*err = (struct err){0};
	return json_parse(text, strlen(text), "f", 7, doc, err);
}

static void refused(const char *text, const char *message, const char *name)
{
	_cleanup_json_ struct json_doc *doc = NULL;
	struct err err;
	int r = parse(text, &doc, &err);

	ok(r == -EINVAL && !doc && strstr(err.text, message), "%s is refused: %s", name, err.text);
}

/* Comparing each of them with all others would not end before the test's deadline. */
static void test_many_keys(void)
{
	enum { KEYS = 1000000 };
	_cleanup_(str_release) struct str text = {0};
	_cleanup_json_ struct json_doc *doc = NULL;
	struct err err;

	for (unsigned i = 0; i < KEYS; i++)
		str_addf(&text, "%c\"%u\":0", i ? ',' : '{', i * 2654435761u);
	ok(parse(str_text(&text), &doc, &err) == -EINVAL, "an object without its end: %s",
		err.text);
	str_add(&text, "}");
	ok(!parse(str_text(&text), &doc, &err), "an object may have a million keys: %s", err.text);
}

static void test_refusals(void)
{
	refused("", "f:7: ", "an empty text");
	refused("{\"a\":1", "f:7: is not valid JSON", "an object without its end");
	refused("{\n\"a\":1,\n}", "f:9: is not valid JSON", "a comma before the end");
	refused("{\"a\":1} x", "is not valid JSON", "text behind the value");
	refused("{\"a\":1}{\"a\":1}", "is not valid JSON", "a second value");
	refused("{\"a\":1,\n\"b\":{\"c\":1,\n\"c\":2}}", "f:9: key 'c': stands here twice",
		"a duplicate key");
	refused("[{\"a\":1,\"b\":2,\"a\":3}]", "key 'a': stands here twice", "one in an array");
	refused("{\"b\":1,\"a\":1,\n\"b\":2,\n\"a\":2}", "f:8: key 'b': stands here twice",
		"the first of two");
	refused("{'a':1}", "is not valid JSON", "a single-quoted key");
	refused("{\"a\":NaN}", "is not valid JSON", "NaN");
	refused("{\"a\":Infinity}", "is not valid JSON", "an infinity");
	refused("nul", "is not valid JSON", "half a null");
	refused("{\"a\":\"\n\"}", "f:7: holds the control character 0x0a",
		"a line break in a string");
	refused("{\v\"a\":1}", "f:7: holds the control character 0x0b", "a vertical tab");
	refused("{\n\x01\"a\":\"b\"}", "f:8: holds the control character 0x01",
		"a control character between values");
	refused("{\"a\":\"\x1b[2J\"}", "0x1b", "a terminal's escape character");
	refused("{\"a\":\"\xff\"}", "is not UTF-8", "a byte that is not UTF-8");
	refused("{\"a\":\"\xc0\xaf\"}", "is not UTF-8", "an overlong form");
	refused("{\"a\":\"\xed\xa0\x80\"}", "is not UTF-8", "an encoded surrogate");
	refused("{\"a\":\"\xe2\x82", "is not UTF-8", "a cut sequence at the end");
	refused("{\"a\":\"\\ud800\"}", "is not valid JSON", "half a surrogate pair");
}

static void test_nul_and_depth(void)
{
	_cleanup_json_ struct json_doc *doc = NULL;
	struct str deep = {0};
	struct err err;

	ok(json_parse("{\"a\":1}\0{", 9, "f", 1, &doc, &err) == -EINVAL, "a NUL byte is refused");
	ok(json_parse("{\"a\":\"x\0y\"}", 11, "f", 1, &doc, &err) == -EINVAL,
		"a NUL byte in a string is refused");
	for (int i = 0; i < 100000; i++)
		str_addc(&deep, '[');
	ok(json_parse(deep.s, deep.len, "f", 1, &doc, &err) == -EINVAL,
		"100,000 brackets are refused, not followed");
	str_release(&deep);
}

static void test_messages(void)
{
	static const char *const known[] = {"a", "b", NULL};
	_cleanup_json_ struct json_doc *doc = NULL;
	const struct json *object = NULL;
	const char *text = NULL;
	uint64_t n = 42;
	struct err err;

	if (!ok(!parse("{\n \"a\": {\"b\": [1,\n2,\n\"\\\"}x\"]},\n \"n\": -1,\n \"m\": 1.5,\n"
		       " \"big\": 9007199254740994, \"esc\\u001b\": 0}",
			&doc, &err),
		    "a document over several lines is read"))
		return;
	ok(json_get_u64(doc, json_root(doc), "n", true, &n, &err) == -EINVAL &&
			strstr(err.text, "f:11: key 'n': must be a whole number"),
		"an error names file, line and key: %s", err.text);
	ok(json_get_u64(doc, json_root(doc), "m", true, &n, &err) < 0, "1.5 is no whole number");
	ok(json_get_u64(doc, json_root(doc), "big", true, &n, &err) < 0, "2^53 + 2 is too large");
	is_int(n, 42, "a failed look-up leaves the result alone");
	ok(json_get_u64(doc, json_root(doc), "x", false, &n, &err) == 0 && n == 42,
		"an absent optional key leaves the result alone");
	ok(json_get_u64(doc, json_root(doc), "x", true, &n, &err) < 0 && strstr(err.text, "'x'"),
		"a missing key is named");
	ok(json_get_string(doc, json_root(doc), "n", true, &text, &err) < 0 &&
			strstr(err.text, "must be a string, not a number"),
		"a wrong type is named");
	ok(!json_get_object(doc, json_root(doc), "a", true, &object, &err), "a member is found");
	ok(json_error(doc, json_next(json_next(json_first(json_get(object, "b")))), &err, "odd") ==
				-EINVAL &&
			strstr(err.text, "f:10: odd"),
		"a value behind brackets and quotes in strings is found by line: %s", err.text);
	ok(json_known_keys(doc, json_root(doc), known, &err) < 0 && strstr(err.text, "key 'n'") &&
			strstr(err.text, "a, b"),
		"an unknown key is named beside the known ones");
	json_error(doc, json_get(json_root(doc), "esc\x1b"), &err, "bad\n");
	ok(!strchr(err.text, '\x1b') && !strchr(err.text, '\n'),
		"a message holds no control character of the document's: %s", err.text);
}

/* Through the writer and back; returns whether the very same double comes out. */
static bool survives(double value)
{
	_cleanup_json_ struct json_doc *doc = NULL;
	_cleanup_(str_release) struct str text = {0};
	struct json_writer w;
	double got;

	json_writer_init(&w, &text, false);
	jw_begin_array(&w, NULL);
	jw_double(&w, NULL, value);
	jw_end_array(&w);
	if (json_parse(text.s, text.len, "f", 1, &doc, NULL) < 0)
		return false;
	got = json_number(json_first(json_root(doc)));
	return !memcmp(&got, &value, sizeof(got));
}

static void test_numbers(void)
{
	const double values[] = {0, -0.0, 1, -1, 0.1, 1.0 / 3, 2.0 / 3, 1e22, 1e23, DBL_MAX,
		-DBL_MAX, DBL_MIN, DBL_TRUE_MIN, 3 * DBL_TRUE_MIN, 0x1p53, 0x1p53 - 1, 0x1p52 + 0.5,
		DBL_EPSILON, 1 + DBL_EPSILON, 249.467, 123456789012345678.0};
	char buf[JSON_NUMBER_MAX];
	unsigned seed = 1;
	int kept = 0;

	for (size_t i = 0; i < ARRAY_LEN(values); i++)
		ok(survives(values[i]), "%.17g survives writing and reading", values[i]);
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = ((uint64_t)rand_r(&seed) << 42) ^ ((uint64_t)rand_r(&seed) << 21) ^
				(uint64_t)rand_r(&seed);
		double value;

		memcpy(&value, &bits, sizeof(value));
		kept += !isfinite(value) || survives(value);
	}
	is_int(kept, 20000, "so do 20,000 random bit patterns");
	is_str(json_number_text(0.1, buf), "0.1", "the shortest text is chosen");
	is_str(json_number_text(NAN, buf), "null", "NaN is null");
	is_str(json_number_text(-INFINITY, buf), "null", "an infinity is null");
}

static void test_writing(void)
{
	_cleanup_json_ struct json_doc *doc = NULL;
	_cleanup_(str_release) struct str text = {0}, again = {0};
	struct json_writer w;
	struct err err;

	json_writer_init(&w, &text, false);
	jw_begin_object(&w, NULL);
	jw_string(&w, "quote\"\\", "a\nb\tc\x01\x7f");
	jw_string(&w, "none", NULL);
	jw_string(&w, "cut", "10 \xc2");
	jw_string(&w, "utf8", "µ×€😀");
	jw_u64(&w, "big", UINT64_C(1) << 53);
	jw_bool(&w, "flag", true);
	jw_begin_array(&w, "empty");
	jw_end_array(&w);
	jw_end_object(&w);
	is_str(text.s,
		"{\"quote\\\"\\\\\":\"a\\nb\\u0009c\\u0001\\u007f\",\"none\":null,"
		"\"cut\":\"10 \\ufffd\",\"utf8\":\"µ×€😀\",\"big\":9007199254740992,"
		"\"flag\":true,\"empty\":[]}",
		"strings are escaped, bytes that are not UTF-8 replaced");
	if (!ok(!json_parse(text.s, text.len, "f", 1, &doc, &err), "and read again: %s", err.text))
		return;
	is_str(json_string(json_get(json_root(doc), "quote\"\\")), "a\nb\tc\x01\x7f",
		"a string with control characters is the same again");
	json_print(json_root(doc), &again);
	ok(again.s && strstr(again.s, "µ×€😀") && strstr(again.s, "9007199254740992"),
		"a read document prints as it was written");
	ok(!json_get(json_root(doc), "Flag"), "keys are case-sensitive");
}

/* What json_read_members() makes of a file: the document as text, or the message. */
static char *some_of(const char *text)
{
	static const char *const keys[] = {"a", "list", NULL};
	_cleanup_free_ char *path = scratch_file("members", text);
	_cleanup_json_ struct json_doc *doc = NULL;
	struct str out = {0};
	struct err err;

	if (json_read_members(path, 1 << 20, keys, &doc, &err) < 0)
		return xasprintf("refused:%s", err.text + strlen(path));
	json_print(json_root(doc), &out);
	return str_take(&out);
}

static void some(const char *text, const char *expected, const char *name)
{
	_cleanup_free_ char *got = some_of(text);

	is_str(got, expected, name);
}

static void test_members(void)
{
	scratch_open();
	some("{\"a\":1,\"b\":[{\"a\":2},\"]}\"],\"list\":[3,{\"b\":4}],\"c\":null}",
		"{\"a\":1,\"list\":[3,{\"b\":4}]}", "only wanted members are read, whole");
	some(" {\n \"b\" : \"\\\"}\\\\\" ,\n \"a\" : \"\\\"\" } ", "{\"a\":\"\\\"\"}",
		"strings with quotes and brackets are passed over");
	some("{\"b\":1}", "{}", "there may be none");
	some("{}", "{}", "nor in an empty object");
	some("{\"b\":{\"c\":[1,2,{}]},\n\"a\":\n\"\x01\"}",
		"refused::3: holds the control character 0x01",
		"a message names the line of the file");
	some("{\"b\":[\n1,\n2],\n\"a\":nul}", "refused::4: is not valid JSON near 'nul}'",
		"also below what is left out");
	some("{\"a\":1,\"a\":2}", "refused::1: key 'a': stands here twice", "a duplicate key");
	some("{\"b\":1,}", "refused::1: is not valid JSON near 'end of text'",
		"a comma before the end");
	some("{\"b\":[1,\"a", "refused::1: is not valid JSON near 'a'", "a file that is cut");
	some("{\"b\":[1]", "refused::1: is not valid JSON near 'end of text'",
		"an object without its end");
	some("{\"b\":1} x", "refused::1: is not valid JSON near 'x'", "text behind the object");
	some("[1]", "[1]", "what is no object is read as a whole");
	some("", "refused::1: is not valid JSON near 'end of text'", "an empty file");
	scratch_close();
}

int main(void)
{
	test_members();
	test_refusals();
	test_many_keys();
	test_nul_and_depth();
	test_messages();
	test_numbers();
	test_writing();
	return done_testing();
}
