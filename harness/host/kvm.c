/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"

/* A living KVM does this loop in some ten microseconds, one that is itself emulated in a few
 * milliseconds; the half-present kind needs a microsecond per instruction. A try that was disturbed
 * is repeated, more often where its time is that of neither kind: an emulated KVM on a busy host.
 * One that never ends is killed. */
#define LOOPS 50000u
#define ALIVE_NS (20 * NS_PER_MS)
#define NEITHER_NS (45 * NS_PER_MS)
#define TRIES 3
#define TRIES_BETWEEN 12
#define DEADLINE_NS NS_PER_S
#define GUEST_BASE 0x10000u
#define GUEST_SIZE 0x1000u
#define DONE_ADDRESS 0x20000u /* outside the guest's memory: a store there leaves the guest */

#define CPUINFO_MAX (4u << 20)

/* What the child that tries it reports through its exit status. */
enum {
	TRIED_OK = 0,
	TRIED_NO_VM = 10,
	TRIED_NO_VCPU,
	TRIED_NO_MEMORY,
	TRIED_REGISTERS,
	TRIED_EXIT
};

#if defined(__x86_64__)

/* 16-bit real mode: mov $LOOPS,%ecx; 1: dec %ecx; jnz 1b; hlt */
static const uint8_t guest_code[] = {0x66, 0xb9, LOOPS & 0xff, LOOPS >> 8 & 0xff,
	LOOPS >> 16 & 0xff, LOOPS >> 24 & 0xff, 0x66, 0x49, 0x75, 0xfc, 0xf4};

static bool guest_registers(int vm, int vcpu)
{
	struct kvm_sregs sregs;
	struct kvm_regs regs = {.rip = GUEST_BASE & 0xffff, .rflags = 2};

	(void)vm;
	if (ioctl(vcpu, KVM_GET_SREGS, &sregs) < 0)
		return false;
	sregs.cs.base = GUEST_BASE;
	sregs.cs.selector = GUEST_BASE >> 4;
	return ioctl(vcpu, KVM_SET_SREGS, &sregs) == 0 && ioctl(vcpu, KVM_SET_REGS, &regs) == 0;
}

static bool guest_done(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_HLT;
}

#define KVM_MODULES "as root: modprobe kvm_intel, or kvm_amd"

static bool cpu_virtualizes(void)
{
	_cleanup_free_ char *cpuinfo = NULL;

	return file_read("/proc/cpuinfo", CPUINFO_MAX, &cpuinfo, NULL, NULL) == 0 &&
	       (strstr(cpuinfo, " vmx ") || strstr(cpuinfo, " svm "));
}

#elif defined(__aarch64__)

/* movz w0,#LOOPS&0xffff; movk w0,#LOOPS>>16,lsl 16; 1: subs w0,w0,#1; b.ne 1b;
 * movz w1,#DONE>>16,lsl 16; str w0,[x1] */
static const uint32_t guest_code[] = {0x52800000u | (LOOPS & 0xffff) << 5,
	0x72a00000u | (LOOPS >> 16) << 5, 0x71000400u, 0x54ffffe1u,
	0x52a00001u | (DONE_ADDRESS >> 16) << 5, 0xb9000020u};

static bool guest_registers(int vm, int vcpu)
{
	struct kvm_vcpu_init init;
	uint64_t pc = GUEST_BASE;
	struct kvm_one_reg reg = {
		.id = KVM_REG_ARM64 | KVM_REG_SIZE_U64 | KVM_REG_ARM_CORE |
		      KVM_REG_ARM_CORE_REG(regs.pc),
		.addr = (uint64_t)(uintptr_t)&pc,
	};

	return ioctl(vm, KVM_ARM_PREFERRED_TARGET, &init) == 0 &&
	       ioctl(vcpu, KVM_ARM_VCPU_INIT, &init) == 0 &&
	       ioctl(vcpu, KVM_SET_ONE_REG, &reg) == 0;
}

static bool guest_done(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_MMIO && run->mmio.phys_addr == DONE_ADDRESS;
}

#define KVM_MODULES "use a kernel that has KVM built in"

/* Nothing in /proc says so. A kernel that has KVM makes the device unless the CPU was handed to it
 * at an exception level without virtualization. */
static bool cpu_virtualizes(void)
{
	return !file_exists("/sys/module/kvm");
}

#endif

static int try_guest(int kvm, uint64_t *ret_ns)
{
	uint64_t begin;
	int vm = ioctl(kvm, KVM_CREATE_VM, 0), vcpu, size;
	struct kvm_userspace_memory_region region = {
		.guest_phys_addr = GUEST_BASE, .memory_size = GUEST_SIZE};
	struct kvm_run *run;
	void *memory;

	if (vm < 0)
		return TRIED_NO_VM;
	memory = mmap(NULL, GUEST_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		return TRIED_NO_MEMORY;
	memcpy(memory, guest_code, sizeof(guest_code));
	region.userspace_addr = (uint64_t)(uintptr_t)memory;
	if (ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region) < 0)
		return TRIED_NO_MEMORY;
	vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
	size = ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0);
	if (vcpu < 0 || size < 0)
		return TRIED_NO_VCPU;
	run = mmap(NULL, (size_t)size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu, 0);
	if (run == MAP_FAILED)
		return TRIED_NO_VCPU;
	if (!guest_registers(vm, vcpu))
		return TRIED_REGISTERS;
	begin = clock_now_ns();
	while (ioctl(vcpu, KVM_RUN, 0) == 0 || errno == EINTR) {
		if (run->exit_reason == KVM_EXIT_INTR)
			continue;
		*ret_ns = clock_now_ns() - begin;
		return guest_done(run) ? TRIED_OK : TRIED_EXIT;
	}
	return TRIED_EXIT;
}

/* The try happens in a child: KVM_RUN that makes no progress can only be ended by a kill. *ret_ns
 * (shared with the child) stays as it is then. */
static int try_in_child(int kvm, uint64_t *ret_ns)
{
	uint64_t deadline = deadline_in(DEADLINE_NS);
	pid_t parent = getpid(), pid = fork();
	int status;

	if (pid < 0)
		return TRIED_EXIT;
	if (pid == 0) {
		/* A kill -9 of this program must not leave it behind; it may have come already. */
		if (prctl(PR_SET_PDEATHSIG, SIGKILL) < 0 || getppid() != parent)
			_exit(TRIED_EXIT);
		_exit(try_guest(kvm, ret_ns));
	}
	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (deadline_passed(deadline)) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return TRIED_OK;
		}
		clock_sleep_until(deadline_in(NS_PER_MS));
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : TRIED_EXIT;
}

/* The fastest of some tries; DEADLINE_NS when a guest never came to its end. */
static int try_often(int kvm, uint64_t *ret_ns)
{
	uint64_t *shared = mmap(
		NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int code = TRIED_NO_MEMORY;

	*ret_ns = DEADLINE_NS;
	if (shared == MAP_FAILED)
		return code;
	for (int i = 0; i < (*ret_ns <= NEITHER_NS ? TRIES_BETWEEN : TRIES); i++) {
		*shared = DEADLINE_NS;
		code = try_in_child(kvm, shared);
		if (*shared < *ret_ns)
			*ret_ns = *shared;
		if (code != TRIED_OK || *shared == DEADLINE_NS || *shared <= ALIVE_NS)
			break;
	}
	munmap(shared, sizeof(*shared));
	return code;
}

static const char *broken_text(int code)
{
	switch (code) {
	case TRIED_NO_VM:
		return "/dev/kvm opens, but a VM cannot be created";
	case TRIED_NO_VCPU:
		return "KVM creates a VM, but no vCPU";
	case TRIED_NO_MEMORY:
		return "KVM creates a VM, but gives it no memory";
	case TRIED_REGISTERS:
		return "KVM creates a vCPU, but its registers cannot be set";
	default:
		return "KVM starts a guest of four instructions, but it does not reach its end";
	}
}

/* Where the words go. */
struct answer {
	char *reason, *remedy;
	size_t reason_size, remedy_size;
};

static enum kvm_state answer(
	const struct answer *a, enum kvm_state state, const char *reason, const char *remedy)
{
	str_copy(a->reason, a->reason_size, reason);
	str_copy(a->remedy, a->remedy_size, remedy);
	return state;
}

/* Which group may open the device, and how to join it. */
static enum kvm_state no_permission(const struct answer *a, const char *device)
{
	_cleanup_free_ char *reason = NULL, *remedy = NULL;
	const struct group *group = NULL;
	struct stat st;

	if (stat(device, &st) == 0 && st.st_gid && (st.st_mode & (S_IRGRP | S_IWGRP)))
		group = getgrgid(st.st_gid);
	if (!group)
		return answer(a, KVM_NO_PERMISSION,
			KVM_DEVICE " is there, but this user may not open it, nor may any group",
			"as root: chgrp kvm " KVM_DEVICE " && chmod 660 " KVM_DEVICE
			" && adduser $USER kvm; then log in again");
	reason = xasprintf(KVM_DEVICE
		" is there, but this user may not open it: only group '%s' may",
		group->gr_name);
	remedy = xasprintf("as root: adduser $USER %s; then log in again", group->gr_name);
	return answer(a, KVM_NO_PERMISSION, reason, remedy);
}

static enum kvm_state no_device(const struct answer *a)
{
	if (!cpu_virtualizes())
		return answer(a, KVM_NO_CPU,
			"there is no " KVM_DEVICE ": the CPU has no virtualization here",
			"enable it in the firmware, or, if this is a VM, have it nested; else use "
			"the "
			"tcg environments");
	return answer(a, KVM_NO_DEVICE,
		"there is no " KVM_DEVICE
		", though the CPU could: no module is loaded, or this is a "
		"container without the device",
		KVM_MODULES "; in a container, hand it the device");
}

static enum kvm_state no_progress(const struct answer *a)
{
	char limit[DURATION_TEXT_MAX];
	/* Limits, not readings: the same host gives the same words every time. */
	_cleanup_free_ char *reason = xasprintf(KVM_DEVICE
		" makes a VM, but its guest hardly progresses: %u instructions "
		"not done in %s",
		2 * LOOPS, duration_text(ALIVE_NS, limit));

	return answer(a, KVM_NO_PROGRESS, reason,
		"use the tcg environments; ask whoever runs this host for nested virtualization");
}

enum kvm_state kvm_probe(
	const char *device, char *reason, size_t reason_size, char *remedy, size_t remedy_size)
{
	const struct answer a = {reason, remedy, reason_size, remedy_size};
	int kvm = open(device, O_RDWR | O_CLOEXEC), code;
	uint64_t ns;

	if (kvm < 0)
		return errno == EACCES || errno == EPERM ? no_permission(&a, device)
							 : no_device(&a);
	code = try_often(kvm, &ns);
	close(kvm);
	if (code != TRIED_OK)
		return answer(&a, KVM_BROKEN, broken_text(code),
			"see 'dmesg | grep -i kvm'; ask whoever runs this host");
	return ns > ALIVE_NS ? no_progress(&a) : answer(&a, KVM_OK, "ok", "");
}
