/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/package/process.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "workloads/wl.h"

#define SEARCHED "/usr/local/bin:/usr/bin:/usr/sbin:/bin:/sbin:/usr/games"
#define PATH_SIZE 4096

extern char **environ;

uint64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint64_t timeval_ns(struct timeval t)
{
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_usec * 1000u;
}

const char *process_find(const char *name)
{
	char *path;

	if (strchr(name, '/'))
		return name;
	path = wl_alloc(1, PATH_SIZE);
	for (const char *dir = SEARCHED; *dir;) {
		int n = (int)strcspn(dir, ":");

		snprintf(path, PATH_SIZE, "%.*s/%s", n, dir, name);
		if (!access(path, X_OK))
			return path;
		dir += n + (dir[n] == ':');
	}
	die(WL_EXIT_FAILED, "the image has no program '%s' in %s", name, SEARCHED);
}

pid_t process_start(const char *const *words, const char *workdir, const char *out, const char *err)
{
	const int flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND;
	posix_spawn_file_actions_t actions;
	pid_t pid;
	int error;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&actions, 1, out, flags, 0644);
	posix_spawn_file_actions_addopen(&actions, 2, err, flags, 0644);
	if (workdir)
		posix_spawn_file_actions_addchdir_np(&actions, workdir);
	error = posix_spawn(&pid, words[0], &actions, NULL, (char *const *)words, environ);
	if (error)
		die(WL_EXIT_FAILED, "cannot start '%s'%s%s: %s", words[0], workdir ? " in " : "",
			workdir ? workdir : "", strerror(error));
	posix_spawn_file_actions_destroy(&actions);
	return pid;
}

int process_wait(pid_t pid, struct usage *ret)
{
	struct rusage ru = {0};
	int status = 0;

	while (wait4(pid, &status, 0, &ru) < 0 && errno == EINTR)
		;
	*ret = (struct usage){.user_ns = timeval_ns(ru.ru_utime),
		.sys_ns = timeval_ns(ru.ru_stime),
		.max_rss_kib = (uint64_t)ru.ru_maxrss};
	return status;
}

void process_last_words(const char *path, char *buf, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	off_t end = fd < 0 ? 0 : lseek(fd, 0, SEEK_END);
	ssize_t n = fd < 0 ? 0
			   : pread(fd, buf, size - 1,
				     end > (off_t)size - 1 ? end - (off_t)size + 1 : 0);

	if (fd >= 0)
		close(fd);
	buf[n > 0 ? n : 0] = '\0';
	for (char *p = buf; *p; p++)
		if (*p == '\n')
			*p = ' ';
}
