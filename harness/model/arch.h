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

/* In the order of struct arch_info, behind the id. An Arm guest under KVM has the interrupt
 * controller that the host's CPU virtualizes, whichever that is; x86 guests are switched off
 * through ACPI, Arm ones boot from a device tree. */
#define ARCHES(X)                                                                                  \
	X(X86_64, "x86_64", 62, "Haswell-noTSX", ",-pcid,-x2apic,-tsc-deadline,-invpcid",          \
		"-x86_64-cpu", "q35", "<acpi/><apic/>", "<acpi/><apic/>", "ttyS0",                 \
		ARCH_CMDLINE_X86_64)                                                               \
	X(AARCH64, "aarch64", 183, "neoverse-n1", "", "-arm-cpu", "virt", "",                      \
		"<gic version='host'/>", "ttyAMA0", ARCH_CMDLINE_AARCH64)

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
	unsigned elf_machine;	   /* e_machine of its programs */
	const char *cpu_model;	   /* the named model of translator and VM */
	const char *cpu_tcg_lacks; /* ",-feature…": said to be off, or QEMU warns at every start */
	const char *cpu_type;	   /* what QEMU's object types of CPU models end with */
	const char *vm_machine;	   /* QEMU machine type */
	/* libvirt's <features> of a guest, by accelerator */
	const char *vm_features_tcg, *vm_features_kvm;
	const char *vm_console; /* serial console of that machine */
	const char *vm_cmdline; /* kernel options that shorten the boot */
};

const struct arch_info *arch_info(enum arch arch);
/* NULL-terminated, in the order of the enum: for field tables. */
extern const char *const arch_names[];
static inline const char *arch_text(enum arch arch)
{
	return arch_info(arch)->name;
}
/* The one of the two that this is not: a host's foreign architecture. */
enum arch arch_other(enum arch arch);
bool arch_parse(const char *text, enum arch *ret);
/* The architecture this program was built for: the host's. The only place that asks. */
enum arch arch_host(void);

#endif
