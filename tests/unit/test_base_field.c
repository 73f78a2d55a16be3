/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * base/field: one table decodes command lines and JSON, and refuses what it does not describe.
 */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/field.h"
#include "tap.h"

struct options {
	bool verbose;
	uint64_t blocks;
	unsigned cpus;
	unsigned guard; /* behind a smaller member: must not be written over */
	int cpu;
	int guard2;
	double precision;
	char *glob;
	char *name;
	char text[8];
	uint64_t budget;
	int kind;
	struct argv words;
};

static const char *const kinds[] = {"smoke", "quick", "full", NULL};

#define F(member, type, ...) FIELD_ROW(options, member, type, __VA_ARGS__)
static const struct field table[] = {
	F(verbose, FIELD_BOOL, .help = "say more"),
	F(blocks, FIELD_U64, .min = 1, .max = 100, .def = "6", .arg = "N", .help = "blocks"),
	F(cpus, FIELD_UINT, .help = "CPUs"),
	F(cpu, FIELD_INT, .help = "CPU"),
	F(precision, FIELD_DOUBLE, .help = "half-width", .nullable = true),
	F(glob, FIELD_STRING, .arg = "GLOB", .help = "which"),
	F(name, FIELD_NAME, .size = 16, .help = "name"),
	FIELD_TEXT_ROW(options, text, .help = "short", .nullable = true),
	F(budget, FIELD_DURATION, .min = 1, .def = "5m", .help = "time"),
	F(kind, FIELD_CHOICE, .choices = kinds, .def = "quick", .help = "profile"),
	F(words, FIELD_LIST, .arg = "WORD", .help = "again for more"),
	{0},
};

static struct err err;
static struct argv given;

/* Decodes words; the last is NULL. */
static int from_words(struct options *o, const char **operands, size_t *n, char **words)
{
	int argc = 0;

	while (words[argc])
		argc++;
	*o = (struct options){.guard = 7, .guard2 = 8};
	fields_default(table, o);
	err = (struct err){0};
	argv_release(&given);
	return fields_from_argv(table, o, argc, words, operands, 2, n, &given, &err);
}
#define WORDS(...) ((char *[]){__VA_ARGS__, NULL})

static void test_argv(void)
{
	const char *operands[2] = {0};
	struct options o;
	size_t n = 0;
	int r = from_words(&o, operands, &n,
		WORDS("run1", "--blocks=3", "--glob", "a*", "--verbose", "--budget", "1.5m",
			"--kind", "full", "--cpu", "-1", "--", "--kind"));

	is_int(r, 0, "options and operands may be mixed: %s", err.text);
	is_int(o.blocks, 3, "--name=value");
	is_str(o.glob, "a*", "--name value");
	ok(o.verbose, "a flag needs no value");
	is_int(o.budget, 90 * NS_PER_S, "a duration has its unit");
	is_int(o.kind, 2, "a choice is its index");
	is_int(o.cpu, -1, "a negative number is a value, not an option");
	ok(n == 2 && !strcmp(operands[0], "run1") && !strcmp(operands[1], "--kind"),
		"everything behind -- is an operand");
	ok(given.n == 6 && !strcmp(given.v[0], "blocks") && !strcmp(given.v[5], "cpu"),
		"the options that were given are told");
	fields_release(table, &o);
	ok(!o.glob, "releasing clears the strings");

	r = from_words(&o, operands, &n, WORDS("-"));
	ok(!r && n == 1 && o.blocks == 6 && o.budget == 300 * NS_PER_S && o.kind == 1,
		"defaults are what the table says; '-' is an operand");
	fields_release(table, &o);
}

static void argv_refused(char **words, const char *message)
{
	const char *operands[2];
	struct options o;
	size_t n = 99;
	int r = from_words(&o, operands, &n, words);

	ok(r == -EINVAL && strstr(err.text, message), "'%s' is refused: %s", words[0], err.text);
	ok(n == 99 && o.guard == 7 && o.guard2 == 8, "and nothing else is written over");
	fields_release(table, &o);
}

static void test_argv_refusals(void)
{
	argv_refused(WORDS("--block", "3"), "did you mean '--blocks'?");
	argv_refused(WORDS("--zzzzzzzz"), "unknown option '--zzzzzzzz'; --help lists them");
	argv_refused(WORDS("-v"), "unknown option '-v'");
	argv_refused(WORDS("--blocks"), "--blocks needs a value (N)");
	argv_refused(WORDS("--blocks", "many"), "--blocks must be a number, not 'many'");
	argv_refused(WORDS("--blocks", "3x"), "must be a number");
	argv_refused(WORDS("--blocks", ""), "must be a number");
	argv_refused(WORDS("--blocks", "0"), "from 1 to 100");
	argv_refused(WORDS("--blocks=101"), "from 1 to 100");
	argv_refused(WORDS("--blocks=2.5"), "whole number");
	argv_refused(WORDS("--blocks=nan"), "must be a number");
	argv_refused(WORDS("--cpus=-1"), "whole number");
	argv_refused(WORDS("--cpus=4294967296"), "whole number from 0 to 2^32 - 1");
	argv_refused(WORDS("--cpu=2147483648"), "whole number from -2^31 to 2^31 - 1");
	argv_refused(WORDS("--cpu=0.5"), "whole number");
	argv_refused(WORDS("--verbose=yes"), "true or false");
	argv_refused(WORDS("--name=A_b"), "a-z, 0-9 and '-'");
	argv_refused(WORDS("--name=sixteen-letters1"), "--name is longer than 15 bytes");
	argv_refused(WORDS("--text=12345678"), "longer than 7 bytes");
	argv_refused(WORDS("--kind=fast"), "one of smoke, quick, full, not 'fast'");
	argv_refused(WORDS("--budget=0"), "--budget must be at least 1 ns, not '0'");
	argv_refused(WORDS("--budget=soon"), "--budget: 'soon' is not a duration");
	argv_refused(WORDS("a", "b", "c"), "unexpected argument 'c'");
}

/* -EINVAL with the message expected, or 0. */
static int from_json(struct options *o, const char *text)
{
	_cleanup_json_ struct json_doc *doc = NULL;
	int r;

	*o = (struct options){.guard = 7, .guard2 = 8};
	err = (struct err){0};
	r = json_parse(text, strlen(text), "o.json", 1, &doc, &err);
	return r < 0 ? r : fields_from_json(table, o, doc, json_root(doc), &err);
}

static void json_refused(const char *text, const char *message)
{
	struct options o;
	int r = from_json(&o, text);

	ok(r == -EINVAL && strstr(err.text, message), "%s is refused: %s", text, err.text);
	ok(o.guard == 7 && o.guard2 == 8, "and nothing else is written over");
	fields_release(table, &o);
}

static void test_json(void)
{
	struct options o;
	_cleanup_(str_release) struct str text = {0};
	struct json_writer w;

	json_refused("{\"blcks\":1}", "o.json:1: key 'blcks': is not known here");
	json_refused(
		"{\n\"blocks\":\"3\"}", "o.json:2: key 'blocks': must be a number, not a string");
	json_refused("{\"blocks\":1000}", "from 1 to 100");
	json_refused("{\"cpus\":1e10}", "whole number");
	json_refused("{\"cpu\":-3e9}", "whole number");
	json_refused("{\"precision\":1e999}", "must be a number");
	json_refused("{\"text\":\"much too long\"}", "longer than 7 bytes");
	json_refused("{\"verbose\":1}", "must be a boolean, not a number");
	json_refused("{\"kind\":null}", "must be a string, not null");
	json_refused("[]", "must be an object, not an array");

	is_int(from_json(&o, "{\"precision\":null,\"text\":null,\"glob\":\"x\",\"cpu\":-5}"), 0,
		"null is accepted where the table says so: %s", err.text);
	ok(isnan(o.precision) && !*o.text && o.cpu == -5, "and means not there");
	o.blocks = 12;
	o.cpus = 4294967295u;
	o.budget = 1;
	json_writer_init(&w, &text, false);
	jw_begin_object(&w, NULL);
	fields_to_json(table, &o, &w);
	jw_end_object(&w);
	is_str(text.s,
		"{\"verbose\":false,\"blocks\":12,\"cpus\":4294967295,\"cpu\":-5,"
		"\"precision\":null,\"glob\":\"x\",\"name\":null,\"text\":null,\"budget\":\"1ns\","
		"\"kind\":\"smoke\",\"words\":[]}",
		"a struct is written member by member");
	fields_release(table, &o);
	ok(from_json(&o, "{\"budget\":\"1ns\"}") == 0 && o.budget == 1,
		"a duration is read back as it is written: %s", err.text);
	fields_release(table, &o);
}

static void text_is(const struct options *o, const char *name, const char *expected)
{
	_cleanup_(str_release) struct str text = {0};

	field_text(field_find(table, name), o, &text);
	is_str(str_text(&text), expected, "'%s' as text", name);
}

static void test_lists(void)
{
	_cleanup_(str_release) struct str text = {0};
	const char *operands[2] = {0};
	struct json_writer w;
	struct options o;
	size_t n = 0;

	is_int(from_words(&o, operands, &n, WORDS("--words", "a,b", "--words=c")), 0,
		"an option of a list may be given again: %s", err.text);
	ok(o.words.n == 2 && !strcmp(o.words.v[0], "a,b") && !strcmp(o.words.v[1], "c"),
		"each time adds a word");
	text_is(&o, "words", "a,b,c");
	json_writer_init(&w, &text, false);
	jw_begin_object(&w, NULL);
	fields_to_json(table, &o, &w);
	jw_end_object(&w);
	ok(strstr(text.s, "\"words\":[\"a,b\",\"c\"]") != NULL, "it is written as an array: %s",
		text.s);
	fields_release(table, &o);
	ok(!o.words.v && !o.words.n, "and released");
	ok(from_json(&o, "{\"words\":[\"x\",\"y\"]}") == 0 && o.words.n == 2 &&
			!strcmp(o.words.v[1], "y"),
		"and read back: %s", err.text);
	fields_release(table, &o);
	json_refused("{\"words\":\"x\"}", "must be an array, not a string");
	json_refused("{\"words\":[\"x\",1]}", "must be a string, not a number");
}

static void test_help(void)
{
	_cleanup_(str_release) struct str help = {0}, schema = {0};
	_cleanup_json_ struct json_doc *doc = NULL;
	struct json_writer w;

	fields_help(table, &help);
	ok(strstr(help.s, "--blocks N") && strstr(help.s, "(default 6)") &&
			strstr(help.s, "smoke|quick|full"),
		"help shows argument, default and choices");
	json_writer_init(&w, &schema, true);
	jw_begin_object(&w, NULL);
	fields_schema(table, &w);
	jw_end_object(&w);
	ok(!json_parse(schema.s, schema.len, "schema", 1, &doc, &err), "the schema is JSON");
	for (const struct field *f = table; f->name; f++)
		ok(json_get(json_root(doc), f->name), "the schema describes '%s'", f->name);
}

static void test_text(void)
{
	char glob[] = "a,b";
	struct options o = {.verbose = true,
		.blocks = UINT64_C(1) << 53,
		.cpus = 3,
		.cpu = -1,
		.precision = 0.1,
		.glob = glob,
		.text = "x",
		.budget = 7,
		.kind = 1};

	text_is(&o, "verbose", "true");
	text_is(&o, "blocks", "9007199254740992");
	text_is(&o, "cpus", "3");
	text_is(&o, "cpu", "-1");
	text_is(&o, "precision", "0.1");
	text_is(&o, "glob", "a,b");
	text_is(&o, "name", "");
	text_is(&o, "text", "x");
	text_is(&o, "budget", "7");
	text_is(&o, "kind", "quick");
	o.precision = NAN;
	text_is(&o, "precision", "");
}

int main(void)
{
	test_argv();
	test_argv_refusals();
	test_json();
	test_text();
	test_lists();
	test_help();
	return done_testing();
}
