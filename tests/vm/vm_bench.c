/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vm-bench ARCH [PAIRS [HOST-CPU]]: create → agent's hello through vm/, beside QEMU started by hand
 * with the same kernel, initramfs, disk, devices, CPU model and pinning, in alternating pairs whose
 * order changes. Prints a JSON object a pair, then the promise's line:
 *
 *	NAME VALUE UNIT BOUND pass|short
 *
 * VALUE is the upper end of the paired 95 % interval of the ratio (stats/interval.h).
 *
 * vm-bench ARCH PAIRS HOST-CPU IMAGE SMALL: create → the end of the first program that has a root
 * image as its '/', IMAGE beside SMALL (paths of root.squashfs), both by vm/.
 */
#include <math.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "stats/interval.h"
#include "vm/channel.h"
#include "vm/domain.h"
#include "vm/vm.h"

#define PAIRS_MAX 200
#define BOUND 1.15

static void die(const char *what, const struct err *err)
{
	fprintf(stderr, "vm-bench: %s: %s\n", what, err->text);
	exit(1);
}

/* What domain_xml() asks libvirt for, as a person would write it. */
static void plain_argv(const struct vm_spec *spec, const char *dir, struct argv *argv)
{
	struct str cmdline = {0}, model = {0};

	domain_cmdline(spec, &cmdline);
	domain_cpu(spec, &model);
	argv_addf(argv, "qemu-system-%s", arch_text(spec->arch));
	argv_add(argv, "-machine");
	argv_addf(argv, "%s,usb=off,accel=%s", domain_machine(spec), spec->accel);
	argv_add(argv, "-cpu");
	argv_add(argv, str_text(&model));
	argv_add(argv, "-m");
	argv_addf(argv, "%llu", (unsigned long long)spec->memory_mib);
	argv_add(argv, "-smp");
	argv_addf(argv, "%u", spec->vcpus);
	argv_add(argv, "-display");
	argv_add(argv, "none");
	argv_add(argv, "-no-user-config");
	argv_add(argv, "-nodefaults");
	argv_add(argv, "-kernel");
	argv_add(argv, spec->kernel);
	argv_add(argv, "-initrd");
	argv_add(argv, spec->initrd);
	argv_add(argv, "-append");
	argv_add(argv, str_text(&cmdline));
	argv_add(argv, "-device");
	argv_add(argv, "virtio-serial-pci,id=serial,addr=0x3");
	argv_add(argv, "-drive");
	argv_addf(argv, "file=%s,format=raw,if=none,id=disk,readonly=on", spec->disk);
	argv_add(argv, "-device");
	argv_add(argv, "virtio-blk-pci,drive=disk,addr=0x4");
	argv_add(argv, "-chardev");
	argv_addf(argv, "file,id=console,path=%s/console", dir);
	argv_add(argv, "-serial");
	argv_add(argv, "chardev:console");
	argv_add(argv, "-chardev");
	argv_addf(argv, "socket,id=agent,path=%s/agent,server=on,wait=off", dir);
	argv_add(argv, "-device");
	argv_add(argv, "virtserialport,bus=serial.0,nr=1,chardev=agent,name=" WIRE_PORT_NAME);
	str_release(&cmdline);
	str_release(&model);
}

static pid_t start(const struct argv *argv, int cpu)
{
	pid_t pid = fork();
	cpu_set_t set;

	if (pid)
		return pid;
	CPU_ZERO(&set);
	CPU_SET((size_t)cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
	execvp(argv->v[0], argv->v);
	_exit(127);
}

static int connect_to(const char *path, uint64_t deadline_ns)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	str_copy(address.sun_path, sizeof(address.sun_path), path);
	while (connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
		if (deadline_passed(deadline_ns))
			return -1;
		clock_sleep_until(deadline_in(NS_PER_MS));
	}
	return fd;
}

/* From now to the agent's hello on the socket at path. */
static int wait_for_hello(const char *path, uint64_t deadline_ns, struct err *err)
{
	int fd = connect_to(path, deadline_ns);
	struct wire_header header;
	const uint8_t *payload;
	struct channel *channel;
	int r;

	if (fd < 0)
		return err_set(err, ETIMEDOUT, "its socket cannot be reached");
	channel = channel_new(transport_from_fd(fd), NULL);
	r = channel_receive(channel, deadline_ns, &header, &payload, err);
	channel_free(channel);
	return r;
}

static double boot_plain(const struct vm_spec *spec, int cpu)
{
	char dir[] = "/tmp/vm-benchXXXXXX";
	_cleanup_free_ char *path = NULL;
	struct argv argv = {0};
	struct err err = {0};
	uint64_t begin_ns, hello_ns;
	pid_t pid;
	int r;

	if (!mkdtemp(dir))
		exit(1);
	path = xasprintf("%s/agent", dir);
	plain_argv(spec, dir, &argv);
	begin_ns = clock_now_ns();
	pid = start(&argv, cpu);
	r = wait_for_hello(path, begin_ns + spec->boot_timeout_ns, &err);
	hello_ns = clock_now_ns() - begin_ns;
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	file_remove_tree(dir, NULL);
	argv_release(&argv);
	if (r < 0)
		die("plain QEMU", &err);
	return (double)hello_ns;
}

static double boot_libvirt(struct vm_host *host, const struct vm_spec *spec, double *ret_create)
{
	struct vm_boot boot;
	struct err err = {0};
	struct vm *vm;

	if (vm_boot(host, spec, &vm, &boot, &err) < 0)
		die("libvirt", &err);
	vm_destroy(vm);
	*ret_create = (double)boot.create_ns;
	return (double)boot.hello_ns;
}

/* From create to the end of a program in the image; *ret_hello: to the agent's hello. */
static double boot_image(
	struct vm_host *host, const struct vm_spec *plain, const char *path, double *ret_hello)
{
	_cleanup_free_ char *runner =
		xasprintf("/toll/workloads/%s/package.runner", arch_text(plain->arch));
	const struct vm_disk disk = {.path = path, .serial = "image"};
	const struct vm_exec exec = {.argv = (char *[]){runner, "--kernel", NULL},
		.root = disk.serial,
		.cpu = VM_CPU_ANY,
		.timeout_ns = plain->boot_timeout_ns,
		.stdout_max = 4096,
		.stderr_max = 4096};
	struct vm_spec spec = *plain;
	struct vm_result result;
	struct vm_boot boot;
	struct err err = {0};
	uint64_t begin_ns = clock_now_ns(), end_ns;
	struct vm *vm;

	spec.disks = &disk;
	spec.ndisks = 1;
	if (vm_boot(host, &spec, &vm, &boot, &err) < 0 || vm_exec(vm, &exec, &result, &err) < 0)
		die(path, &err);
	end_ns = clock_now_ns();
	if (result.proc.end != PROC_EXITED || result.proc.code) {
		err_set(&err, EIO, "the program in it failed: %.200s", str_text(&result.proc.err));
		die(path, &err);
	}
	vm_result_release(&result);
	vm_destroy(vm);
	*ret_hello = (double)boot.hello_ns;
	return (double)(end_ns - begin_ns);
}

static void measure_images(
	struct vm_host *host, const struct vm_spec *spec, size_t pairs, char *const images[2])
{
	double d[PAIRS_MAX], ns[2], hello[2];
	struct stats_paired ratio;

	for (int k = 0; k < 2; k++)
		boot_image(host, spec, images[k], &hello[k]);
	for (size_t i = 0; i < pairs; i++) {
		for (size_t k = 0; k < 2; k++) {
			size_t which = (i + k) % 2;

			ns[which] = boot_image(host, spec, images[which], &hello[which]);
		}
		d[i] = log(ns[0] / ns[1]);
		printf("{\"image_ns\":%.0f,\"small_ns\":%.0f,\"image_hello_ns\":%.0f,"
		       "\"small_hello_ns\":%.0f}\n",
			ns[0], ns[1], hello[0], hello[1]);
		fflush(stdout);
	}
	ratio = stats_ratio_paired(d, pairs, 0.95, NULL);
	printf("{\"arch\":\"%s\",\"pairs\":%zu,\"ratio\":%.4f,\"ci95\":[%.4f,%.4f]}\n",
		arch_text(spec->arch), pairs, ratio.raw.point, ratio.raw.lo, ratio.raw.hi);
}

static void measure(struct vm_host *host, const struct vm_spec *spec, size_t pairs, int cpu)
{
	double d[PAIRS_MAX], create = 0;
	struct stats_paired ratio;

	boot_plain(spec, cpu); /* both find the files in memory */
	boot_libvirt(host, spec, &create);
	for (size_t i = 0; i < pairs; i++) {
		double plain = i % 2 ? 0 : boot_plain(spec, cpu);
		double ours = boot_libvirt(host, spec, &create);

		plain = plain > 0 ? plain : boot_plain(spec, cpu);
		d[i] = log(ours / plain);
		printf("{\"arch\":\"%s\",\"libvirt_ns\":%.0f,\"plain_ns\":%.0f,\"create_ns\":%.0f}"
		       "\n",
			arch_text(spec->arch), ours, plain, create);
		fflush(stdout);
	}
	ratio = stats_ratio_paired(d, pairs, 0.95, NULL);
	printf("{\"arch\":\"%s\",\"pairs\":%zu,\"ratio\":%.4f,\"ci95\":[%.4f,%.4f]}\n",
		arch_text(spec->arch), pairs, ratio.raw.point, ratio.raw.lo, ratio.raw.hi);
	printf("vm-boot-%s %.3f ratio %.2f %s\n", arch_text(spec->arch), ratio.raw.hi, BOUND,
		ratio.raw.hi <= BOUND ? "pass" : "short");
}

static char *image(const char *arch, const char *name)
{
	char *path = xasprintf("build/images/%s/%s", arch, name);
	char *full = realpath(path, NULL);

	if (!full) {
		fprintf(stderr, "vm-bench: there is no '%s'; run 'make images'\n", path);
		exit(2);
	}
	free(path);
	return full;
}

int main(int argc, char **argv)
{
	struct vm_spec spec = {.id = "vm-bench",
		.accel = "tcg",
		.memory_mib = 512,
		.vcpus = 1,
		.boot_timeout_ns = 60 * NS_PER_S};
	size_t pairs = argc > 2 ? strtoul(argv[2], NULL, 10) : 20;
	int cpu =
		argc > 3 ? (int)strtol(argv[3], NULL, 10) : (int)sysconf(_SC_NPROCESSORS_ONLN) - 1;
	struct vm_host *host;
	struct err err = {0};

	if (argc < 2 || argc == 5 || !arch_parse(argv[1], &spec.arch) || pairs < 2 ||
		pairs > PAIRS_MAX) {
		fputs("usage: vm-bench x86_64|aarch64 [PAIRS [HOST-CPU [IMAGE SMALL]]]\n", stderr);
		return 2;
	}
	spec.cpu_pin = cpu;
	spec.kernel = image(argv[1], "vmlinuz");
	spec.initrd = image(argv[1], "initramfs");
	spec.disk = image(argv[1], "root.squashfs");
	if (vm_host_open(&(struct vm_host_spec){.cache_dir = "build/cache/libvirt"}, &host, &err) <
		0)
		die("libvirt", &err);
	if (argc > 5)
		measure_images(host, &spec, pairs, argv + 4);
	else
		measure(host, &spec, pairs, cpu);
	vm_host_close(host);
	return 0;
}
