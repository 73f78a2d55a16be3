/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What this host is itself a guest of: a VM's numbers are not those of the machine under it.
 */
#ifndef HOST_HYPERVISOR_H
#define HOST_HYPERVISOR_H

#include <stddef.h>

/* "KVM", "QEMU, emulated" (by TCG: its times mean little), "QEMU" (which of the two cannot be
 * told), "Xen" …; "unknown" for a
 * guest of something else, "" where nothing says that this is a guest. Sources: on x86 CPUID leaf
 * 1, ECX bit 31, and the signature of leaf 0x40000000 (Linux, Documentation/virt/kvm/x86/cpuid.rst,
 * and each vendor's interface); elsewhere the names that DMI and the device tree have. */
void hypervisor_detect(char *ret, size_t size);

#endif
