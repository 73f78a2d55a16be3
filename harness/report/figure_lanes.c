/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Data of the figures with a lane per cell: overhead, cold against steady, distribution, rates.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/figure_data.h"
#include "report/number.h"

static bool any_cell(const struct figure_input *in, bool (*holds)(const struct cell_summary *c))
{
	const struct view *v = in->view;

	for (size_t i = 0; i < v->nrows * v->nenvs; i++)
		if (v->matrix[i] && v->matrix[i]->status == STATUS_OK && holds(v->matrix[i]))
			return true;
	return false;
}

/* ---- overhead ---- */

static bool has_ratio(const struct cell_summary *c)
{
	return !environment_id_is_native(c->env) && ratio_has_point(&c->ratio);
}

bool overhead_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX])
{
	if (any_cell(in, has_ratio))
		return false;
	snprintf(why, FIGURE_WHY_MAX,
		"no cell outside native has an overhead ratio: nothing ran both there and "
		"natively");
	return true;
}

static bool overhead_values(const struct figure_input *in, const struct cell_summary *c,
	struct str *out, struct span *span, char note[static REASON_MAX + 32])
{
	const struct ratio *r = &c->ratio;

	(void)in;
	if (!ratio_has_point(r)) {
		cell_note(c, note);
		return false;
	}
	gp_next_ratio(out, r);
	str_addf(out, "\t%zu", r->blocks);
	span_add(span, r->point);
	if (r->defined) {
		/* a useless interval must not push everything else together */
		span_add(span, fmax(r->lo, r->point / 8));
		span_add(span, fmin(r->hi, r->point * 8));
	}
	return true;
}

void overhead_write(const struct figure_input *in, struct figure_files *out)
{
	static const struct lanes_spec spec = {.columns = "\tratio\tlo\thi\tblocks",
		.ncolumns = 4,
		.values = overhead_values,
		.axis = "ratio",
		.base = 2,
		.always = 1};

	lanes_write(in, &spec, out);
}

/* ---- cold against steady ---- */

static bool has_mean(const struct cell_summary *c)
{
	return isfinite(c->mean_ns);
}

bool cold_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX])
{
	if (any_cell(in, has_mean))
		return false;
	snprintf(why, FIGURE_WHY_MAX, "no cell has a time");
	return true;
}

static bool cold_values(const struct figure_input *in, const struct cell_summary *c,
	struct str *out, struct span *span, char note[static REASON_MAX + 32])
{
	double values[] = {c->boot_ns, c->startup_ns, c->first_iter_ns, c->mean_ns};

	(void)in;
	(void)note;
	for (size_t i = 0; i < ARRAY_LEN(values); i++) {
		gp_next_number(out, values[i] > 0 ? values[i] : NAN);
		span_add(span, values[i]);
	}
	return true;
}

void cold_write(const struct figure_input *in, struct figure_files *out)
{
	static const struct lanes_spec spec = {.native = true,
		.columns = "\tboot\tstart\tfirst\tsteady",
		.ncolumns = 4,
		.values = cold_values,
		.axis = "time",
		.base = 10,
		.always = 1e6};

	lanes_write(in, &spec, out);
}

/* ---- distribution ---- */

static bool has_samples(const struct figure_input *in)
{
	return in->samples && in->samples->n;
}

bool distribution_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX])
{
	if (has_samples(in) && any_cell(in, has_mean))
		return false;
	snprintf(why, FIGURE_WHY_MAX, "the samples of this run are not at hand");
	return true;
}

static bool distribution_values(const struct figure_input *in, const struct cell_summary *c,
	struct str *out, struct span *span, char note[static REASON_MAX + 32])
{
	static const double at[] = {0.05, 0.25, 0.5, 0.75, 0.95, 0, 1};
	_cleanup_free_ double *times = NULL;
	size_t n = cell_times(in, c, &times);
	double median;

	if (!n || !((median = times_quantile(times, n, 0.5)) > 0)) {
		snprintf(note, REASON_MAX + 32, "no samples of this cell are at hand");
		return false;
	}
	for (size_t i = 0; i < ARRAY_LEN(at); i++) {
		double relative = times_quantile(times, n, at[i]) / median;

		gp_next_number(out, relative);
		if (i < 5)
			span_add(span, fmin(fmax(relative, 0.25), 8));
	}
	str_addf(out, "\t%zu", n);
	return true;
}

void distribution_write(const struct figure_input *in, struct figure_files *out)
{
	static const struct lanes_spec spec = {.native = true,
		.columns = "\tp05\tp25\tp50\tp75\tp95\tmin\tmax\tn",
		.ncolumns = 8,
		.values = distribution_values,
		.axis = "fine",
		.base = 1.25,
		.always = 1};

	lanes_write(in, &spec, out);
}

/* ---- rates ---- */

static bool has_work(const struct cell_summary *c)
{
	return isfinite(c->mean_ns) && (c->flop > 0 || c->bytes > 0);
}

bool rates_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX])
{
	if (any_cell(in, has_work))
		return false;
	snprintf(why, FIGURE_WHY_MAX,
		"no workload with a time states its floating-point operations or bytes");
	return true;
}

static bool rates_values(const struct figure_input *in, const struct cell_summary *c,
	struct str *out, struct span *span, char note[static REASON_MAX + 32])
{
	const struct cell_summary *native = summary_reference(in->view->summary, c);
	double share = NAN;
	char flop[NUMBER_TEXT_MAX], bytes[NUMBER_TEXT_MAX], text[2 * NUMBER_TEXT_MAX];

	if (!has_work(c)) {
		snprintf(note, REASON_MAX + 32, "it states neither operations nor bytes");
		return false;
	}
	if (native && native->status == STATUS_OK && has_work(native))
		share = c->flop > 0 ? c->flop / c->mean_ns / (native->flop / native->mean_ns)
				    : c->bytes / c->mean_ns / (native->bytes / native->mean_ns);
	gp_next_number(out, c->flop > 0 ? c->flop / c->mean_ns : NAN);
	gp_next_number(out, c->bytes > 0 ? c->bytes / c->mean_ns : NAN);
	gp_next_number(out, share);
	span_add(span, share);
	snprintf(text, sizeof(text), "%s%s%s%s%s",
		c->flop > 0 ? number_text(c->flop / c->mean_ns, flop) : "",
		c->flop > 0 ? " GFLOP/s" : "", c->flop > 0 && c->bytes > 0 ? ", " : "",
		c->bytes > 0 ? number_text(c->bytes / c->mean_ns, bytes) : "",
		c->bytes > 0 ? " GB/s" : "");
	gp_next_text(out, text);
	return true;
}

void rates_write(const struct figure_input *in, struct figure_files *out)
{
	static const struct lanes_spec spec = {.native = true,
		.columns = "\tgflop_s\tgbyte_s\tshare\ttext",
		.ncolumns = 4,
		.values = rates_values,
		.axis = "share",
		.base = 10,
		.always = 1};

	lanes_write(in, &spec, out);
}
