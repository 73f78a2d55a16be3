/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What this machine is: read from /proc and /sys and asked from the tools, nothing assumed.
 */
#ifndef HOST_HOST_H
#define HOST_HOST_H

#include "base/err.h"
#include "model/host.h"

/* Fills everything but kvm and libvirt. What cannot be found out stays empty. */
int host_detect(struct host *ret, struct err *err);

/* "family 26, model 2, stepping 1" of the first CPU in a text like /proc/cpuinfo's; "" where it has
 * none of them, as on Arm, whose model has the like in its name. */
void host_cpu_revision(const char *cpuinfo, char ret[static 64]);

/* Pins the calling process to host->harness_cpu, so that it does not disturb what is measured.
 * Does nothing on a host with one CPU. */
void host_pin_harness(const struct host *host);

#endif
