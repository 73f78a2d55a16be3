/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A stored run in the formats of other tools, one file and one row of EXPORTERS each.
 *
 * What all of them agree on:
 *
 * - A benchmark is a cell and is called by its id. Its time is the mean steady iteration of an
 *   execution, in host time, and each execution is one repetition. That is the mean of those
 *   iterations as they stand in the samples; nothing is rounded and nothing is averaged twice.
 * - Duplicate arms ("aa") are in `csv` alone. They bear the name of the cell that they repeat, and
 *   every other consumer would take them for more repetitions of it.
 * - A cell that was refused or failed is never a time. Formats that have a word for it say it with
 *   its reason; the others (`whole` is false) leave the cell out. Single failed executions of a
 *   cell that is ok, blocks that the host spoiled, and a pilot's further executions are left out
 *   everywhere but in `csv`.
 * - Text is UTF-8; what is not becomes U+FFFD.
 */
#ifndef EXPORT_EXPORT_H
#define EXPORT_EXPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/str.h"
#include "model/plan.h"
#include "model/sample.h"
#include "model/summary.h"

struct export_execution {
	const struct arm *arm;
	const struct sample *sample;
	size_t steady; /* first iteration that counts as steady */
	bool counts;   /* enters its block's datum: it has a time, its block is not left out, and
			* it is none of those that a pilot has on top */
};

struct export_input {
	const struct plan *plan;
	const struct summary *summary;
	const struct export_execution *executions; /* by arm of the plan, then in order of time */
	size_t n;
};

/*  id, name, extension of its files, whole: cells without a time are in it too, summary */
#define EXPORTERS(X)                                                                               \
	X(csv, "csv", "csv", true,                                                                 \
		"a row per iteration with every key of its execution, RFC 4180")                   \
	X(markdown, "markdown", "md", true, "a table of the cells, for people")                    \
	X(hyperfine, "hyperfine", "hyperfine.json", false,                                         \
		"as from hyperfine --export-json, for its scripts")                                \
	X(google_benchmark, "google-benchmark", "benchmark.json", false,                           \
		"Google Benchmark's JSON, for compare.py")                                         \
	X(bmf, "bmf", "bmf.json", false, "Bencher Metric Format, times and overhead ratios")       \
	X(benchfmt, "benchfmt", "bench.txt", true, "Go benchmark format, for benchstat")           \
	X(junit, "junit", "junit.xml", true, "JUnit XML, a test case per cell, for CI")

struct exporter {
	const char *name, *extension, *summary;
	bool whole;
	void (*write)(const struct export_input *in, struct str *out);
};

enum export_format {
#define X(id, name, extension, whole, summary) EXPORT_##id,
	EXPORTERS(X)
#undef X
		EXPORT_COUNT
};

extern const struct exporter exporters[EXPORT_COUNT];
extern const char *const exporter_names[]; /* NULL-terminated, for option tables */

/* How many cells have no time. */
size_t export_untimed(const struct export_input *in);

/* ---- what exporters share ---- */

/* What an execution took for an iteration, in host time. */
struct export_time {
	const struct sample *sample;
	double wall_ns, cpu_ns;
	size_t iterations; /* steady ones */
};
struct export_times {
	struct export_time *v; /* heap */
	size_t n;
};

/* The executions that measured this cell; none where the cell is not ok. */
void export_times_of(
	const struct export_input *in, const struct cell_summary *c, struct export_times *ret);
void export_times_release(struct export_times *times);

/* "2025-01-02T03:04:05" of "2025-01-02 03:04:05 UTC"; "" for anything else. */
#define EXPORT_DATE_MAX 20
const char *export_date(const struct summary *s, char ret[static EXPORT_DATE_MAX]);

#define X(id, name, extension, whole, summary)                                                     \
	void export_##id(const struct export_input *in, struct str *out);
EXPORTERS(X)
#undef X

#endif
