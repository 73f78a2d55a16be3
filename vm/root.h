/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The root folder of libvirt's embedded QEMU driver: its configuration, sockets and state, private
 * to one process and gone with it.
 *
 * It must be short: libvirt appends up to 56 characters to it for UNIX sockets, whose paths end at
 * 107. ROOT_PATH_MAX characters were found to work. It lies in XDG_RUNTIME_DIR where that
 * is short enough and writable, else in /tmp.
 *
 * What libvirt learns about the QEMU binaries (capabilities; a probe takes from one second to a
 * minute) is copied in from a lasting folder and published back, each file whole: processes share
 * that folder without seeing each other's halves. libvirt itself checks whether what it finds there
 * still fits the binaries, the kernel and /dev/kvm.
 */
#ifndef VM_ROOT_H
#define VM_ROOT_H

#include "base/err.h"

#define ROOT_PATH_MAX 52

/* Makes the folder, with its configuration and the capabilities known so far. The caller frees
 * *ret and removes the folder. */
int root_make(const char *cache_dir, char **ret, struct err *err);

/* Publishes what libvirt has learnt since. */
int root_publish_capabilities(const char *root, const char *cache_dir, struct err *err);

#endif
