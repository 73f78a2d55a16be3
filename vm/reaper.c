/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/reaper.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "vm/qemus.h"

#define RESCAN_NS (2 * NS_PER_S)
#define RESCAN_STEP_NS (50 * NS_PER_MS)
/* Written for a clean end; end of file without it means that the process died. */
#define CLEAN_END 'q'

/* Nothing of the parent may be kept open: a pipeline would wait for the reaper. */
static int leave_parent(int fd)
{
	static const int ignored[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGPIPE, SIGTSTP, SIGTTIN,
		SIGTTOU, SIGUSR1, SIGUSR2, SIGALRM};
	sigset_t none;

	setsid();
	prctl(PR_SET_NAME, "toll-reaper");
	for (size_t i = 0; i < ARRAY_LEN(ignored); i++)
		signal(ignored[i], SIG_IGN);
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	if (dup2(fd, 3) < 0 || chdir("/") < 0)
		return -1;
	close_range(4, ~0U, 0);
	for (int i = 0; i < 3; i++)
		close(i);
	if (open("/dev/null", O_RDWR) != 0 || dup2(0, 1) < 0 || dup2(0, 2) < 0)
		return -1;
	return 3;
}

static bool wait_for_end(int fd)
{
	char byte = 0;
	ssize_t n;

	while ((n = read(fd, &byte, 1)) < 0 && errno == EINTR)
		;
	return n == 1 && byte == CLEAN_END;
}

static void reaper_main(const char *root, int fd) __attribute__((noreturn));
static void reaper_main(const char *root, int fd)
{
	bool clean;
	uint64_t until;

	fd = leave_parent(fd);
	clean = fd >= 0 && wait_for_end(fd);
	until = deadline_in(clean ? 0 : RESCAN_NS);
	do {
		qemus_kill(root, NULL);
		if (!clean)
			clock_sleep_until(deadline_in(RESCAN_STEP_NS));
	} while (!deadline_passed(until));
	file_remove_tree(root, NULL);
	_exit(0);
}

int reaper_start(const char *root, struct reaper *ret, struct err *err)
{
	int fds[2];
	pid_t pid;

	if (pipe2(fds, O_CLOEXEC) < 0)
		return err_sys(err, errno, "cannot make the reaper's pipe");
	pid = fork();
	if (pid == 0) {
		close(fds[1]);
		reaper_main(root, fds[0]);
	}
	if (pid < 0)
		close(fds[1]);
	close(fds[0]);
	if (pid < 0)
		return err_sys(err, errno, "cannot fork the reaper");
	*ret = (struct reaper){.pid = pid, .fd = fds[1]};
	return 0;
}

void reaper_stop(struct reaper *reaper)
{
	char byte = CLEAN_END;

	if (reaper->fd < 0)
		return;
	/* Should this fail, closing has the same effect two seconds later. */
	if (write(reaper->fd, &byte, 1) < 0)
		byte = 0;
	close(reaper->fd);
	while (waitpid(reaper->pid, NULL, 0) < 0 && errno == EINTR)
		;
	*reaper = REAPER_NONE;
}
