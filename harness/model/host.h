/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the machine is: recorded in host.json and shown in captions. Nothing here identifies a
 * person; `id` is a hash that tells stored runs of one host from another's.
 */
#ifndef MODEL_HOST_H
#define MODEL_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "model/arch.h"

#define HOST_ID_MAX 17

struct host {
	char id[HOST_ID_MAX]; /* 16 hex digits over machine id, CPU and core count */
	enum arch arch;
	char cpu_model[128];
	char cpu_revision[64]; /* family, model, stepping: names can leave them open; "": none */
	unsigned cpus;	       /* online */
	uint64_t memory_mib;
	char kernel[128];
	char distribution[128];
	char qemu_user[128]; /* version line, "" when absent */
	char qemu_system[128];
	char libvirt[64];
	char hypervisor[64]; /* what it is a guest of (host/hypervisor.h); "": of nothing known */
	char governor[32];   /* CPU frequency governor, "" when not shown */
	double load1;	     /* load average when the run began */
	int measure_cpu;     /* CPU on which everything is measured */
	/* What has several threads is measured on as many CPUs, those below it too, which may be
	 * used without a gap; at least 1. 0: read from a file */
	unsigned measure_cpus;
	int harness_cpu; /* CPU on which toll itself stays */
	char kvm[160];	 /* "ok", or why KVM is not usable */
};

/* 64-bit FNV-1a as 16 hex digits. */
void host_hash(const char *text, char ret[static HOST_ID_MAX]);
/* Two machines count as one host where everything agrees that decides a time and does not belong to
 * the single machine: architecture, CPU model and revision, what they are guests of, kernel, and
 * the versions of QEMU and libvirt. A run that booted no VM names no libvirt, and agrees with any.
 */
bool host_is_same(const struct host *a, const struct host *b);
/* A hash of these, libvirt's version left out: the same for hosts that are the same. */
void host_fingerprint(const struct host *h, char ret[static HOST_ID_MAX]);

#endif
