/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan/environments: the file of command layers, and what is wrong with it by line and key.
 */
#include "plan/environments.h"
#include "scratch.h"
#include "tap.h"

static struct err err;

#define ROW(name, more)                                                                            \
	"{\"name\": \"" name "\", \"runs\": \"aarch64\", \"summary\": \"s\", \"get\": \"g\",\n"    \
	"\"command\": [\"run\", \"{cpu}\", \"{}{x\"], \"version\": [\"./run\", \"-V\"]" more "}"
#define FILE_OF(rows) "{\"environments\": [\n" rows "\n]}"

static int read_text(const char *text, struct command_layers *ret)
{
	_cleanup_free_ char *path = scratch_file("environments.json", text);

	err = (struct err){0};
	return environments_read(path, ret, &err);
}

static void test_good(void)
{
	_cleanup_(command_layers_release) struct command_layers cs = {0};
	_cleanup_free_ char *beside = NULL;
	struct environment env;
	struct layer l;

	is_int(read_text(FILE_OF(ROW("box", "") ",\n" ROW("box-2",
				 ", \"on\": \"x86_64\", \"variables\": {\"A\": \"{home}=\"}")),
		       &cs),
		0, "two rows are read: %s", err.text);
	is_int(cs.n, 2, "in the order of the file");
	env = command_layer_environment(&cs.v[1]);
	is_str(env.id, "box-2-aarch64", "the id is derived");
	is_int(cs.v[0].command.n, 3, "a command has its words");
	is_str(cs.v[0].command.v[2], "{}{x", "braces that hold no word stand for themselves");
	is_str(cs.v[1].variables.v[0], "A={home}=", "a variable is NAME=VALUE");
	beside = xasprintf("%s/run", scratch_dir);
	ok(strchr(cs.v[0].version.v[0], '/') && str_ends(cs.v[0].version.v[0], "/run") &&
			!strstr(cs.v[0].version.v[0], "/./"),
		"a program with a slash is below the file's folder: %s of %s", cs.v[0].version.v[0],
		beside);
	is_str(cs.v[0].command.v[0], "run", "one without is searched in PATH");
	ok(command_layer_is_for(&cs.v[0], ARCH_AARCH64) &&
			command_layer_is_for(&cs.v[0], ARCH_X86_64),
		"by default it runs on every host");
	ok(!command_layer_is_for(&cs.v[1], ARCH_AARCH64) &&
			command_layer_is_for(&cs.v[1], ARCH_X86_64),
		"or on those it names");
	l = command_layer_of(&cs.v[1]);
	ok(command_layers_find(&cs, &l) == &cs.v[1], "a row is found by its layer");
	l.arch = ARCH_X86_64;
	ok(!command_layers_find(&cs, &l) && !command_layers_find(NULL, &l),
		"and by its architecture");
}

static void test_bad(void)
{
	static const struct {
		const char *what, *text, *at, *says;
	} bad[] = {
		{"an unknown key", FILE_OF(ROW("box", ",\n\"argv\": []")), ":4: key 'argv'", ""},
		{"an unknown key at the top", "{\n\"layers\": []}", ":2: key 'layers'", ""},
		{"no list", "{}", "environments.json:1", "environments"},
		{"a row that is no object", FILE_OF("7"), ":2:", "object"},
		{"a reserved name", FILE_OF(ROW("vm-2", "")), ":2: key 'name'",
			"native, user or vm"},
		{"a bad name", FILE_OF(ROW("Box", "")), ":2: key 'name'", "a-z"},
		{"a name with two dashes", FILE_OF(ROW("a--b", "")), ":2: key 'name'", "words"},
		{"a duplicate", FILE_OF(ROW("box", "") ",\n" ROW("box", "")), ":4: key 'name'",
			"two environments are called 'box-aarch64'"},
		{"a wrong architecture", FILE_OF(ROW("box", ",\n\"on\": \"arm64\"")),
			":4: key 'on'", "x86_64"},
		{"a variable that is no string",
			FILE_OF(ROW("box", ",\n\"variables\": {\"A\": 1}")), ":4: key 'A'",
			"string"},
		{"a variable with a '='", FILE_OF(ROW("box", ",\n\"variables\": {\"A=B\": \"\"}")),
			":4: key 'A=B'", "name"},
		{"an unknown placeholder",
			FILE_OF(ROW("box", ",\n\"variables\": {\"A\": \"{image}\"}")),
			":4: key 'variables'", "'{image}' is no placeholder"},
		{"no command",
			FILE_OF("{\"name\": \"box\", \"runs\": \"aarch64\", \"summary\": \"s\","
				"\"get\": \"g\",\n\"version\": [\"x\"]}"),
			":2:", "command"},
		{"an empty command",
			FILE_OF("{\"name\": \"box\", \"runs\": \"aarch64\", \"summary\": \"s\","
				"\"get\": \"g\",\n\"version\": [\"x\"], \"command\": []}"),
			":3: key 'command'", "program"},
		{"a command that is a string",
			FILE_OF("{\"name\": \"box\", \"runs\": \"aarch64\", \"summary\": \"s\","
				"\"get\": \"g\",\n\"version\": [\"x\"], \"command\": \"x\"}"),
			":3: key 'command'", "array"},
		{"a number among the words",
			FILE_OF("{\"name\": \"box\", \"runs\": \"aarch64\", \"summary\": \"s\","
				"\"get\": \"g\",\n\"version\": [\"x\", 1], \"command\": [\"x\"]}"),
			":3: key 'version'", "strings"},
		{"a text that ends early", "{\"environments\": [", "environments.json", ""},
	};

	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		struct command_layers cs = {0};
		int r = read_text(bad[i].text, &cs);

		ok(r < 0 && !cs.n && !cs.v && strstr(err.text, bad[i].at) &&
				strstr(err.text, bad[i].says),
			"%s is refused: %s", bad[i].what, err.text);
	}
}

static void test_shipped(void)
{
	_cleanup_(command_layers_release) struct command_layers cs = {0};

	is_int(environments_read("environments.json", &cs, &err), 0, "the shipped file is good: %s",
		err.text);
	ok(cs.n >= 5, "and has examples");
}

int main(void)
{
	scratch_open();
	test_good();
	test_bad();
	test_shipped();
	scratch_close();
	return done_testing();
}
