/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The JSON of Google Benchmark (its JSONReporter): a repetition per execution, in nanoseconds. The
 * library reports what failed as an entry with error_occurred and a time of zero. That would be a
 * false time, and compare.py ends with an error where an entry has none: cells without a time are
 * left out.
 */
#include "export/export.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "model/environment.h"

static void write_context(const struct export_input *in, struct json_writer *w)
{
	const struct host *host = &in->summary->host;
	char date[EXPORT_DATE_MAX];
	_cleanup_free_ char *stamp = xasprintf("%s+00:00", export_date(in->summary, date));

	jw_begin_object(w, "context");
	if (date[0])
		jw_string(w, "date", stamp);
	jw_string(w, "host_name", host->id);
	jw_string(w, "executable", "toll");
	jw_u64(w, "num_cpus", host->cpus);
	jw_bool(w, "cpu_scaling_enabled",
		host->governor[0] && strcmp(host->governor, "performance") != 0);
	jw_begin_array(w, "caches");
	jw_end_array(w);
	jw_begin_array(w, "load_avg");
	if (isfinite(host->load1))
		jw_double(w, NULL, host->load1);
	jw_end_array(w);
	jw_string(w, "run", in->summary->run);
	jw_string(w, "toll_version", in->summary->toll_version);
	jw_end_object(w);
}

static uint64_t threads_of(const struct cell_summary *c)
{
	struct environment env;

	return environment_parse(c->env, &env, NULL) < 0 ? 1 : point_threads(&env.point);
}

static void write_repetitions(const struct cell_summary *c, size_t family,
	const struct export_times *times, struct json_writer *w)
{
	for (size_t i = 0; i < times->n; i++) {
		const struct export_time *t = &times->v[i];

		jw_begin_object(w, NULL);
		jw_string(w, "name", c->id);
		jw_u64(w, "family_index", family);
		jw_u64(w, "per_family_instance_index", 0);
		jw_string(w, "run_name", c->id);
		jw_string(w, "run_type", "iteration");
		jw_u64(w, "repetitions", times->n);
		jw_u64(w, "repetition_index", i);
		jw_u64(w, "threads", threads_of(c));
		jw_u64(w, "iterations", t->iterations);
		jw_double(w, "real_time", t->wall_ns);
		jw_double(w, "cpu_time", t->cpu_ns);
		jw_string(w, "time_unit", "ns");
		jw_end_object(w);
	}
}

void export_google_benchmark(const struct export_input *in, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	w.compact_below = 2;
	jw_begin_object(&w, NULL);
	write_context(in, &w);
	jw_begin_array(&w, "benchmarks");
	for (size_t i = 0; i < in->summary->ncells; i++) {
		const struct cell_summary *c = &in->summary->cells[i];
		_cleanup_(export_times_release) struct export_times times = {0};

		export_times_of(in, c, &times);
		write_repetitions(c, i, &times, &w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
}
