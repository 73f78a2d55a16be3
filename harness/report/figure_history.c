/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Data of the history figure: a panel per group of ratios, a line per environment.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/figure_data.h"
#include "report/number.h"

/* Index of the text in the list, which grows when it is new. */
static size_t index_of(struct argv *list, const char *text)
{
	for (size_t i = 0; i < list->n; i++)
		if (!strcmp(list->v[i], text))
			return i;
	argv_add(list, text);
	return list->n - 1;
}

static size_t count_runs(const struct history_input *h)
{
	struct argv runs = {0};
	size_t n;

	for (size_t i = 0; i < h->n; i++)
		index_of(&runs, h->points[i].run);
	n = runs.n;
	argv_release(&runs);
	return n;
}

bool history_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX])
{
	size_t runs = in->history ? count_runs(in->history) : 0;

	if (runs >= 2)
		return false;
	snprintf(why, FIGURE_WHY_MAX, "a history needs two stored runs, there %s %zu",
		runs == 1 ? "is" : "are", runs);
	return true;
}

static void history_line(
	struct str *out, size_t panel, size_t run, unsigned slot, const struct history_point *p)
{
	str_addf(out, "%zu\t%zu", panel + 1, run + 1);
	gp_next_text(out, p->run);
	gp_next_text(out, p->date);
	gp_next_text(out, p->group);
	gp_next_text(out, p->env);
	str_addf(out, "\t%u", slot);
	gp_next_ratio(out, ratio_has_point(&p->ratio) ? &p->ratio : NULL);
	str_addc(out, '\n');
}

/* The lines of one panel and environment, together, so that they are joined. */
static void history_series(const struct figure_input *in, struct figure_files *out,
	const struct argv *groups, struct argv *runs, size_t panel, const struct view_env *env)
{
	const struct history_input *h = in->history;
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		const struct history_point *p = &h->points[i];

		if (strcmp(p->group, groups->v[panel]) || strcmp(p->env, env->id))
			continue;
		history_line(&out->data, panel, index_of(runs, p->run), env->slot, p);
		n++;
	}
	if (n)
		str_addc(&out->data, '\n');
}

/* run_date[]: the day of each run. */
static void history_days(const struct history_input *h, const struct argv *runs, struct str *out)
{
	struct argv days = {0};

	for (size_t r = 0; r < runs->n; r++) {
		size_t i = 0;

		while (strcmp(h->points[i].run, runs->v[r]))
			i++;
		argv_addf(&days, "%.10s", h->points[i].date);
	}
	gp_set_texts(out, "run_date", (const char *const *)days.v, days.n);
	argv_release(&days);
}

/* panel_lo[] and panel_hi[]: what a panel's intervals span. */
static void history_spans(const struct history_input *h, const struct argv *groups, struct str *out)
{
	_cleanup_(str_release) struct str lo = {0}, hi = {0};

	for (size_t p = 0; p < groups->n; p++) {
		struct span span = SPAN_EMPTY;

		for (size_t i = 0; i < h->n; i++) {
			const struct ratio *r = &h->points[i].ratio;

			if (strcmp(h->points[i].group, groups->v[p]))
				continue;
			span_add(&span, r->point);
			if (r->defined) {
				span_add(&span, r->lo);
				span_add(&span, r->hi);
			}
		}
		str_addf(&lo, "%s%.9g", p ? ", " : "", isfinite(span.lo) ? span.lo : 1);
		str_addf(&hi, "%s%.9g", p ? ", " : "", isfinite(span.hi) ? span.hi : 2);
	}
	str_addf(out, "array panel_lo[%zu] = [%s]\n", groups->n, str_text(&lo));
	str_addf(out, "array panel_hi[%zu] = [%s]\n", groups->n, str_text(&hi));
}

void history_write(const struct figure_input *in, struct figure_files *out)
{
	const struct history_input *h = in->history;
	const struct view *v = in->view;
	_cleanup_free_ size_t *shown = xcalloc(v->nenvs + 1, sizeof(shown[0]));
	struct argv groups = {0}, runs = {0};
	size_t n = 0;

	for (size_t i = 0; i < h->n; i++) {
		index_of(&groups, h->points[i].group);
		index_of(&runs, h->points[i].run);
	}
	str_add(&out->data, "panel\tat\trun\tdate\tgroup\tenv\tslot\tratio\tlo\thi\n");
	for (size_t p = 0; p < groups.n; p++)
		for (size_t e = 0; e < v->nenvs; e++)
			history_series(in, out, &groups, &runs, p, &v->envs[e]);
	for (size_t e = 0; e < v->nenvs; e++)
		if (v->envs[e].kind != VIEW_NATIVE && !v->envs[e].blocked_reason)
			shown[n++] = e;
	gp_set_number(&out->settings, "panels", (double)groups.n);
	gp_set_texts(&out->settings, "panel_name", (const char *const *)groups.v, groups.n);
	history_spans(h, &groups, &out->settings);
	history_days(h, &runs, &out->settings);
	gp_set_number(&out->settings, "runs", (double)runs.n);
	gp_set_envs(&out->settings, v, shown, n);
	argv_release(&groups);
	argv_release(&runs);
}
