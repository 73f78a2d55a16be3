/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A libvirt guest as a place: one accelerator, one named CPU model, pinned to the measuring CPU.
 */
#include "layer/layer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "vm/clocks.h"
#include "vm/kernel.h"
#include "vm/vm.h"

struct place_vm {
	struct place place;
	struct vm *vm;
};

/* Without its own accelerator the host's CPU cannot be passed through: a guest under KVM has the
 * host's, all others the named model. */
static const char *guest_cpu(const struct layer *l, const struct layer_ctx *ctx)
{
	return l->accel == ACCEL_KVM ? NULL : cpu_model(ctx->cpus, l->arch);
}

static char *image(const struct layer_ctx *ctx, const struct layer *l, const char *file)
{
	if (!strcmp(file, "root.squashfs"))
		return xasprintf("%s/%s/%s", ctx->disks, arch_text(l->arch), file);
	return xasprintf("%s/build/images/%s/%s", ctx->home, arch_text(l->arch), file);
}

/* ---- check ---- */

#define PROOF_NS (30 * NS_PER_S)
#define PROOF_MIB 256
#define KVM_REMEDY                                                                                 \
	"see to /dev/kvm and QEMU on the libvirt host (is it nested?), or leave this environment " \
	"out"

/* The local /dev/kvm says nothing about another machine; on this one a daemon may have the
 * permission that this user lacks. */
static bool local_kvm_decides(const struct layer_ctx *ctx)
{
	return !ctx->uri.remote && (ctx->uri.shares_files || !ctx->kvm_denied);
}

/* What the libvirt that VMs go through says; the embedded one is asked at the first boot only. */
static bool connection_has(const struct layer *l, const struct layer_ctx *ctx, struct verdict *ret)
{
	struct err err = {0};

	if (ctx->unconnected[0])
		verdict_refuse(ret, ctx->unconnected_remedy, ctx->unconnected);
	else if (ctx->vms && vm_host_check(ctx->vms, l->arch, accel_text(l->accel), &err) < 0)
		verdict_refuse(ret,
			err.code != ENODEV	? ""
			: l->accel == ACCEL_KVM ? KVM_REMEDY
						: "install QEMU for that architecture on the "
						  "libvirt host, or a newer one, or leave this "
						  "environment out",
			err.text);
	return ret->status == STATUS_OK;
}

static bool has_images(const struct layer *l, const struct layer_ctx *ctx, struct verdict *ret)
{
	static const char *const files[] = {"vmlinuz", "initramfs", "root.squashfs"};
	_cleanup_free_ char *kernel = image(ctx, l, files[0]);
	struct err err = {0};

	for (size_t i = 0; i < ARRAY_LEN(files); i++) {
		_cleanup_free_ char *path = image(ctx, l, files[i]);
		_cleanup_free_ char *why = NULL;

		if (file_exists(path))
			continue;
		why = xasprintf("the guest image '%s' is not there", path);
		verdict_refuse(ret, "make images", why);
		return false;
	}
	if (vm_kernel_check(kernel, l->arch, &err) < 0)
		verdict_refuse(ret, "remove it and make it again: make images", err.text);
	return ret->status == STATUS_OK;
}

/* Is KVM alive where this process cannot try it itself? A guest tells, of the kernel and initramfs
 * alone. */
static bool kvm_is_alive(const struct layer *l, const struct layer_ctx *ctx, struct verdict *ret)
{
	_cleanup_free_ char *kernel = image(ctx, l, "vmlinuz"), *why = NULL;
	struct environment env = {.n = 1, .layers = {*l}};
	_cleanup_free_ char *initrd = image(ctx, l, "initramfs");
	char time[DURATION_TEXT_MAX];
	struct err err = {0};
	uint64_t hello_ns;

	environment_name(&env);
	if (vm_host_prove(ctx->vms,
		    &(struct vm_spec){.id = env.id,
			    .arch = l->arch,
			    .accel = accel_text(l->accel),
			    .kernel = kernel,
			    .initrd = initrd,
			    .memory_mib = PROOF_MIB,
			    .vcpus = 1,
			    .cpu_pin = ctx->host->measure_cpu,
			    .boot_timeout_ns = PROOF_NS},
		    &hello_ns, &err) < 0) {
		why = xasprintf("KVM there was tried and gives no guest: %s", err.text);
		verdict_refuse(ret, KVM_REMEDY, why);
		return false;
	}
	snprintf(ret->detail, sizeof(ret->detail), ", a guest came up there in %s",
		duration_text(hello_ns, time));
	return true;
}

static void vm_check(const struct layer *l, const struct layer *below, const struct layer_ctx *ctx,
	struct verdict *ret)
{
	_cleanup_free_ char *emulator = xasprintf("qemu-system-%s", arch_text(l->arch));
	_cleanup_free_ char *found = file_find_program(emulator), *proof = NULL;
	bool kvm = l->accel == ACCEL_KVM, kvm_here = !strcmp(ctx->host->kvm, "ok");

	(void)below;
	if (kvm && !kvm_here && local_kvm_decides(ctx)) {
		verdict_refuse(ret, ctx->kvm_remedy, ctx->host->kvm);
		return;
	}
	if (!found && !ctx->connect) {
		_cleanup_free_ char *why = xasprintf("cannot find '%s'", emulator);

		verdict_refuse(ret, "apt-get install qemu-system-x86 qemu-system-arm", why);
		return;
	}
	if (!connection_has(l, ctx, ret) || !has_images(l, ctx, ret))
		return;
	if (kvm && (ctx->uri.remote || !kvm_here) && !kvm_is_alive(l, ctx, ret))
		return;
	proof = xstrdup(ret->detail);
	snprintf(ret->detail, sizeof(ret->detail), "accelerator %s, CPU %s%s%s%s",
		accel_text(l->accel), guest_cpu(l, ctx) ? guest_cpu(l, ctx) : "the host's",
		ctx->connect ? ", through " : "", ctx->connect ? ctx->connect : "", proof);
}

/* ---- the place ---- */

/* Both clocks are read before and after, so that the two durations are of the same window and
 * their ratio is free of the channel's latency. */
static int vm_place_exec(
	struct place *p, const struct exec_spec *spec, struct exec_result *ret, struct err *err)
{
	struct place_vm *place = (struct place_vm *)p;
	struct vm_clock before = {0}, after = {0};
	struct vm_result res = {0};
	struct vm_span span = {0};
	char serial[ROOT_KEY_LEN + 1] = "";
	int r = vm_ping(place->vm, &before, err);

	if (r < 0)
		return r;
	if (spec->root)
		root_key(spec->root, serial);
	r = vm_exec(place->vm,
		&(struct vm_exec){.argv = spec->argv,
			.envp = spec->envp,
			.root = spec->root ? serial : NULL,
			.cpu = VM_CPU_ANY,
			.timeout_ns = spec->timeout_ns,
			.stdout_max = (uint32_t)spec->stdout_max,
			.stderr_max = (uint32_t)spec->stderr_max},
		&res, err);
	ret->proc = res.proc;
	ret->start_ns = res.guest_begin_ns;
	ret->host_cpu_ns = res.host_cpu_ns;
	ret->oom_kills = res.oom_kills;
	if (!r)
		r = vm_ping(place->vm, &after, err);
	if (!r)
		r = vm_clock_span(
			&before, &after, res.guest_begin_ns, res.guest_end_ns, &span, err);
	if (r < 0)
		return r;
	ret->program_ns = res.guest_end_ns - res.guest_begin_ns;
	ret->host_wall_ns = span.host_ns;
	ret->guest_wall_ns = span.guest_ns;
	ret->clock_error_ns = span.error_ns;
	return 0;
}

static int vm_place_quiet(struct place *p, struct err *err)
{
	return vm_suspend(((struct place_vm *)p)->vm, err);
}

static int vm_place_wake(struct place *p, struct err *err)
{
	return vm_resume(((struct place_vm *)p)->vm, err);
}

static const char *vm_place_broken(const struct place *p)
{
	return vm_broken(((const struct place_vm *)p)->vm);
}

static void vm_place_close(struct place *p)
{
	struct place_vm *place = (struct place_vm *)p;

	vm_destroy(place->vm);
	free(place);
}

static const struct place_ops vm_place_ops = {
	.exec = vm_place_exec,
	.quiet = vm_place_quiet,
	.wake = vm_place_wake,
	.broken = vm_place_broken,
	.close = vm_place_close,
};

/* The images that programs in there will see as '/', as further disks. */
struct root_disks {
	struct vm_disk disks[VM_DISKS_MAX];
	char keys[VM_DISKS_MAX][ROOT_KEY_LEN + 1];
	size_t n;
};

static void root_disks_release(struct root_disks *d)
{
	for (size_t i = 0; i < d->n; i++)
		free((char *)d->disks[i].path);
}

static int root_disks_fill(const struct layer_ctx *ctx, const struct place_spec *spec,
	struct root_disks *ret, struct err *err)
{
	if (spec->nroots > VM_DISKS_MAX)
		return err_set(err, E2BIG,
			"programs of %zu root images; a guest has room for %d, choose fewer",
			spec->nroots, VM_DISKS_MAX);
	for (size_t i = 0; i < spec->nroots; i++) {
		root_key(spec->roots[i], ret->keys[i]);
		ret->disks[i] = (struct vm_disk){
			.path = root_path(ctx->home, spec->roots[i], "root.squashfs"),
			.serial = ret->keys[i]};
		ret->n++;
	}
	return 0;
}

static int vm_open(const struct layer *l, struct layer_ctx *ctx, const struct place_spec *spec,
	struct place **ret, struct boot *boot, struct err *err)
{
	_cleanup_free_ char *kernel = image(ctx, l, "vmlinuz");
	_cleanup_free_ char *initrd = image(ctx, l, "initramfs");
	_cleanup_free_ char *disk = image(ctx, l, "root.squashfs");
	_cleanup_(root_disks_release) struct root_disks roots = {0};
	struct place_vm *place;
	struct vm_boot got = {0};
	struct vm *vm = NULL;
	int r = layer_ctx_open_vms(ctx, err);

	if (!r)
		r = root_disks_fill(ctx, spec, &roots, err);
	if (!r)
		r = vm_boot(ctx->vms,
			&(struct vm_spec){.id = boot->env,
				.arch = l->arch,
				.accel = accel_text(l->accel),
				.cpu = guest_cpu(l, ctx),
				.kernel = kernel,
				.initrd = initrd,
				.disk = disk,
				.disks = roots.disks,
				.ndisks = roots.n,
				.memory_mib = spec->memory_mib,
				.vcpus = spec->vcpus,
				.cpu_pin = ctx->host->measure_cpu,
				.console_path = spec->console_path,
				.boot_timeout_ns = spec->deadline_ns},
			&vm, &got, err);
	if (r < 0)
		return r;
	boot->create_ns = got.create_ns;
	boot->hello_ns = got.hello_ns;
	boot->vcpus = got.vcpus;
	str_copy(boot->accel, sizeof(boot->accel), got.accel);
	str_copy(boot->cpu, sizeof(boot->cpu), got.cpu);
	str_copy(boot->machine, sizeof(boot->machine), got.machine);
	str_copy(boot->threads, sizeof(boot->threads), got.threads);
	str_copy(boot->qemu, sizeof(boot->qemu), got.qemu);
	str_copy(boot->libvirt, sizeof(boot->libvirt), got.libvirt);
	str_copy(boot->ran_on, sizeof(boot->ran_on), got.ran_on);
	place = xcalloc(1, sizeof(*place));
	*place = (struct place_vm){.place = {&vm_place_ops}, .vm = vm};
	*ret = &place->place;
	return 0;
}

const struct layer_ops layer_vm_ops = {.check = vm_check, .open = vm_open};
