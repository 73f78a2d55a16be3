/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll export`: a stored run in the format of another tool.
 */
#include "cmd.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/log.h"
#include "export/export.h"
#include "run/grid.h"

static struct export_execution *executions_of(const struct stored_run *run, size_t *ret_n)
{
	struct export_execution *all = xcalloc(run->samples.n, sizeof(*all));
	struct grid grid;
	size_t n = 0;

	grid_init(&grid, &run->plan, &run->samples);
	for (size_t i = 0; i < run->plan.n; i++) {
		struct executions executions = grid_executions(&grid, i);

		for (size_t k = 0; k < executions.n; k++)
			all[n++] = (struct export_execution){&run->plan.arms[i],
				executions.v[k].sample, executions.v[k].steady,
				execution_counts(&executions.v[k])};
	}
	grid_release(&grid);
	*ret_n = n;
	return all;
}

/* The file to write: a folder gets one named after the run. */
static char *target(const struct options *o, const struct exporter *exporter, const char *run)
{
	struct stat st;

	if (stat(o->into, &st) == 0 && S_ISDIR(st.st_mode))
		return xasprintf("%s/%s.%s", o->into, run, exporter->extension);
	return xstrdup(o->into);
}

static int deliver(const struct options *o, const struct exporter *exporter, const char *run,
	const struct str *text, struct err *err)
{
	_cleanup_free_ char *path = o->into ? target(o, exporter, run) : NULL;
	struct stat st;
	int r = 0;

	if (!path)
		fwrite(str_text(text), 1, text->len, stdout);
	else
		r = file_deliver(path, str_text(text), text->len, err);
	/* Into a pipe or a device, which may be where this is printed, goes the document alone. */
	if (path && !r && stat(path, &st) == 0 && S_ISREG(st.st_mode))
		puts(path);
	return r;
}

static int export_run(const struct options *o, const struct stored_run *run, struct err *err)
{
	const struct exporter *exporter = &exporters[o->format];
	_cleanup_(str_release) struct str text = {0};
	struct export_input in = {.plan = &run->plan, .summary = &run->summary};
	_cleanup_free_ struct export_execution *executions = executions_of(run, &in.n);
	size_t left_out;

	in.executions = executions;
	left_out = exporter->whole ? 0 : export_untimed(&in);
	exporter->write(&in, &text);
	if (left_out)
		log_note("%zu of %zu cells have no time and are left out: this format has no place "
			 "for them",
			left_out, run->summary.ncells);
	return deliver(o, exporter, run->plan.run, &text, err);
}

int cmd_export(const struct options *o, const char *const *operands, size_t n)
{
	_cleanup_free_ char *home = find_home();
	_cleanup_free_ char *output = output_dir(o, home);
	struct stored_run run;
	struct err err = {0};
	int r = stored_run_read(home, output, operands[0], &run, &err);

	(void)n;
	if (r < 0)
		return complain(&err);
	r = export_run(o, &run, &err);
	stored_run_release(&run);
	return r < 0 ? complain(&err) : EXIT_MEASURED;
}
