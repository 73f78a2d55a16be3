/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure_data.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

#define LANE_PX 10.0
#define ROW_GAP_PX 10.0
#define ROW_MIN_PX 30.0
#define BLOCKED_PX 16.0
#define CAPTION_COLUMNS 150

/* A quoted column of a .tsv file: printable ASCII only, no way out of the quotes; "-" when empty.
 */
static void column_text(struct str *out, const char *text)
{
	/* gnuplot takes "" for no column at all */
	if (!*text)
		text = "-";
	str_addc(out, '"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"')
			str_addc(out, '\'');
		else if (c == '\\')
			str_add(out, "\\\\");
		else
			str_addc(out, c < 0x20 || c >= 0x7f ? '?' : (char)c);
	}
	str_addc(out, '"');
}

static void single_quoted(struct str *out, const char *text)
{
	str_addc(out, '\'');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '\'')
			str_addc(out, '\'');
		str_addc(out, c < 0x20 || c >= 0x7f ? '?' : (char)c);
	}
	str_addc(out, '\'');
}

void gp_set_text(struct str *out, const char *name, const char *text)
{
	str_addf(out, "%s = ", name);
	single_quoted(out, text);
	str_addc(out, '\n');
}

void gp_set_number(struct str *out, const char *name, double value)
{
	str_addf(out, "%s = %.9g\n", name, value);
}

void gp_number(struct str *out, double value)
{
	if (isfinite(value))
		str_addf(out, "%.9g", value);
	else
		str_add(out, "NaN");
}

void gp_next_text(struct str *out, const char *text)
{
	str_addc(out, '\t');
	column_text(out, text);
}

void gp_next_number(struct str *out, double value)
{
	str_addc(out, '\t');
	gp_number(out, value);
}

void gp_next_ratio(struct str *out, const struct ratio *ratio)
{
	gp_next_number(out, ratio ? ratio->point : NAN);
	gp_next_number(out, ratio && ratio->defined ? ratio->lo : NAN);
	gp_next_number(out, ratio && ratio->defined ? ratio->hi : NAN);
}

void gp_set_texts(struct str *out, const char *name, const char *const *texts, size_t n)
{
	str_addf(out, "array %s[%zu] = [", name, n);
	for (size_t i = 0; i < n; i++) {
		str_add(out, i ? ", " : "");
		single_quoted(out, texts[i]);
	}
	str_add(out, "]\n");
}

/* "qemu-aarch64 version 7.2.22 (Debian …)" without what is in brackets. */
static void add_version(struct str *out, const char *line)
{
	const char *bracket = strchr(line, '(');
	size_t n = bracket ? (size_t)(bracket - line) : strlen(line);

	while (n && line[n - 1] == ' ')
		n--;
	if (!n)
		return;
	str_add(out, "; ");
	str_addn(out, line, n);
}

static void set_captions(struct str *out, const struct figure *f, struct argv *lines)
{
	for (size_t i = 0; i < lines->n; i++)
		if (strlen(lines->v[i]) > CAPTION_COLUMNS)
			lines->v[i][CAPTION_COLUMNS] = '\0';
	gp_set_text(out, "figure", f->name);
	gp_set_text(out, "title", f->title);
	gp_set_number(out, "captions", (double)lines->n);
	gp_set_texts(out, "caption", (const char *const *)lines->v, lines->n);
}

void gp_set_host_captions(struct str *out, const struct figure *f, const struct merged *m)
{
	_cleanup_(argv_release) struct argv lines = {0};

	for (size_t h = 0; h < m->nhosts; h++) {
		const struct host *host = &m->hosts[h].summary.host;
		_cleanup_(str_release) struct str line = {0};

		str_addf(&line, "%s: %s, %s", m->hosts[h].label, host->cpu_model, host->kernel);
		add_version(&line, host->qemu_user);
		str_add(&line, m->hosts[h].summary.replayed ? " (REPLAYED: canned samples)" : "");
		argv_add(&lines, line.s);
	}
	argv_addf(&lines, "%s; toll %s, %s", m->created, m->toll_version, m->id);
	set_captions(out, f, &lines);
}

void gp_set_captions(struct str *out, const struct figure *f, const struct summary *s)
{
	_cleanup_(str_release) struct str host = {0}, qemu = {0};
	_cleanup_(argv_release) struct argv lines = {0};

	str_addf(&host, "%s, %u CPUs, %s, %s", s->host.cpu_model, s->host.cpus,
		arch_text(s->host.arch), s->host.kernel);
	str_addf(&qemu, "%s", s->created);
	add_version(&qemu, s->host.qemu_user);
	add_version(&qemu, s->host.qemu_system);
	str_addf(&qemu, "; toll %s, run %s%s", s->toll_version, s->run,
		s->replayed ? " (REPLAYED: canned samples)" : "");
	argv_add(&lines, host.s);
	argv_add(&lines, qemu.s);
	set_captions(out, f, &lines);
}

void gp_set_key(struct str *out, const char *const *names, const unsigned *slots, size_t n)
{
	gp_set_number(out, "envs", (double)n);
	if (!n)
		return;
	gp_set_texts(out, "env_name", names, n);
	str_addf(out, "array env_slot[%zu] = [", n);
	for (size_t i = 0; i < n; i++)
		str_addf(out, "%s%u", i ? ", " : "", slots[i]);
	str_add(out, "]\n");
}

void gp_set_envs(struct str *out, const struct view *v, const size_t *envs, size_t n)
{
	_cleanup_free_ const char **names = xcalloc(n + 1, sizeof(names[0]));
	_cleanup_free_ unsigned *slots = xcalloc(n + 1, sizeof(slots[0]));

	for (size_t i = 0; i < n; i++) {
		names[i] = v->envs[envs[i]].id;
		slots[i] = v->envs[envs[i]].slot;
	}
	gp_set_key(out, names, slots, n);
}

void span_add(struct span *span, double value)
{
	if (!isfinite(value) || value <= 0)
		return;
	if (!(span->lo <= value))
		span->lo = value;
	if (!(span->hi >= value))
		span->hi = value;
}

void gp_set_span(struct str *out, struct span span, double base, double always)
{
	double lo, hi;

	span_add(&span, always);
	lo = floor(log(span.lo) / log(base) + 1e-9);
	hi = ceil(log(span.hi) / log(base) - 1e-9);
	if (hi - lo < 1)
		hi = lo + 1;
	gp_set_number(out, "xmin", pow(base, lo - 0.06));
	gp_set_number(out, "xmax", pow(base, hi + 0.06));
}

void cell_note(const struct cell_summary *c, char note[static REASON_MAX + 32])
{
	if (c->status != STATUS_OK)
		snprintf(note, REASON_MAX + 32, "%s: %s", status_text(c->status), cell_reason(c));
	else
		snprintf(note, REASON_MAX + 32, "no ratio: %s", cell_without_ratio(c));
}

double label_px(const struct view *v)
{
	size_t longest = 8;

	for (size_t r = 0; r < v->nrows; r++) {
		size_t n = strlen(v->rows[r].workload);

		longest = n > longest ? n : longest;
	}
	if (longest > 32)
		longest = 32;
	return 16 + 6.9 * (double)longest;
}

void rows_add(struct str *rows, const char *kind, double y, double bottom, const char *workload,
	const char *variant)
{
	if (!rows->len)
		str_add(rows, "kind\ty\tbottom\tworkload\tvariant\n");
	str_addf(rows, "%s\t%.9g\t%.9g\t", kind, y, bottom);
	column_text(rows, workload);
	str_addc(rows, '\t');
	column_text(rows, variant);
	str_addc(rows, '\n');
}

struct lanes {
	const struct figure_input *in;
	const struct lanes_spec *spec;
	struct figure_files *out;
	struct span span;
	size_t *shown, *hidden; /* environments with lanes, and those without any time */
	size_t nshown, nhidden;
};

static void choose_lanes(struct lanes *l)
{
	const struct view *v = l->in->view;

	l->shown = xcalloc(v->nenvs + 1, sizeof(l->shown[0]));
	l->hidden = xcalloc(v->nenvs + 1, sizeof(l->hidden[0]));
	for (size_t e = 0; e < v->nenvs; e++) {
		if (v->envs[e].blocked_reason)
			l->hidden[l->nhidden++] = e;
		else if (l->spec->native || v->envs[e].kind != VIEW_NATIVE)
			l->shown[l->nshown++] = e;
	}
}

static void add_line(struct lanes *l, double y, const struct cell_summary *c)
{
	const struct view *v = l->in->view;
	struct str *data = &l->out->data;
	_cleanup_(str_release) struct str values = {0};
	char note[REASON_MAX + 32] = "";
	bool has = false;

	if (c->status != STATUS_OK)
		cell_note(c, note);
	else
		has = l->spec->values(l->in, c, &values, &l->span, note);
	gp_number(data, y);
	str_addc(data, '\t');
	column_text(data, c->workload);
	str_addc(data, '\t');
	column_text(data, c->variant);
	str_addc(data, '\t');
	column_text(data, c->env);
	str_addf(data, "\t%u\t%s\t", view_env_find(v, c->env)->slot, status_text(c->status));
	column_text(data, note);
	if (has)
		str_add(data, str_text(&values));
	for (size_t i = 0; !has && i < l->spec->ncolumns; i++)
		str_add(data, "\tNaN");
	str_addc(data, '\n');
}

/* Returns the height of a row, whose lanes are centred in it. */
static double add_row(struct lanes *l, size_t row, double top)
{
	const struct view *v = l->in->view;
	double lanes_px = LANE_PX * (double)l->nshown;
	double height = fmax(lanes_px + ROW_GAP_PX, ROW_MIN_PX);
	double y = top + (height - lanes_px) / 2 + LANE_PX / 2;

	for (size_t i = 0; i < l->nshown; i++, y += LANE_PX) {
		const struct cell_summary *c = view_cell(v, row, l->shown[i]);

		if (c)
			add_line(l, y, c);
	}
	for (size_t i = 0; i < l->nhidden; i++) {
		const struct cell_summary *c = view_cell(v, row, l->hidden[i]);

		if (c)
			add_line(l, NAN, c);
	}
	rows_add(&l->out->rows, "row", top + height / 2, top + height, v->rows[row].workload,
		v->rows[row].variant);
	return height;
}

static double add_blocked(struct lanes *l, double top)
{
	const struct view *v = l->in->view;

	for (size_t i = 0; i < l->nhidden; i++) {
		const struct view_env *env = &v->envs[l->hidden[i]];
		_cleanup_free_ char *why =
			xasprintf("%s: %s", status_text(env->blocked_status), env->blocked_reason);

		rows_add(&l->out->rows, "blocked", top + BLOCKED_PX / 2, top + BLOCKED_PX, env->id,
			why);
		top += BLOCKED_PX;
	}
	return top;
}

void lanes_write(
	const struct figure_input *in, const struct lanes_spec *spec, struct figure_files *out)
{
	struct lanes l = {.in = in, .spec = spec, .out = out, .span = SPAN_EMPTY};
	double y = 4;

	choose_lanes(&l);
	str_addf(&out->data, "y\tworkload\tvariant\tenv\tslot\tstatus\tnote%s\n", spec->columns);
	y = add_blocked(&l, y);
	for (size_t r = 0; r < in->view->nrows; r++)
		y += add_row(&l, r, y);
	gp_set_number(&out->settings, "plot_px", y);
	gp_set_number(&out->settings, "label_px", label_px(in->view));
	gp_set_text(&out->settings, "axis", spec->axis);
	gp_set_envs(&out->settings, in->view, l.shown, l.nshown);
	gp_set_span(&out->settings, l.span, spec->base, spec->always);
	cleanup_free(&l.shown);
	cleanup_free(&l.hidden);
}

static int compare_doubles(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

void times_sort(double *times, size_t n)
{
	qsort(times, n, sizeof(times[0]), compare_doubles);
}

bool cell_enters(
	const struct summary *summary, const struct cell_summary *c, const struct sample *s)
{
	return !s->duplicate && s->status == STATUS_OK && !strcmp(s->cell, c->id) &&
	       !summary_spoils(summary, s->block);
}

size_t cell_times(const struct figure_input *in, const struct cell_summary *c, double **ret)
{
	double *times = NULL;
	size_t n = 0, cap = 0;

	for (size_t i = 0; i < in->samples->n; i++) {
		const struct sample *s = &in->samples->v[i];
		size_t from = c->warmup_iterations;

		if (!cell_enters(in->view->summary, c, s))
			continue;
		if (from >= s->iterations)
			from = 0;
		for (size_t k = from; k < s->iterations; k++) {
			GROW(times, n, cap);
			times[n++] = (double)s->iter_wall_ns[k] * sample_scale(s);
		}
	}
	if (n)
		times_sort(times, n);
	*ret = times;
	return n;
}

double times_quantile(const double *sorted, size_t n, double p)
{
	double at = p * (double)(n - 1);
	size_t i = (size_t)at;

	if (i + 1 >= n)
		return sorted[n - 1];
	return sorted[i] + (at - (double)i) * (sorted[i + 1] - sorted[i]);
}
