/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a libvirt URI says about the other side: driver[+transport]://[user@][host][:port]/path[?…]
 * (libvirt.org/uri.html). Only libvirt's QEMU driver is spoken to.
 *
 * The one rule about files: the embedded driver and an ordinary user's qemu:///session run QEMU as
 * the user who runs this process, on this machine, and read images where they are. On every other
 * connection images are uploaded into a storage pool (vm/store.h).
 */
#ifndef VM_URI_H
#define VM_URI_H

#include <stdbool.h>

#include "base/err.h"

#define VM_URI_MAX 255 /* characters */

struct vm_uri {
	bool embedded;	   /* the driver runs inside this process */
	bool remote;	   /* another machine, as far as the URI says: its CPUs are not ours */
	bool ssh;	   /* goes through the ssh program */
	bool shares_files; /* QEMU there can read this user's files */
};

/* text NULL and "qemu:///embed" are the embedded driver. ERR_INPUT for what is no URI of libvirt's
 * QEMU driver, and for an embedded driver with parameters: its folder is made by vm/root.h. */
int vm_uri_parse(const char *text, struct vm_uri *ret, struct err *err);

/* What to hand to libvirt: over ssh "no_tty=1" is added, so that ssh never asks for a password or
 * for the trust in a host key (BatchMode). Heap string. */
char *vm_uri_for_libvirt(const char *text, const struct vm_uri *uri);

/* What to do when the connection cannot be had. Heap string. */
char *vm_uri_remedy(const char *text, const struct vm_uri *uri);

#endif
