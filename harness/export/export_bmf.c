/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Bencher Metric Format (https://bencher.dev/docs/reference/bencher-metric-format): per cell the
 * measure `latency` (Bencher's own, nanoseconds) and `overhead` (time ÷ native), each with its 95 %
 * interval where it has one. The format has no place for a refusal.
 */
#include "export/export.h"

#include <math.h>
#include <string.h>

#include "base/json.h"

static void write_measure(
	const char *measure, double value, double lo, double hi, struct json_writer *w)
{
	if (!isfinite(value))
		return;
	jw_begin_object(w, measure);
	jw_double(w, "value", value);
	if (isfinite(lo) && isfinite(hi)) {
		jw_double(w, "lower_value", lo);
		jw_double(w, "upper_value", hi);
	}
	jw_end_object(w);
}

void export_bmf(const struct export_input *in, struct str *out)
{
	struct json_writer w;

	json_writer_init(&w, out, true);
	w.compact_below = 1;
	jw_begin_object(&w, NULL);
	for (size_t i = 0; i < in->summary->ncells; i++) {
		const struct cell_summary *c = &in->summary->cells[i];
		const struct ratio *r = &c->ratio;

		if (c->status != STATUS_OK || !isfinite(c->mean_ns))
			continue;
		jw_begin_object(&w, c->id);
		write_measure("latency", c->mean_ns, c->mean_lo_ns, c->mean_hi_ns, &w);
		if (!environment_id_is_native(c->env))
			write_measure("overhead", r->point, r->defined ? r->lo : NAN,
				r->defined ? r->hi : NAN, &w);
		jw_end_object(&w);
	}
	jw_end_object(&w);
}
