/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The CPU model that the translator and emulated guests of an architecture present, where it was
 * chosen (--cpu) in place of the architecture's own (model/arch.h). A guest under KVM has the
 * host's CPU, whatever was chosen.
 */
#ifndef MODEL_CPU_H
#define MODEL_CPU_H

#include <stdbool.h>
#include <stddef.h>

#include "model/arch.h"

#define CPU_MODEL_MAX 128
#define CPU_LACKS_MAX 256

struct cpu_choice {
	char model[CPU_MODEL_MAX]; /* "Nehalem", "Haswell,-avx2"; "": the architecture's own */
	char qemu[CPU_LACKS_MAX];  /* the same as the translator's -cpu takes it, what TCG lacks
				      said to be off */
	char lacks[CPU_LACKS_MAX]; /* "avx, avx2": what programs do not find that they find on the
				      host or, of a foreign architecture, in QEMU's richest
				      model; "": nothing, or not known */
};

bool cpus_are_equal(const struct cpu_choice *a, const struct cpu_choice *b);

/* "x86_64=Nehalem aarch64=cortex-a53"; "" where nothing was chosen. */
void cpus_text(const struct cpu_choice *choices, char *ret, size_t size);

/* What a run has, by enum arch. NULL stands for: nothing was chosen. */
const char *cpu_model(const struct cpu_choice *choices, enum arch arch);
/* What the translator is told. buf may be what is returned. */
const char *cpu_for_translator(
	const struct cpu_choice *choices, enum arch arch, char buf[static CPU_LACKS_MAX]);

#endif
