/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * store/plan_json, store/summary_json, store/merged_json: documents survive being read and written
 * again, byte by byte, and bad ones name file, line and key.
 */
#include <stdlib.h>

#include "base/cleanup.h"
#include "fixture_summary.h"
#include "store/merged_json.h"
#include "store/plan_json.h"
#include "store/summary_json.h"
#include "tap.h"

static struct err err;

static struct json_doc *parse(const char *text, const char *name)
{
	struct json_doc *doc = NULL;

	err = (struct err){0};
	json_parse(text, strlen(text), name, 1, &doc, &err);
	return doc;
}

/* text with the first `from` replaced by `to`: heap string. */
static char *edited(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	if (!at) {
		printf("# the document does not hold: %s\n", from);
		return xstrdup(text);
	}
	return xasprintf("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

static void add_noise(struct noise_sums *noise)
{
	*noise = (struct noise_sums){.run = "20261120T064354Z-abcdef",
		.cells = "0123456789abcdef",
		.block_ns = 7,
		.pair_cells = 2,
		.pair_df = 18,
		.zz = 0.25,
		.zd = -0.125,
		.dd = 0.5,
		.serial.values = 20,
		.means.values = 4,
		.squares = 0.5,
		.df = 18,
		.dixon_cells = 2,
		.dixon = 0.75};
	for (size_t i = 0; i < NOISE_RHOS; i++)
		noise->serial.log_likelihood[i] = 0 - (double)i / 8;
	for (size_t i = 0; i < NOISE_RHOS; i++)
		noise->means.log_likelihood[i] = 0 - (double)i / 16;
}

static void make_plan(struct plan *plan)
{
	struct environment env;
	struct arm *arm;

	*plan = (struct plan){.profile = "quick",
		.size = "small",
		.seed = UINT64_C(1) << 53,
		.blocks = 6,
		.budget_ns = 285000000000,
		.precision = 0.05,
		.min_time_ns = 1,
		.iterations = 3,
		.max_time_ns = 2,
		.deadline_ns = 3,
		.boot_deadline_ns = 4,
		.vcpus = 1,
		.memory_mib = 256,
		.run = "20261121T064354Z-abcdef",
		.created = "2026-11-21 06:43:54 UTC"};
	environment_parse("native", &env, NULL);
	plan_add(plan, "matmul", "blas", &env, true)->estimate_ns = 12345;
	environment_parse("vm-x86_64-tcg+user-aarch64", &env, NULL);
	arm = plan_add(plan, "matmul", "blas", &env, false);
	arm->status = STATUS_REFUSED;
	snprintf(arm->reason, sizeof(arm->reason), "no \"kvm\"\n\x1b[1m µ");
	add_noise(noise_history_add(&plan->earlier));
}

static void plan_refused(const char *text, const char *from, const char *to, const char *message)
{
	_cleanup_free_ char *bad = edited(text, from, to);
	_cleanup_json_ struct json_doc *doc = parse(bad, "plan.json");
	struct plan plan = {.blocks = 77};

	ok(doc && plan_from_json(doc, &plan, &err) == -EINVAL && plan.blocks == 77 &&
			strstr(err.text, "plan.json:") && strstr(err.text, message),
		"a plan with %s is refused: %s", to, err.text);
}

static void test_plan(void)
{
	_cleanup_(str_release) struct str text = {0}, again = {0};
	struct plan plan, got = {0};
	struct json_doc *doc;

	make_plan(&plan);
	plan_to_json(&plan, &text);
	doc = parse(text.s, "plan.json");
	if (!ok(doc && !plan_from_json(doc, &got, &err), "a plan is read: %s", err.text))
		return;
	plan_to_json(&got, &again);
	is_str(again.s, text.s, "and written as the same bytes");
	ok(!strstr(text.s, "pilot_executions") && !got.pilot_executions,
		"without a pilot's executions, where there are none");
	ok(got.n == 2 && got.arms[0].duplicate && got.arms[1].env.n == 2 &&
			got.arms[1].parts.arch == ARCH_AARCH64 && got.seed == UINT64_C(1) << 53,
		"arms come back with their stacks");
	is_str(got.arms[1].reason, plan.arms[1].reason, "reasons keep every character");
	plan_refused(text.s, "\"toll.plan/1\"", "\"toll.plan/9\"", "not toll.plan/1");
	plan_refused(text.s, "\"blocks\": 6", "\"blocks\": 0", "plan.json:10: key 'blocks'");
	plan_refused(text.s, "\"blocks\": 6", "\"blocks\": \"6\"", "must be a number");
	plan_refused(text.s, "\"vcpus\": 1", "\"vcpus\": 1e9", "key 'vcpus'");
	plan_refused(text.s, "\"seed\"", "\"sede\"", "key 'sede': is not known");
	plan_refused(text.s, ".native\"", ".nativ\"", "key 'cell'");
	plan_refused(text.s, "20261121T064354Z", "../../etc/passwd", "no run id");
	plan_refused(text.s, "\"arms\": [", "\"arms\": [7,", "must be an object");
	ok(got.earlier.n == 1 && got.earlier.v[0].zd == -0.125 &&
			got.earlier.v[0].serial.log_likelihood[8] == -1 &&
			got.earlier.v[0].means.log_likelihood[16] == -1,
		"what earlier runs say of the noise comes back");
	plan_refused(text.s, "\"log_likelihood\": [", "\"log_likelihood\": [0, ",
		"must hold 61 numbers");
	plan_refused(text.s, "-0.5", "0.5", "must be a number of at most 0");
	plan_refused(
		text.s, "\"log_likelihood\": [0,", "\"log_likelihood\": [-1,", "must hold a 0");
	plan_refused(text.s, "\"mean_log_likelihood\"", "\"log_likelihood_of_means\"",
		"key 'log_likelihood_of_means': is not known");
	plan_refused(text.s, "\"mean_log_likelihood\": [0,", "\"mean_log_likelihood\": [7,",
		"must be a number of at most 0");
	plan_refused(text.s, "\"pair_df\": 18", "\"pair_df\": 3", "key 'pair_df'");
	plan_refused(text.s, "\"zd\": -0.125", "\"zd\": -0.375", "key 'zd'");
	plan_refused(text.s, "\"dixon\": 0.75", "\"dixon\": 2.75", "key 'dixon'");
	plan_refused(text.s, "\"zz\": 0.25", "\"zz\": -0.25", "key 'zz'");
	plan_refused(text.s, "\"dixon\"", "\"dixie\"", "key 'dixie': is not known");
	json_doc_free(doc);
	plan_release(&got);
	plan_release(&plan);
}

static void test_pilot(void)
{
	_cleanup_(str_release) struct str text = {0}, again = {0};
	struct plan plan, got = {0};
	struct json_doc *doc;

	make_plan(&plan);
	plan.pilot = 4;
	plan.pilot_executions = 3;
	plan_to_json(&plan, &text);
	doc = parse(text.s, "plan.json");
	if (!ok(doc && !plan_from_json(doc, &got, &err), "a pilot is read: %s", err.text))
		return;
	plan_to_json(&got, &again);
	is_str(again.s, text.s, "and written as the same bytes");
	ok(got.pilot == 4 && got.pilot_executions == 3, "with the executions of its blocks");
	plan_refused(text.s, "\"pilot_executions\": 3", "\"pilot_executions\": 1",
		"key 'pilot_executions'");
	plan_refused(text.s, "\"pilot_executions\": 3", "\"pilot_executions\": null",
		"key 'pilot_executions'");
	json_doc_free(doc);
	plan_release(&got);
	plan_release(&plan);
}

static void test_host(void)
{
	struct host host = {.id = "0123456789abcdef",
			    .arch = ARCH_AARCH64,
			    .cpu_model = "a \"b\"",
			    .cpus = 2,
			    .memory_mib = 24000,
			    .load1 = NAN,
			    .measure_cpu = 1,
			    .harness_cpu = -1,
			    .kvm = "ok"},
		    got = {0};
	_cleanup_(str_release) struct str text = {0}, again = {0};
	_cleanup_free_ char *large = NULL;
	struct json_doc *doc;

	host_to_json(&host, "[{\"package\":\"libopenblas-dev\"}]", NULL, &text);
	doc = parse(text.s, "host.json");
	ok(doc && !host_from_json(doc, &got, &err), "a host is read: %s", err.text);
	ok(isnan(got.load1) && got.harness_cpu == -1 && got.arch == ARCH_AARCH64,
		"with what is not known, and CPUs that are none");
	host_to_json(&got, "[{\"package\":\"libopenblas-dev\"}]", NULL, &again);
	is_str(again.s, text.s, "and written as the same bytes");
	json_doc_free(doc);
	large = edited(text.s, "\"cpus\": 2", "\"cpus\": 5000000000");
	doc = parse(large, "host.json");
	ok(host_from_json(doc, &got, &err) == -EINVAL && strstr(err.text, "key 'cpus'"),
		"more CPUs than fit are refused: %s", err.text);
	json_doc_free(doc);
}

static void summary_refused(const char *text, const char *from, const char *to, const char *message)
{
	_cleanup_free_ char *bad = edited(text, from, to);
	_cleanup_json_ struct json_doc *doc = parse(bad, "summary.json");
	struct summary s = {.ncells = 77};

	ok(doc && summary_from_json(doc, &s, &err) == -EINVAL && s.ncells == 77 &&
			strstr(err.text, message),
		"a summary with %s is refused: %s", to, err.text);
}

static void test_summary(void)
{
	_cleanup_(str_release) struct str text = {0}, again = {0};
	struct summary got = {0};
	struct json_doc *doc;
	struct fixture f;

	fixture_init(&f);
	add_noise(&f.summary.noise);
	summary_to_json(&f.summary, &text);
	doc = parse(text.s, "summary.json");
	if (!ok(doc && !summary_from_json(doc, &got, &err), "a summary is read: %s", err.text))
		return;
	summary_to_json(&got, &again);
	ok(!strcmp(again.s, text.s), "and written as the same %zu bytes", text.len);
	ok(got.ncells == f.summary.ncells && got.nboots == f.summary.nboots &&
			got.npairs == f.summary.npairs && got.npairs && got.naa == f.summary.naa &&
			got.nvariances == f.summary.nvariances && got.noise.serial.values == 20 &&
			got.nfactors == f.summary.nfactors &&
			got.ncounterparts == f.summary.ncounterparts && got.ncounterparts,
		"with all its lists");
	summary_release(&got);
	json_doc_free(doc);

	summary_refused(text.s, "\"toll.summary/1\"", "\"toll.plan/1\"", "not toll.summary/1");
	summary_refused(text.s, "\"mean_ns\": ", "\"mean_ns\": \"fast\", \"x\": ",
		"must be a finite number or null");
	summary_refused(text.s, "\"point\": ", "\"point\": true, \"old\": ", "key 'point'");
	summary_refused(text.s, "\"ci95\": [", "\"ci95\": [1, ", "must hold two numbers");
	summary_refused(text.s, "\"cells\": [", "\"cells\": [null, ", "must be an object");
	summary_refused(text.s, "\"status\": \"ok\"", "\"status\": \"fine\"", "key 'status'");
	summary_refused(text.s, "\"geomean\": [", "\"geomean\": 7, \"x\": [", "is not known");

	summary_refused(text.s, "\"pairs\": [", "\"pairs\": [{\"workload\": \"w\"}, ",
		"needs the key 'variant'");
	summary_refused(text.s, "\"pairs\": [", "\"odd\": [", "key 'odd': is not known");

	fixture_make_hostile(&f);
	text.len = again.len = 0;
	summary_to_json(&f.summary, &text);
	doc = parse(text.s, "summary.json");
	ok(doc && !summary_from_json(doc, &got, &err), "hostile names are read: %s", err.text);
	summary_to_json(&got, &again);
	ok(!strcmp(again.s, text.s), "and written as the same bytes");
	json_doc_free(doc);
	summary_release(&got);
	fixture_release(&f);
}

/* The fixture's summary as that of two hosts, the second without any list. */
static void make_merged(const struct fixture *f, size_t *source, struct merged *ret)
{
	static struct merged_source sources[] = {
		{.run = "20250102T030405Z-0a1b2c",
			.host = "x86_64",
			.shard = 1,
			.shards = 2,
			.blocks_planned = 6,
			.blocks_done = 4,
			.cells = 3},
		{.run = "20250102T030406Z-0a1b2c", .host = "aarch64-1", .at = 1, .replayed = true},
	};
	static struct clash clash = {.program = "workloads/x86_64/x.blas", .cells = 3};
	static struct merged_host hosts[2];
	static struct contrast contrast = {.role = "user-foreign",
		.host_a = "x86_64",
		.host_b = "aarch64-1",
		.env_a = "user-aarch64",
		.env_b = "user-x86_64",
		.variant = "all",
		.workloads = 2,
		.overhead_a = {true, 5, 4, 6, 6},
		.overhead_b = {.point = 6.5, .lo = NAN, .hi = NAN, .blocks = 1},
		.ratio = {.point = 1.3, .lo = NAN, .hi = NAN, .blocks = 1},
		.p_adjusted = NAN,
		.verdict = CONTRAST_UNKNOWN};

	hosts[0] = (struct merged_host){.label = "x86_64",
		.fingerprint = "0123456789abcdef",
		.profile = "quick",
		.missing = "2 of 2",
		.nodes = 1,
		.runs = 1,
		.summary = f->summary,
		.source = source};
	hosts[1] = (struct merged_host){.label = "aarch64-1",
		.fingerprint = "fedcba9876543210",
		.profile = "smoke",
		.summary = {.host = {.arch = ARCH_AARCH64, .load1 = 0.5}}};
	*ret = (struct merged){.id = "20250102T030405Z-0a1b2d",
		.created = "2025-01-02 03:04:05 UTC",
		.size = "small",
		.hosts = hosts,
		.nhosts = 2,
		.sources = sources,
		.nsources = 2,
		.clashes = &clash,
		.nclashes = 1,
		.contrasts = &contrast,
		.ncontrasts = 1};
}

static void merged_refused(const char *text, const char *from, const char *to, const char *message)
{
	_cleanup_free_ char *bad = edited(text, from, to);
	_cleanup_json_ struct json_doc *doc = parse(bad, "merged.json");
	struct merged m = {.nhosts = 77};

	ok(doc && merged_from_json(doc, &m, &err) == -EINVAL && m.nhosts == 77 &&
			strstr(err.text, "merged.json:") && strstr(err.text, message),
		"joined runs with %s are refused: %s", to, err.text);
}

static void test_merged(void)
{
	_cleanup_(str_release) struct str text = {0}, again = {0};
	struct merged m, got = {0};
	struct json_doc *doc;
	struct fixture f;
	_cleanup_free_ size_t *source = NULL;

	fixture_init(&f);
	source = xcalloc(f.summary.ncells, sizeof(*source));
	make_merged(&f, source, &m);
	merged_to_json(&m, &text);
	doc = parse(text.s, "merged.json");
	if (!ok(doc && !merged_from_json(doc, &got, &err), "joined runs are read: %s", err.text))
		return;
	merged_to_json(&got, &again);
	ok(!strcmp(again.s, text.s), "and written as the same %zu bytes", text.len);
	ok(got.nhosts == 2 && got.hosts[0].summary.ncells == f.summary.ncells &&
			got.hosts[0].summary.npairs == f.summary.npairs &&
			got.hosts[0].summary.naa == f.summary.naa &&
			got.hosts[0].summary.nboots == f.summary.nboots &&
			!got.hosts[1].summary.ncells && got.nclashes == 1 && got.ncontrasts == 1,
		"with all lists of each host");
	ok(!strcmp(got.hosts[1].summary.profile, "smoke") && got.hosts[1].summary.replayed &&
			!got.hosts[0].summary.replayed && !strcmp(got.hosts[0].summary.run, m.id),
		"the hosts' summaries are named, and know what was replayed");
	merged_release(&got);
	json_doc_free(doc);

	merged_refused(text.s, "\"toll.merged/1\"", "\"toll.summary/1\"", "not toll.merged/1");
	merged_refused(text.s, "\"hosts\": [", "\"hosts\": [], \"x\": [", "is not known");
	merged_refused(text.s, "\"label\": \"aarch64-1\"", "\"label\": \"aarch64-1/../..\"",
		"key 'label'");
	merged_refused(
		text.s, "\"label\": \"aarch64-1\"", "\"label\": \"x86_64\"", "no other host's");
	merged_refused(
		text.s, "\"host\": \"x86_64\"", "\"host\": \"ppc\"", "label of one of the hosts");
	merged_refused(text.s, "\"run\": \"20250102T030405Z-0a1b2c\", \"cell\"",
		"\"run\": \"20250102T030406Z-0a1b2c\", \"cell\"", "one of that host's sources");
	merged_refused(text.s, "\"pairs\": [", "\"pairs\": [{\"host\": \"x86_64\"}, ",
		"needs the key 'workload'");
	merged_refused(text.s, "\"overhead_b\": {", "\"overhead_b\": 7, \"z\": {", "key 'z'");
	merged_refused(text.s, "\"cannot-tell\"", "\"perhaps\"", "key 'verdict'");
	merged_refused(text.s, "\"aa\": [", "\"aa\": {}, \"y\": [", "key 'y'");
	merged_refused(text.s, "\"boots\": [", "\"boots\": [7, ", "needs the key 'host'");
	fixture_release(&f);
}

int main(void)
{
	test_merged();
	test_plan();
	test_pilot();
	test_host();
	test_summary();
	return done_testing();
}
