/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A place is where processes are started: the host, or a guest. Places are the lower end of a
 * stack; the layers above one only put words in front of the command line.
 */
#ifndef LAYER_PLACE_H
#define LAYER_PLACE_H

#include <stdint.h>

#include "base/err.h"
#include "base/proc.h"
#include "model/sample.h"

struct root;
struct layer_ctx;

struct exec_spec {
	const struct root *root; /* the image that it sees as '/', argv[0] included; NULL: none */
	bool mounts; /* in an image: it may mount file systems, in a namespace of its own */
	char *const *argv;
	char *const *envp; /* complete environment */
	unsigned cpus;	   /* of the host that it may use; in a guest all, 0 is 1 */
	uint64_t timeout_ns;
	size_t stdout_max, stderr_max;
	const struct sample
		*label; /* cell, arm and block it is run for: for the replay, messages */
};

struct exec_result {
	struct proc_result proc; /* begin/end: host clock around the execution */
	uint64_t host_wall_ns;	 /* duration of the execution by the host's clock */
	uint64_t guest_wall_ns;	 /* of the same window by the guest's; 0: no clock of its own */
	uint64_t clock_error_ns; /* bound of the difference that reading the two made; 0 likewise */
	uint64_t program_ns;	 /* duration of the program itself, by the place's clock */
	uint64_t host_cpu_ns;	 /* CPU time of the host that it took, of a guest's QEMU all that it
				    used meanwhile; 0: not known */
	uint64_t oom_kills; /* processes that a guest's kernel ended meanwhile for want of memory */
	uint64_t start_ns;  /* the place's CLOCK_MONOTONIC just before the program started: what
			 the program's own clock readings are compared with */
};

struct place;

struct place_ops {
	/* 0: the program was started, however it ended. Negative: it was not; or the place broke.
	 */
	int (*exec)(struct place *p, const struct exec_spec *spec, struct exec_result *ret,
		struct err *err);
	/* Stops it from using any CPU until wake; NULL where there is nothing to stop. */
	int (*quiet)(struct place *p, struct err *err);
	int (*wake)(struct place *p, struct err *err);
	/* Why nothing more can run there, or NULL. */
	const char *(*broken)(const struct place *p);
	void (*close)(struct place *p);
};

/* The first member of every place. */
struct place {
	const struct place_ops *ops;
};

/* Checked wrappers: a NULL operation does nothing. */
int place_exec(
	struct place *p, const struct exec_spec *spec, struct exec_result *ret, struct err *err);
void exec_result_release(struct exec_result *result);
int place_quiet(struct place *p, struct err *err);
int place_wake(struct place *p, struct err *err);
const char *place_broken(const struct place *p);
void place_close(struct place *p); /* NULL is accepted */

/* The host itself: programs are pinned to the CPU that is measured on and, where they may use
 * several, those below it; *ctx->stop ends an execution. ctx must outlive it. */
struct place *place_host_new(const struct layer_ctx *ctx);

#endif
