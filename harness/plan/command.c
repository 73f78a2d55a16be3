/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/command.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"

const struct profile command_profile = {
	.name = "exec",
	.summary = "any program, ten blocks in every environment",
	.blocks = 10,
	.budget_ns = 300 * NS_PER_S,
	.programs = "*",
	.compositions = "*",
	.duplicates = "*",
	.min_time_ns = 0,
	.max_time_ns = 0,
	.deadline_ns = 60 * NS_PER_S,
	.iterations = 1,
};

/* ---- ELF ---- */

static bool needs_loader(FILE *f, const Elf64_Ehdr *eh)
{
	for (unsigned i = 0; i < eh->e_phnum; i++) {
		Elf64_Phdr ph;

		if (fseek(f, (long)(eh->e_phoff + (Elf64_Off)i * sizeof(ph)), SEEK_SET) < 0 ||
			fread(&ph, sizeof(ph), 1, f) != 1)
			return false;
		if (ph.p_type == PT_INTERP)
			return true;
	}
	return false;
}

static int identify(
	FILE *f, const char *path, enum arch *ret_arch, bool *ret_dynamic, struct err *err)
{
	Elf64_Ehdr eh;

	if (fread(&eh, sizeof(eh), 1, f) != 1 || memcmp(eh.e_ident, ELFMAG, SELFMAG))
		return err_set(err, ERR_INPUT,
			"'%s' is no ELF program (a script is run by naming its interpreter)", path);
	if (eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_ident[EI_DATA] != ELFDATA2LSB ||
		(eh.e_type != ET_EXEC && eh.e_type != ET_DYN))
		return err_set(err, ERR_INPUT, "'%s' is no 64-bit little-endian program", path);
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		if (arch_info(a)->elf_machine != eh.e_machine)
			continue;
		*ret_arch = a;
		*ret_dynamic = needs_loader(f, &eh);
		return 0;
	}
	return err_set(err, ERR_INPUT,
		"'%s' is for ELF machine %u, which is neither x86_64 nor "
		"aarch64",
		path, eh.e_machine);
}

int elf_identify(const char *path, enum arch *ret_arch, bool *ret_dynamic, struct err *err)
{
	FILE *f = fopen(path, "rbe");
	int r;

	if (!f)
		return err_sys(err, errno, "cannot open the program '%s'", path);
	r = identify(f, path, ret_arch, ret_dynamic, err);
	fclose(f);
	return r;
}
