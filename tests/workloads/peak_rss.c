/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * peak_rss PROGRAM ARGUMENTS…: runs it, its output to /dev/null, and prints its peak resident
 * memory in KiB; exit 1 if it failed. A program of its own because a child's peak begins with that
 * of the process it was spawned from, and this one is small.
 */
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv)
{
	posix_spawn_file_actions_t actions;
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 2)
		return 2;
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	if (posix_spawnp(&pid, argv[1], &actions, NULL, argv + 1, environ) ||
		wait4(pid, &status, 0, &usage) != pid || status != 0)
		return 1;
	printf("%ld\n", usage.ru_maxrss);
	return 0;
}
