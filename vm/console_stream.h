/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A guest's console through libvirt: read by the event loop's thread into a file here, its first
 * VM_CONSOLE_MAX bytes. What the guest prints before this is open is lost.
 */
#ifndef VM_CONSOLE_STREAM_H
#define VM_CONSOLE_STREAM_H

#include <libvirt/libvirt.h>

#include "base/err.h"

struct console_stream;

int console_stream_open(virConnectPtr conn, virDomainPtr domain, const char *path,
	struct console_stream **ret, struct err *err);
/* NULL is accepted. */
void console_stream_close(struct console_stream *console);

#endif
