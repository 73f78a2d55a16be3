/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Inside of vm/vm.h: the connection to libvirt, its event loop, and what keeps its calls from
 * hanging. Only vm/ includes this.
 */
#ifndef VM_HOST_H
#define VM_HOST_H

#include <libvirt/libvirt.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "vm/vm.h"

struct guard;

struct vm_host {
	virConnectPtr conn;
	char *root;	 /* embedded: see vm/root.h; else NULL */
	char *cache_dir; /* may be NULL */
	char version[VM_TEXT_MAX];
	const volatile sig_atomic_t *stop; /* may be NULL */
	struct guard *guard;
	bool untrimmed;		    /* this libvirt does not know domain_xml()'s trim */
	unsigned boots;		    /* for unique names */
	bool probed[ARCH_COUNT][2]; /* [arch][is KVM]: libvirt knows this emulator */
	struct reaper *reaper;
};

/* Like err_sys(), with libvirt's last message of this thread behind the text. Returns -EIO. */
int err_libvirt(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Makes libvirt learn what this architecture's emulator can do, once; seconds, when it is not in
 * the cache. */
int host_probe(struct vm_host *host, const struct vm_spec *spec, struct err *err);

/* Brackets a call into libvirt that waits for a QEMU. If *stop is set or the deadline passes before
 * guard_end(), the QEMUs of this root whose command line contains `match` are killed, which makes
 * libvirt return with an error. QEMUs that end meanwhile are collected, as libvirt waits for that.
 * On other connections there is nothing to kill; libvirt's keepalive bounds those. */
void guard_begin(struct vm_host *host, const char *match, uint64_t deadline_ns);
/* Returns 0, -ETIMEDOUT or -ERR_INTERRUPTED: why it had to kill. */
int guard_end(struct vm_host *host);

#endif
