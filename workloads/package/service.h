/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a command needs beside it: a server that it is the client of. It is started before the
 * command's first run and stays for all of them, in a folder of its own beside the command's, and
 * can be reached through the loopback of this sandbox or guest.
 */
#ifndef PACKAGE_SERVICE_H
#define PACKAGE_SERVICE_H

#include "workloads/package/options.h"

/* Starts o->service and waits until o->ready succeeds. Ends the process where it does not within
 * o->ready_ns, or the service ends before; a service that still runs is killed when this process
 * exits. Does nothing without a service. */
void service_start(const struct options *o);

/* Ends the process where the service has ended by itself. */
void service_check(void);

/* Asks it to end (SIGTERM), kills it where it does not within seconds, and waits for it. */
void service_stop(void);

#endif
