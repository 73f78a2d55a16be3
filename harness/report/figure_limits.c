/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Data of the figure of limits: a panel per axis and workload, a line per environment.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/figure_data.h"
#include "report/number.h"

/* Two points that a line along this axis joins: nothing else differs, or, second best, a VM has as
 * many vCPUs as the program threads. */
enum joint { JOINT, JOINT_FOLLOWS, JOINT_NONE };

/* A cell of a line. */
struct mark {
	double at; /* place on the axis */
	const struct cell_summary *cell;
	struct point point;
	enum joint joint;
};

struct panels {
	const struct figure_input *in;
	struct figure_files *out;
	size_t n;
	struct argv names, ticks, labels;
	struct str lo, hi, from, to; /* of the axes, array members */
};

/* What a panel is against: a limit, or the size, as the time that native takes for it. */
enum { AXIS_SIZE = LIMIT_COUNT, AXES };

static const char *const axis_titles[AXES] = {[LIMIT_VCPUS] = "vCPUs",
	[LIMIT_MEMORY] = "memory, MiB",
	[LIMIT_THREADS] = "threads",
	[AXIS_SIZE] = "size, by native time"};

/* NaN: not known. */
static double place_of(const struct summary *s, const struct mark *mark, int axis)
{
	const struct cell_summary *native = summary_reference(s, mark->cell);

	switch (axis) {
	case LIMIT_VCPUS:
		return (double)point_vcpus(&mark->point);
	case LIMIT_THREADS:
		return (double)point_threads(&mark->point);
	case AXIS_SIZE:
		return native ? native->mean_ns : NAN;
	default:
		return (double)mark->point.v[axis];
	}
}

static enum joint joint_of(const struct point *a, const struct point *b, int axis)
{
	bool follows = axis == LIMIT_THREADS && point_vcpus(a) == point_threads(a) &&
		       point_vcpus(b) == point_threads(b);
	enum joint joint = JOINT;

	if (axis != AXIS_SIZE && strcmp(a->size, b->size))
		return JOINT_NONE;
	for (int i = 0; i < LIMIT_COUNT; i++) {
		if (i == axis || a->v[i] == b->v[i])
			continue;
		if (i != LIMIT_VCPUS || !follows)
			return JOINT_NONE;
		joint = JOINT_FOLLOWS;
	}
	return joint;
}

static int compare_marks(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->at != y->at)
		return x->at < y->at ? -1 : 1;
	return (int)x->joint - (int)y->joint;
}

/* One mark a place: the best joint. Returns how many are left. */
static size_t sort_marks(struct mark *marks, size_t n)
{
	size_t kept = 0;

	qsort(marks, n, sizeof(marks[0]), compare_marks);
	for (size_t i = 0; i < n; i++)
		if (!kept || marks[i].at > marks[kept - 1].at)
			marks[kept++] = marks[i];
	return kept;
}

/* The points of an environment's line, from left to right, into ret, which has room for all cells.
 */
static size_t line_of(const struct view *v, const struct view_row *row, const struct view_env *env,
	int axis, struct mark *ret)
{
	const struct summary *s = v->summary;
	struct environment first, other;
	size_t n = 0;

	if (environment_parse(env->id, &first, NULL) < 0)
		return 0;
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];
		struct mark mark = {.cell = c};

		if (strcmp(c->workload, row->workload) || strcmp(c->variant, row->variant) ||
			!environment_id_same_stack(env->id, c->env) ||
			environment_parse(c->env, &other, NULL) < 0)
			continue;
		mark.point = other.point;
		mark.joint = joint_of(&first.point, &other.point, axis);
		mark.at = place_of(s, &mark, axis);
		if (mark.joint != JOINT_NONE && isfinite(mark.at))
			ret[n++] = mark;
	}
	return sort_marks(ret, n);
}

/* Something to see: two points that are known, with a time or a reason of their own. */
static bool is_line(const struct mark *marks, size_t n)
{
	size_t timed = 0;

	for (size_t i = 0; i < n; i++)
		timed += marks[i].cell->status == STATUS_OK &&
			 ratio_has_point(&marks[i].cell->ratio);
	return n > 1 && timed;
}

static void write_point(struct panels *p, size_t line, const struct view_env *env,
	const struct mark *mark, struct span *y)
{
	struct str *out = &p->out->data;
	const struct cell_summary *c = mark->cell;
	bool has = c->status == STATUS_OK && ratio_has_point(&c->ratio);

	str_addf(out, "%zu\t%zu", p->n, line);
	gp_next_text(out, c->workload);
	gp_next_text(out, c->variant);
	gp_next_text(out, c->env);
	str_addf(out, "\t%u", env->slot);
	gp_next_text(out, c->status == STATUS_OK ? "" : status_text(c->status));
	gp_next_number(out, mark->at);
	gp_next_ratio(out, has ? &c->ratio : NULL);
	str_addc(out, '\n');
	if (!has)
		return;
	span_add(y, c->ratio.point);
	if (c->ratio.defined) {
		span_add(y, c->ratio.lo);
		span_add(y, c->ratio.hi);
	}
}

static void add_bound(struct panels *p, struct str *list, double value)
{
	str_addf(list, "%s%.9g", p->n > 1 ? ", " : "", value);
}

/* The places that a panel's axis names, and what they are called: words. */
static void add_ticks(struct panels *p, const struct mark *marks, size_t n, int axis)
{
	struct str ticks = {0}, labels = {0};

	for (size_t i = 0; i < n; i++) {
		const char *size = marks[i].point.size, *separator = i ? " " : "";

		str_addf(&ticks, "%s%.9g", separator, marks[i].at);
		if (axis == AXIS_SIZE)
			str_addf(&labels, "%s%s", separator,
				*size ? size : p->in->view->summary->size);
		else
			str_addf(&labels, "%s%.9g", separator, marks[i].at);
	}
	argv_add(&p->ticks, str_text(&ticks));
	argv_add(&p->labels, str_text(&labels));
	str_release(&ticks);
	str_release(&labels);
}

static void close_panel(struct panels *p, const struct view_row *row, int axis, struct mark *marks,
	size_t n, const struct span *y)
{
	n = sort_marks(marks, n);
	argv_addf(&p->names, "%s %s: %s", row->workload, row->variant, axis_titles[axis]);
	add_ticks(p, marks, n, axis);
	add_bound(p, &p->lo, isfinite(y->lo) ? y->lo : 1);
	add_bound(p, &p->hi, isfinite(y->hi) ? y->hi : 2);
	add_bound(p, &p->from, marks[0].at);
	add_bound(p, &p->to, marks[n - 1].at);
}

/* Writes the panel of an axis and workload, unless no environment has a line there. */
static void write_panel(
	struct panels *p, const struct view_row *row, int axis, const size_t *shown, size_t n)
{
	const struct view *v = p->in->view;
	_cleanup_free_ struct mark *line = xcalloc(v->summary->ncells + 1, sizeof(*line));
	_cleanup_free_ struct mark *all = xcalloc(v->summary->ncells + 1, sizeof(*all));
	struct span y = SPAN_EMPTY;
	size_t nall = 0;

	for (size_t e = 0; e < n; e++) {
		const struct view_env *env = &v->envs[shown[e]];
		size_t nline = line_of(v, row, env, axis, line);

		if (!is_line(line, nline))
			continue;
		p->n += !nall;
		for (size_t i = 0; i < nline; i++) {
			write_point(p, e + 1, env, &line[i], &y);
			all[nall++] = line[i];
		}
		str_addc(&p->out->data, '\n');
	}
	if (nall)
		close_panel(p, row, axis, all, nall, &y);
}

bool limits_missing(const struct figure_input *in, char why[static FIGURE_WHY_MAX])
{
	const struct view *v = in->view;
	_cleanup_free_ struct mark *line = xcalloc(v->summary->ncells + 1, sizeof(*line));

	for (size_t r = 0; v->swept && r < v->nrows; r++)
		for (size_t e = 0; e < v->nenvs; e++)
			for (int axis = 0; axis < AXES; axis++)
				if (v->envs[e].kind != VIEW_NATIVE &&
					is_line(line,
						line_of(v, &v->rows[r], &v->envs[e], axis, line)))
					return false;
	snprintf(why, FIGURE_WHY_MAX, "%s",
		v->swept ? "no environment has a time at any point but one" : "");
	return true;
}

static void set_bounds(struct panels *p, const char *name, struct str *list)
{
	str_addf(&p->out->settings, "array %s[%zu] = [%s]\n", name, p->n, str_text(list));
	str_release(list);
}

/* Lines are called by their stacks: where they are at which point the axes say. */
static void set_key(struct str *out, const struct view *v, const size_t *shown, size_t n)
{
	_cleanup_(argv_release) struct argv names = {0};
	_cleanup_free_ unsigned *slots = xcalloc(n + 1, sizeof(slots[0]));

	for (size_t i = 0; i < n; i++) {
		const struct view_env *env = &v->envs[shown[i]];

		argv_addf(&names, "%.*s", (int)strcspn(env->id, "@"), env->id);
		slots[i] = env->slot;
	}
	gp_set_key(out, (const char *const *)names.v, slots, n);
}

void limits_write(const struct figure_input *in, struct figure_files *out)
{
	const struct view *v = in->view;
	_cleanup_free_ size_t *shown = xcalloc(v->nenvs + 1, sizeof(shown[0]));
	struct panels p = {.in = in, .out = out};
	size_t n = 0;

	for (size_t e = 0; e < v->nenvs; e++)
		if (v->envs[e].kind != VIEW_NATIVE && !v->envs[e].blocked_reason)
			shown[n++] = e;
	str_add(&out->data, "panel\tline\tworkload\tvariant\tenv\tslot\tnote\tat\tratio\tlo\thi\n");
	for (int axis = 0; axis < AXES; axis++)
		for (size_t r = 0; r < v->nrows; r++)
			write_panel(&p, &v->rows[r], axis, shown, n);
	gp_set_number(&out->settings, "panels", (double)p.n);
	gp_set_texts(&out->settings, "panel_name", (const char *const *)p.names.v, p.names.n);
	gp_set_texts(&out->settings, "panel_ticks", (const char *const *)p.ticks.v, p.ticks.n);
	gp_set_texts(&out->settings, "panel_labels", (const char *const *)p.labels.v, p.labels.n);
	set_bounds(&p, "panel_lo", &p.lo);
	set_bounds(&p, "panel_hi", &p.hi);
	set_bounds(&p, "panel_from", &p.from);
	set_bounds(&p, "panel_to", &p.to);
	set_key(&out->settings, v, shown, n);
	argv_release(&p.names);
	argv_release(&p.ticks);
	argv_release(&p.labels);
}
