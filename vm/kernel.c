/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/kernel.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"

#define HEAD_SIZE 0x206

static bool elf_arch(const uint8_t *head, enum arch *ret)
{
	Elf64_Ehdr ehdr;

	memcpy(&ehdr, head, sizeof(ehdr));
	*ret = ehdr.e_machine == EM_AARCH64 ? ARCH_AARCH64 : ARCH_X86_64;
	return ehdr.e_machine == EM_AARCH64 || ehdr.e_machine == EM_X86_64;
}

static bool kernel_arch(const uint8_t *head, enum arch *ret)
{
	if (!memcmp(head, ELFMAG, SELFMAG))
		return elf_arch(head, ret);
	*ret = memcmp(head + 56, "ARM\x64", 4) ? ARCH_X86_64 : ARCH_AARCH64;
	return *ret == ARCH_AARCH64 || !memcmp(head + 0x202, "HdrS", 4);
}

int vm_kernel_check(const char *path, enum arch arch, struct err *err)
{
	_cleanup_fd_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	uint8_t head[HEAD_SIZE] = {0};
	enum arch found;

	if (fd < 0)
		return err_sys(err, errno, "cannot open '%s'", path);
	if (read(fd, head, sizeof(head)) < (ssize_t)sizeof(head) || !kernel_arch(head, &found))
		return err_set(err, EINVAL, "'%s' is no kernel that QEMU boots", path);
	if (found != arch)
		return err_set(err, EINVAL, "'%s' is a kernel for %s, not for %s", path,
			arch_text(found), arch_text(arch));
	return 0;
}
