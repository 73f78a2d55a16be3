/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/arch.h"

#include <string.h>

const char *const arch_names[] = {
#define X(id, name, ...) [ARCH_##id] = name,
	ARCHES(X)
#undef X
		NULL,
};

const struct arch_info *arch_info(enum arch arch)
{
	static const struct arch_info table[] = {
#define X(id, ...) [ARCH_##id] = {__VA_ARGS__},
		ARCHES(X)
#undef X
	};

	return &table[arch];
}

enum arch arch_other(enum arch arch)
{
	return arch == ARCH_X86_64 ? ARCH_AARCH64 : ARCH_X86_64;
}

bool arch_parse(const char *text, enum arch *ret)
{
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		if (!strcmp(text, arch_info(a)->name)) {
			*ret = a;
			return true;
		}
	}
	return false;
}

enum arch arch_host(void)
{
#if defined(__x86_64__)
	return ARCH_X86_64;
#elif defined(__aarch64__)
	return ARCH_AARCH64;
#else
#error "toll runs on x86_64 and aarch64 hosts"
#endif
}
