/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/figure.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "report/figure_data.h"

#define GNUPLOT_DEADLINE (60 * NS_PER_S)
#define SVG_MAX (8u << 20)
#define SCRIPT_MAX (256u << 10)

static const char *const forms[] = {"svg", "png", "wide", "narrow"};
/* Loaded by the figures' scripts. */
static const char *const shared_scripts[] = {"style.gp", "lanes.gp", "panels.gp", "ratio_ticks.gp"};

static void figure_files_release(struct figure_files *files)
{
	str_release(&files->data);
	str_release(&files->rows);
	str_release(&files->settings);
}

static int write_file(const struct figure_folder *folder, const char *name, const struct str *text,
	struct err *err)
{
	_cleanup_free_ char *path = xasprintf("%s/%s", folder->plots_dir, name);

	return file_write(path, str_text(text), text->len, err);
}

static int copy_script(const struct figure_folder *folder, const char *name, struct err *err)
{
	_cleanup_free_ char *from = xasprintf("%s/%s", folder->scripts_dir, name);
	_cleanup_free_ char *to = xasprintf("%s/%s", folder->plots_dir, name);
	_cleanup_free_ char *text = NULL;
	size_t len;
	int r = file_read(from, SCRIPT_MAX, &text, &len, err);

	return r ? r : file_write(to, text, len, err);
}

static int write_inputs(const struct figure *f, const struct figure_input *in,
	const struct figure_folder *folder, struct err *err)
{
	_cleanup_(figure_files_release) struct figure_files files = {0};
	_cleanup_free_ char *data = xasprintf("%s.tsv", f->name);
	_cleanup_free_ char *rows = xasprintf("%s.rows.tsv", f->name);
	_cleanup_free_ char *settings = xasprintf("%s.set", f->name);
	_cleanup_free_ char *script = xasprintf("%s.gp", f->name);
	int r;

	if (in->merged)
		gp_set_host_captions(&files.settings, f, in->merged);
	else
		gp_set_captions(&files.settings, f, in->view->summary);
	f->write(in, &files);
	r = write_file(folder, data, &files.data, err);
	if (!r && files.rows.len)
		r = write_file(folder, rows, &files.rows, err);
	if (!r)
		r = write_file(folder, settings, &files.settings, err);
	if (!r)
		r = copy_script(folder, script, err);
	for (size_t i = 0; !r && i < ARRAY_LEN(shared_scripts); i++)
		r = copy_script(folder, shared_scripts[i], err);
	return r;
}

static char *form_name(const struct figure *f, const char *form)
{
	if (!strcmp(form, "svg") || !strcmp(form, "png"))
		return xasprintf("%s.%s", f->name, form);
	return xasprintf("%s.%s.svg", f->name, form);
}

/* One line of gnuplot's complaint: the last one that says something. */
static const char *complaint(struct str *text)
{
	char *last = NULL, *save = NULL;

	if (!text->s)
		return "no message";
	for (char *line = strtok_r(text->s, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (line[strspn(line, " \t^")])
			last = line;
	if (!last)
		return "no message";
	str_sanitize(last);
	return last;
}

static int gnuplot_ended(const struct figure *f, struct proc_result *result, struct err *err)
{
	char end[PROC_END_TEXT_MAX];

	if (result->end == PROC_STOPPED)
		return err_set(err, ERR_INTERRUPTED, "stopped while drawing '%s'", f->name);
	/* gnuplot exits 0 after a warning about its terminal: drawn is drawn */
	if (result->end == PROC_EXITED && result->code == 0)
		return 0;
	proc_end_text(result, end);
	return err_set(err, EIO, "gnuplot failed on '%s.gp' (%s): %s", f->name, end,
		complaint(&result->err));
}

static int draw_form(const struct figure *f, const struct figure_folder *folder, const char *form,
	struct err *err)
{
	_cleanup_(proc_result_release) struct proc_result result = {0};
	_cleanup_free_ char *name = form_name(f, form);
	_cleanup_free_ char *settings = xasprintf("form = '%s'; out = '%s.tmp'", form, name);
	_cleanup_free_ char *script = xasprintf("%s.gp", f->name);
	_cleanup_free_ char *tmp = xasprintf("%s/%s.tmp", folder->plots_dir, name);
	_cleanup_free_ char *final = xasprintf("%s/%s", folder->plots_dir, name);
	char *argv[] = {"gnuplot", "-e", settings, script, NULL};
	struct proc_spec spec = {.argv = argv,
		.cwd = folder->plots_dir,
		.cpu = PROC_CPU_ANY,
		.timeout_ns = GNUPLOT_DEADLINE,
		.stderr_max = 8192,
		.stop = folder->stop};
	int r = proc_run(&spec, &result, err);

	if (r)
		return err_wrap(err, "cannot draw figures (install gnuplot: apt-get install "
				     "gnuplot-nox)");
	r = gnuplot_ended(f, &result, err);
	if (!r && rename(tmp, final) < 0)
		r = err_sys(err, errno, "cannot publish '%s'", final);
	if (r)
		unlink(tmp);
	return r;
}

int figure_draw(const struct figure *f, const struct figure_input *in,
	const struct figure_folder *folder, struct err *err)
{
	int r = write_inputs(f, in, folder, err);

	for (size_t i = 0; !r && i < ARRAY_LEN(forms); i++)
		r = draw_form(f, folder, forms[i], err);
	return r;
}

/* Copies markup; behind id=", href="# and url(# (either quote) the prefix is put in. */
static void add_with_unique_ids(struct str *out, const char *markup, const char *prefix)
{
	static const char *const marks[] = {" id='", " id=\"", "href='#", "href=\"#", "url(#"};

	while (*markup) {
		size_t i = 0;

		while (i < ARRAY_LEN(marks) && !str_starts(markup, marks[i]))
			i++;
		if (i == ARRAY_LEN(marks)) {
			str_addc(out, *markup++);
			continue;
		}
		str_add(out, marks[i]);
		str_add(out, prefix);
		markup += strlen(marks[i]);
	}
}

/* Cuts every <tag>…</tag>: gnuplot's names of plots, which browsers show as tool tips. */
static void cut_elements(char *markup, const char *tag)
{
	_cleanup_free_ char *open = xasprintf("<%s>", tag), *close = xasprintf("</%s>", tag);
	char *at = markup;

	while ((at = strstr(at, open))) {
		char *end = strstr(at, close);

		if (!end)
			return;
		end += strlen(close);
		memmove(at, end, strlen(end) + 1);
	}
}

int figure_inline(const struct figure *f, const struct figure_folder *folder, const char *form,
	struct str *out, struct err *err)
{
	_cleanup_free_ char *name = form_name(f, form);
	_cleanup_free_ char *path = xasprintf("%s/%s", folder->plots_dir, name);
	_cleanup_free_ char *prefix =
		xasprintf("%s%s%s-%s-", folder->instance ? folder->instance : "",
			folder->instance ? "-" : "", f->name, form);
	_cleanup_free_ char *text = NULL;
	char *start;
	int r = file_read(path, SVG_MAX, &text, NULL, err);

	if (r)
		return r;
	start = strstr(text, "<svg");
	if (!start)
		return err_set(err, EIO, "'%s' is no SVG", path);
	cut_elements(start, "title");
	cut_elements(start, "desc");
	str_add(out, "<svg aria-hidden=\"true\"");
	add_with_unique_ids(out, start + strlen("<svg"), prefix);
	return 0;
}

const struct figure figure_history = {"history", "Overhead over the stored runs",
	"Each point is a stored run, with its 95 % interval, on a logarithmic axis. A step that "
	"stays is a change; a single point that leaves is noise until it is confirmed.",
	history_missing, history_write};

const struct figure figure_hosts = {"hosts", "Native time per workload and host",
	"Time of one steady iteration of the native program, with its own 95 % interval, on a "
	"logarithmic axis. Each host ran its own blocks: nothing is paired between them.",
	hosts_missing, hosts_write};

const struct figure figures[] = {
	{"overhead", "Overhead per workload and environment",
		"Time in an environment divided by native time, on a logarithmic axis: the line at "
		"1× "
		"is native speed. Bars begin there; whiskers are 95 % intervals. Hatched: no time, "
		"with the reason.",
		overhead_missing, overhead_write},
	{"heatmap", "Overhead at a glance",
		"The same ratios as numbers: the darker, the slower. Hatched cells have no time.",
		overhead_missing, heatmap_write},
	{"limits", "Overhead against vCPUs, memory, threads and size",
		"Time ÷ native time, where native computes the same size with as many threads, on "
		"a logarithmic "
		"axis, with 95 % intervals. A line is an environment at the points of the sweep "
		"that differ from the first in one thing only, or in vCPUs and threads alike. A "
		"point without a time has its reason.",
		limits_missing, limits_write},
	{"factors", "What the layer costs, and what the other instruction set costs",
		"A foreign cell's overhead is a product: same-architecture layer ÷ native (the "
		"thick "
		"bar), times foreign ÷ same architecture (the thin one, to the marker; to the left "
		"where the foreign code is translated better). Hatched where the two ran different "
		"code.",
		factors_missing, factors_write},
	{"cold", "Cold against steady",
		"Square: boot of the VM. Triangle: start of the process. Diamond: first iteration. "
		"Dot: a steady iteration. The distance from diamond to dot is warm-up.",
		cold_missing, cold_write},
	{"iterations", "Warm-up, iteration by iteration",
		"Median time of each iteration over the executions, relative to the cell's steady "
		"mean. "
		"A line that starts high and settles at 1× is translation warming up.",
		iterations_missing, iterations_write},
	{"distribution", "How much iterations scatter",
		"Iteration times after warm-up relative to the cell's median: the box holds the "
		"middle "
		"half, the whiskers 90 %. Wide boxes mean a noisy cell, not a slow one.",
		distribution_missing, distribution_write},
	{"rates", "Achieved rates as a share of native",
		"Floating-point operations and bytes per second, as stated by the workload, "
		"relative to "
		"the native cell; the numbers are the absolute rates.",
		rates_missing, rates_write},
	{0},
};
