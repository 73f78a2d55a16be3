/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What keeps calls into libvirt from hanging. Only vm/ includes this.
 *
 * libvirt's calls block and have no deadline of their own. A guard looks at each from the event
 * loop's thread; when the deadline passes or *stop is set before guard_end(), it takes away what
 * libvirt waits for, which makes the call return with an error:
 *
 *   - embedded: the QEMUs of this root whose command line contains `match` are killed. QEMUs that
 *     end meanwhile are collected, as libvirt waits for that;
 *   - other connections: the sockets that the connection was opened over are shut down, and its
 *     ssh is ended. It is lost then, and so are all guests on it: libvirt's daemon ends them
 * (auto-destroy).
 */
#ifndef VM_GUARD_H
#define VM_GUARD_H

#include <signal.h>
#include <stdint.h>

struct vm_host;
struct guard;

/* root NULL: another connection than the embedded one. There is one guard in a process, and it is
 * never freed: its timer may be in the event loop's hands. The event loop must be registered. */
struct guard *guard_new(const char *root, const volatile sig_atomic_t *stop);

/* Around opening a connection: notes over which sockets it goes. To be called outside of
 * guard_begin() and guard_end(). */
void guard_open_begin(struct guard *guard);
void guard_open_end(struct guard *guard);

void guard_begin(struct vm_host *host, const char *match, uint64_t deadline_ns);
/* There is progress: moves the deadline. */
void guard_extend(struct vm_host *host, uint64_t deadline_ns);
/* Returns 0, -ETIMEDOUT or -ERR_INTERRUPTED: why it had to act. */
int guard_end(struct vm_host *host);

#endif
