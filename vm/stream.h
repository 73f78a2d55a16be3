/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A guest's channel as a transport: virDomainOpenChannel and a non-blocking libvirt stream. Needs
 * libvirt's event loop to run in another thread (vm/host.h).
 */
#ifndef VM_STREAM_H
#define VM_STREAM_H

#include <libvirt/libvirt.h>

#include "base/err.h"
#include "vm/channel.h"

int stream_open(virConnectPtr conn, virDomainPtr domain, const char *name, struct transport *ret,
	struct err *err);

#endif
