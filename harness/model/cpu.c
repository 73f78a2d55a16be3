/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/cpu.h"

#include <stdio.h>
#include <string.h>

static bool is_chosen(const struct cpu_choice *choices, enum arch arch)
{
	return choices && choices[arch].model[0];
}

bool cpus_are_equal(const struct cpu_choice *a, const struct cpu_choice *b)
{
	for (enum arch i = 0; i < ARCH_COUNT; i++)
		if (strcmp(a[i].model, b[i].model))
			return false;
	return true;
}

void cpus_text(const struct cpu_choice *choices, char *ret, size_t size)
{
	size_t n = 0;

	ret[0] = '\0';
	for (enum arch i = 0; i < ARCH_COUNT && n < size; i++)
		if (choices[i].model[0])
			n += (size_t)snprintf(ret + n, size - n, "%s%s=%s", n ? " " : "",
				arch_text(i), choices[i].model);
}

const char *cpu_model(const struct cpu_choice *choices, enum arch arch)
{
	return is_chosen(choices, arch) ? choices[arch].model : arch_info(arch)->cpu_model;
}

const char *cpu_for_translator(
	const struct cpu_choice *choices, enum arch arch, char buf[static CPU_LACKS_MAX])
{
	if (is_chosen(choices, arch))
		return choices[arch].qemu;
	snprintf(buf, CPU_LACKS_MAX, "%s%s", arch_info(arch)->cpu_model,
		arch_info(arch)->cpu_tcg_lacks);
	return buf;
}
