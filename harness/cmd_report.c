/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"
#include "cmd.h"
#include "store/merged_json.h"

/* xdg-open returns once it has handed the file to a browser. */
static int open_in_browser(const char *dir, struct err *err)
{
	_cleanup_free_ char *html = xasprintf("%s/report.html", dir);
	char *argv[] = {"xdg-open", html, NULL};
	struct proc_result res;
	int r = proc_run(&(struct proc_spec){.argv = argv,
				 .cpu = PROC_CPU_ANY,
				 .timeout_ns = 20 * NS_PER_S,
				 .stdout_max = 4096,
				 .stderr_max = 4096},
		&res, err);

	proc_result_release(&res);
	return r;
}

/* elsewhere: what is written goes below `output`, wherever the run lies. */
static int report_run(const char *home, const char *output, bool elsewhere, const char *name,
	char **ret_dir, struct err *err)
{
	struct stored_run run;
	int r = stored_run_read(home, output, name, &run, err);

	if (r < 0)
		return r;
	if (elsewhere)
		r = run_folder_write_below(&run.folder, output, err);
	if (!r)
		r = run_folder_write_summary(&run.folder, &run.summary, err);
	if (!r)
		r = write_report(home, &run, true, err);
	*ret_dir = xstrdup(run_folder_into(&run.folder));
	stored_run_release(&run);
	return r;
}

static int report_joined(const char *home, const char *folder, char **ret_dir, struct err *err)
{
	*ret_dir = realpath(folder, NULL);
	if (!*ret_dir)
		return err_sys(err, errno, "cannot resolve '%s'", folder);
	return report_merged(home, *ret_dir, err);
}

int cmd_report(const struct options *o, const char *const *operands, size_t n)
{
	_cleanup_free_ char *home = find_home();
	_cleanup_free_ char *output = output_dir(o, home);
	_cleanup_free_ char *dir = NULL;
	struct err err = {0};
	int r = merged_is_there(operands[0])
			? report_joined(home, operands[0], &dir, &err)
			: report_run(home, output, o->output, operands[0], &dir, &err);

	(void)n;
	if (!r && o->open)
		r = open_in_browser(dir, &err);
	if (!r)
		puts(dir);
	return r < 0 ? complain(&err) : EXIT_MEASURED;
}
