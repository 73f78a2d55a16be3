/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inside of vm/vm.h: one guest. Only vm/ includes this.
 */
#ifndef VM_MACHINE_H
#define VM_MACHINE_H

#include "vm/channel.h"
#include "vm/host.h"

struct vm {
	struct vm_host *host;
	virDomainPtr domain;
	char *id;
	char *name;    /* the domain's, unique to this boot */
	char *match;   /* what only this guest's QEMU has on its command line */
	char *console; /* NULL: none that can be read here */
	bool console_is_temporary;
	struct console_stream *console_stream; /* what fills it; NULL: QEMU does */
	pid_t pid; /* QEMU's, a child by adoption; 0 when it is not ours to watch */
	int pidfd;
	pid_t qemu; /* the process, whoever's it is; 0: not on this machine */
	struct channel *channel;
	uint32_t seq;
	bool suspended;
	char broken[ERR_TEXT_MAX]; /* empty: it is not */
};

/* Makes the error the reason why the guest is broken, with the end of its console behind; later
 * calls get the same reason. Returns the error's code, negative. */
int vm_break(struct vm *vm, struct err *err);
/* 0, or the error that a broken or suspended guest gives. */
int vm_check_usable(const struct vm *vm, struct err *err);

/* Asks the running QEMU what it is, and compares that with the spec. */
int live_read(struct vm *vm, const struct vm_spec *spec, struct vm_boot *ret, struct err *err);

/* The end of a console file, or the reason it gives for one, as one line of printable text of at
 * most max bytes. */
void console_tail(const char *path, size_t max, struct str *out);

#endif
