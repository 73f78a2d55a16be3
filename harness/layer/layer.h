/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The layer contract. A layer is one of two things, and its operations say which:
 *
 *   - a place (vm): somewhere else to start processes; it can only stand on the host;
 *   - a prefix (user, command): words in front of the command line, in whatever place is below.
 *
 * An environment is run by opening the place at its bottom (layer_place_open, or the host) and
 * building the command line from the top (stack_command). Compositions are nothing more than that.
 *
 * Adding a kind of layer: a row in LAYER_KINDS (model/environment.h), a file layer_NAME.c, and a
 * row in the table of layer.c.
 */
#ifndef LAYER_LAYER_H
#define LAYER_LAYER_H

#include <signal.h>

#include "base/err.h"
#include "base/str.h"
#include "layer/place.h"
#include "model/command_layer.h"
#include "model/cpu.h"
#include "model/environment.h"
#include "model/host.h"
#include "model/root.h"
#include "model/verdict.h"
#include "vm/uri.h"

struct vm_host;

struct layer_ctx {
	const struct host *host;
	const char *kvm_remedy; /* what to do when host->kvm is not "ok" */
	const char *home;	/* kernels and initramfs lie below home/build */
	const char *programs;	/* the folder that holds workloads/ARCH/NAME.PROGRAM */
	const char *disks;	/* holds ARCH/root.squashfs with the same programs, for guests */
	const char *connect;	/* libvirt URI; NULL: embedded. Set by layer_ctx_connect() */
	struct vm_uri uri;	/* what it says */
	bool kvm_denied;	/* host->kvm is not "ok" only for want of permission */
	char unconnected[REASON_MAX]; /* why it cannot be connected to; "": it is, or not tried */
	char unconnected_remedy[REASON_MAX];
	const struct command_layers *commands; /* what command layers stand for */
	const struct cpu_choice *cpus; /* CPU models that were chosen, by enum arch; NULL: none */
	const volatile sig_atomic_t *stop;
	struct vm_host *vms; /* opened by layer_ctx_open_vms(), closed by layer_ctx_close() */
};

/* What a place is opened with. */
struct place_spec {
	uint64_t memory_mib;
	unsigned vcpus;
	uint64_t deadline_ns;
	const char *console_path;	 /* NULL: the console is not kept */
	const struct root *const *roots; /* images that programs will see as '/' */
	size_t nroots;
};

struct layer_ops {
	/* Can it be used on top of `below` (NULL: the host)? Fills status, reason, remedy, detail.
	 */
	void (*check)(const struct layer *l, const struct layer *below, const struct layer_ctx *ctx,
		struct verdict *ret);
	/* Prefixes: appends the words that stand in front of the program. `inside`: they are
	 * started in a guest or a root image, where GUEST_ROOT is. NULL for places. */
	void (*prefix)(const struct layer *l, bool inside, const struct point *point,
		const struct layer_ctx *ctx, struct argv *argv);
	/* Prefixes: sets the environment variables that they ask for. NULL: none. */
	void (*variables)(const struct layer *l, const struct point *point,
		const struct layer_ctx *ctx, struct argv *variables);
	/* Places: opens one and fills what was read back from it. NULL for prefixes. */
	int (*open)(const struct layer *l, struct layer_ctx *ctx, const struct place_spec *spec,
		struct place **ret, struct boot *boot, struct err *err);
};

const struct layer_ops *layer_ops(enum layer_kind kind);

/* Judges the whole stack: the first layer that cannot be used decides. */
void stack_check(const struct environment *env, const struct layer_ctx *ctx, struct verdict *ret);

/* The command line for `program` (a path below ctx->programs, for example
 * "workloads/x86_64/matmul.blas") with its arguments, as it is typed in the environment's place. */
void stack_command(const struct environment *env, const struct layer_ctx *ctx, const char *program,
	char *const *args, struct argv *ret);

/* The same for the command of a package workload, inside its root image: the runner
 * (workloads/package/runner.c), a program of the place's architecture, with its options, and behind
 * them what it is to run. */
void stack_package_command(const struct environment *env, const struct layer_ctx *ctx,
	char *const *options, char *const *command, struct argv *ret);

/* Is what the program starts in turn translated too, where the kernel can be told of the translator
 * (workloads/package/children.h)? sandbox_check_children() asks this host's; guests' kernels can.
 * The runner must then be able to mount: exec_spec.mounts. */
bool stack_translates_children(const struct environment *env);

/* The same for a script: `interpreter` of the root image, a translated one where the environment
 * says so, and `program`, which is a script, with its arguments. */
void stack_script_command(const struct environment *env, const struct layer_ctx *ctx,
	const char *interpreter, const char *program, char *const *args, struct argv *ret);

/* Sets what the layers want in the environment of the command line: NAME=VALUE words. */
void stack_variables(
	const struct environment *env, const struct layer_ctx *ctx, struct argv *variables);

/* Opens the VM at the bottom of the stack. The host's place is place_host_new(). */
int layer_place_open(const struct environment *env, struct layer_ctx *ctx,
	const struct place_spec *spec, struct place **ret, struct boot *boot, struct err *err);

/* VMs are run through this libvirt; NULL: the embedded one. The text must outlive ctx. ERR_INPUT
 * when it is no URI that can be used. */
int layer_ctx_connect(struct layer_ctx *ctx, const char *uri, struct err *err);
/* Connects, so that stack_check() can ask the other side; when that fails VMs are refused with the
 * reason. Does nothing for the embedded driver, of which only the first boot has need. */
void layer_ctx_try_vms(struct layer_ctx *ctx);
/* Connects to libvirt; must come before the process has threads. Does nothing the second time. */
int layer_ctx_open_vms(struct layer_ctx *ctx, struct err *err);
void layer_ctx_close(struct layer_ctx *ctx);

/* Where the root disk, which holds workloads/ and qemu/, is mounted in a guest; and where the same
 * is in a root image. */
#define GUEST_ROOT "/toll"

extern const struct layer_ops layer_user_ops, layer_vm_ops, layer_command_ops;

#endif
