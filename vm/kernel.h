/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Of which architecture is a kernel image? Told from the formats that QEMU's -kernel boots: an ELF
 * file (entered through PVH), x86's bzImage ("HdrS" at 0x202; the kernel's
 * Documentation/arch/x86/boot.rst) and Arm's Image ("ARM\x64" at 56; its
 * Documentation/arch/arm64/booting.rst).
 */
#ifndef VM_KERNEL_H
#define VM_KERNEL_H

#include "base/err.h"
#include "model/arch.h"

/* -EINVAL with the reason when the file is a kernel of another architecture, or none. */
int vm_kernel_check(const char *path, enum arch arch, struct err *err);

#endif
