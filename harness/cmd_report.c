/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "cmd.h"
#include "store/merged_json.h"

#define OPENER "xdg-open"
/* One that cannot open anything says so within that; one that still runs then shows the report. */
#define OPENER_NS (2 * NS_PER_S)

/* In the child: a session of its own and no terminal, because it may become the browser and stay
 * when this program is gone. */
static void become_opener(const char *program, char *const *argv)
{
	int null = open("/dev/null", O_RDWR);

	if (setsid() < 0 || null < 0)
		_exit(127);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		dup2(null, fd);
	if (null > STDERR_FILENO)
		close(null);
	signal(SIGPIPE, SIG_DFL);
	signal(SIGXFSZ, SIG_DFL);
	execv(program, argv);
	_exit(127);
}

static int open_in_browser(const char *dir, struct err *err)
{
	_cleanup_free_ char *html = xasprintf("%s/report.html", dir);
	_cleanup_free_ char *program = file_find_program(OPENER);
	uint64_t deadline = deadline_in(OPENER_NS);
	char *argv[] = {OPENER, html, NULL};
	int status = 0;
	pid_t pid;

	if (!program)
		return err_set(err, ENOENT,
			"cannot find the program '" OPENER
			"': install xdg-utils, or open '%s' yourself",
			html);
	pid = fork();
	if (pid < 0)
		return err_sys(err, errno, "cannot start '%s'", program);
	if (pid == 0)
		become_opener(program, argv);
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (deadline_passed(deadline))
			return 0;
		clock_sleep_until(deadline_in(10 * NS_PER_MS));
	}
	if (WIFEXITED(status) && !WEXITSTATUS(status))
		return 0;
	return err_set(err, EIO, "'%s' could not show the report (%s %d): open '%s' yourself",
		program, WIFEXITED(status) ? "exit status" : "killed by signal",
		WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status), html);
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
		r = report_result(open_in_browser(dir, &err), &err);
	if (!r)
		puts(dir);
	return r < 0 ? complain(&err) : EXIT_MEASURED;
}
