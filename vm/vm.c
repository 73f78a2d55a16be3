/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/vm.h"

#include <libvirt/virterror.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"
#include "vm/domain.h"
#include "vm/console_stream.h"
#include "vm/machine.h"
#include "vm/qemus.h"
#include "vm/store.h"
#include "vm/stream.h"

/* How long libvirt and QEMU may take for what takes milliseconds. */
#define CALL_TIMEOUT_NS (20 * NS_PER_S)
#define CONSOLE_TEXT_MAX 240

/* ---- broken guests ---- */

static bool qemu_ended(const struct vm *vm)
{
	struct pollfd p = {.fd = vm->pidfd, .events = POLLIN};

	return vm->pid && poll(&p, 1, 0) == 1;
}

int vm_break(struct vm *vm, struct err *err)
{
	struct err unsaid = {.code = EIO, .text = "it does not answer"};
	struct str text = {0}, tail = {0};

	err = err ? err : &unsaid;
	if (vm->broken[0])
		return err_set(err, err->code, "%s", vm->broken);
	str_add(&text, err->text);
	if (qemu_ended(vm))
		str_add(&text, "; its QEMU has ended");
	if (!vm->host->root && virConnectIsAlive(vm->host->conn) != 1)
		str_add(&text, "; the connection to libvirt is lost, the next boot opens it again");
	if (vm->console && err->code != ERR_INTERRUPTED)
		console_tail(vm->console, CONSOLE_TEXT_MAX, &tail);
	if (tail.len)
		str_addf(&text, "; its console ends with: %s", str_text(&tail));
	str_copy(vm->broken, sizeof(vm->broken), str_text(&text));
	str_release(&text);
	str_release(&tail);
	return err_set(err, err->code, "%s", vm->broken);
}

int vm_check_usable(const struct vm *vm, struct err *err)
{
	if (vm->broken[0])
		return err_set(err, EPIPE, "%s is broken: %s", vm->id, vm->broken);
	if (vm->suspended)
		return err_set(err, EBUSY, "%s is suspended", vm->id);
	return 0;
}

const char *vm_broken(const struct vm *vm)
{
	return vm->broken[0] ? vm->broken : NULL;
}

/* ---- boot ---- */

static struct vm *vm_new(struct vm_host *host, const struct vm_spec *spec)
{
	struct vm *vm = xcalloc(1, sizeof(*vm));

	vm->host = host;
	vm->pidfd = -1;
	vm->id = xstrdup(spec->id);
	vm->name = xasprintf("%s-%u", host->names, ++host->boots);
	vm->match = xasprintf("guest=%s,", vm->name);
	if (spec->console_path) {
		vm->console = xstrdup(spec->console_path);
	} else if (host->root) {
		vm->console = xasprintf("%s/%s.console", host->root, vm->name);
		vm->console_is_temporary = true;
	}
	return vm;
}

/* From here on the QEMU can be watched and collected, and cannot fill the disk: the console is the
 * only file it writes. */
static void adopt_qemu(struct vm *vm)
{
	struct rlimit limit = {VM_CONSOLE_MAX, VM_CONSOLE_MAX};

	vm->pid = vm->qemu = qemus_find(vm->host->root, vm->match, &vm->pidfd);
	if (vm->pid)
		prlimit(vm->pid, RLIMIT_FSIZE, &limit, NULL);
}

/* Returns why the guard had to kill, or 0. */
static int start_domain(
	struct vm *vm, const struct vm_spec *spec, uint64_t deadline_ns, uint64_t *ret_ns)
{
	unsigned flags = vm->host->root ? 0 : VIR_DOMAIN_START_AUTODESTROY;
	const char *console = vm->console && !vm->host->root ? DOMAIN_CONSOLE_STREAM : vm->console;
	struct str xml = {0};
	uint64_t begin_ns;
	int fired;

	domain_xml(spec, vm->name, console, !vm->host->untrimmed, &xml);
	guard_begin(vm->host, vm->match, deadline_ns);
	begin_ns = clock_now_ns();
	vm->domain = virDomainCreateXML(vm->host->conn, str_text(&xml), flags);
	*ret_ns = clock_now_ns() - begin_ns;
	fired = guard_end(vm->host);
	str_release(&xml);
	return fired;
}

static int create_domain(struct vm *vm, const struct vm_spec *spec, uint64_t deadline_ns,
	uint64_t *ret_ns, struct err *err)
{
	int fired = start_domain(vm, spec, deadline_ns, ret_ns);

	if (!vm->domain && !fired && !vm->host->untrimmed &&
		strstr(virGetLastErrorMessage(), "namespace capability")) {
		vm->host->untrimmed = true;
		fired = start_domain(vm, spec, deadline_ns, ret_ns);
	}
	if (fired || !vm->domain)
		err_libvirt(err, "libvirt cannot start it");
	if (vm->host->root)
		adopt_qemu(vm);
	if (fired)
		return err_set(err, -fired, "%s",
			fired == -ETIMEDOUT ? "QEMU did not start in time" : "interrupted");
	return vm->domain ? 0 : -EIO;
}

static int connect_agent(struct vm *vm, uint64_t deadline_ns, struct err *err)
{
	struct transport transport;
	int r = 0, fired;

	guard_begin(vm->host, vm->match, deadline_ns);
	if (vm->console && !vm->host->root)
		r = console_stream_open(
			vm->host->conn, vm->domain, vm->console, &vm->console_stream, err);
	if (r >= 0)
		r = stream_open(vm->host->conn, vm->domain, WIRE_PORT_NAME, &transport, err);
	fired = guard_end(vm->host);
	if (r < 0)
		return fired ? err_set(err, -fired, "libvirt does not open its channel: %s",
				       fired == -ETIMEDOUT ? "timed out" : "interrupted")
			     : r;
	vm->channel = channel_new(transport, vm->host->stop);
	return 0;
}

static int receive_hello(struct vm *vm, uint64_t deadline_ns, struct vm_boot *ret, struct err *err)
{
	struct wire_header header;
	struct wire_hello hello;
	const uint8_t *payload;
	int r = channel_receive(vm->channel, deadline_ns, &header, &payload, err);

	if (r < 0)
		return r;
	if (header.type != WIRE_HELLO || wire_get_hello(payload, header.len, &hello) < 0)
		return err_set(err, EPROTO, "the guest's agent did not begin with its hello");
	str_copy(ret->guest_arch, VM_TEXT_MAX, hello.arch);
	str_copy(ret->guest_release, VM_TEXT_MAX, hello.release);
	str_sanitize(ret->guest_arch);
	str_sanitize(ret->guest_release);
	ret->guest_cpus = hello.ncpus;
	ret->guest_mem_kib = hello.mem_kib;
	return 0;
}

static int boot(struct vm *vm, const struct vm_spec *spec, struct vm_boot *ret, struct err *err)
{
	uint64_t begin_ns = clock_now_ns();
	uint64_t deadline_ns = deadline_in(spec->boot_timeout_ns);
	int r;

	r = create_domain(vm, spec, deadline_ns, &ret->create_ns, err);
	if (r >= 0)
		r = connect_agent(vm, deadline_ns, err);
	if (r >= 0)
		r = receive_hello(vm, deadline_ns, ret, err);
	if (r < 0)
		return vm_break(vm, err);
	ret->hello_ns = clock_now_ns() - begin_ns;
	return live_read(vm, spec, ret, err);
}

/* The spec as the other side needs it: images where QEMU can read them, a CPU that it has. */
struct placed {
	struct vm_spec spec;
	char *kernel, *initrd, *disk;
	struct vm_disk disks[VM_DISKS_MAX]; /* their paths are heap */
	size_t ndisks;
};

static void placed_release(struct placed *placed)
{
	free(placed->kernel);
	free(placed->initrd);
	free(placed->disk);
	for (size_t i = 0; i < placed->ndisks; i++)
		free((char *)placed->disks[i].path);
}

static int place_disks(
	struct vm_host *host, const struct vm_spec *spec, struct placed *ret, struct err *err)
{
	if (spec->ndisks > VM_DISKS_MAX)
		return err_set(err, E2BIG, "%zu disks; a guest has room for %d", spec->ndisks,
			VM_DISKS_MAX);
	for (size_t i = 0; i < spec->ndisks; i++) {
		char *path = NULL;
		int r = store_place(host, spec->disks[i].path, &path, err);

		if (r < 0)
			return r;
		ret->disks[ret->ndisks++] =
			(struct vm_disk){.path = path, .serial = spec->disks[i].serial};
	}
	return 0;
}

static int place(
	struct vm_host *host, const struct vm_spec *spec, struct placed *ret, struct err *err)
{
	int r;

	if ((r = store_place(host, spec->kernel, &ret->kernel, err)) < 0 ||
		(r = store_place(host, spec->initrd, &ret->initrd, err)) < 0)
		return r;
	if (spec->disk && (r = store_place(host, spec->disk, &ret->disk, err)) < 0)
		return r;
	r = place_disks(host, spec, ret, err);
	if (r < 0)
		return r;
	ret->spec = *spec;
	ret->spec.kernel = ret->kernel;
	ret->spec.initrd = ret->initrd;
	ret->spec.disk = ret->disk;
	ret->spec.disks = ret->disks;
	ret->spec.cpu_pin = host_cpu(host, spec->cpu_pin);
	if (ret->spec.cpu_pin != VM_CPU_ANY && (unsigned)ret->spec.cpu_pin + 1 < spec->vcpus)
		return err_set(err, ENODEV, "%u vCPUs, and the host has %d CPUs to pin them to",
			spec->vcpus, ret->spec.cpu_pin + 1);
	return 0;
}

int vm_boot(struct vm_host *host, const struct vm_spec *spec, struct vm **ret,
	struct vm_boot *ret_boot, struct err *err)
{
	_cleanup_(placed_release) struct placed placed = {0};
	struct vm_boot info = {0};
	struct err dropped = {0};
	struct vm *vm;
	int r;

	err = err ? err : &dropped;
	qemus_reap();
	if (host_ready(host, err) < 0 || host_probe(host, spec, err) < 0 ||
		place(host, spec, &placed, err) < 0)
		return err_wrap(err, "booting %s", spec->id);
	vm = vm_new(host, spec);
	r = boot(vm, &placed.spec, &info, err);
	if (r < 0) {
		vm_destroy(vm);
		return err_wrap(err, "booting %s", spec->id);
	}
	*ret = vm;
	*ret_boot = info;
	return 0;
}

int vm_host_prove(
	struct vm_host *host, const struct vm_spec *spec, uint64_t *ret_hello_ns, struct err *err)
{
	struct proof *proof = &host->proofs[spec->arch][!strcmp(spec->accel, "kvm")];
	struct vm_boot boot = {0};
	struct vm *vm = NULL;
	int r;

	if (!proof->done) {
		proof->why = (struct err){0};
		r = vm_boot(host, spec, &vm, &boot, &proof->why);
		vm_destroy(vm);
		/* An interruption says nothing about the other side. */
		proof->done = r != -ERR_INTERRUPTED;
		proof->hello_ns = boot.hello_ns;
	}
	if (proof->why.code)
		return err_set(err, proof->why.code, "%s", proof->why.text);
	*ret_hello_ns = proof->hello_ns;
	return 0;
}

/* ---- suspension ---- */

static int change_state(struct vm *vm, bool suspend, struct err *err)
{
	int r, fired;

	guard_begin(vm->host, vm->match, deadline_in(CALL_TIMEOUT_NS));
	r = suspend ? virDomainSuspend(vm->domain) : virDomainResume(vm->domain);
	fired = guard_end(vm->host);
	if (fired)
		err_set(err, -fired, "QEMU did not %s in time", suspend ? "pause" : "go on");
	else if (r < 0)
		err_libvirt(err, "cannot %s", suspend ? "suspend" : "resume");
	else
		vm->suspended = suspend;
	return fired || r < 0 ? vm_break(vm, err) : 0;
}

static int set_suspended(struct vm *vm, bool suspend, struct err *err)
{
	struct err dropped = {0};

	err = err ? err : &dropped;
	if (vm->broken[0])
		return vm_check_usable(vm, err);
	if (vm->suspended == suspend)
		return 0;
	return change_state(vm, suspend, err) < 0 ? err_wrap(err, "%s", vm->id) : 0;
}

int vm_suspend(struct vm *vm, struct err *err)
{
	return set_suspended(vm, true, err);
}

int vm_resume(struct vm *vm, struct err *err)
{
	return set_suspended(vm, false, err);
}

/* ---- the end ---- */

/* Left to libvirt this takes at least 0.2 s, and 2 s where init is slow to collect an orphan. The
 * QEMU is a child by adoption: kill it and collect it; libvirt notices by itself and drops its
 * transient domain (vm_host_close() waits for that). */
static void kill_qemu(struct vm *vm)
{
	struct pollfd p = {.fd = vm->pidfd, .events = POLLIN};
	uint64_t deadline_ns = deadline_in(CALL_TIMEOUT_NS);

	syscall(SYS_pidfd_send_signal, vm->pidfd, SIGKILL, NULL, 0);
	while (poll(&p, 1, deadline_poll_ms(deadline_ns)) < 1 && !deadline_passed(deadline_ns))
		;
	waitpid(vm->pid, NULL, WNOHANG);
}

static void destroy_domain(struct vm *vm)
{
	guard_begin(vm->host, vm->match, deadline_in(CALL_TIMEOUT_NS));
	virDomainDestroy(vm->domain);
	guard_end(vm->host);
}

/* Ending a stream asks the other side, which may be gone. */
static void hang_up(struct vm *vm)
{
	guard_begin(vm->host, vm->match, deadline_in(CALL_TIMEOUT_NS));
	channel_free(vm->channel);
	console_stream_close(vm->console_stream);
	guard_end(vm->host);
}

void vm_destroy(struct vm *vm)
{
	if (!vm)
		return;
	if (vm->pid)
		kill_qemu(vm);
	else if (vm->domain)
		destroy_domain(vm);
	hang_up(vm);
	if (vm->domain)
		virDomainFree(vm->domain);
	qemus_reap();
	if (vm->console_is_temporary)
		unlink(vm->console);
	cleanup_fd(&vm->pidfd);
	free(vm->console);
	free(vm->match);
	free(vm->name);
	free(vm->id);
	free(vm);
}
