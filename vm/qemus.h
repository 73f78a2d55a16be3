/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The QEMU processes of one embedded root, found by what they cannot hide: libvirt gives each of
 * them paths below the root on its command line. The root's name is unique to one process and one
 * run of it, so that nobody else's QEMU can match.
 */
#ifndef VM_QEMUS_H
#define VM_QEMUS_H

#include <stdbool.h>
#include <sys/types.h>

/* Finds the QEMU of this root whose command line contains `match` (NULL: any). Fills in a
 * pidfd for it, so that the number cannot be reused, when ret_pidfd is not NULL. Returns 0 when
 * there is none. */
pid_t qemus_find(const char *root, const char *match, int *ret_pidfd);

/* Sends SIGKILL to every such QEMU. Returns how many there were. */
unsigned qemus_kill(const char *root, const char *match);

/* Sends SIGTERM to this process's children of that name: the ssh that libvirt speaks through. */
void children_end(const char *name);

/* Collects QEMUs that have ended and are children of this process by adoption, as a subreaper.
 * Until that is done libvirt takes them for alive, and waits: up to 40 s for each. */
void qemus_reap(void);

#endif
