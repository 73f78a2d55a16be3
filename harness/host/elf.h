/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What an ELF file says about itself: its architecture, whether it needs a dynamic loader, and the
 * build id that tells two builds apart. Only 64-bit little-endian programs are known.
 */
#ifndef HOST_ELF_H
#define HOST_ELF_H

#include <stdbool.h>

#include "base/err.h"
#include "model/arch.h"
#include "model/program.h"

#define ELF_LOADER_MAX 256

struct elf_facts {
	enum arch arch;
	bool dynamic;
	char loader[ELF_LOADER_MAX]; /* the dynamic loader it asks for; "": static */
	char build_id[BUILD_ID_MAX]; /* "" when the linker left none */
};

/* -EINVAL with the reason when the file is no program of an architecture toll knows: something
 * else, a library, cut short. The file may be hostile: nothing in it is believed without a check.
 */
int elf_read(const char *path, struct elf_facts *ret, struct err *err);
/* The same of an open file, which stays open; path is what messages call it. */
int elf_read_fd(int fd, const char *path, struct elf_facts *ret, struct err *err);

#endif
