/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * An environment is an ordered stack of layers over the host, at a point of a sweep
 * (model/point.h); the empty stack is `native`. Its id is derived from both and parses back to
 * them: "native", "user-aarch64", "vm-x86_64-tcg", "vm-x86_64-tcg+user-aarch64", "box64-x86_64",
 * "vm-x86_64-tcg@vcpus2". Nothing but the id is needed: what a command layer's name stands for is
 * in model/command_layer.h.
 */
#ifndef MODEL_ENVIRONMENT_H
#define MODEL_ENVIRONMENT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "model/arch.h"
#include "model/point.h"

#define ENV_LAYERS_MAX 4
#define ENV_ID_MAX 128
#define LAYER_NAME_MAX 32
#define ENV_ROLE_MAX (ENV_ID_MAX + 16)

#define ACCELS(X)                                                                                  \
	X(TCG, "tcg")                                                                              \
	X(KVM, "kvm")
enum accel {
#define X(id, text) ACCEL_##id,
	ACCELS(X)
#undef X
};
const char *accel_text(enum accel accel);

#define LAYER_KINDS(X)                                                                             \
	X(USER, "user")	      /* QEMU user mode: runs programs of `arch` */                        \
	X(VM, "vm")	      /* a virtual machine of `arch` under `accel` */                      \
	X(COMMAND, "command") /* a command, called `name`, that runs programs of `arch` */
enum layer_kind {
#define X(id, text) LAYER_##id,
	LAYER_KINDS(X)
#undef X
};
/* NULL-terminated, in the order of the enum: for field tables. */
extern const char *const layer_kind_names[];
const char *layer_kind_text(enum layer_kind kind);

struct layer {
	enum layer_kind kind;
	enum arch arch;		   /* of the programs that run on top of it */
	enum accel accel;	   /* LAYER_VM only */
	char name[LAYER_NAME_MAX]; /* LAYER_COMMAND only: the NAME of "NAME-ARCH" */
};

struct environment {
	struct layer layers[ENV_LAYERS_MAX]; /* [0] stands on the host */
	size_t n;
	struct point point;
	char id[ENV_ID_MAX]; /* derived; set by environment_name() */
};

/* Derives the id from stack and point. */
void environment_name(struct environment *env);
int environment_parse(const char *id, struct environment *ret, struct err *err);
/* The architecture of the programs it runs. */
enum arch environment_arch(const struct environment *env);
/* The VM at the bottom of the stack, or NULL: a composition shares its VM's boot. */
const struct layer *environment_vm(const struct environment *env);
/* What is booted for it, the stack cut down to its VM and the VM's own limits:
 * "vm-x86_64-tcg@vcpus2" for "vm-x86_64-tcg+user-aarch64@vcpus2-threads2". */
struct environment environment_base(const struct environment *env);
/* The stack alone, at the default point. */
struct environment environment_stack(const struct environment *env);
/* What its overhead is measured against: native of the same size, with as many threads. */
struct environment environment_reference(const struct environment *env);
/* False, with err, when a VM stands anywhere but at the bottom, or a command layer on or below
 * anything but a VM: its command knows nothing of other layers; or when limits of a VM are set
 * without one. */
bool environment_is_sound(const struct environment *env, struct err *err);
bool environment_is_native(const struct environment *env);
/* The same of ids, for those who have no more. */
bool environment_id_is_native(const char *id);
void environment_id_reference(const char *id, char ret[static ENV_ID_MAX]);
/* What it is to a host of this architecture: the id, "host" or "foreign" in an architecture's
 * place. On an x86_64 host "user-aarch64" has the role "user-foreign", and so has "user-x86_64" on
 * an aarch64 host. */
void environment_id_role(const char *id, enum arch host, char ret[static ENV_ROLE_MAX]);
/* One stack, at whatever points. */
bool environment_id_same_stack(const char *a, const char *b);
/* The command layer on top of the stack, or NULL. */
const struct layer *environment_command(const struct environment *env);

/* Can a command layer be called so? [a-z0-9]+(-[a-z0-9]+)*, shorter than LAYER_NAME_MAX, the first
 * word none that other layers or the empty stack begin with. */
bool layer_name_is_valid(const char *name);

#endif
