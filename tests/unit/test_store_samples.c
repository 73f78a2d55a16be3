/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * store/sample_json: what is written is what is read, and nothing else is.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/json.h"
#include "store/sample_check.h"
#include "store/sample_json.h"
#include "tap.h"

#define CELL "matmul.blas.aarch64.user-aarch64"
#define GOOD_OF(block)                                                                             \
	"{\"schema\":\"toll.sample/1\",\"arm\":\"main\",\"cell\":\"" CELL "\",\"block\":" block    \
	",\"status\":\"crash\",\"reason\":\"x\"}\n"
#define GOOD GOOD_OF("1")

static struct err err;

static struct sample full_sample(void)
{
	static const uint64_t times[] = {250123456, 249876543, 1, TIME_MAX_NS};
	struct sample s = {
		.cell = CELL,
		.duplicate = true,
		.block = 3,
		.execution = 2,
		.boot = 7,
		.order = 5,
		.status = STATUS_OK,
		.host_wall_ns = 812345678,
		.guest_wall_ns = 812345000,
		.startup_ns = 41234567,
		.user_ns = 790000000,
		.sys_ns = 12000000,
		.max_rss_kib = 40212,
		.iterations = ARRAY_LEN(times),
		.flop = 113246208,
		.bytes = 0.1,
		.path = "armv8 µ",
		.digest = {.values = {249.467, -1.0 / 3, 5e-324},
			.n = 3,
			.hash = "00ff00ff00ff00ff"},
		.losses = {2.3, 1.1},
		.nlosses = 2,
		.probe = xstrdup("{\"cpus\":[1,2.5],\"isa\":\"a\\u0001b\"}"),
		.sentinel_ns = {5000001, 5000002},
		.retries = 1,
	};

	s.iter_wall_ns = xcalloc(ARRAY_LEN(times), sizeof(*times));
	s.iter_cpu_ns = xcalloc(ARRAY_LEN(times), sizeof(*times));
	memcpy(s.iter_wall_ns, times, sizeof(times));
	memcpy(s.iter_cpu_ns, times, sizeof(times));
	return s;
}

static int parse(const char *text, size_t len, struct samples *ret, size_t *torn)
{
	*ret = (struct samples){0};
	err = (struct err){0};
	return samples_parse(text, len, "samples.jsonl", ret, NULL, torn, &err);
}

static void test_round_trip(void)
{
	struct sample s = full_sample(), minimal = {.cell = CELL,
						 .block = 1,
						 .execution = 1,
						 .status = STATUS_TIMEOUT,
						 .reason = "cut in the middle of \xc2"};
	struct boot boot = {.env = "vm-aarch64-tcg",
		.block = 2,
		.boot = 4,
		.status = STATUS_BOOT,
		.reason = "no hello",
		.hello_ns = 3,
		.accel = "tcg",
		.vcpus = 1,
		.threads = "single",
		.skew_ppm = NAN,
		.console = "console-1.log"};
	_cleanup_(str_release) struct str text = {0}, again = {0};
	struct samples got;
	const struct sample *g;

	sample_to_line(&s, &text);
	sample_to_line(&minimal, &text);
	boot_to_line(&boot, &text);
	if (!ok(!parse(text.s, text.len, &got, NULL) && got.n == 2 && got.nboots == 1,
		    "what was written is read: %s", err.text))
		return;
	g = &got.v[0];
	ok(g->iterations == 4 && !memcmp(g->iter_wall_ns, s.iter_wall_ns, 32) &&
			!memcmp(g->iter_cpu_ns, s.iter_cpu_ns, 32),
		"iteration times up to the bound are exact");
	ok(!memcmp(&g->digest, &s.digest, sizeof(s.digest)), "a digest keeps every bit");
	ok(g->duplicate && g->sentinel_ns[1] == 5000002 && !strcmp(g->path, s.path) &&
			g->retries == 1 && g->nlosses == 2 && g->execution == 2,
		"so do arm, execution, sentinel, path, retries and losses");
	ok(isnan(got.boots[0].skew_ppm), "a skew that was not measured is not a number");
	ok(!strcmp(got.boots[0].accel, "tcg") && !strcmp(got.boots[0].threads, "single") &&
			!*got.boots[0].cpu && strstr(text.s, "\"cpu\":null"),
		"what was read back from the guest stays, and what was not is null");
	sample_to_line(&got.v[0], &again);
	sample_to_line(&got.v[1], &again);
	boot_to_line(&got.boots[0], &again);
	ok(strstr(text.s, "cut in the middle of \\ufffd"), "a cut reason is still UTF-8");
	got.v[1].reason[0] = '\0';
	again.len = 0;
	sample_to_line(&got.v[0], &again);
	ok(!strncmp(text.s, again.s, again.len), "encoding what was read gives the same bytes");
	sample_release(&s);
	samples_release(&got);
}

static void test_torn_and_discarded(void)
{
	const char *two = GOOD GOOD_OF("2");
	struct sample_session session = {0};
	_cleanup_(str_release) struct str text = {0};
	struct samples got;
	size_t torn = 99, line = strlen(GOOD), bad = 0;

	for (size_t len = 0; len <= 2 * line; len++) {
		bad += parse(two, len, &got, &torn) != 0 || got.n != len / line ||
		       torn != len % line;
		samples_release(&got);
	}
	is_int(bad, 0, "a file cut at any byte loses the torn line and nothing else");
	ok(!parse("", 0, &got, &torn) && !got.n && !torn, "an empty file holds nothing");
	ok(!parse(GOOD, line, &got, &torn) && got.v[0].execution == 1,
		"a sample that does not say which execution it is is the first");
	samples_release(&got);

	str_add(&text, GOOD);
	discard_to_line(1, "its VM was lost", &text);
	str_add(&text, GOOD);
	session_to_line(
		&(struct sample_session){.wall_ns = 100, .inside_ns = 90, .budget_ended = true},
		&text);
	session_to_line(&(struct sample_session){.wall_ns = 50, .inside_ns = 40}, &text);
	ok(!samples_parse(text.s, text.len, "f", &got, &session, NULL, &err) && got.n == 1,
		"what a discard line names does not count; what follows does");
	ok(session.wall_ns == 150 && session.inside_ns == 130 && session.sessions == 2,
		"sessions add up");
	ok(!session.budget_ended, "whether the budget ended is the latest session's");
	samples_release(&got);
	str_add(&text, "{}\n");
	session = (struct sample_session){.wall_ns = 1};
	ok(samples_parse(text.s, text.len, "f", &got, &session, NULL, &err) < 0 &&
			session.wall_ns == 1,
		"a bad file changes nothing of what is returned");
}

/* A line that differs from a good one in one member. */
static void line_refused(const char *line, const char *message)
{
	_cleanup_free_ char *text = xasprintf(GOOD "%s\n" GOOD, line);
	struct samples got;
	int r = parse(text, strlen(text), &got, NULL);

	ok(r == -EINVAL && !got.n && strstr(err.text, "samples.jsonl:2") &&
			strstr(err.text, message),
		"%.120s is refused: %s", line, err.text);
}

#define BOOT_OF(block, number, env, more)                                                          \
	"{\"schema\":\"toll.boot/1\",\"arm\":\"main\",\"env\":\"" env "\",\"block\":" block        \
	",\"boot\":" number ",\"status\":\"ok\"" more "}"
#define BOOT_LINE(more) BOOT_OF("1", "1", "vm-x86_64-tcg", more)
#define LINE(members) "{\"schema\":\"toll.sample/1\",\"arm\":\"main\"," members "}"
#define HEAD "\"cell\":\"" CELL "\",\"block\":1,\"status\":\"ok\","
#define BODY(wall, cpu, digest)                                                                    \
	LINE(HEAD "\"iter_wall_ns\":" wall ",\"iter_cpu_ns\":" cpu ",\"digest\":" digest)
#define DIGEST "{\"values\":[1],\"hash\":\"ff\"}"

#define TIMES "\"iter_wall_ns\":[1],\"iter_cpu_ns\":[1],\"digest\":" DIGEST

/* 10^15 ns and a nanosecond more, wherever a time of an execution or a boot stands. */
static void test_bounds(void)
{
	static const char *const keys[] = {"host_wall_ns", "guest_wall_ns", "clock_error_ns",
		"startup_ns", "user_ns", "sys_ns", "host_cpu_ns"};
	static const char *const of_boots[] = {"create_ns", "hello_ns"};
	const char *const above = "1000000000000001";

	for (size_t i = 0; i < ARRAY_LEN(keys); i++) {
		_cleanup_free_ char *line = xasprintf(LINE(HEAD "\"%s\":%s"), keys[i], above);

		line_refused(line, keys[i]);
	}
	for (size_t i = 0; i < ARRAY_LEN(of_boots); i++) {
		_cleanup_free_ char *line = xasprintf(BOOT_LINE(",\"%s\":%s"), of_boots[i], above);

		line_refused(line, of_boots[i]);
	}
	line_refused(
		LINE(HEAD "\"sentinel_ns\":[5,1000000000000001]"), "key 'sentinel_ns': entry 2");
	line_refused(BODY("[1000000000000001]", "[1]", DIGEST), "key 'iter_wall_ns': entry 1");
	line_refused(BODY("[1]", "[1000000000000001]", DIGEST), "key 'iter_cpu_ns': entry 1");
}

static void test_bad_lines(void)
{
	line_refused("", "is not valid JSON");
	line_refused("[]", "needs the key 'schema'");
	line_refused(
		"{\"schema\":\"toll.sample/2\"}", "key 'schema': 'toll.sample/2' is not known");
	line_refused("{\"schema\":7}", "needs the key 'schema'");
	line_refused(LINE("\"block\":1,\"status\":\"ok\""), "needs the key 'cell'");
	line_refused(
		LINE("\"cell\":\"x\",\"block\":1,\"status\":\"ok\""), "key 'cell': is no cell id");
	line_refused(LINE("\"cell\":\"" CELL "\",\"block\":0,\"status\":\"ok\""), "key 'block'");
	line_refused(LINE("\"cell\":\"" CELL "\",\"block\":1.5,\"status\":\"ok\""), "key 'block'");
	line_refused(LINE("\"cell\":\"" CELL "\",\"block\":1,\"status\":\"fine\""),
		"one of ok, refused");
	line_refused(LINE(HEAD "\"host_wall_ns\":-1"), "key 'host_wall_ns'");
	line_refused(LINE(HEAD "\"host_wall_ns\":1e300"), "key 'host_wall_ns'");
	line_refused(LINE(HEAD "\"host_wall_ns\":\"1\""), "must be a number, not a string");
	line_refused(LINE(HEAD "\"retries\":1e10"), "key 'retries'");
	line_refused(LINE(HEAD "\"extra\":1"), "key 'extra': is not known");
	line_refused(LINE(HEAD "\"sentinel_ns\":[1]"), "key 'sentinel_ns'");
	line_refused(LINE(HEAD "\"path\":7"), "key 'path'");
	line_refused("{\"schema\":\"toll.sample/1\",\"arm\":\"third\"," HEAD "\"order\":1}",
		"key 'arm': must be one of main, aa");
	line_refused(LINE(HEAD HEAD "\"order\":1"), "stands here twice");
	line_refused(BODY("[1,2]", "[1]", DIGEST), "differ in length: 2 and 1");
	line_refused(BODY("[1,-2]", "[1,2]", DIGEST), "key 'iter_wall_ns': entry 2");
	line_refused(BODY("[1,0]", "[1,2]", DIGEST), "key 'iter_wall_ns': entry 2");
	line_refused(BODY("[1,null]", "[1,2]", DIGEST), "key 'iter_wall_ns': entry 2");
	line_refused(BODY("[1,1e300]", "[1,2]", DIGEST), "key 'iter_wall_ns': entry 2");
	line_refused(BODY("[1,NaN]", "[1,2]", DIGEST), "is not valid JSON");
	line_refused(BODY("{\"0\":1}", "[1]", DIGEST), "must be an array, not an object");
	line_refused(
		BODY("[1]", "[1]", "{\"values\":[1e999],\"hash\":\"\"}"), "key 'values': entry 1");
	line_refused(BODY("[1]", "[1]", "{\"values\":[],\"hash\":\"xyz\"}"), "hex digits");
	line_refused(
		BODY("[1]", "[1]", "{\"values\":[],\"hash\":\"00112233445566778\"}"), "hex digits");
	line_refused(BODY("[1]", "[1]",
			     "{\"values\":[1,2,3,4,5,6,7,8,9,10,11,12,13,14,15,16,17],"
			     "\"hash\":\"\"}"),
		"more than 16 entries");
	line_refused("{\"schema\":\"toll.boot/1\",\"arm\":\"main\",\"env\":\"vm\"}", "key 'block'");
	line_refused("{\"schema\":\"toll.discard/1\",\"block\":-1}", "key 'block'");
	line_refused("{\"schema\":\"toll.discard/1\",\"block\":1,\"x\":1}", "key 'x'");
	line_refused("{\"schema\":\"toll.session/1\",\"wall_ns\":1}", "key 'inside_ns'");
	line_refused(LINE(HEAD "\"order\":1"), "holds no iteration");
	line_refused(BODY("[]", "[]", DIGEST), "holds no iteration");
	line_refused(LINE(HEAD "\"guest_wall_ns\":5," TIMES), "needs 'host_wall_ns'");
	line_refused(LINE(HEAD "\"host_wall_ns\":0," TIMES), "key 'host_wall_ns': 0 is no time");
	line_refused(LINE(HEAD "\"host_wall_ns\":9,\"sentinel_ns\":[0,0]," TIMES),
		"key 'sentinel_ns': 0 is no time");
	line_refused(LINE(HEAD "\"host_wall_ns\":9,\"sentinel_ns\":[5,0]," TIMES),
		"key 'sentinel_ns': 0 is no time");
	line_refused(BOOT_LINE(",\"hello_ns\":0"), "'hello_ns', which is not 0");
	line_refused(BODY("[1]", "[1]", "{\"values\":[],\"hash\":\"\",\"x\":1}"), "key 'x'");
	line_refused(LINE(HEAD "\"work\":{\"x\":1},\"iter_wall_ns\":[1],\"iter_cpu_ns\":[1],"
			       "\"digest\":" DIGEST),
		"key 'x'");
}

/* The line named is the second one, wherever in the file it stands. */
static void test_repeated(void)
{
	_cleanup_(str_release) struct str text = {0};
	struct samples got;

	for (unsigned block = 1; block <= 9; block++)
		str_addf(&text, GOOD_OF("%u"), block);
	ok(!parse(text.s, text.len, &got, NULL) && got.n == 9 && got.v[4].line == 5,
		"samples know their lines");
	samples_release(&got);
	str_add(&text, GOOD_OF("7") GOOD_OF("10") GOOD_OF("3"));
	ok(parse(text.s, text.len, &got, NULL) == -EINVAL &&
			strstr(err.text, "samples.jsonl:10:") && strstr(err.text, "in line 7") &&
			strstr(err.text, CELL),
		"an execution that stands there twice is refused: %s", err.text);
	text.len = 0;
	str_add(&text, GOOD);
	discard_to_line(1, "again", &text);
	str_add(&text, GOOD);
	ok(!parse(text.s, text.len, &got, NULL) && got.n == 1 && got.v[0].line == 3,
		"but not where its block was discarded in between");
	samples_release(&got);
}

#define HELLO ",\"hello_ns\":5"
#define VM "vm-x86_64-tcg"
#define OTHER_VM "vm-aarch64-tcg"

static void test_repeated_boots(void)
{
	const char *const boot = BOOT_OF("1", "1", VM, HELLO) "\n";
	_cleanup_(str_release) struct str text = {0};
	struct samples got;

	str_addf(&text, GOOD "%s%s%s", boot, BOOT_OF("1", "2", OTHER_VM, HELLO) "\n",
		BOOT_OF("2", "3", VM, HELLO) "\n");
	ok(!parse(text.s, text.len, &got, NULL) && got.nboots == 3 && got.boots[2].line == 4,
		"boots know their lines: %s", err.text);
	samples_release(&got);
	str_add(&text, boot);
	ok(parse(text.s, text.len, &got, NULL) == -EINVAL && strstr(err.text, "samples.jsonl:5:") &&
			strstr(err.text, "in line 2") && strstr(err.text, VM),
		"a boot that stands there twice is refused: %s", err.text);
	text.len = 0;
	str_addf(&text, "%s%s", boot, BOOT_OF("1", "7", VM, HELLO) "\n");
	ok(parse(text.s, text.len, &got, NULL) == -EINVAL && strstr(err.text, "samples.jsonl:2:"),
		"so is a second one of a VM in a block: %s", err.text);
	text.len = 0;
	str_addf(&text, "%s%s", boot, BOOT_OF("2", "1", VM, HELLO) "\n");
	ok(parse(text.s, text.len, &got, NULL) == -EINVAL &&
			strstr(err.text, "samples.jsonl:2: key 'boot'"),
		"and a number that another has: %s", err.text);
	text.len = 0;
	str_add(&text, boot);
	discard_to_line(1, "its VM was lost", &text);
	str_add(&text, boot);
	ok(!parse(text.s, text.len, &got, NULL) && got.nboots == 1 && got.boots[0].line == 3,
		"but not where its block was discarded in between: %s", err.text);
	samples_release(&got);
}

static int check_plan(const struct samples *samples, const struct plan *plan)
{
	err = (struct err){0};
	return samples_check_plan(samples, plan, "f", &err);
}

static void test_plan(void)
{
	struct plan plan = {0};
	struct samples got;
	struct environment env;

	environment_parse("user-aarch64", &env, NULL);
	plan.blocks = 2;
	plan_add(&plan, "matmul", "blas", &env, true);
	parse(GOOD, strlen(GOOD), &got, NULL);
	ok(check_plan(&got, &plan) == -EINVAL && strstr(err.text, "f:1:") &&
			strstr(err.text, "(main)"),
		"a sample of an arm that the plan lacks is refused: %s", err.text);
	plan_add(&plan, "matmul", "blas", &env, false);
	ok(!check_plan(&got, &plan), "one that it has is not");
	got.v[0].execution = 2;
	ok(check_plan(&got, &plan) == -EINVAL && strstr(err.text, "'execution'"),
		"an execution that it lacks is: %s", err.text);
	plan.pilot = got.v[0].block;
	plan.pilot_executions = 2;
	ok(!check_plan(&got, &plan), "unless a pilot has it");
	got.v[0].block++;
	ok(check_plan(&got, &plan) == -EINVAL, "in the pilot's blocks alone: %s", err.text);
	got.v[0].block--;
	plan.arms[1].status = STATUS_REFUSED;
	ok(check_plan(&got, &plan) == -EINVAL && strstr(err.text, "refused"),
		"one that was not to be run is: %s", err.text);
	plan_release(&plan);
	samples_release(&got);
}

/* A good sample in a VM and one on the host, of a plan of two blocks. */
struct vm_case {
	struct plan plan;
	struct samples samples;
	struct sample *guest, *host;
};

static void vm_case_init(struct vm_case *c)
{
	struct environment env;
	const char *const text = BOOT_OF("1", "4", VM, HELLO) "\n" LINE(
		"\"cell\":\"matmul.blas.x86_64." VM "\",\"block\":1,\"boot\":4,"
		"\"status\":\"ok\",\"host_wall_ns\":20,\"guest_wall_ns\":10,"
		"\"startup_ns\":9," TIMES) "\n" LINE("\"cell\":\"matmul.blas.x86_64.native\","
						     "\"block\":1,"
						     "\"status\":\"ok\",\"host_wall_ns\":10,"
						     "\"startup_ns\":9," TIMES) "\n";

	*c = (struct vm_case){.plan = {.blocks = 2}};
	environment_parse(VM, &env, NULL);
	plan_add(&c->plan, "matmul", "blas", &env, false);
	env = (struct environment){0};
	environment_parse("native", &env, NULL);
	plan_add(&c->plan, "matmul", "blas", &env, false)->parts.arch = ARCH_X86_64;
	cell_name(c->plan.arms[1].cell, "matmul", "blas", ARCH_X86_64, "native");
	parse(text, strlen(text), &c->samples, NULL);
	c->guest = &c->samples.v[0];
	c->host = &c->samples.v[1];
}

/* Ends the case. */
static void vm_case_refused(struct vm_case *c, const char *words, const char *what)
{
	ok(check_plan(&c->samples, &c->plan) == -EINVAL && strstr(err.text, words),
		"%s is refused: %s", what, err.text);
	samples_release(&c->samples);
	plan_release(&c->plan);
	vm_case_init(c);
}

static void test_against_arms(void)
{
	struct vm_case c;

	vm_case_init(&c);
	ok(c.samples.n == 2 && !check_plan(&c.samples, &c.plan),
		"samples and boots of a plan's arms are taken: %s", err.text);
	c.guest->guest_wall_ns = 0;
	vm_case_refused(&c, "f:2: key 'guest_wall_ns'", "a VM without its guest's clock");
	c.host->guest_wall_ns = 10;
	vm_case_refused(&c, "f:3: key 'guest_wall_ns'", "a guest's clock without a VM");
	c.guest->boot = 5;
	vm_case_refused(&c, "f:2: key 'boot': 5", "a boot that is not there");
	c.guest->boot = 0;
	vm_case_refused(&c, "f:2: key 'boot': 0", "no boot in a VM");
	c.host->boot = 4;
	vm_case_refused(&c, "f:3: key 'boot': 4", "a boot without a VM");
	c.guest->block = 2;
	vm_case_refused(&c, "f:2: key 'boot': 4", "a boot of another block");
	c.samples.boots[0].duplicate = true;
	vm_case_refused(&c, "f:1: key 'env'", "a boot of an arm that the plan lacks");
	str_copy(c.samples.boots[0].env, sizeof(c.samples.boots[0].env), OTHER_VM);
	vm_case_refused(&c, "f:1: key 'env'", "a boot of a VM that the plan lacks");
	c.host->block = 5;
	vm_case_refused(&c, "f:3: key 'block': 5, of the 4", "a block beyond twice the plan's");
	c.host->block = 4;
	ok(!check_plan(&c.samples, &c.plan), "as many again can be measured for spoiled ones");
	c.plan.pilot = 2;
	vm_case_refused(
		&c, "f:3: key 'block': 4, of the 2", "a block beyond what a pilot may choose");
	samples_release(&c.samples);
	plan_release(&c.plan);
}

static void test_missing(void)
{
	struct vm_case c;
	struct samples_missing missing;

	vm_case_init(&c);
	missing = samples_missing(&c.samples, &c.plan);
	ok(!missing.n && missing.of == 2, "a whole block lacks nothing");
	c.guest->block = 2;
	missing = samples_missing(&c.samples, &c.plan);
	ok(missing.n == 2 && missing.of == 4 && missing.arm == &c.plan.arms[0] &&
			missing.block == 1,
		"what one arm has of a block the others lack");
	c.host->status = STATUS_TIMEOUT;
	missing = samples_missing(&c.samples, &c.plan);
	ok(missing.n == 1 && missing.of == 2,
		"but what an ending for good left out is not missing");
	c.guest->block = 1;
	c.plan.arms[0].executions = 2;
	missing = samples_missing(&c.samples, &c.plan);
	ok(missing.n == 1 && missing.arm == &c.plan.arms[0],
		"one execution of two is a part that is missing");
	samples_release(&c.samples);
	plan_release(&c.plan);
}

#define RECORD                                                                                     \
	"{\"schema\":\"toll.record/"                                                               \
	"1\",\"workload\":\"matmul\",\"main_ns\":5,\"iter_wall_ns\":[7],"                          \
	"\"iter_cpu_ns\":[6],\"work\":{\"flop\":1,\"bytes\":2},\"path\":\"p\",\"digest\":" DIGEST

static int record(const char *text, struct sample *ret, uint64_t *main_ns)
{
	err = (struct err){0};
	return record_parse(text, strlen(text), "its record", ret, main_ns, &err);
}

static void record_refused(const char *text, const char *message)
{
	struct sample s = {.max_rss_kib = 3};
	uint64_t main_ns = 42;
	int r = record(text, &s, &main_ns);

	ok(r == -EINVAL && strstr(err.text, message) && !s.iter_wall_ns && !s.iterations &&
			main_ns == 42,
		"a record '%.60s…' is refused: %s", text, err.text);
}

static void test_records(void)
{
	_cleanup_(str_release) struct str huge = {0};
	struct sample s = {.max_rss_kib = 3};
	uint64_t main_ns = 0;

	ok(!record(RECORD "}", &s, &main_ns) && s.iterations == 1 && s.iter_wall_ns[0] == 7 &&
			main_ns == 5 && s.max_rss_kib == 3,
		"a record fills its part of the sample: %s", err.text);
	sample_release(&s);
	ok(!record(RECORD ",\"user_ns\":8,\"sys_ns\":9,\"max_rss_kib\":10}", &s, &main_ns) &&
			s.user_ns == 8 && s.sys_ns == 9 && s.max_rss_kib == 10,
		"what the program says that it used is its own: %s", err.text);
	sample_release(&s);
	s = (struct sample){.user_ns = 8, .sys_ns = 9};
	ok(!record(RECORD ",\"max_rss_kib\":11}", &s, &main_ns) && s.user_ns == 8 &&
			s.sys_ns == 9 && s.max_rss_kib == 11,
		"it may state its memory and not its CPU time: %s", err.text);
	sample_release(&s);
	record_refused(RECORD ",\"max_rss_kib\":-1}", "key 'max_rss_kib'");
	record_refused(RECORD ",\"user_ns\":1e17}", "key 'user_ns'");
	record_refused("", "is not valid JSON");
	record_refused("hello", "is not valid JSON");
	record_refused(RECORD, "is not valid JSON");
	record_refused(RECORD "} trailing", "is not valid JSON");
	record_refused(RECORD "}\n{}", "is not valid JSON");
	record_refused(RECORD ",\"host_wall_ns\":1}", "key 'host_wall_ns': is not known");
	record_refused(RECORD ",\"status\":\"ok\"}", "key 'status': is not known");
	record_refused(RECORD ",\"losses\":[\"x\"]}", "key 'losses'");
	record_refused(RECORD ",\"probe\":[]}", "key 'probe': must be an object");
	record_refused(RECORD ",\"arch\":\"0123456789abcdefg\"}", "longer than");
	record_refused("{\"schema\":\"toll.record/"
		       "1\",\"workload\":\"m\",\"main_ns\":5,\"iter_wall_ns\":[],"
		       "\"iter_cpu_ns\":[],\"digest\":" DIGEST "}",
		"holds no iteration");
	record_refused(
		"{\"schema\":\"toll.sample/1\",\"workload\":\"m\",\"main_ns\":5}", "schema is");
	record_refused(
		"{\"schema\":\"toll.record/1\",\"workload\":\"m\",\"main_ns\":-5}", "main_ns");

	str_add(&huge, "{\"schema\":\"toll.record/"
		       "1\",\"workload\":\"m\",\"main_ns\":5,\"iter_wall_ns\":[1");
	for (int i = 0; i < 50000; i++)
		str_add(&huge, ",1");
	str_add(&huge, "],\"iter_cpu_ns\":[],\"digest\":" DIGEST "}");
	record_refused(huge.s, "has more than 4096 entries");
	huge.len = 0;
	str_add(&huge, RECORD ",\"probe\":{\"a\":\"");
	for (int i = 0; i < 70000; i++)
		str_addc(&huge, 'x');
	str_add(&huge, "\"}}");
	record_refused(huge.s, "key 'probe': is larger than");
}

int main(void)
{
	test_round_trip();
	test_torn_and_discarded();
	test_bounds();
	test_bad_lines();
	test_repeated();
	test_repeated_boots();
	test_plan();
	test_against_arms();
	test_missing();
	test_records();
	return done_testing();
}
