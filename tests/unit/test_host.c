/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * host: this machine, whatever it is, is described; KVM's state has a reason.
 */
#include <fcntl.h>
#include <grp.h>
#include <linux/kvm.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "host/host.h"
#include "host/kvm.h"
#include "scratch.h"
#include "tap.h"

static void test_kvm(void)
{
	char reason[256] = "", remedy[256] = "";
	uint64_t begin = clock_now_ns();
	enum kvm_state state =
		kvm_probe(KVM_DEVICE, reason, sizeof(reason), remedy, sizeof(remedy));
	enum kvm_state again = state;
	char tiny[2], tiny_too[2];

	/* Not a matter of speed: a guest that never gets anywhere must not hold the program up. */
	ok(clock_now_ns() - begin < 10 * NS_PER_S, "KVM is judged within a deadline");
	ok(*reason && (state == KVM_OK) == !strcmp(reason, "ok"), "with a reason: %s", reason);
	ok((state == KVM_OK) == !*remedy, "and a remedy where there is something to do: %s",
		remedy);
	if (access("/dev/kvm", F_OK) < 0)
		ok(state == KVM_NO_DEVICE || state == KVM_NO_CPU,
			"no device is said to be no device");
	/* A KVM that is emulated on a busy host can look dead once. */
	for (int look = 0; look < 3 && (!look || again != state); look++)
		again = kvm_probe(KVM_DEVICE, tiny, sizeof(tiny), tiny_too, sizeof(tiny_too));
	is_int(again, state, "another look says the same, into the smallest buffers");
}

static enum kvm_state probe(const char *device, char reason[static 256], char remedy[static 256])
{
	return kvm_probe(device, reason, 256, remedy, 256);
}

static pid_t *stuck; /* shared: the process that is in KVM_RUN */

/* In front of the C library's: this program's devices answer as a KVM whose guests run for ever,
 * once `stuck` is there. */
int ioctl(int fd, unsigned long request, ...)
{
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (!stuck || _IOC_TYPE(request) != KVMIO)
		return (int)syscall(SYS_ioctl, fd, request, arg);
	switch (request) {
	case KVM_CREATE_VM:
		return dup(fd);
	case KVM_CREATE_VCPU:
		fd = memfd_create("vcpu", MFD_CLOEXEC);
		return fd < 0 || ftruncate(fd, 4096) < 0 ? -1 : fd;
	case KVM_GET_VCPU_MMAP_SIZE:
		return 4096;
	case KVM_RUN:
		*stuck = getpid();
		for (;;)
			pause();
	default:
		return 0;
	}
}

static bool is_gone(pid_t pid)
{
	_cleanup_free_ char *path = xasprintf("/proc/%d/stat", (int)pid);
	_cleanup_free_ char *stat = NULL;

	/* Whoever adopted it may not have reaped it yet. */
	return file_read(path, 4096, &stat, NULL, NULL) < 0 || strstr(stat, ") Z");
}

static void test_kvm_killed(void)
{
	uint64_t deadline = deadline_in(10 * NS_PER_S);
	char reason[256], remedy[256];
	bool gone = false;
	pid_t prober;

	stuck = mmap(
		NULL, sizeof(*stuck), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	prober = fork();
	if (prober == 0) {
		probe("/dev/zero", reason, remedy);
		_exit(0);
	}
	while (!*(volatile pid_t *)stuck && !deadline_passed(deadline))
		clock_sleep_until(deadline_in(NS_PER_MS));
	kill(prober, SIGKILL);
	waitpid(prober, NULL, 0);
	while (*stuck && !(gone = is_gone(*stuck)) && !deadline_passed(deadline))
		clock_sleep_until(deadline_in(10 * NS_PER_MS));
	ok(gone, "a probe that is killed leaves no guest running");
	if (*stuck && !gone)
		kill(*stuck, SIGKILL);
	munmap(stuck, sizeof(*stuck));
	stuck = NULL;
}

/* A device that only its group may open, asked for by somebody else. */
static void test_kvm_permission(void)
{
	char reason[256], remedy[256], path[128];
	bool is_root = geteuid() == 0;
	const struct group *group = getgrgid(1);
	int fd;

	snprintf(path, sizeof(path), "%s/kvm", scratch_open());
	fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
	ok(fd >= 0 && fchmod(fd, is_root ? 0660 : 0) == 0, "a device");
	close(fd);
	if (is_root && (chmod(scratch_dir, 0755) || chown(path, 0, 1) || seteuid(65534)))
		ok(false, "as another user");
	is_int(probe(path, reason, remedy), KVM_NO_PERMISSION, "may not be opened: %s", reason);
	if (is_root && group)
		ok(strstr(reason, group->gr_name) && strstr(remedy, group->gr_name),
			"the group to join is named: %s", remedy);
	if (is_root && seteuid(0))
		ok(false, "root again");
	scratch_close();
}

static void test_kvm_states(void)
{
	char reason[256], remedy[256];
	enum kvm_state state = probe("/nonexistent/kvm", reason, remedy);

	ok((state == KVM_NO_DEVICE || state == KVM_NO_CPU) && *remedy, "without a device: %s; %s",
		reason, remedy);
	is_int(probe("/dev/null", reason, remedy), KVM_BROKEN, "what makes no VM is broken");
	test_kvm_permission();
}

/* Fewer than are online under taskset or in a container. */
static int usable_cpus(void)
{
	cpu_set_t set;

	return sched_getaffinity(0, sizeof(set), &set) < 0 ? 1 : CPU_COUNT(&set);
}

static void test_detect(void)
{
	struct host host, again;
	struct err err = {0};

	memset(&host, 0, sizeof(host));
	memset(&again, 0, sizeof(again));
	if (!ok(!host_detect(&host, &err), "the host is found out about: %s", err.text))
		return;
	host_detect(&again, &err);
	ok(strlen(host.id) == 16 && strspn(host.id, "0123456789abcdef") == 16,
		"its id is a hash: %s", host.id);
	is_str(again.id, host.id, "and stays");
	is_int(host.arch, arch_host(), "it has this program's architecture");
	is_int(host.cpus, sysconf(_SC_NPROCESSORS_ONLN), "as many CPUs as are online");
	ok(host.memory_mib > 100, "memory: %" PRIu64 " MiB", host.memory_mib);
	ok(*host.cpu_model && *host.kernel, "CPU '%s', kernel '%s'", host.cpu_model, host.kernel);
	ok(host.load1 >= 0 || isnan(host.load1), "a load average");
	ok(host.measure_cpu >= 0 && host.harness_cpu >= 0,
		"a CPU to measure on, and one beside it");
	ok(usable_cpus() == 1 || host.measure_cpu != host.harness_cpu,
		"they differ where this process may use two");
}

static void a_cpu_has_a_revision(void)
{
	char buf[64];

	host_cpu_revision("processor\t: 0\nvendor_id\t: AuthenticAMD\ncpu family\t: 26\n"
			  "model\t\t: 2\nmodel name\t: AMD EPYC 9\nstepping\t: 1\n\n"
			  "processor\t: 1\ncpu family\t: 6\nmodel\t\t: 3\nstepping\t: 4\n",
		buf);
	is_str(buf, "family 26, model 2, stepping 1", "the revision is that of the first CPU");
	host_cpu_revision("processor\t: 0\nCPU implementer\t: 0x41\nCPU part\t: 0xd0c\n", buf);
	is_str(buf, "", "an Arm CPU has none");
	host_cpu_revision("", buf);
	is_str(buf, "", "nor has nothing");
	host_cpu_revision("cpu family\t: x\nmodel\t\t: 2\nstepping\t: 1", buf);
	is_str(buf, "", "nor what is no number");
}

int main(void)
{
	test_kvm();
	test_kvm_states();
	test_kvm_killed();
	test_detect();
	a_cpu_has_a_revision();
	return done_testing();
}
