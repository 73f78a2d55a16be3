/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

/* A living KVM does this loop in some ten microseconds, one that is itself emulated in a few
 * milliseconds; the half-present kind needs a microsecond per instruction. A try that was disturbed
 * is repeated, one that never ends is killed. */
#define LOOPS 50000u
#define ALIVE_NS (20 * NS_PER_MS)
#define TRIES 3
#define DEADLINE_NS NS_PER_S
#define GUEST_BASE 0x10000u
#define GUEST_SIZE 0x1000u
#define DONE_ADDRESS 0x20000u /* outside the guest's memory: a store there leaves the guest */

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
	pid_t pid = fork();
	int status;

	if (pid < 0)
		return TRIED_EXIT;
	if (pid == 0)
		_exit(try_guest(kvm, ret_ns));
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
	for (int i = 0; i<TRIES && * ret_ns> ALIVE_NS; i++) {
		*shared = DEADLINE_NS;
		code = try_in_child(kvm, shared);
		if (*shared < *ret_ns)
			*ret_ns = *shared;
		if (code != TRIED_OK || *shared == DEADLINE_NS)
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

static enum kvm_state verdict(enum kvm_state state, char *reason, size_t reason_size,
	const char *why, char *remedy, size_t remedy_size, const char *what)
{
	str_copy(reason, reason_size, why);
	str_copy(remedy, remedy_size, what);
	return state;
}

enum kvm_state kvm_probe(char *reason, size_t reason_size, char *remedy, size_t remedy_size)
{
#define VERDICT(state, why, what)                                                                  \
	verdict(state, reason, reason_size, why, remedy, remedy_size, what)
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC), code;
	char slow[160], limit[DURATION_TEXT_MAX];
	uint64_t ns;

	if (kvm < 0 && (errno == EACCES || errno == EPERM))
		return VERDICT(KVM_NO_PERMISSION,
			"/dev/kvm is there, but this user may not open it",
			"add yourself to the group that owns /dev/kvm (usually: adduser $USER kvm) "
			"and log in again");
	if (kvm < 0)
		return VERDICT(KVM_NO_DEVICE,
			"there is no usable /dev/kvm: the CPU has no virtualization here, or the "
			"module is not loaded",
			"load kvm_intel, kvm_amd or enable virtualization (nested, if this is a "
			"VM)");
	code = try_often(kvm, &ns);
	close(kvm);
	if (code != TRIED_OK)
		return VERDICT(KVM_BROKEN, broken_text(code),
			"see 'dmesg | grep -i kvm'; ask whoever runs this host");
	if (ns > ALIVE_NS) {
		/* Limits, not readings: the same host gives the same words every time. */
		snprintf(slow, sizeof(slow),
			"/dev/kvm makes a VM, but its guest hardly progresses: %u instructions not "
			"done in %s",
			2 * LOOPS, duration_text(ALIVE_NS, limit));
		return VERDICT(KVM_NO_PROGRESS, slow,
			"use the tcg environments; ask whoever runs this host for nested "
			"virtualization");
	}
	return VERDICT(KVM_OK, "ok", "");
#undef VERDICT
}
