/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * schemas NAME: prints the JSON Schema of a document.
 * schemas --documents DIR: writes one document of each kind, of a made-up run, for the schemas to
 * be checked against.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "plan/environments.h"
#include "plan/manifest.h"
#include "store/diff_json.h"
#include "store/merged_json.h"
#include "store/plan_json.h"
#include "store/sample_json.h"
#include "store/schema.h"
#include "store/summary_json.h"
#include "tests/unit/fixture_summary.h"

static const struct {
	const char *name;
	void (*write)(struct str *out);
} schemas[] = {
	{"plan", plan_schema},
	{"host", host_schema},
	{"sample", sample_schema},
	{"summary", summary_schema},
	{"merged", merged_schema},
	{"diff", diff_schema},
	{"manifest", manifest_schema},
	{"environments", environments_schema},
};

static void save(const char *dir, const char *name, struct str *text)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", dir, name);
	struct err err;

	if (file_write(path, str_text(text), text->len, &err) < 0) {
		fprintf(stderr, "schemas: %s\n", err.text);
		exit(1);
	}
	str_release(text);
}

/* A plan with every cell of the summary. */
static void write_plan(const struct summary *s, struct str *out)
{
	struct plan plan = {.profile = "quick",
		.size = "small",
		.seed = 7,
		.blocks = 6,
		.precision = 0.05,
		.vcpus = 1,
		.memory_mib = 256};

	plan_stamp(&plan);
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];
		struct environment env;
		struct arm *arm;

		if (environment_parse(c->env, &env, NULL) < 0)
			continue;
		arm = plan_add(&plan, c->workload, c->variant, &env, i % 5 == 0);
		arm->status = c->status;
		str_copy(arm->reason, sizeof(arm->reason), c->reason);
	}
	plan_to_json(&plan, out);
	plan_release(&plan);
}

/* The summary as the one host of joined runs. */
static void write_merged(const struct summary *s, struct str *out)
{
	_cleanup_free_ size_t *source = xcalloc(s->ncells, sizeof(*source));
	struct merged_host host = {.label = "x86_64",
		.fingerprint = "0123456789abcdef",
		.profile = "quick",
		.missing = "2 of 2",
		.nodes = 1,
		.runs = 1,
		.summary = *s,
		.source = source};
	struct merged_source run = {
		.run = "20250102T030405Z-0a1b2c", .host = "x86_64", .shard = 1, .shards = 2};
	struct clash clash = {.program = "workloads/x86_64/x.blas", .cells = 3};
	struct contrast contrast = {.role = "user-foreign",
		.host_a = "x86_64",
		.host_b = "aarch64",
		.env_a = "user-aarch64",
		.env_b = "user-x86_64",
		.variant = "all",
		.workloads = 2,
		.overhead_a = {true, 5, 4, 6, 6},
		.overhead_b = {true, 6.5, 6, 7, 6},
		.ratio = {true, 1.3, 1.2, 1.4, 6},
		.p_adjusted = 0.01,
		.verdict = CONTRAST_MORE};

	merged_to_json(&(struct merged){.id = "20250102T030405Z-0a1b2d",
			       .size = "small",
			       .hosts = &host,
			       .nhosts = 1,
			       .sources = &run,
			       .nsources = 1,
			       .clashes = &clash,
			       .nclashes = 1,
			       .contrasts = &contrast,
			       .ncontrasts = 1},
		out);
}

/* Of the summary with itself, a cell and an environment of it. */
static void write_diff(const struct summary *s, struct str *out)
{
	struct diff_cell cells[] = {{.before = &s->cells[1],
					    .after = &s->cells[1],
					    .change = {true, 1.3, 1.2, 1.4, 6},
					    .p_adjusted = 0.01,
					    .verdict = DIFF_SLOWER},
		{.after = &s->cells[0],
			.change = {.point = NAN, .lo = NAN, .hi = NAN},
			.p_adjusted = NAN,
			.verdict = DIFF_UNCOMPARED}};
	struct diff_suite suite = {.env = "user-aarch64",
		.workloads = 2,
		.change = cells[0].change,
		.verdict = DIFF_UNKNOWN};
	struct diff_fact fact = {"kernel", "Linux 6.1", "Linux 6.2"};

	str_copy(cells[0].cell, CELL_ID_MAX, s->cells[1].id);
	str_copy(cells[1].cell, CELL_ID_MAX, s->cells[0].id);
	diff_to_json(&(struct diff){.run_before = "20250102T030405Z-0a1b2c",
			     .run_after = "20250102T030405Z-0a1b2d",
			     .before = s,
			     .after = s,
			     .within = 0.05,
			     .cells = cells,
			     .ncells = 2,
			     .suites = &suite,
			     .nsuites = 1,
			     .facts = &fact,
			     .nfacts = 1},
		out);
}

static void write_documents(const char *dir)
{
	struct boot boot = {.env = "vm-aarch64-tcg", .block = 1, .boot = 1, .skew_ppm = 1.5};
	struct str text = {0};
	struct fixture f;

	fixture_init(&f);
	write_plan(&f.summary, &text);
	save(dir, "plan.json", &text);
	host_to_json(&f.summary.host, "[{\"package\":\"x\"}]", NULL, &text);
	save(dir, "host.json", &text);
	summary_to_json(&f.summary, &text);
	save(dir, "summary.json", &text);
	write_merged(&f.summary, &text);
	save(dir, "merged.json", &text);
	write_diff(&f.summary, &text);
	save(dir, "diff.json", &text);
	for (size_t i = 0; i < f.samples.n; i++)
		sample_to_line(&f.samples.v[i], &text);
	boot_to_line(&boot, &text);
	discard_to_line(1, "interrupted", &text);
	session_to_line(&(struct sample_session){.wall_ns = 100, .inside_ns = 90}, &text);
	save(dir, "samples.jsonl", &text);
	fixture_release(&f);
}

int main(int argc, char **argv)
{
	_cleanup_(str_release) struct str text = {0};

	if (argc == 3 && !strcmp(argv[1], "--documents")) {
		write_documents(argv[2]);
		return 0;
	}
	for (size_t i = 0; argc == 2 && i < ARRAY_LEN(schemas); i++) {
		if (strcmp(argv[1], schemas[i].name) != 0)
			continue;
		schemas[i].write(&text);
		fputs(text.s, stdout);
		return 0;
	}
	fputs("usage: schemas plan|host|sample|summary|merged|diff|manifest|environments | "
	      "--documents DIR\n",
		stderr);
	return 2;
}
