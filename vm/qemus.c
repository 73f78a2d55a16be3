/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/qemus.h"

#include <ctype.h>
#include <dirent.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"

#define CMDLINE_MAX (256 * 1024)

/* Reads a file of /proc/PID; NULs become spaces. Returns the length, 0 when it cannot be read. */
static size_t read_proc(pid_t pid, const char *name, char *buf, size_t size)
{
	char path[64];
	_cleanup_fd_ int fd = -1;
	size_t len = 0;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	while (fd >= 0 && len < size - 1 && (n = read(fd, buf + len, size - 1 - len)) > 0)
		len += (size_t)n;
	for (size_t i = 0; i < len; i++)
		if (!buf[i])
			buf[i] = ' ';
	buf[len] = '\0';
	return len;
}

static bool is_qemu(pid_t pid)
{
	char comm[32];

	return read_proc(pid, "comm", comm, sizeof(comm)) && str_starts(comm, "qemu");
}

/* The root stands there as a folder: "…ROOT/…". */
static bool names_root(const char *cmdline, const char *root)
{
	size_t n = strlen(root);

	for (const char *p = cmdline; (p = strstr(p, root)); p += n)
		if (p[n] == '/')
			return true;
	return false;
}

static bool is_ours(pid_t pid, const char *root, const char *match)
{
	_cleanup_free_ char *cmdline = NULL;

	if (!is_qemu(pid))
		return false;
	cmdline = xmalloc(CMDLINE_MAX);
	return read_proc(pid, "cmdline", cmdline, CMDLINE_MAX) && names_root(cmdline, root) &&
	       (!match || strstr(cmdline, match));
}

/* The process id that an entry of /proc stands for, 0 for another entry. */
static pid_t entry_pid(const struct dirent *entry)
{
	return isdigit((unsigned char)entry->d_name[0]) ? (pid_t)strtol(entry->d_name, NULL, 10)
							: 0;
}

/* The next process in dir that is ours, with its pidfd; 0 at the end. */
static pid_t next_ours(DIR *dir, const char *root, const char *match, int *ret_pidfd)
{
	struct dirent *entry;

	while ((entry = readdir(dir))) {
		pid_t pid = entry_pid(entry);
		int pidfd;

		if (!pid || !is_ours(pid, root, match))
			continue;
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		/* Only now is the number known to stay with this process: look again. */
		if (pidfd >= 0 && is_ours(pid, root, match)) {
			*ret_pidfd = pidfd;
			return pid;
		}
		cleanup_fd(&pidfd);
	}
	return 0;
}

pid_t qemus_find(const char *root, const char *match, int *ret_pidfd)
{
	DIR *dir = opendir("/proc");
	int pidfd = -1;
	pid_t pid = 0;

	if (!dir)
		return 0;
	pid = next_ours(dir, root, match, &pidfd);
	closedir(dir);
	if (pid && ret_pidfd)
		*ret_pidfd = take_fd(&pidfd);
	cleanup_fd(&pidfd);
	return pid;
}

unsigned qemus_kill(const char *root, const char *match)
{
	DIR *dir = opendir("/proc");
	unsigned n = 0;
	int pidfd = -1;

	while (dir && next_ours(dir, root, match, &pidfd)) {
		syscall(SYS_pidfd_send_signal, pidfd, SIGKILL, NULL, 0);
		cleanup_fd(&pidfd);
		pidfd = -1;
		n++;
	}
	if (dir)
		closedir(dir);
	return n;
}

static bool is_child(pid_t pid, const char *name)
{
	_cleanup_free_ char *want = xasprintf("(%s)", name);
	char stat[512], *rest, state;
	int parent;

	if (!read_proc(pid, "stat", stat, sizeof(stat)))
		return false;
	rest = strrchr(stat, ')');
	return rest && strstr(stat, want) && sscanf(rest + 1, " %c %d", &state, &parent) == 2 &&
	       parent == getpid();
}

void children_end(const char *name)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		pid_t pid = entry_pid(entry);
		_cleanup_fd_ int pidfd = -1;

		if (!pid || !is_child(pid, name))
			continue;
		pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
		if (pidfd >= 0 && is_child(pid, name))
			syscall(SYS_pidfd_send_signal, pidfd, SIGTERM, NULL, 0);
	}
	if (dir)
		closedir(dir);
}

/* Dead, ours to collect, and a QEMU that made itself a daemon: what is still in this process's
 * session is libvirt's own child, which libvirt waits for. */
static bool is_dead_daemon(pid_t pid)
{
	char stat[512], *comm, *rest, state;
	int parent, group, session;

	if (!read_proc(pid, "stat", stat, sizeof(stat)))
		return false;
	comm = strchr(stat, '(');
	rest = strrchr(stat, ')');
	return comm && rest && str_starts(comm, "(qemu") &&
	       sscanf(rest + 1, " %c %d %d %d", &state, &parent, &group, &session) == 4 &&
	       state == 'Z' && parent == getpid() && session != getsid(0);
}

void qemus_reap(void)
{
	DIR *dir = opendir("/proc");
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		pid_t pid = entry_pid(entry);

		if (pid && is_dead_daemon(pid))
			waitpid(pid, NULL, WNOHANG);
	}
	if (dir)
		closedir(dir);
}
