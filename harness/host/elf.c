/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/elf.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define NOTES_MAX 4096
#define HEADERS_MAX 256
#define DYNAMIC_MAX 4096

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
static void find_build_id(FILE *f, const Elf64_Phdr *ph, char ret[static BUILD_ID_MAX])
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
			nh.n_descsz * 2 < BUILD_ID_MAX)
			for (size_t i = 0; i < nh.n_descsz; i++)
				snprintf(ret + 2 * i, 3, "%02x", desc[i]);
		at += sizeof(nh) + padded(nh.n_namesz) + padded(nh.n_descsz);
	}
}

/* The file whose segments are read. */
struct segments {
	FILE *f;
	const char *path;
	uint64_t size;
	bool position_independent; /* a program that says so, not a library */
};

static int cut_short(const struct segments *s, struct err *err)
{
	return err_set(err, ERR_INPUT,
		"'%s' is cut short: its header describes more than its %llu bytes", s->path,
		(unsigned long long)s->size);
}

static int read_loader(
	const struct segments *s, const Elf64_Phdr *ph, struct elf_facts *facts, struct err *err)
{
	size_t n = ph->p_filesz;

	if (n < 2 || n > ELF_LOADER_MAX || !read_at(s->f, ph->p_offset, facts->loader, n) ||
		facts->loader[n - 1] || facts->loader[0] != '/')
		return err_set(err, ERR_INPUT,
			"'%s' names no dynamic loader that could be looked for", s->path);
	facts->dynamic = true;
	return 0;
}

static bool says_program(const struct segments *s, const Elf64_Phdr *ph)
{
	uint64_t n = ph->p_filesz / sizeof(Elf64_Dyn);
	Elf64_Dyn dyn = {0};

	for (uint64_t i = 0; i < n && i < DYNAMIC_MAX; i++) {
		if (!read_at(s->f, ph->p_offset + i * sizeof(dyn), &dyn, sizeof(dyn)) ||
			dyn.d_tag == DT_NULL)
			return false;
		if (dyn.d_tag == DT_FLAGS_1)
			return dyn.d_un.d_val & DF_1_PIE;
	}
	return false;
}

static int read_segment(
	struct segments *s, const Elf64_Phdr *ph, struct elf_facts *facts, struct err *err)
{
	if (ph->p_filesz && (ph->p_offset > s->size || ph->p_filesz > s->size - ph->p_offset))
		return cut_short(s, err);
	if (ph->p_type == PT_INTERP)
		return read_loader(s, ph, facts, err);
	if (ph->p_type == PT_DYNAMIC)
		s->position_independent = says_program(s, ph);
	else if (ph->p_type == PT_NOTE)
		find_build_id(s->f, ph, facts->build_id);
	return 0;
}

static int read_segments(
	struct segments *s, const Elf64_Ehdr *eh, struct elf_facts *facts, struct err *err)
{
	struct stat st;
	int r = 0;

	if (fstat(fileno(s->f), &st) < 0)
		return err_sys(err, errno, "cannot read '%s'", s->path);
	s->size = (uint64_t)st.st_size;
	for (unsigned i = 0; !r && i < eh->e_phnum && i < HEADERS_MAX; i++) {
		Elf64_Phdr ph;

		if (!read_at(s->f, eh->e_phoff + (uint64_t)i * sizeof(ph), &ph, sizeof(ph)))
			return cut_short(s, err);
		r = read_segment(s, &ph, facts, err);
	}
	if (!r && eh->e_type == ET_DYN && !facts->dynamic && !s->position_independent)
		r = err_set(err, ERR_INPUT, "'%s' is a shared library and no program", s->path);
	return r;
}

static int find_arch(const Elf64_Ehdr *eh, const char *path, enum arch *ret, struct err *err)
{
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		if (arch_info(a)->elf_machine == eh->e_machine) {
			*ret = a;
			return 0;
		}
	}
	return err_set(err, ERR_INPUT,
		"'%s' is for ELF machine %u, which is neither x86_64 nor aarch64", path,
		eh->e_machine);
}

static int read_facts(FILE *f, const char *path, struct elf_facts *ret, struct err *err)
{
	struct segments segments = {.f = f, .path = path};
	struct elf_facts facts = {0};
	Elf64_Ehdr eh;
	int r;

	if (!read_at(f, 0, &eh, sizeof(eh)) || memcmp(eh.e_ident, ELFMAG, SELFMAG))
		return err_set(err, ERR_INPUT,
			"'%s' is no ELF program (a script is run by naming its interpreter)", path);
	if (eh.e_ident[EI_CLASS] != ELFCLASS64 || eh.e_ident[EI_DATA] != ELFDATA2LSB ||
		(eh.e_type != ET_EXEC && eh.e_type != ET_DYN))
		return err_set(err, ERR_INPUT, "'%s' is no 64-bit little-endian program", path);
	r = find_arch(&eh, path, &facts.arch, err);
	if (!r)
		r = read_segments(&segments, &eh, &facts, err);
	if (!r)
		*ret = facts;
	return r;
}

int elf_read_fd(int fd, const char *path, struct elf_facts *ret, struct err *err)
{
	int own = fcntl(fd, F_DUPFD_CLOEXEC, 0), r;
	FILE *f = own < 0 ? NULL : fdopen(own, "rb");

	if (!f) {
		if (own >= 0)
			close(own);
		return err_sys(err, errno, "cannot read the program '%s'", path);
	}
	r = read_facts(f, path, ret, err);
	fclose(f);
	return r;
}

int elf_read(const char *path, struct elf_facts *ret, struct err *err)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK), r;

	if (fd < 0)
		return err_sys(err, errno, "cannot open the program '%s'", path);
	r = elf_read_fd(fd, path, ret, err);
	close(fd);
	return r;
}
