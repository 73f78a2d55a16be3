/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/report.h"

#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "report/figure.h"
#include "report/sections.h"

#define FIGURES_MAX 16

/* What stands where, figures after the words they belong to. Every figure stands somewhere. */
static const struct {
	void (*write)(struct doc *d, const struct story *st);
	const char *figures[FIGURES_MAX];
} sections[] = {
	{section_banner, {0}},
	{section_answer, {"overhead"}},
	{section_fastest, {0}},
	{section_geomeans, {0}},
	{section_noise, {0}},
	{section_record, {0}},
	{section_overhead, {"heatmap"}},
	{section_counterparts, {0}},
	{section_probes, {0}},
	{section_refusals, {0}},
	{section_failures, {0}},
	{section_limits, {"limits"}},
	{section_factors, {0}},
	{section_boots, {0}},
	{section_originals, {0}},
	{section_figures, {"factors", "cold", "iterations", "distribution", "rates"}},
	{section_trimming, {0}},
	{section_cells, {0}},
	{section_host, {0}},
	{section_method, {0}},
};

/* The path of `to` as seen from folder `from`; both exist. Heap. */
static char *relative_path(const char *from, const char *to)
{
	_cleanup_free_ char *a = realpath(from, NULL), *b = realpath(to, NULL);
	_cleanup_(str_release) struct str path = {0};
	size_t common = 0;

	if (!a || !b)
		return xstrdup(to);
	for (size_t i = 0;; i++) {
		bool end_a = a[i] == '/' || !a[i], end_b = b[i] == '/' || !b[i];

		if (end_a && end_b)
			common = i;
		if (a[i] != b[i] || !a[i])
			break;
	}
	for (const char *p = a + common; *p; p++)
		if (*p == '/')
			str_add(&path, "../");
	str_add(&path, b[common] == '/' ? b + common + 1 : b + common);
	return str_take(&path);
}

/* plots/latest, replaced in one step. */
static int link_latest(const char *plots_dir, struct err *err)
{
	_cleanup_free_ char *copy_a = xstrdup(plots_dir), *copy_b = xstrdup(plots_dir);
	const char *folder = dirname(copy_a), *name = basename(copy_b);
	_cleanup_free_ char *latest = xasprintf("%s/latest", folder);
	_cleanup_free_ char *tmp = xasprintf("%s/.latest.%d", folder, (int)getpid());

	unlink(tmp);
	if (symlink(name, tmp) < 0)
		return err_sys(err, errno, "cannot create link '%s'", tmp);
	if (rename(tmp, latest) < 0) {
		int saved = errno;

		unlink(tmp);
		return err_sys(err, saved, "cannot replace link '%s'", latest);
	}
	return 0;
}

/* The figures of one report: what became of each. */
struct drawing {
	struct doc_figure shown[FIGURES_MAX];
	char why[FIGURES_MAX][ERR_TEXT_MAX];
	char alt[FIGURES_MAX][256];
	size_t n;
};

/* Draws what can be drawn. The first failure goes to err and is returned; the others are tried
 * nevertheless, except after an interruption. */
static int draw_all(const struct figure_input *in, const struct figure_folder *folder,
	const char *link, struct drawing *ret, struct err *err)
{
	int first = 0;

	for (const struct figure *f = figures; f->name; f++) {
		size_t i = ret->n++;
		char why[FIGURE_WHY_MAX];
		struct err failed = {0};
		int r = 0;

		snprintf(ret->alt[i], sizeof(ret->alt[i]),
			"%s. The numbers are in the tables of this page.", f->title);
		ret->shown[i] = (struct doc_figure){
			.figure = f, .folder = folder, .link = link, .alt = ret->alt[i]};
		if (f->missing(in, why)) {
			str_copy(ret->why[i], sizeof(ret->why[i]), why);
			ret->shown[i].missing = ret->why[i];
		} else if ((r = figure_draw(f, in, folder, &failed))) {
			str_copy(ret->why[i], sizeof(ret->why[i]), failed.text);
			ret->shown[i].missing = ret->why[i];
		}
		if (r && !first) {
			first = r;
			if (err)
				*err = failed;
		}
		if (r == -ERR_INTERRUPTED)
			return r;
	}
	return first;
}

static const struct doc_figure *find_figure(const struct drawing *drawing, const char *name)
{
	for (size_t i = 0; i < drawing->n; i++)
		if (!strcmp(drawing->shown[i].figure->name, name))
			return &drawing->shown[i];
	return NULL;
}

static void show_figures(struct doc *d, const struct drawing *drawing, const char *const names[])
{
	const struct doc_figure *shown[FIGURES_MAX];
	size_t n = 0;

	for (size_t i = 0; i < FIGURES_MAX && names[i]; i++) {
		const struct doc_figure *figure = find_figure(drawing, names[i]);

		if (figure && (!figure->missing || figure->missing[0]))
			shown[n++] = figure;
	}
	if (!n)
		return;
	doc_open(d, DOC_GRID);
	for (size_t i = 0; i < n; i++)
		d->format->figure(d, shown[i]);
	doc_close(d, DOC_GRID);
}

static int write_document(const struct doc_format *format, const struct story *st,
	const struct drawing *drawing, const char *folder, const char *name, struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder, name);
	const struct summary *s = st->summary;
	_cleanup_free_ char *subtitle = xasprintf("%s · %s, %u CPUs · profile %s, size %s · run %s",
		s->created, s->host.cpu_model, s->host.cpus, s->profile, s->size, s->run);
	_cleanup_(str_release) struct str text = {0};
	struct doc d = {.format = format, .out = &text};

	format->begin(&d, "What it costs to run this somewhere else", subtitle);
	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		sections[i].write(&d, st);
		show_figures(&d, drawing, sections[i].figures);
	}
	format->end(&d);
	return file_write(path, str_text(&text), text.len, err);
}

static int write_documents(const struct report_input *in, const struct view *v,
	const struct drawing *drawing, struct err *err)
{
	_cleanup_free_ struct answer *answers = xcalloc(v->nrows + 1, sizeof(answers[0]));
	struct story st = {.summary = in->summary,
		.view = v,
		.answers = answers,
		.workloads = in->workloads,
		.record = in->record};
	int r;

	answers_find(v, answers);
	r = write_document(&doc_markdown, &st, drawing, in->run_dir, "report.md", err);
	return r ? r : write_document(&doc_html, &st, drawing, in->run_dir, "report.html", err);
}

int report_write(const struct report_input *in, struct err *err)
{
	struct figure_folder folder = {
		.plots_dir = in->plots_dir, .scripts_dir = in->scripts_dir, .stop = in->stop};
	_cleanup_free_ struct drawing *drawing = xcalloc(1, sizeof(*drawing));
	_cleanup_free_ char *link = NULL;
	_cleanup_(view_release) struct view v;
	struct figure_input figure_in = {.view = &v, .samples = in->samples};
	int drawn, r;

	view_init(&v, in->summary);
	r = file_mkdirs(in->plots_dir, err);
	if (r)
		return r;
	link = relative_path(in->run_dir, in->plots_dir);
	drawn = draw_all(&figure_in, &folder, link, drawing, err);
	if (drawn == -ERR_INTERRUPTED)
		return drawn;
	r = write_documents(in, &v, drawing, drawn ? NULL : err);
	if (!r)
		r = link_latest(in->plots_dir, drawn ? NULL : err);
	return drawn ? drawn : r;
}

int report_history(const struct history_input *in, struct err *err)
{
	struct figure_folder folder = {
		.plots_dir = in->plots_dir, .scripts_dir = in->scripts_dir, .stop = in->stop};
	_cleanup_(view_release) struct view v;
	struct figure_input figure_in = {.view = &v, .history = in};
	char why[FIGURE_WHY_MAX];
	int r;

	view_init(&v, in->summary);
	if (figure_history.missing(&figure_in, why))
		return err_set(err, ENODATA, "%s", why);
	r = file_mkdirs(in->plots_dir, err);
	return r ? r : figure_draw(&figure_history, &figure_in, &folder, err);
}
