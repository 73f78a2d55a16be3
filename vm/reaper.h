/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The reaper: a small process that outlives this one by two seconds. It is forked before libvirt
 * is opened and holds the reading end of a pipe. When this process ends in any way, SIGKILL
 * included, the pipe closes; the reaper then kills every QEMU of the root, looks again for
 * two seconds (libvirt's children may be between fork and exec), and removes the root folder.
 *
 * It has its own session, ignores the terminal's signals, holds no other descriptor and no
 * standard stream, and is called "toll-reaper" in ps.
 */
#ifndef VM_REAPER_H
#define VM_REAPER_H

#include <sys/types.h>

#include "base/err.h"

struct reaper {
	pid_t pid;
	int fd; /* the pipe's writing end */
};

#define REAPER_NONE ((struct reaper){.fd = -1})

/* Forks: must be called while this process has one thread. */
int reaper_start(const char *root, struct reaper *ret, struct err *err);
/* For a clean end, when no QEMU is left: the reaper removes the root at once, and is waited for. */
void reaper_stop(struct reaper *reaper);

#endif
