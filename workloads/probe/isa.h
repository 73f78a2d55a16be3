/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * probe_isa: the instruction set as the running program may use it. On x86-64 from CPUID, AVX and
 * AVX-512 only where the kernel saves their registers (Intel SDM volume 1, section 14.3); on
 * aarch64 from HWCAP and HWCAP2, the part from MIDR_EL1 where the kernel lets a program read it.
 * /proc is not asked: under a translator it shows the host.
 */
#ifndef PROBE_ISA_H
#define PROBE_ISA_H

enum { PROBE_MAX_FEATURES = 64 };

struct probe_isa {
	char vendor[16]; /* "" where unknown */
	char model[64];	 /* x86-64: the brand string; aarch64: "midr 0x…" */
	const char *features[PROBE_MAX_FEATURES]; /* names as in Linux's /proc/cpuinfo */
	int count;
};

void probe_isa(struct probe_isa *isa);

#endif
