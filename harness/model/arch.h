/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Instruction-set architectures, spelled as QEMU and libvirt do. One row holds everything that
 * differs between them: toolchain, package and QEMU names, and the one CPU model that both the
 * translator and the virtual machine present, because the model decides which code a program
 * picks at run time. Adding an architecture is adding a row.
 */
#ifndef MODEL_ARCH_H
#define MODEL_ARCH_H

#include <stdbool.h>
#include <stddef.h>

/*        id            name       Debian   EM_*  QEMU CPU model  VM machine VM console kernel
 * options */
#define ARCHES(X)                                                                                  \
	X(X86_64, "x86_64", "amd64", 62, "Haswell-noTSX", ",-pcid,-x2apic,-tsc-deadline,-invpcid", \
		"q35", "ttyS0", ARCH_CMDLINE_X86_64)                                               \
	X(AARCH64, "aarch64", "arm64", 183, "neoverse-n1", "", "virt", "ttyAMA0",                  \
		ARCH_CMDLINE_AARCH64)

/* Chosen by measurement of the time to user space under TCG: no self-tests, RCU in a hurry, and
 * without initcalls that a guest of one static program never needs (tracing, the certificate list,
 * kfunc tables). tsc=reliable keeps the watchdog from changing the clock source in mid-run.
 * Mitigations stay as the kernel has them: they are part of what a system call costs in a VM. */
#define ARCH_CMDLINE_COMMON                                                                        \
	"quiet cryptomgr.notests rcupdate.rcu_expedited=1 "                                        \
	"initcall_blacklist=init_kprobe_trace,load_system_certificate_list,cubictcp_register,"     \
	"bpf_rstat_kfunc_init,bpf_key_sig_kfuncs_init,crypto_kdf108_init"
#define ARCH_CMDLINE_X86_64 ARCH_CMDLINE_COMMON " tsc=reliable no_timer_check"
#define ARCH_CMDLINE_AARCH64 ARCH_CMDLINE_COMMON

enum arch {
#define X(id, ...) ARCH_##id,
	ARCHES(X)
#undef X
		ARCH_COUNT
};

struct arch_info {
	const char *name;	   /* "x86_64" */
	const char *debian;	   /* "amd64" */
	unsigned elf_machine;	   /* e_machine of its programs */
	const char *cpu_model;	   /* the named model of translator and VM */
	const char *cpu_tcg_lacks; /* ",-feature…": said to be off, or QEMU warns at every start */
	const char *vm_machine;	   /* QEMU machine type */
	const char *vm_console;	   /* serial console of that machine */
	const char *vm_cmdline;	   /* kernel options that shorten the boot */
};

const struct arch_info *arch_info(enum arch arch);
/* NULL-terminated, in the order of the enum: for field tables. */
extern const char *const arch_names[];
static inline const char *arch_text(enum arch arch)
{
	return arch_info(arch)->name;
}
bool arch_parse(const char *text, enum arch *ret);
/* The architecture this program was built for: the host's. The only place that asks. */
enum arch arch_host(void);

#endif
