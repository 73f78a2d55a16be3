/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Guests: virtual machines managed through libvirt, driven by the agent inside (vm/guest).
 *
 *	struct vm_host *host;
 *	vm_host_open(&(struct vm_host_spec){.cache_dir = "build/cache/libvirt"}, &host, err);
 *	vm_boot(host, &(struct vm_spec){.arch = ARCH_AARCH64, …}, &vm, &boot, err);
 *	vm_exec(vm, &(struct vm_exec){.argv = argv, .timeout_ns = 5 * NS_PER_S, …}, &result, err);
 *	vm_destroy(vm);
 *	vm_host_close(host);
 *
 * By default libvirt's QEMU driver runs inside this process (qemu:///embed): no daemon, no root.
 * Every other URI of libvirt's QEMU driver goes through the same calls; vm/uri.h says what differs.
 * A process has at most one host in its life: libvirt keeps one embedded driver per process. The
 * functions are for one thread at a time; libvirt's event loop has a thread of its own.
 *
 * Nothing here can hang: every call has a deadline (vm/guard.h). Every guest ends with its process,
 * however that ends: the embedded driver's by vm/reaper.h, others by libvirt's auto-destroy. A
 * connection that is lost takes its guests with it and is opened again by the next vm_boot().
 *
 * What a guest sends is hostile input (vm/wire.h). A guest that breaks the protocol, hangs or dies
 * is *broken*: it stays so, every later call on it fails at once with the first reason, and it is
 * only good for vm_destroy().
 */
#ifndef VM_VM_H
#define VM_VM_H

#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "base/proc.h"
#include "model/arch.h"

/* ---- the host ---- */

struct vm_host;

struct vm_host_spec {
	const char *uri; /* a libvirt URI; NULL: embedded */
	const char
		*cache_dir; /* embedded: where libvirt's knowledge of the QEMU binaries outlives
			       this process; made when missing. NULL: nowhere, every process
			       probes afresh (seconds, up to a minute where KVM is half-present) */
	const char *names;  /* what the names of guests begin with; NULL: "toll-" and eight random
			       digits. A guest that is there already and has the name of a new one
			       is left alone: the new one is an error */
	const volatile sig_atomic_t *stop; /* non-zero: calls give up with ERR_INTERRUPTED; may be
					      NULL */
};

/* Must be called before the process has other threads: it forks the reaper. Makes this process a
 * subreaper: orphaned descendants become its children. */
int vm_host_open(const struct vm_host_spec *spec, struct vm_host **ret, struct err *err);
/* Every guest must be destroyed before. NULL is accepted. */
void vm_host_close(struct vm_host *host);
/* The version of this process's libvirt, "9.0.0"; lives as long as the host. */
const char *vm_host_libvirt(const struct vm_host *host);
/* Can that host run guests of this architecture under "tcg" or "kvm", as far as its libvirt knows?
 * -ENODEV: it lacks the emulator, the machine or KVM. That KVM is alive shows vm_host_prove(). */
int vm_host_check(struct vm_host *host, enum arch arch, const char *accel, struct err *err);
/* The architecture of the machine at the other end. */
int vm_host_arch(struct vm_host *host, enum arch *ret, struct err *err);
/* The folder private to this process (embedded), else NULL. Tests look for its QEMUs. */
const char *vm_host_root(const struct vm_host *host);

/* ---- a guest ---- */

struct vm;

#define VM_CPU_ANY (-1)

/* A squashfs image that programs can have as their root. */
struct vm_disk {
	const char *path;
	const char *serial; /* its name in the guest, at most 20 characters */
};

#define VM_DISKS_MAX 24 /* slots that a machine has left */

struct vm_spec {
	const char *id; /* for messages: "vm-aarch64-tcg" */
	enum arch arch;
	const char *accel;   /* "tcg", "kvm": this one or an error */
	const char *machine; /* QEMU's name; NULL: the architecture's own (model/arch.h) */
	const char *cpu;     /* model, then features: "Haswell-noTSX,-avx2"; NULL: the
				architecture's own */
	const char *kernel;  /* absolute paths on this machine; uploaded where QEMU cannot read
				them (vm/store.h) */
	const char *initrd;
	const char *disk; /* squashfs image, read-only, at /toll in the guest; NULL: none */
	const struct vm_disk *disks; /* further ones, read-only, mounted when they are asked for */
	size_t ndisks;		     /* at most VM_DISKS_MAX */
	const char *cmdline; /* words for the kernel's command line, put behind the console's and
				the disk's; NULL: the architecture's own */
	uint64_t memory_mib;
	unsigned vcpus;
	int cpu_pin; /* host CPU that vCPUs and emulator are pinned to, with as many in all as there
			are vCPUs, those below it; VM_CPU_ANY: none. On another machine: its last
			CPU */
	const char *console_path; /* the guest's console is written here and stays: its first
				     VM_CONSOLE_MAX bytes, the rest is lost; NULL: kept nowhere */
	uint64_t boot_timeout_ns; /* from the start to the agent's hello */
};

#define VM_CONSOLE_MAX (1u << 20)

#define VM_TEXT_MAX 64
#define VM_NAME_MAX 128

/* What came out, read back from the running QEMU and from the agent; never from the request. */
struct vm_boot {
	uint64_t create_ns; /* virDomainCreateXML */
	uint64_t hello_ns;  /* from the start of that call to the agent's hello */
	char accel[VM_TEXT_MAX];
	char cpu[VM_TEXT_MAX];	   /* QEMU's CPU model */
	char machine[VM_TEXT_MAX]; /* the versioned machine: "pc-i440fx-7.2" */
	char qemu[VM_TEXT_MAX];	   /* QEMU's version: "7.2.22" */
	char libvirt[VM_TEXT_MAX]; /* version of the libvirt that runs it: "9.0.0" */
	char ran_on[VM_NAME_MAX];  /* the machine it runs on, by the name that its libvirt gives;
				      "": this one */
	unsigned vcpus;		   /* that QEMU has */
	char threads[VM_TEXT_MAX]; /* tcg: "multi", a thread per vCPU, or "single", one for all;
				      "": not applicable, or cannot be told from here */
	char guest_arch[VM_TEXT_MAX], guest_release[VM_TEXT_MAX];
	unsigned guest_cpus;
	uint64_t guest_mem_kib;
};

/* Starts a guest and waits for its hello. Errors: -ENODEV when the machine cannot be had as asked
 * for ("asked for kvm, got tcg"), -ETIMEDOUT with the console's last lines, -EPROTO when what
 * speaks there is not the agent, ERR_INTERRUPTED. Nothing of the guest is left after an error. */
int vm_boot(struct vm_host *host, const struct vm_spec *spec, struct vm **ret,
	struct vm_boot *ret_boot, struct err *err);
/* Boots a guest to its hello and ends it: proof that this architecture and accelerator are alive
 * there. Later calls for the same two give the first one's answer. Errors: as of vm_boot(). */
int vm_host_prove(
	struct vm_host *host, const struct vm_spec *spec, uint64_t *ret_hello_ns, struct err *err);
/* Ends the guest and waits until its QEMU is gone. NULL is accepted. */
void vm_destroy(struct vm *vm);
/* The reason why the guest is broken, or NULL. */
const char *vm_broken(const struct vm *vm);

struct vm_exec {
	char *const *argv;   /* argv[0] is an absolute path in the guest */
	char *const *envp;   /* complete environment; NULL: empty */
	const char *cwd;     /* NULL: / */
	const char *root;    /* serial of the disk that the program sees as /, with a fresh /tmp of
				its own and the guest's /proc, /dev and /toll; NULL: the guest's / */
	int cpu;	     /* guest CPU, VM_CPU_ANY */
	uint64_t timeout_ns; /* in the guest, by its clock */
	uint64_t grace_ns;   /* how much longer the host waits; 0: VM_GRACE_NS */
	uint32_t stdout_max; /* as in struct proc_spec; together at most WIRE_OUTPUT_MAX */
	uint32_t stderr_max;
};

#define VM_GRACE_NS UINT64_C(20000000000)

struct vm_result {
	struct proc_result proc; /* begin_ns and end_ns: host clock around the exchange with the
				    agent; user, sys and rss: the guest's accounting */
	uint64_t guest_begin_ns, guest_end_ns; /* guest's CLOCK_MONOTONIC around the program */
	uint64_t host_cpu_ns; /* that its QEMU used meanwhile, all threads, user and system; 0: not
				 known, it is no process of this machine */
	uint64_t oom_kills;   /* processes that the guest's kernel ended for want of memory */
};

/* Runs one program to its end. Like proc_run(): 0 whenever it was started, however it ended; a
 * negative errno when the guest could not start it (-ENOENT …, the guest is as good as before) or
 * when the guest broke (see vm_broken()). The result is released by the caller either way. */
int vm_exec(struct vm *vm, const struct vm_exec *exec, struct vm_result *ret, struct err *err);
void vm_result_release(struct vm_result *result);

/* Stops and continues the guest's CPUs and its clock. Doing it twice is no error. */
int vm_suspend(struct vm *vm, struct err *err);
int vm_resume(struct vm *vm, struct err *err);

/* One reading of the guest's CLOCK_MONOTONIC between two of the host's. */
struct vm_clock {
	uint64_t host_before_ns, guest_ns, host_after_ns;
};
int vm_ping(struct vm *vm, struct vm_clock *ret, struct err *err);

#endif
