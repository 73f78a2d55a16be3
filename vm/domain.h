/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The libvirt document of a guest: the fewest devices that carry a console, the agent's port and a
 * disk. Each device costs QEMU, the firmware and the guest's kernel time at every boot, so there
 * is no network, USB, video, sound, balloon, or PCIe root port; devices sit on the root bus.
 */
#ifndef VM_DOMAIN_H
#define VM_DOMAIN_H

#include "base/str.h"
#include "vm/vm.h"

/* For `console`: it is read through virDomainOpenConsole (vm/console_stream.c). */
#define DOMAIN_CONSOLE_STREAM "stream"

/* Appends the document. `console`: a file, NULL: it goes nowhere. `trim`: libvirt is told not to
 * ask QEMU for each of some 400 CPU properties, one by one, before it lets the guest run (create
 * 0.1 s instead of 0.5 s); a libvirt that does not know how refuses the document. Every string is
 * escaped. */
void domain_xml(const struct vm_spec *spec, const char *name, const char *console, bool trim,
	struct str *out);

/* The kernel's command line for the spec. */
void domain_cmdline(const struct vm_spec *spec, struct str *out);

/* The machine that the spec means, and its CPU model with features ("model,+feature,-feature"),
 * defaults filled in. */
const char *domain_machine(const struct vm_spec *spec);
void domain_cpu(const struct vm_spec *spec, struct str *out);

#endif
