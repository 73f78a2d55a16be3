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
	KVM_NO_DEVICE,	   /* no /dev/kvm: no virtualization in the CPU, or the module is missing */
	KVM_NO_PERMISSION, /* there, and this user may not open it */
	KVM_BROKEN,	   /* opens, and a VM cannot be made */
	KVM_NO_PROGRESS,   /* a guest runs, but too slowly to be of use */
};

/* Tries within about a second. `reason` gets "ok", or what is wrong; `remedy` what to do. */
enum kvm_state kvm_probe(char *reason, size_t reason_size, char *remedy, size_t remedy_size);

#endif
