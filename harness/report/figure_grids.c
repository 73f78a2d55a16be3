/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Data of the figures with a layout of their own: heat map, factors, iteration series, history.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/figure_data.h"
#include "report/number.h"

#define HEATMAP_ROW_PX 28.0
#define FACTOR_LANE_PX 14.0
#define FACTOR_GAP_PX 12.0
#define SERIES_POINTS_MAX 64

/* ---- heat map ---- */

/* The largest logarithm of a ratio: where the colour scale ends. */
static double heatmap_scale(const struct view *v)
{
	double top = log(2);

	for (size_t i = 0; i < v->nrows * v->nenvs; i++) {
		const struct cell_summary *c = v->matrix[i];

		if (c && c->status == STATUS_OK && ratio_has_point(&c->ratio))
			top = fmax(top, log(c->ratio.point));
	}
	return top;
}

static void heatmap_cell(
	struct str *out, double x, double y, const struct cell_summary *c, double scale)
{
	bool has = c->status == STATUS_OK && ratio_has_point(&c->ratio);
	char note[REASON_MAX + 32] = "", number[NUMBER_TEXT_MAX] = "";

	if (!has)
		cell_note(c, note);
	else
		number_text(c->ratio.point, number);
	gp_number(out, y);
	gp_next_number(out, x);
	gp_next_text(out, c->workload);
	gp_next_text(out, c->variant);
	gp_next_text(out, c->env);
	gp_next_text(out, status_text(c->status));
	gp_next_text(out, note);
	gp_next_ratio(out, has ? &c->ratio : NULL);
	gp_next_number(out, has ? fmax(log(c->ratio.point), 0) / scale : NAN);
	gp_next_text(out, number);
	str_addc(out, '\n');
}

void heatmap_write(const struct figure_input *in, struct figure_files *out)
{
	const struct view *v = in->view;
	_cleanup_free_ size_t *columns = xcalloc(v->nenvs + 1, sizeof(columns[0]));
	double scale = heatmap_scale(v);
	size_t n = 0;

	for (size_t e = 0; e < v->nenvs; e++)
		if (v->envs[e].kind != VIEW_NATIVE)
			columns[n++] = e;
	str_add(&out->data,
		"y\tx\tworkload\tvariant\tenv\tstatus\tnote\tratio\tlo\thi\tshade\ttext\n");
	for (size_t r = 0; r < v->nrows; r++) {
		double y = HEATMAP_ROW_PX * ((double)r + 0.5);

		rows_add(&out->rows, "row", y, y + HEATMAP_ROW_PX / 2, v->rows[r].workload,
			v->rows[r].variant);
		for (size_t i = 0; i < n; i++) {
			const struct cell_summary *c = view_cell(v, r, columns[i]);

			if (c)
				heatmap_cell(&out->data, (double)i + 1, y, c, scale);
		}
	}
	gp_set_number(&out->settings, "plot_px", HEATMAP_ROW_PX * (double)v->nrows);
	gp_set_number(&out->settings, "label_px", label_px(v));
	gp_set_envs(&out->settings, v, columns, n);
}

/* ---- factors ---- */

bool factors_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX])
{
	if (in->view->summary->nfactors)
		return false;
	snprintf(why, FIGURE_WHY_MAX,
		"no layer ran both the host's and the other architecture for any workload");
	return true;
}

static unsigned slot_of(const struct view *v, const char *env)
{
	const struct view_env *e = view_env_find(v, env);

	return e ? e->slot : VIEW_SLOTS;
}

static void factors_line(
	struct str *out, const struct view *v, const struct factor *f, double y, struct span *span)
{
	bool has = !f->forbidden[0] && ratio_has_point(&f->layer_cost) &&
		   ratio_has_point(&f->isa_cost);
	double layer = f->layer_cost.point, isa = f->isa_cost.point;

	gp_number(out, y);
	gp_next_text(out, f->workload);
	gp_next_text(out, f->variant);
	gp_next_text(out, f->same);
	gp_next_text(out, f->foreign);
	str_addf(out, "\t%u\t%u", slot_of(v, f->same), slot_of(v, f->foreign));
	gp_next_text(out, has		    ? ""
			  : f->forbidden[0] ? f->forbidden
					    : "a cell of the pair has no time");
	gp_next_ratio(out, has ? &f->layer_cost : NULL);
	gp_next_ratio(out, has ? &f->isa_cost : NULL);
	str_addc(out, '\n');
	if (has) {
		span_add(span, layer);
		/* 1.8: room for the numbers behind the bar and its intervals */
		span_add(span, layer * isa * 1.8);
		span_add(span, fmin(f->layer_cost.hi, 8 * layer) * 1.8);
		span_add(span, layer * fmin(f->isa_cost.hi, 8 * isa) * 1.8);
	}
}

/* The key: each factor once, as the quotient it is. */
static void factors_key(struct str *out, const struct view *v)
{
	const struct summary *s = v->summary;
	struct argv names = {0};
	unsigned slots[2 * VIEW_SLOTS];

	for (size_t i = 0; i < s->nfactors && names.n + 2 <= ARRAY_LEN(slots); i++) {
		const struct factor *f = &s->factors[i];
		_cleanup_free_ char *layer = xasprintf("%s / native", f->same);
		_cleanup_free_ char *isa = xasprintf("%s / %s", f->foreign, f->same);
		bool known = false;

		for (size_t k = 0; k < names.n; k++)
			known |= !strcmp(names.v[k], isa);
		if (known)
			continue;
		slots[names.n] = slot_of(v, f->same);
		argv_add(&names, layer);
		slots[names.n] = slot_of(v, f->foreign);
		argv_add(&names, isa);
	}
	gp_set_key(out, (const char *const *)names.v, slots, names.n);
	argv_release(&names);
}

void factors_write(const struct figure_input *in, struct figure_files *out)
{
	const struct view *v = in->view;
	const struct summary *s = v->summary;
	struct span span = SPAN_EMPTY;
	double y = 4;

	str_add(&out->data,
		"y\tworkload\tvariant\tsame\tforeign\tsame_slot\tforeign_slot\tnote\tlayer\t"
		"layer_lo\tlayer_hi\tisa\tisa_lo\tisa_hi\n");
	for (size_t r = 0; r < v->nrows; r++) {
		double top = y;

		for (size_t i = 0; i < s->nfactors; i++) {
			const struct factor *f = &s->factors[i];

			if (strcmp(f->workload, v->rows[r].workload) ||
				strcmp(f->variant, v->rows[r].variant))
				continue;
			factors_line(
				&out->data, v, f, y + (FACTOR_LANE_PX + FACTOR_GAP_PX) / 2, &span);
			y += FACTOR_LANE_PX;
		}
		if (y == top)
			continue;
		y = fmax(y + FACTOR_GAP_PX, top + 30);
		rows_add(&out->rows, "row", (top + y) / 2, y, v->rows[r].workload,
			v->rows[r].variant);
	}
	gp_set_number(&out->settings, "plot_px", y);
	gp_set_number(&out->settings, "label_px", label_px(v));
	gp_set_text(&out->settings, "axis", "ratio");
	factors_key(&out->settings, v);
	gp_set_span(&out->settings, span, 2, 1);
}

/* ---- iteration series ---- */

static bool any_shown(const struct view *v)
{
	for (size_t e = 0; e < v->nenvs; e++)
		if (!v->envs[e].blocked_reason)
			return true;
	return false;
}

bool iterations_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX])
{
	if (in->samples && any_shown(in->view))
		for (size_t i = 0; i < in->samples->n; i++)
			if (in->samples->v[i].iterations > 1)
				return false;
	snprintf(why, FIGURE_WHY_MAX, "no execution with more than one iteration is at hand");
	return true;
}

/* Median over a cell's executions of the times of iterations [from, to); NaN when there are none.
 */
static double median_iteration(
	const struct figure_input *in, const struct cell_summary *c, size_t from, size_t to)
{
	_cleanup_free_ double *times = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < in->samples->n; i++) {
		const struct sample *s = &in->samples->v[i];

		if (!cell_enters(in->view->summary, c, s))
			continue;
		for (size_t k = from; k < to && k < s->iterations; k++) {
			GROW(times, n, cap);
			times[n++] = (double)s->iter_wall_ns[k] * sample_scale(s);
		}
	}
	if (!n)
		return NAN;
	times_sort(times, n);
	return times_quantile(times, n, 0.5);
}

static size_t longest_execution(const struct samples *samples, const struct cell_summary *c)
{
	size_t longest = 0;

	for (size_t i = 0; i < samples->n; i++)
		if (samples->v[i].iterations > longest && !strcmp(samples->v[i].cell, c->id))
			longest = samples->v[i].iterations;
	return longest;
}

static void series_line(struct str *out, size_t panel, const struct view_env *env,
	const struct cell_summary *c, size_t iteration, double relative, const char *note)
{
	str_addf(out, "%zu", panel);
	gp_next_text(out, c->workload);
	gp_next_text(out, c->variant);
	gp_next_text(out, c->env);
	str_addf(out, "\t%u", env->slot);
	gp_next_text(out, note);
	gp_next_number(out, iteration ? (double)iteration : NAN);
	gp_next_number(out, relative);
	str_addc(out, '\n');
}

static void series_write(const struct figure_input *in, size_t panel, const struct view_env *env,
	const struct cell_summary *c, struct figure_files *out)
{
	_cleanup_free_ double *times = NULL;
	size_t n = longest_execution(in->samples, c), step = n / SERIES_POINTS_MAX + 1;
	size_t ntimes = cell_times(in, c, &times);
	double steady = ntimes ? times_quantile(times, ntimes, 0.5) : NAN;
	char note[REASON_MAX + 32] = "no samples of this cell are at hand";

	if (c->status != STATUS_OK)
		cell_note(c, note);
	if (c->status != STATUS_OK || !n || !(steady > 0)) {
		series_line(&out->data, panel, env, c, 0, NAN, note);
		return;
	}
	/* the first sixteen one by one: that is where warm-up happens */
	for (size_t k = 0; k < n; k += k < 16 ? 1 : step) {
		size_t to = k + (k < 16 ? 1 : step);

		series_line(&out->data, panel, env, c, k + 1,
			median_iteration(in, c, k, to) / steady, "");
	}
}

/* env_set[]: which of a panel's data sets belongs to each environment shown. */
static void series_sets(struct str *out, const size_t *shown, size_t n)
{
	if (!n)
		return;
	str_addf(out, "array env_set[%zu] = [", n);
	for (size_t i = 0; i < n; i++)
		str_addf(out, "%s%zu", i ? ", " : "", shown[i]);
	str_add(out, "]\n");
}

void iterations_write(const struct figure_input *in, struct figure_files *out)
{
	const struct view *v = in->view;
	_cleanup_free_ size_t *shown = xcalloc(v->nenvs + 1, sizeof(shown[0]));
	struct argv names = {0};
	size_t n = 0, longest = 1;

	for (size_t i = 0; i < in->samples->n; i++)
		if (in->samples->v[i].iterations > longest)
			longest = in->samples->v[i].iterations;
	for (size_t r = 0; r < v->nrows; r++) {
		argv_addf(&names, "%s %s", v->rows[r].workload, v->rows[r].variant);
		for (size_t e = 0; e < v->nenvs; e++) {
			const struct cell_summary *c = view_cell(v, r, e);

			/* gnuplot looks for column names in each data set */
			str_add(&out->data, "panel\tworkload\tvariant\tenv\tslot\tnote\titeration\t"
					    "relative\n");
			if (c)
				series_write(in, r + 1, &v->envs[e], c, out);
			else
				str_add(&out->data, "NaN\n");
			str_add(&out->data, "\n\n"); /* the next data set */
		}
	}
	for (size_t e = 0; e < v->nenvs; e++)
		if (!v->envs[e].blocked_reason)
			shown[n++] = e;
	gp_set_number(&out->settings, "sets_per_panel", (double)v->nenvs);
	series_sets(&out->settings, shown, n);
	gp_set_number(&out->settings, "panels", (double)v->nrows);
	gp_set_number(&out->settings, "iterations_max", (double)longest);
	gp_set_texts(&out->settings, "panel_name", (const char *const *)names.v, names.n);
	argv_release(&names);
	gp_set_envs(&out->settings, v, shown, n);
}
