/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan/manifest: a bad manifest names file, line and key; the ones shipped are good.
 * Run from the top of the tree.
 */
#include <glob.h>
#include <unistd.h>

#include "plan/manifest.h"
#include "scratch.h"
#include "tap.h"

static struct err err;

/* One member a line, so that messages can be checked for their line. */
static const char good[] =
	"{\n"
	"\"name\": \"toy\",\n"
	"\"suite\": \"test\",\n"
	"\"summary\": \"a toy\",\n"
	"\"iteration\": \"one turn\",\n"
	"\"variants\": [{\"name\": \"plain\"}, {\"name\": \"fast\", \"program\": \"plain\",\n"
	"\"env\": {\"x86_64\": {\"CORE\": \"Haswell\"}}}],\n"
	"\"sizes\": {\"small\": {\"shape\": \"3 × 3\",\n"
	"\"memory_mib\": 32}},\n"
	"\"original\": {\"iterations\": 100, \"what\": \"a day\"},\n"
	"\"tolerance\": 1e-5\n"
	"}\n";

/* Reads a manifest as toy.json with `from` replaced by `to`. */
static int read_edited_of(
	const char *manifest, const char *from, const char *to, struct workload *ret)
{
	const char *at = strstr(manifest, from);
	_cleanup_free_ char *text = NULL, *path = NULL;

	if (!at) {
		printf("Bail out! the manifest does not hold %s\n", from);
		exit(1);
	}
	text = xasprintf("%.*s%s%s", (int)(at - manifest), manifest, to, at + strlen(from));
	path = scratch_file("toy.json", text);
	err = (struct err){0};
	return manifest_read(path, ret, &err);
}

static int read_edited(const char *from, const char *to, struct workload *ret)
{
	return read_edited_of(good, from, to, ret);
}

static void test_good(void)
{
	struct workload w = {0};

	if (!ok(!read_edited("toy", "toy", &w), "a manifest is read: %s", err.text))
		return;
	ok(!strcmp(w.name, "toy") && w.nvariants == 2 && w.nsizes == 1 && w.tolerance == 1e-5 &&
			w.original_iterations == 100,
		"with all it says");
	ok(w.compare, "results are compared unless it says otherwise");
	is_str(w.variants[0].program, "plain", "a variant runs the program of its name");
	is_str(w.variants[1].program, "plain", "or the one it names");
	is_str(w.variants[1].env[ARCH_X86_64][0], "CORE=Haswell", "with its environment");
	ok(!w.variants[1].env[ARCH_X86_64][1] && !w.variants[1].env[ARCH_AARCH64],
		"on the architecture it names");
	ok(workload_variant(&w, "fast") == &w.variants[1] && !workload_variant(&w, "slow") &&
			workload_size(&w, "small") && !workload_size(&w, "seed"),
		"variants and sizes are found by name");
	workload_release(&w);
	workload_release(&w);
}

static const char package[] =
	"{\n"
	"\"name\": \"toy\",\n"
	"\"suite\": \"test\",\n"
	"\"summary\": \"a toy\",\n"
	"\"iteration\": \"one turn\",\n"
	"\"packages\": [\"zstd\", \"libc6\"],\n"
	"\"command\": [\"zstd\", \"-3\"],\n"
	"\"inputs\": [{\"file\": \"in\", \"kind\": \"numbers\", \"kib\": 7},\n"
	"{\"file\": \"a.py\", \"lines\": [\"one\", \"two\"]}],\n"
	"\"output\": \"out\",\n"
	"\"pattern\": \"^x\",\n"
	"\"starts_children\": true,\n"
	"\"metric\": {\"pattern\": \"([0-9]+) ms\", \"unit\": \"ms\", \"better\": \"lower\"},\n"
	"\"service\": {\"command\": [\"zd\", \"-f\"], \"ready\": [\"zping\"], \"ready_s\": 9},\n"
	"\"sizes\": {\"small\": {\"shape\": \"7 KiB\", \"memory_mib\": 32}}\n"
	"}\n";

static void test_package(void)
{
	struct workload w = {0};
	const struct packaged *p;

	if (!ok(!read_edited_of(package, "toy", "toy", &w), "a program of packages is read: %s",
		    err.text))
		return;
	p = w.packaged;
	ok(w.nvariants == 1 && workload_variant(&w, WORKLOAD_PACKAGE_VARIANT),
		"it has the one variant 'package'");
	ok(p && !strcmp(p->packages[ARCH_X86_64][1], "libc6") &&
			!strcmp(p->packages[ARCH_AARCH64][0], "zstd") &&
			!p->packages[ARCH_AARCH64][2],
		"a list is that of both architectures");
	is_str(p->command[1], "-3", "its command");
	ok(p->ninputs == 2 && p->inputs[0].kind == INPUT_NUMBERS && p->inputs[0].kib == 7 &&
			!p->inputs[0].text,
		"an input that is generated");
	is_str(p->inputs[1].text, "one\ntwo\n", "and one that stands there");
	ok(!strcmp(p->output, "out") && !strcmp(p->pattern, "^x") && p->starts_children,
		"with all else it says");
	ok(p->metric.better == METRIC_LOWER && duration_unit_ns(p->metric.unit) == 1000000,
		"and a number to take from what it prints");
	ok(!strcmp(p->service.command[1], "-f") && !strcmp(p->service.ready[0], "zping") &&
			!p->service.ready[1] && p->service.ready_s == 9,
		"and a server that it needs");
	workload_release(&w);
	read_edited_of(package, ", \"ready\": [\"zping\"], \"ready_s\": 9", "", &w);
	ok(w.packaged && w.packaged->service.command && !w.packaged->service.ready &&
			w.packaged->service.ready_s == 30,
		"which may be ready at once: %s", err.text);
	workload_release(&w);
	read_edited_of(package, "[\"zstd\", \"libc6\"]", "{\"aarch64\": [\"zstd\"]}", &w);
	ok(w.packaged && !w.packaged->packages[ARCH_X86_64] && w.packaged->packages[ARCH_AARCH64],
		"packages can be those of one architecture alone: %s", err.text);
	workload_release(&w);
}

static const char script[] = "{\n"
			     "\"name\": \"toy\",\n"
			     "\"suite\": \"test\",\n"
			     "\"summary\": \"a toy\",\n"
			     "\"iteration\": \"one turn\",\n"
			     "\"packages\": [\"python3\", \"libc6\"],\n"
			     "\"interpreter\": \"/usr/bin/python3\",\n"
			     "\"startup_s\": 90,\n"
			     "\"variants\": [{\"name\": \"numpy\"}],\n"
			     "\"sizes\": {\"small\": {\"shape\": \"3 × 3\", \"memory_mib\": 32}}\n"
			     "}\n";

static int read_script(const char *from, const char *to, struct workload *ret)
{
	return read_edited_of(script, from, to, ret);
}

static void test_script(void)
{
	struct workload w = {0};

	if (!ok(!read_script("\"libc6\"", "\"wheels:numpy\"", &w), "a script is read: %s",
		    err.text))
		return;
	is_str(w.packaged->interpreter, "/usr/bin/python3", "with its interpreter");
	is_str(w.packaged->packages[ARCH_AARCH64][1], "wheels:numpy", "among packages, and wheels");
	ok(w.nvariants == 1 && !strcmp(w.variants[0].program, "numpy") && !w.packaged->command,
		"it has variants of its own, and no command");
	is_int(w.startup_s, 90, "and says how long it may take to start");
	workload_release(&w);
	ok(read_script("/usr/bin/python3", "python3", &w) == -EINVAL &&
			strstr(err.text, ":7: key 'interpreter'"),
		"an interpreter that is no path is refused: %s", err.text);
	ok(read_script("\"startup_s\"", "\"command\": [\"x\"], \"startup_s\"", &w) == -EINVAL &&
			strstr(err.text, "does not go with 'interpreter'"),
		"and so is a command beside it: %s", err.text);
	ok(read_script("\"variants\": [{\"name\": \"numpy\"}],\n", "", &w) == -EINVAL &&
			strstr(err.text, "variants"),
		"and a script without variants: %s", err.text);
	ok(read_script("libc6", "wheels:../x", &w) == -EINVAL &&
			strstr(err.text, "no name of a package"),
		"and wheels that are a path: %s", err.text);
}

static void package_refused(const char *from, const char *to, const char *where, const char *why)
{
	struct workload w = {.tolerance = 42};
	int r = read_edited_of(package, from, to, &w);

	ok(r == -EINVAL && w.tolerance == 42 && strstr(err.text, where) && strstr(err.text, why),
		"%s for %s is refused: %s", to, from, err.text);
}

static void test_package_refusals(void)
{
	package_refused("\"packages\"", "\"package\"", ":6: key 'package'", "is not known");
	package_refused("\"packages\": [\"zstd\", \"libc6\"],\n", "", ":6: key 'command'",
		"needs 'packages'");
	package_refused("[\"zstd\", \"libc6\"]", "[]", ":6: key 'packages'", "at least one");
	package_refused("\"libc6\"", "\"../etc\"", ":6: key 'packages'", "no name of a package");
	package_refused("\"libc6\"", "\"--force\"", ":6: key 'packages'", "no name of a package");
	package_refused("[\"zstd\", \"libc6\"]", "{\"amd64\": [\"zstd\"]}", ":6", "'amd64'");
	package_refused("[\"zstd\", \"-3\"]", "[]", ":7: key 'command'", "no word");
	package_refused("\"numbers\"", "\"letters\"", ":8: key 'kind'", "text, numbers");
	package_refused("\"in\"", "\"../in\"", ":8: key 'file'", "plain file name");
	package_refused("\"in\"", "\"a:b\"", ":8: key 'file'", "plain file name");
	package_refused(", \"kib\": 7", "", ":8", "or else 'kind' and 'kib'");
	package_refused("\"kib\": 7", "\"kib\": 7, \"lines\": []", ":8", "or else 'kind'");
	package_refused("\"lower\"", "\"best\"", ":13: key 'better'", "lower, higher");
	package_refused("\"unit\": \"ms\"", "\"unit\": \"MB\"", ":13: key 'unit'", "must be s, ms");
	package_refused("([0-9]+) ms", "[0-9]+ ms", ":13: key 'pattern'", "a group");
	package_refused("[\"zd\", \"-f\"]", "[]", ":14: key 'command'", "no word");
	package_refused("\"command\": [\"zd\", \"-f\"], ", "", ":14", "'command'");
	package_refused("\"ready\"", "\"raedy\"", ":14: key 'raedy'", "is not known");
	package_refused("\"ready_s\": 9", "\"ready_s\": 0", ":14: key 'ready_s'", "from 1 to");
	package_refused("\"output\"", "\"variants\": [{\"name\": \"x\"}], \"output\"",
		":10: key 'variants'", "has none");
}

static void refused(const char *from, const char *to, const char *where, const char *message)
{
	struct workload w = {.tolerance = 42};
	int r = read_edited(from, to, &w);

	ok(r == -EINVAL && w.tolerance == 42 && strstr(err.text, "toy.json") &&
			strstr(err.text, where) && strstr(err.text, message),
		"%s for %s is refused: %s", *to ? to : "nothing", from, err.text);
}

static void test_refusals(void)
{
	refused("\"suite\"", "\"suit\"", ":3: key 'suit'", "is not known");
	refused("\"suite\": \"test\",\n", "", "toy.json:1", "needs the key 'suite'");
	refused("\"test\"", "7", ":3: key 'suite'", "must be a string, not a number");
	refused("\"test\"", "\"Test!\"", ":3: key 'suite'", "a-z, 0-9");
	refused("\"toy\"", "\"other\"", ":2: key 'name'", "must be called 'other.json'");
	refused("\"toy\"", "\"../x\"", ":2: key 'name'", "a-z, 0-9");
	refused("1e-5", "2", ":11: key 'tolerance'", "from 0 to 1");
	refused("1e-5", "-1", ":11: key 'tolerance'", "from 0 to 1");
	refused("1e-5", "\"1e-5\"", ":11: key 'tolerance'", "must be a number");
	refused("1e-5", "0, \"compare\": \"no\"", ":11: key 'compare'", "must be a boolean");
	refused("\"memory_mib\": 32", "\"memory_mib\": 0", ":9: key 'memory_mib'", "from 1 to");
	refused("\"memory_mib\": 32", "\"memory_mib\": 1e300", ":9: key 'memory_mib'", "from 1 to");
	refused("\"memory_mib\": 32", "\"memory_mib\": 3.5", ":9: key 'memory_mib'",
		"whole number");
	refused(",\n\"memory_mib\": 32", "", ":8: key 'small'", "needs the key 'memory_mib'");
	refused("{\"small\"", "{\"Small Size\"", ":8: key 'Small Size'", "a-z, 0-9");
	refused("{\"name\": \"plain\"}, ", "\"plain\", ", ":6", "must be an object");
	refused("{\"name\": \"plain\"}", "{\"name\": \"fast\"}", ":6", "'fast'");
	refused("{\"name\": \"plain\"}", "{\"nam\": \"plain\"}", ":6: key 'nam'", "is not known");
	refused("\"x86_64\"", "\"amd64\"", ":7: key 'amd64'", "architecture");
	refused("{\"CORE\": \"Haswell\"}", "{\"CORE\": 3}", ":7: key 'CORE'", "must be a string");
	refused("{\"CORE\": \"Haswell\"}", "[]", ":7: key 'x86_64'", "must be an object");
	refused("\"iterations\": 100", "\"iterations\": 0", ":10: key 'iterations'", "from 1 to");
	refused("100, \"what\"", "100, \"waht\"", ":10: key 'waht'", "is not known");
	refused("\"tolerance\": 1e-5\n", "\"tolerance\": 1e-5,\n", ":12", "is not valid JSON");
	refused("\"plain\"}",
		"\"a-variant-with-a-name-of-more-than-sixty-three-letters-in-one-line\"}",
		":6: key 'name'", "longer than 63 bytes");
	refused("\"summary\"", "\"suite\"", ":4: key 'suite'", "stands here twice");
	refused("{\"small\": {\"shape\": \"3 × 3\",\n\"memory_mib\": 32}}", "{}", ":8: key 'sizes'",
		"at least one size");
}

static void test_folders(void)
{
	_cleanup_free_ char *other = scratch_file("zoo.json", "{}"),
			    *hidden = scratch_file(".x.json", "{");
	struct workloads ws = {.n = 42};
	struct workload w = {0};

	read_edited("toy", "toy", &w);
	workload_release(&w);
	ok(manifests_read(scratch_dir, &ws, &err) == -EINVAL && ws.n == 42 &&
			strstr(err.text, "zoo.json:1"),
		"one bad manifest of a folder is named: %s", err.text);
	unlink(other);
	ok(!manifests_read(scratch_dir, &ws, &err) && ws.n == 1, "hidden files are not read: %s",
		err.text);
	ok(file_exists(hidden), "though they are there");
	workloads_release(&ws);
	ok(manifests_read("/no/such/folder", &ws, &err) == -ENOENT,
		"a missing folder is an error: %s", err.text);
}

/* A folder of toy.json and model.json, whose counterpart it may be: "" where that is good, else a
 * part of what is said. */
static void counterpart(const char *name, const char *program, const char *size, const char *shape,
	const char *message)
{
	_cleanup_free_ char *model =
		xasprintf("{\"name\": \"model\", \"suite\": \"test\", \"summary\": \"a model\", "
			  "\"iteration\": \"one turn\", \"variants\": [{\"name\": \"real\"}], "
			  "\"sizes\": {\"%s\": {\"shape\": \"%s\", \"memory_mib\": 1}}, "
			  "\"counterpart\": {\"program\": \"%s\", \"at_most\": 1.5}}",
			size, shape, program);
	_cleanup_free_ char *path = scratch_file("model.json", model);
	struct workloads ws = {.n = 42};
	int r;

	err = (struct err){0};
	r = manifests_read(scratch_dir, &ws, &err);
	if (*message) {
		ok(r == -EINVAL && ws.n == 42 && strstr(err.text, "model.json") &&
				strstr(err.text, message),
			"%s is refused: %s", name, err.text);
	} else if (ok(!r, "%s is good: %s", name, err.text)) {
		const struct variant *v = NULL;

		is_str(ws.v[0].counterpart.program, program, "… and known");
		ok(ws.v[0].counterpart.at_most == 1.5, "… with what is promised");
		ok(workloads_program(&ws, program, &v) == &ws.v[1] && !strcmp(v->name, "fast"),
			"… and found");
		ok(!ws.v[1].counterpart.program, "… others have none");
		workloads_release(&ws);
	}
	unlink(path);
}

static void test_counterparts(void)
{
	struct workload w = {0};

	read_edited("toy", "toy", &w);
	workload_release(&w);
	counterpart("a counterpart", "toy.fast", "small", "3 × 3", "");
	counterpart("a workload that is not there", "boy.fast", "small", "3 × 3", "'boy.fast'");
	counterpart("a variant that is not there", "toy.slow", "small", "3 × 3", "'toy.slow'");
	counterpart("a workload without variant", "toy", "small", "3 × 3", "'toy'");
	counterpart("another shape", "toy.fast", "small", "4 × 4", "'3 × 3'");
	counterpart("a size that it has not", "toy.fast", "large", "3 × 3", "has none");
	counterpart("a counterpart's counterpart", "model.real", "small", "3 × 3", "itself");
	refused("\"tolerance\"", "\"counterpart\": {}, \"tolerance\"", ":11: key 'counterpart'",
		"needs the key 'program'");
	refused("\"tolerance\"", "\"counterpart\": \"a.b\", \"tolerance\"",
		":11: key 'counterpart'", "must be an object");
}

static void test_shipped(void)
{
	struct workloads ws = {0};
	glob_t found;

	if (!ok(!manifests_read("workloads", &ws, &err), "the manifests shipped are good: %s",
		    err.text))
		return;
	glob("workloads/*.json", 0, NULL, &found);
	is_int(ws.n, found.gl_pathc, "and all of them are read");
	globfree(&found);
	for (size_t i = 0; i < ws.n; i++) {
		const struct workload *w = &ws.v[i];

		ok(workload_size(w, "small"), "%s has the size small", w->name);
		if (i)
			ok(strcmp(ws.v[i - 1].name, w->name) < 0, "%s is in its place", w->name);
		if (strcmp(w->suite, "tensor"))
			continue;
		ok(workload_size(w, "seed"), "%s has the size seed", w->name);
		ok(workload_variant(w, "portable") &&
				(workload_variant(w, "blas") || !strcmp(w->name, "device-probe")),
			"%s is portable, and uses BLAS where that makes sense", w->name);
		ok(w->original_iterations && w->original_what, "%s knows the original run",
			w->name);
	}
	workloads_release(&ws);
}

static void test_schema(void)
{
	_cleanup_(str_release) struct str text = {0};
	_cleanup_json_ struct json_doc *doc = NULL;

	manifest_schema(&text);
	ok(!json_parse(text.s, text.len, "schema", 1, &doc, &err), "the schema is JSON: %s",
		err.text);
	ok(json_get(json_get(json_root(doc), "properties"), "sizes"), "and describes the sizes");
}

int main(void)
{
	scratch_open();
	test_good();
	test_refusals();
	test_package();
	test_package_refusals();
	test_script();
	test_folders();
	test_counterparts();
	test_shipped();
	test_schema();
	scratch_close();
	return done_testing();
}
