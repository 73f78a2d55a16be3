/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Programs that a translated program starts in turn. The kernel runs them like any other, so it has
 * to know their translator: it is told through binfmt_misc, through an instance of this sandbox's
 * or this guest's own, never the host's. That takes a kernel with an instance per user namespace
 * (Linux 6.7) and CAP_SYS_ADMIN in this one, or a guest's root.
 *
 * Children get no options of the translator's: what it shall know is in the environment
 * (QEMU_CPU).
 */
#ifndef PACKAGE_CHILDREN_H
#define PACKAGE_CHILDREN_H

/* Has every program of `arch` ("x86_64", "aarch64") run by the translator, until this process ends.
 * A translator that is itself a program of that architecture would be run by itself, and that
 * again: then *translator is replaced by a copy that the kernel tells apart. Returns NULL, or why
 * it cannot be (until the next call). */
const char *children_translate(const char *arch, const char **translator);

/* Gives up every right, for good, and for whatever is started from here on. */
void children_drop_rights(void);

#endif
