/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How a program of a root image is run on the host: by bubblewrap, in namespaces of its own. It
 * sees the image, read-only, as '/'; a fresh /tmp, the only place it can write to; /proc, /dev; and
 * in GUEST_ROOT what guests have there: workloads and static translators. It has no network but a
 * loopback of its own, no right of the user's and nothing of the user's files. No root is needed.
 */
#ifndef LAYER_SANDBOX_H
#define LAYER_SANDBOX_H

#include "base/err.h"
#include "base/proc.h"
#include "base/str.h"
#include "model/root.h"

struct layer_ctx;

/* The command line that runs argv in there with the environment envp (NULL: none). What starts it
 * needs none of its variables: they are the program's alone. root NULL: '/' is empty but for what
 * is mounted. mounts: the program may mount file systems in these namespaces. */
void sandbox_command(const struct layer_ctx *ctx, const struct root *root, bool mounts,
	char *const *argv, char *const *envp, struct argv *ret);

/* Bubblewrap tells of an end by a signal as shells do, with a status above 128: makes it one again.
 */
void sandbox_end(struct proc_result *result);

/* Is what a program of `arch`, translated by QEMU, starts in turn translated too? Lets one start
 * one. Errors with the reason. */
int sandbox_check_children(const struct layer_ctx *ctx, enum arch arch, struct err *err);

/* Can it be, on this host? Tries it, with this image. Errors with the reason; *ret_remedy: what to
 * do. */
int sandbox_check(const struct layer_ctx *ctx, const struct root *root, const char **ret_remedy,
	struct err *err);

#endif
