/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vm-boot: boots guests from a shell, for tests and measurements of vm/. Prints one JSON object a
 * line: first {"root", "pid"}, then each boot, each execution, and the error that ended it.
 *
 *	vm-boot [OPTIONS] [-- PROGRAM ARGS…]
 *	  -a ARCH  -A tcg|kvm  -M MACHINE  -c CPU  -m MIB  -v VCPUS  -p HOST-CPU
 *	  -i DIR   folder of vmlinuz, initramfs and root.squashfs (build/images/ARCH)
 *	  -I FILE  another initramfs     -d FILE  another disk, "none" for none
 *	  -C FILE  console               -k WORDS kernel command line
 *	  -n N     boots (1)             -t MS    limit for a boot   -T MS  limit for a program
 *	  -g MS    how much longer the host waits for it
 *	  -o BYTES limit for its stdout  -u URI   libvirt connection
 *	  -N NAMES what the names of guests begin with
 *	  -s MS    suspend for so long after boot, and ping before and after
 *	  -w MS    wait so long before destroying
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "vm/vm.h"

struct options {
	struct vm_spec spec;
	struct vm_exec exec;
	const char *images, *initrd, *disk, *uri, *names;
	uint64_t suspend_ms, wait_ms;
	unsigned boots;
};

static volatile sig_atomic_t stop;

static void on_signal(int signo)
{
	stop = signo;
}

static void print_line(struct str *line)
{
	puts(str_text(line));
	fflush(stdout);
	str_release(line);
}

static int fail(const struct err *err)
{
	struct str line = {0};
	struct json_writer w;

	json_writer_init(&w, &line, false);
	jw_begin_object(&w, NULL);
	jw_string(&w, "error", err->text);
	jw_u64(&w, "errno", (uint64_t)err->code);
	jw_end_object(&w);
	print_line(&line);
	return 1;
}

static void print_host(const struct vm_host *host)
{
	struct str line = {0};
	struct json_writer w;

	json_writer_init(&w, &line, false);
	jw_begin_object(&w, NULL);
	jw_string(&w, "root", vm_host_root(host));
	jw_u64(&w, "pid", (uint64_t)getpid());
	jw_string(&w, "libvirt", vm_host_libvirt(host));
	jw_end_object(&w);
	print_line(&line);
}

static void print_boot(const struct vm_boot *boot, uint64_t destroy_ns)
{
	struct str line = {0};
	struct json_writer w;

	json_writer_init(&w, &line, false);
	jw_begin_object(&w, NULL);
	jw_u64(&w, "create_ns", boot->create_ns);
	jw_u64(&w, "hello_ns", boot->hello_ns);
	if (destroy_ns)
		jw_u64(&w, "destroy_ns", destroy_ns);
	jw_string(&w, "accel", boot->accel);
	jw_string(&w, "cpu", boot->cpu);
	jw_string(&w, "machine", boot->machine);
	jw_string(&w, "qemu", boot->qemu);
	jw_u64(&w, "vcpus", boot->vcpus);
	jw_string(&w, "guest_arch", boot->guest_arch);
	jw_string(&w, "guest_release", boot->guest_release);
	jw_u64(&w, "guest_mem_kib", boot->guest_mem_kib);
	jw_end_object(&w);
	print_line(&line);
}

static void print_result(const struct vm_result *result)
{
	char end[PROC_END_TEXT_MAX];
	struct str line = {0};
	struct json_writer w;

	json_writer_init(&w, &line, false);
	jw_begin_object(&w, NULL);
	jw_string(&w, "end", proc_end_text(&result->proc, end));
	jw_u64(&w, "host_ns", result->proc.end_ns - result->proc.begin_ns);
	jw_u64(&w, "guest_ns", result->guest_end_ns - result->guest_begin_ns);
	jw_u64(&w, "user_ns", result->proc.user_ns);
	jw_u64(&w, "sys_ns", result->proc.sys_ns);
	jw_u64(&w, "max_rss_kib", result->proc.max_rss_kib);
	jw_u64(&w, "host_cpu_ns", result->host_cpu_ns);
	jw_u64(&w, "oom_kills", result->oom_kills);
	jw_u64(&w, "stdout_bytes", result->proc.out.len);
	jw_string(&w, "stdout", result->proc.out.len < 4096 ? str_text(&result->proc.out) : NULL);
	jw_string(&w, "stderr", str_text(&result->proc.err));
	jw_end_object(&w);
	print_line(&line);
}

/* So that whoever kills this process can say when. */
static void print_phase(const char *phase)
{
	printf("{\"phase\":\"%s\"}\n", phase);
	fflush(stdout);
}

static int suspend_for(struct vm *vm, uint64_t ms, struct err *err)
{
	struct vm_clock before, after;
	struct str line = {0};
	struct json_writer w;
	uint64_t begin_ns;
	int r;

	if ((r = vm_ping(vm, &before, err)) < 0 || (r = vm_suspend(vm, err)) < 0 ||
		(r = vm_suspend(vm, err)) < 0)
		return r;
	print_phase("suspended");
	begin_ns = clock_now_ns();
	clock_sleep_until(begin_ns + ms * NS_PER_MS);
	if ((r = vm_resume(vm, err)) < 0 || (r = vm_resume(vm, err)) < 0 ||
		(r = vm_ping(vm, &after, err)) < 0)
		return r;
	json_writer_init(&w, &line, false);
	jw_begin_object(&w, NULL);
	jw_u64(&w, "suspended_host_ns", after.host_before_ns - before.host_after_ns);
	jw_u64(&w, "suspended_guest_ns", after.guest_ns - before.guest_ns);
	jw_end_object(&w);
	print_line(&line);
	return 0;
}

/* Two executions, so that one sees whether the guest survived the first. */
static int exec_twice(struct vm *vm, const struct options *o, struct err *err)
{
	for (int i = 0; i < 2; i++) {
		struct vm_result result;
		int r = vm_exec(vm, &o->exec, &result, err);

		if (r >= 0)
			print_result(&result);
		vm_result_release(&result);
		if (r < 0)
			fail(err);
		if (vm_broken(vm))
			return r;
	}
	return 0;
}

static int use(struct vm *vm, const struct options *o, struct err *err)
{
	int r = 0;

	if (o->suspend_ms)
		r = suspend_for(vm, o->suspend_ms, err);
	if (r >= 0)
		print_phase("running");
	if (r >= 0 && o->exec.argv)
		r = exec_twice(vm, o, err);
	if (r >= 0 && o->wait_ms && !stop)
		clock_sleep_until(deadline_in(o->wait_ms * NS_PER_MS));
	return r;
}

static int boot_once(struct vm_host *host, const struct options *o, struct err *err)
{
	struct vm_boot boot;
	struct vm *vm;
	uint64_t begin_ns;
	bool quiet = !o->exec.argv && !o->wait_ms && !o->suspend_ms;
	int r = vm_boot(host, &o->spec, &vm, &boot, err);

	if (r < 0)
		return r;
	if (!quiet)
		print_boot(&boot, 0);
	r = use(vm, o, err);
	begin_ns = clock_now_ns();
	vm_destroy(vm);
	if (quiet)
		print_boot(&boot, clock_now_ns() - begin_ns);
	return r;
}

static const char *absolute(const char *dir, const char *name)
{
	_cleanup_free_ char *path = dir ? xasprintf("%s/%s", dir, name) : xstrdup(name);
	char *full = realpath(path, NULL);

	if (!full) {
		fprintf(stderr, "vm-boot: there is no '%s'\n", path);
		exit(2);
	}
	return full;
}

/* Options that are text: where it goes. NULL: it is none of them. */
static const char **text_option(struct options *o, int c)
{
	switch (c) {
	case 'A':
		return &o->spec.accel;
	case 'M':
		return &o->spec.machine;
	case 'c':
		return &o->spec.cpu;
	case 'i':
		return &o->images;
	case 'I':
		return &o->initrd;
	case 'd':
		return &o->disk;
	case 'C':
		return &o->spec.console_path;
	case 'k':
		return &o->spec.cmdline;
	case 'u':
		return &o->uri;
	case 'N':
		return &o->names;
	default:
		return NULL;
	}
}

static bool set_number(struct options *o, int c, uint64_t value)
{
	switch (c) {
	case 'm':
		o->spec.memory_mib = value;
		break;
	case 'v':
		o->spec.vcpus = (unsigned)value;
		break;
	case 'p':
		o->spec.cpu_pin = (int)value;
		break;
	case 'n':
		o->boots = (unsigned)value;
		break;
	case 't':
		o->spec.boot_timeout_ns = value * NS_PER_MS;
		break;
	case 'T':
		o->exec.timeout_ns = value * NS_PER_MS;
		break;
	case 'g':
		o->exec.grace_ns = value * NS_PER_MS;
		break;
	case 'o':
		o->exec.stdout_max = (uint32_t)value;
		break;
	case 's':
		o->suspend_ms = value;
		break;
	case 'w':
		o->wait_ms = value;
		break;
	default:
		return false;
	}
	return true;
}

static void find_images(struct options *o)
{
	if (!o->images)
		o->images = xasprintf("build/images/%s", arch_text(o->spec.arch));
	o->spec.kernel = absolute(o->images, "vmlinuz");
	o->spec.initrd = o->initrd ? absolute(NULL, o->initrd) : absolute(o->images, "initramfs");
	if (!o->disk)
		o->spec.disk = absolute(o->images, "root.squashfs");
	else if (strcmp(o->disk, "none"))
		o->spec.disk = absolute(NULL, o->disk);
}

static void parse(int argc, char **argv, struct options *o)
{
	int c;

	while ((c = getopt(argc, argv, "+a:A:M:c:m:v:p:i:I:d:C:k:n:t:T:g:o:u:N:s:w:")) != -1) {
		const char **text = text_option(o, c);
		bool known = text || (c == 'a' ? arch_parse(optarg, &o->spec.arch)
					       : set_number(o, c, strtoull(optarg, NULL, 10)));

		if (!known)
			exit(2);
		if (text)
			*text = optarg;
	}
	if (optind < argc)
		o->exec.argv = argv + optind;
	find_images(o);
}

int main(int argc, char **argv)
{
	static char *const envp[] = {"PATH=/bin", NULL};
	struct options o = {
		.spec = {.id = "vm-boot",
			.arch = arch_host(),
			.accel = "tcg",
			.memory_mib = 512,
			.vcpus = 1,
			.cpu_pin = VM_CPU_ANY,
			.boot_timeout_ns = 60 * NS_PER_S},
		.exec = {.envp = envp,
			.cpu = VM_CPU_ANY,
			.timeout_ns = 10 * NS_PER_S,
			.stdout_max = 65536,
			.stderr_max = 4096},
		.boots = 1,
	};
	const char *cache = getenv("VM_CACHE");
	struct vm_host *host;
	struct err err = {0};
	int r;

	parse(argc, argv, &o);
	sigaction(SIGINT, &(struct sigaction){.sa_handler = on_signal}, NULL);
	sigaction(SIGTERM, &(struct sigaction){.sa_handler = on_signal}, NULL);
	r = vm_host_open(&(struct vm_host_spec){.uri = o.uri,
				 .names = o.names,
				 .cache_dir = cache ? cache : "build/cache/libvirt",
				 .stop = &stop},
		&host, &err);
	if (r < 0)
		return fail(&err);
	print_host(host);
	for (unsigned i = 0; i < o.boots && r >= 0; i++)
		r = boot_once(host, &o, &err);
	vm_host_close(host);
	return r < 0 ? fail(&err) : 0;
}
