/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Is KVM alive? /dev/kvm may exist, open, create a VM and a vCPU, and yet execute next to nothing.
 * The proof is a guest of a few instructions that counts to a number and stops, within a deadline.
 */
#ifndef HOST_KVM_H
#define HOST_KVM_H

#include <stddef.h>

enum kvm_state {
	KVM_OK,
	KVM_NO_CPU,    /* no device, and no CPU that virtualizes under this kernel */
	KVM_NO_DEVICE, /* no device, though the CPU could: a module is missing, or a container */
	KVM_NO_PERMISSION, /* there, and this user may not open it */
	KVM_BROKEN,	   /* opens, and a VM cannot be made */
	KVM_NO_PROGRESS,   /* a guest runs, but too slowly to be of use */
};

#define KVM_DEVICE "/dev/kvm"

/* Tries within about a second. `reason` gets "ok", or what is wrong; `remedy` what to do. `device`
 * is KVM_DEVICE, except in tests. */
enum kvm_state kvm_probe(
	const char *device, char *reason, size_t reason_size, char *remedy, size_t remedy_size);

#endif
