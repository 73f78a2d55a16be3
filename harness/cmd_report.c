/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/proc.h"
#include "cmd.h"

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

int cmd_report(const struct options *o, const char *const *operands, size_t n)
{
	_cleanup_free_ char *home = find_home();
	_cleanup_free_ char *output = output_dir(o, home);
	struct stored_run run;
	struct err err = {0};
	int r = stored_run_read(home, output, operands[0], &run, &err);

	(void)n;
	if (r < 0)
		return complain(&err);
	r = run_folder_write_summary(&run.folder, &run.summary, &err);
	if (!r)
		r = write_report(home, &run, false, &err);
	if (!r && o->open)
		r = open_in_browser(run.folder.dir, &err);
	if (!r)
		printf("%s/report.html\n%s\n", run.folder.dir, run.folder.plots);
	stored_run_release(&run);
	return r < 0 ? complain(&err) : EXIT_MEASURED;
}
