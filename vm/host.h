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
#include "vm/guard.h"
#include "vm/uri.h"
#include "vm/vm.h"

/* What vm_host_prove() found. */
struct proof {
	bool done;
	uint64_t hello_ns;
	struct err why; /* code 0: it is alive */
};

struct vm_host {
	virConnectPtr conn;
	struct vm_uri kind;
	char *uri;			   /* as it was asked for; NULL: embedded */
	char *root;			   /* embedded: see vm/root.h; else NULL */
	char *cache_dir;		   /* may be NULL */
	char version[VM_TEXT_MAX];	   /* libvirt's here */
	char there_version[VM_TEXT_MAX];   /* libvirt's at the other end of the connection */
	char ran_on[VM_NAME_MAX];	   /* the other end's name; "": it is this machine */
	const volatile sig_atomic_t *stop; /* may be NULL */
	struct guard *guard;
	bool untrimmed;		/* this libvirt does not know domain_xml()'s trim */
	char *names;		/* what the names of guests begin with */
	unsigned boots;		/* for unique names */
	struct err lost;	/* why it could not be opened again; code 0: it is open */
	uint64_t retry_ns;	/* when that is tried again */
	struct upload *uploads; /* images known to be there: vm/store.h */
	size_t nuploads, uploads_cap;
	bool probed[ARCH_COUNT][2];	    /* [arch][is KVM]: libvirt knows this emulator */
	struct proof proofs[ARCH_COUNT][2]; /* likewise */
	struct reaper *reaper;
};

/* Like err_sys(), with libvirt's last message of this thread behind the text. Returns -EIO. */
int err_libvirt(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Makes libvirt learn what this architecture's emulator can do with the machine and the
 * accelerator, once; seconds, when it is not in the cache. -ENODEV: it has no such machine. */
int host_probe(struct vm_host *host, const struct vm_spec *spec, struct err *err);

/* The connection can be used: one that was lost is opened again. What ran on it is gone. */
int host_ready(struct vm_host *host, struct err *err);

/* The CPU of the libvirt host that stands for this machine's `cpu`: itself, or, where the other
 * side is another machine, its last one that is online. */
int host_cpu(struct vm_host *host, int cpu);

#endif
