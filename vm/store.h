/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Guest images where QEMU can read them. On a connection that shares files (vm/uri.h) they stay
 * where they are. Else they are volumes of the storage pool "default", which libvirt's own tools
 * use too; it must exist and be active.
 *
 * A volume is named after its content: "toll-", sixteen digits of its SHA-256, "-vmlinuz". One of
 * that name and the file's size is used as it is, by every later boot, run and machine. Volumes
 * grow as they are written, so one that is shorter is left over from an upload that did not end
 * (or belongs to one that goes on elsewhere): it is written again, with the same bytes. One that is
 * longer is replaced. Nothing removes volumes; the README says how.
 */
#ifndef VM_STORE_H
#define VM_STORE_H

#include "base/err.h"

struct vm_host;

/* The pool is there; nothing to check where files are shared. */
int store_check(struct vm_host *host, struct err *err);

/* *ret: the path by which QEMU there finds what lies at `path` here; heap. Uploads it when needed,
 * with a deadline on progress. -ENOENT: no pool; -ENOSPC: no room in it. */
int store_place(struct vm_host *host, const char *path, char **ret, struct err *err);

/* Forgets what is known to be there. */
void store_forget(struct vm_host *host);

#endif
