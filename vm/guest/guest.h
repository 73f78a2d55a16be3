/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The guest agent: PID 1 of a guest, static, the only program in the initramfs. It brings the
 * machine up, says HELLO on the virtio-serial port and runs what the host asks for, one program at
 * a time. It trusts the host and survives the programs.
 *
 * What it expects around it: /modules/order, the kernel modules to load, one absolute path a line,
 * in dependency order; on the kernel's command line `toll.disk=NAME` when there is a root
 * disk to mount at /toll (NAME as in /dev, e.g. "vda").
 */
#ifndef VM_GUEST_GUEST_H
#define VM_GUEST_GUEST_H

#include <stdint.h>

#include "vm/wire.h"

#define AGENT_NS_PER_MS UINT64_C(1000000)
#define AGENT_NS_PER_S UINT64_C(1000000000)

/* ---- setup.c: from the kernel's first process to a machine that can run programs ---- */

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t agent_now_ns(void);
/* Writes "toll-agent: TEXT[: strerror(error)]" to the console, where the host finds it, and powers
 * the guest off. What follows dies so where it fails. */
void agent_die(const char *text, const char *detail, int error) __attribute__((noreturn));
void agent_power_off(void) __attribute__((noreturn));

void setup_mount_system(void); /* /proc, /sys, /dev, /tmp, /dev/shm */
void setup_open_console(void); /* the kernel may have started us without one */
void setup_set_hostname(void);
void setup_loopback(void); /* the only network there is */
/* Memory is given out on demand, as much as is asked for: that there is not enough shows when it is
 * used, and then the kernel ends the program and counts it, whatever the program would have made of
 * an allocation that fails.
 *
 * Where a program leaves little, the kernel reads the program's own pages from the disk again and
 * again before it sees that there is none: for a minute, in one of six runs. So what was used
 * within a second may not be thrown out (the kernel's multi-gen LRU, where it has that); then it
 * ends the program at once. */
void setup_memory(void);
/* How many processes the kernel has ended for want of memory since it came up. */
uint64_t setup_oom_kills(void);
void setup_load_modules(void);
/* Waits for the disk named on the kernel's command line, if one is. */
void setup_mount_disk(uint64_t deadline_ns);
/* The value of NAME=VALUE on the kernel's command line, NULL without; until the next call. */
const char *setup_option(const char *name);

/* ---- port.c: the virtio-serial port ---- */

/* Finds the port named WIRE_PORT_NAME, opens it and waits until the host's end is connected. */
void port_open(uint64_t deadline_ns);
/* For poll(2): POLLHUP when the host has gone. */
int port_fd(void);
/* A frame's worth of storage to build answers in. */
void port_begin(struct wire_writer *w);
void port_send(struct wire_writer *w, enum wire_type type, uint32_t seq);
/* Waits for the next frame; the payload lives until the next call. Does not return when the host
 * hangs up or breaks the protocol: the guest powers off. */
const uint8_t *port_receive(struct wire_header *ret);

/* ---- root.c: disks whose files are a program's root ---- */

/* Mounts the disk with this serial, unless it is, with what a program expects in its root, and
 * gives it a /tmp of its own. Returns where; NULL: there is no such disk. */
const char *root_enter(const char *serial);
/* What the program left in its /tmp goes; every process must have ended. */
void root_leave(const char *root);

/* ---- run.c: one program ---- */

/* Runs the program to its end, with everything it left behind; the result's output lives until
 * the next call. */
void run_program(const struct wire_exec *exec, struct wire_result *ret);

#endif
