/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/elf.h"

#include <elf.h>
#include <stdio.h>
#include <string.h>

#define NOTES_MAX 4096
#define HEADERS_MAX 256

static bool read_at(FILE *f, uint64_t offset, void *to, size_t size)
{
	return offset <= INT64_MAX / 2 && fseek(f, (long)offset, SEEK_SET) == 0 &&
	       fread(to, size, 1, f) == 1;
}

static size_t padded(size_t n)
{
	return (n + 3) & ~(size_t)3;
}

/* Looks through one PT_NOTE segment for the GNU build id. */
static void find_build_id(FILE *f, const Elf64_Phdr *ph, char ret[static ELF_BUILD_ID_MAX])
{
	unsigned char notes[NOTES_MAX];
	size_t size = ph->p_filesz, at = 0;

	if (size > sizeof(notes) || !size || !read_at(f, ph->p_offset, notes, size))
		return;
	while (size - at >= sizeof(Elf64_Nhdr)) {
		const unsigned char *name = notes + at + sizeof(Elf64_Nhdr), *desc;
		Elf64_Nhdr nh;

		memcpy(&nh, notes + at, sizeof(nh));
		if (nh.n_namesz > size || nh.n_descsz > size ||
			padded(nh.n_namesz) + padded(nh.n_descsz) > size - at - sizeof(nh))
			return;
		desc = name + padded(nh.n_namesz);
		if (nh.n_type == NT_GNU_BUILD_ID && nh.n_namesz == 4 && !memcmp(name, "GNU", 4) &&
			nh.n_descsz * 2 < ELF_BUILD_ID_MAX)
			for (size_t i = 0; i < nh.n_descsz; i++)
				snprintf(ret + 2 * i, 3, "%02x", desc[i]);
		at += sizeof(nh) + padded(nh.n_namesz) + padded(nh.n_descsz);
	}
}

static void read_segments(FILE *f, const Elf64_Ehdr *eh, struct elf_facts *facts)
{
	for (unsigned i = 0; i < eh->e_phnum && i < HEADERS_MAX; i++) {
		Elf64_Phdr ph;

		if (!read_at(f, eh->e_phoff + (uint64_t)i * sizeof(ph), &ph, sizeof(ph)))
			return;
		if (ph.p_type == PT_INTERP)
			facts->dynamic = true;
		else if (ph.p_type == PT_NOTE)
			find_build_id(f, &ph, facts->build_id);
	}
}

static int read_facts(FILE *f, const char *path, struct elf_facts *ret, struct err *err)
{
	struct elf_facts facts = {0};
	Elf64_Ehdr eh;
	bool known = false;

	if (!read_at(f, 0, &eh, sizeof(eh)) || memcmp(eh.e_ident, ELFMAG, SELFMAG))
		return err_set(err, ERR_INPUT,
			"'%s' is no ELF program (a script is run by naming its interpreter)", path);
	if (eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_ident[EI_DATA] != ELFDATA2LSB ||
		(eh.e_type != ET_EXEC && eh.e_type != ET_DYN))
		return err_set(err, ERR_INPUT, "'%s' is no 64-bit little-endian program", path);
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		if (arch_info(a)->elf_machine == eh.e_machine) {
			facts.arch = a;
			known = true;
		}
	}
	if (!known)
		return err_set(err, ERR_INPUT,
			"'%s' is for ELF machine %u, which is neither x86_64 nor aarch64", path,
			eh.e_machine);
	read_segments(f, &eh, &facts);
	*ret = facts;
	return 0;
}

int elf_read(const char *path, struct elf_facts *ret, struct err *err)
{
	FILE *f = fopen(path, "rbe");
	int r;

	if (!f)
		return err_sys(err, errno, "cannot open the program '%s'", path);
	r = read_facts(f, path, ret, err);
	fclose(f);
	return r;
}
