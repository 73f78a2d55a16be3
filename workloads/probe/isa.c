/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/probe/isa.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

static void add(struct probe_isa *isa, const char *name)
{
	if (isa->count < PROBE_MAX_FEATURES)
		isa->features[isa->count++] = name;
}

#if defined(__x86_64__)

#include <cpuid.h>

enum { EAX, EBX, ECX, EDX };

/* State components of XCR0 an instruction needs. */
enum { NONE = 0, YMM = 0x6, ZMM = 0xe6 };

static const struct feature {
	const char *name;
	uint32_t leaf;
	int reg, bit;
	uint32_t state;
} features[] = {
	{"sse2", 1, EDX, 26, NONE},
	{"sse3", 1, ECX, 0, NONE},
	{"pclmulqdq", 1, ECX, 1, NONE},
	{"ssse3", 1, ECX, 9, NONE},
	{"fma", 1, ECX, 12, YMM},
	{"cx16", 1, ECX, 13, NONE},
	{"sse4_1", 1, ECX, 19, NONE},
	{"sse4_2", 1, ECX, 20, NONE},
	{"movbe", 1, ECX, 22, NONE},
	{"popcnt", 1, ECX, 23, NONE},
	{"aes", 1, ECX, 25, NONE},
	{"avx", 1, ECX, 28, YMM},
	{"f16c", 1, ECX, 29, YMM},
	{"rdrand", 1, ECX, 30, NONE},
	{"hypervisor", 1, ECX, 31, NONE},
	{"bmi1", 7, EBX, 3, NONE},
	{"avx2", 7, EBX, 5, YMM},
	{"bmi2", 7, EBX, 8, NONE},
	{"erms", 7, EBX, 9, NONE},
	{"adx", 7, EBX, 19, NONE},
	{"sha_ni", 7, EBX, 29, NONE},
	{"vaes", 7, ECX, 9, YMM},
	{"fsrm", 7, EDX, 4, NONE},
	{"avx512f", 7, EBX, 16, ZMM},
	{"avx512dq", 7, EBX, 17, ZMM},
	{"avx512cd", 7, EBX, 28, ZMM},
	{"avx512bw", 7, EBX, 30, ZMM},
	{"avx512vl", 7, EBX, 31, ZMM},
	{"avx512_vnni", 7, ECX, 11, ZMM},
	{"amx_tile", 7, EDX, 24, 0x60000},
	{"lahf_lm", 0x80000001, ECX, 0, NONE},
	{"abm", 0x80000001, ECX, 5, NONE},
};

/* Registers of a leaf, zeros where the CPU has none such. */
static void cpuid(uint32_t leaf, uint32_t reg[4])
{
	memset(reg, 0, 4 * sizeof(*reg));
	__get_cpuid_count(leaf, 0, &reg[EAX], &reg[EBX], &reg[ECX], &reg[EDX]);
}

/* The register states the kernel saves, 0 where XGETBV is not to be used. */
static uint32_t saved_state(void)
{
	uint32_t reg[4], low, high;

	cpuid(1, reg);
	if (!(reg[ECX] & (1u << 27)))
		return 0;
	__asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(0));
	return low;
}

static void read_model(struct probe_isa *isa)
{
	uint32_t reg[4];

	cpuid(0, reg);
	memcpy(isa->vendor, &reg[EBX], 4);
	memcpy(isa->vendor + 4, &reg[EDX], 4);
	memcpy(isa->vendor + 8, &reg[ECX], 4);
	for (uint32_t i = 0; i < 3; i++) {
		cpuid(0x80000002 + i, reg);
		memcpy(isa->model + 16 * i, reg, 16);
	}
}

void probe_isa(struct probe_isa *isa)
{
	uint32_t reg[4], state = saved_state();

	memset(isa, 0, sizeof(*isa));
	read_model(isa);
	for (size_t i = 0; i < sizeof(features) / sizeof(*features); i++) {
		const struct feature *f = &features[i];

		cpuid(f->leaf, reg);
		if ((reg[f->reg] >> f->bit & 1) && (state & f->state) == f->state)
			add(isa, f->name);
	}
}

#elif defined(__aarch64__)

#include <sys/auxv.h>

/* Bits of AT_HWCAP and AT_HWCAP2, in the kernel's order and by its names
 * (Documentation/arm64/elf_hwcaps.rst); NULL for those that say nothing here. */
static const char *const hwcap[] = {"fp", "asimd", NULL, "aes", "pmull", "sha1", "sha2", "crc32",
	"atomics", "fphp", "asimdhp", "cpuid", "asimdrdm", "jscvt", "fcma", "lrcpc", "dcpop",
	"sha3", "sm3", "sm4", "asimddp", "sha512", "sve", "asimdfhm", "dit", "uscat", "ilrcpc",
	"flagm", "ssbs", "sb", "paca", "pacg"};
static const char *const hwcap2[] = {"dcpodp", "sve2", "sveaes", "svepmull", "svebitperm",
	"svesha3", "svesm4", "flagm2", "frint", "svei8mm", "svef32mm", "svef64mm", "svebf16",
	"i8mm", "bf16", "dgh", "rng", "bti", "mte", "ecv", "afp", "rpres", "mte3", "sme"};

static void add_bits(struct probe_isa *isa, unsigned long bits, const char *const *names, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (names[i] && (bits >> i & 1))
			add(isa, names[i]);
}

/* HWCAP_CPUID: the kernel emulates reading the identification registers. */
static void read_model(struct probe_isa *isa, unsigned long bits)
{
	uint64_t midr;

	if (!(bits & HWCAP_CPUID))
		return;
	__asm__("mrs %0, midr_el1" : "=r"(midr));
	snprintf(isa->model, sizeof(isa->model), "midr 0x%08llx", (unsigned long long)midr);
	if (midr >> 24 == 0x41)
		snprintf(isa->vendor, sizeof(isa->vendor), "ARM");
}

void probe_isa(struct probe_isa *isa)
{
	unsigned long bits = getauxval(AT_HWCAP);

	memset(isa, 0, sizeof(*isa));
	read_model(isa, bits);
	add_bits(isa, bits, hwcap, sizeof(hwcap) / sizeof(*hwcap));
	add_bits(isa, getauxval(AT_HWCAP2), hwcap2, sizeof(hwcap2) / sizeof(*hwcap2));
}

#endif
