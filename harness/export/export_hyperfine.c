/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The JSON of hyperfine 1.x (struct BenchmarkResult of its source): times in seconds, one of them
 * per execution. A run of hyperfine is a whole process; here it is a steady iteration, because an
 * execution holds as many iterations as suit its environment. `user` and `system` share the CPU
 * time of the steady iterations in the proportion that the whole process has.
 */
#include "export/export.h"

#include <math.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "stats/describe.h"

#define SECONDS(ns) ((ns) / 1e9)

static double user_share(const struct sample *s)
{
	double all = (double)s->user_ns + (double)s->sys_ns;

	return all > 0 ? (double)s->user_ns / all : 1;
}

static void write_times(const double *v, size_t n, struct json_writer *w)
{
	jw_double(w, "mean", stats_mean(v, n));
	jw_double(w, "stddev", stats_sd(v, n)); /* of one: null, as there */
	jw_double(w, "median", stats_median(v, n));
}

static void write_cpu(const struct export_times *times, struct json_writer *w)
{
	double user = 0, system = 0;

	for (size_t i = 0; i < times->n; i++) {
		double share = user_share(times->v[i].sample);

		user += share * times->v[i].cpu_ns;
		system += (1 - share) * times->v[i].cpu_ns;
	}
	jw_double(w, "user", SECONDS(user / (double)times->n));
	jw_double(w, "system", SECONDS(system / (double)times->n));
}

static void write_parameters(
	const struct export_input *in, const struct cell_summary *c, struct json_writer *w)
{
	jw_begin_object(w, "parameters");
	jw_string(w, "arch", arch_text(c->arch));
	jw_string(w, "env", c->env);
	jw_string(w, "size", in->plan->size);
	jw_string(w, "variant", c->variant);
	jw_string(w, "workload", c->workload);
	jw_end_object(w);
}

static void write_cell(const struct export_input *in, const struct cell_summary *c,
	const struct export_times *times, struct json_writer *w)
{
	_cleanup_free_ double *v = xcalloc(times->n, sizeof(*v));

	for (size_t i = 0; i < times->n; i++)
		v[i] = SECONDS(times->v[i].wall_ns);
	jw_begin_object(w, NULL);
	jw_string(w, "command", c->id);
	write_times(v, times->n, w);
	write_cpu(times, w);
	jw_double(w, "min", stats_quantile(v, times->n, 0));
	jw_double(w, "max", stats_quantile(v, times->n, 1));
	jw_begin_array(w, "times");
	for (size_t i = 0; i < times->n; i++)
		jw_double(w, NULL, v[i]);
	jw_end_array(w);
	jw_begin_array(w, "exit_codes");
	for (size_t i = 0; i < times->n; i++)
		jw_u64(w, NULL, 0);
	jw_end_array(w);
	write_parameters(in, c, w);
	jw_end_object(w);
}

void export_hyperfine(const struct export_input *in, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	w.compact_below = 3;
	jw_begin_object(&w, NULL);
	jw_begin_array(&w, "results");
	for (size_t i = 0; i < in->summary->ncells; i++) {
		_cleanup_(export_times_release) struct export_times times = {0};

		export_times_of(in, &in->summary->cells[i], &times);
		if (times.n)
			write_cell(in, &in->summary->cells[i], &times, &w);
	}
	jw_end_array(&w);
	jw_end_object(&w);
}
