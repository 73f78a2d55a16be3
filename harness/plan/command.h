/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What `toll exec` needs to know about a program of the user's.
 */
#ifndef PLAN_COMMAND_H
#define PLAN_COMMAND_H

#include <stdbool.h>

#include "base/err.h"
#include "model/arch.h"
#include "plan/profile.h"

/* How much `toll exec` measures when nothing else is said. */
extern const struct profile command_profile;

/* Reads an ELF header: the program's architecture, and whether it needs a dynamic loader. -EINVAL
 * with the reason when the file is no program of an architecture toll knows. */
int elf_identify(const char *path, enum arch *ret_arch, bool *ret_dynamic, struct err *err);

#endif
