/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the measuring stage leaves behind: a sample per execution, a boot record per VM boot, and a
 * discard mark where a block is run again as a whole. results/SCHEMA.md describes their JSON form.
 */
#ifndef MODEL_SAMPLE_H
#define MODEL_SAMPLE_H

#include <math.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/environment.h"
#include "model/status.h"
#include "model/workload.h"

#define CELL_ID_MAX 256
#define REASON_MAX 256
#define DIGEST_VALUES_MAX 16
#define LOSSES_MAX 16
#define ITERATIONS_MAX 4096
#define RAN_ON_MAX 128
#define BLOCKS_MAX 10000   /* of a run */
#define EXECUTIONS_MAX 100 /* of an arm in a block */

struct digest {
	double values[DIGEST_VALUES_MAX];
	size_t n;
	char hash[17]; /* 16 hex digits, "" when there is none */
};

/* What befell the CPU that is measured on during an execution, by the kernel's own counters. NaN:
 * this host does not show it. */
struct disturbance {
	double steal_ns;     /* a hypervisor ran someone else, in the kernel's ticks */
	double load1;	     /* load average over a minute, after it */
	double cpu_khz;	     /* clock frequency, mean of before and after */
	double throttles;    /* times that core or package was throttled for heat */
	double suspended_ns; /* the machine slept */
};
#define DISTURBANCE_UNKNOWN ((struct disturbance){NAN, NAN, NAN, NAN, NAN})

struct sample {
	unsigned line;		/* of samples.jsonl; 0: it was not read from there */
	char cell[CELL_ID_MAX]; /* workload.variant.arch.environment */
	bool duplicate;		/* arm "aa" */
	uint64_t block;		/* from 1 */
	uint64_t execution;	/* which of the arm's in this block, from 1; `order` says when */
	uint64_t boot;		/* number of the VM boot in this run, 0 without a VM */
	uint64_t order;		/* position in the block, from 1 */
	enum status status;
	char reason[REASON_MAX];
	uint64_t host_wall_ns;	/* host clock around the execution */
	uint64_t guest_wall_ns; /* guest clock around the same; 0 without a VM */
	/* bound of |host_wall_ns − what the host's clock would show between the same two instants
	 * as guest_wall_ns|: half the round trips of the two readings; 0: not known */
	uint64_t clock_error_ns;
	uint64_t startup_ns; /* start to main(), in the clock that iter_wall_ns is in */
	uint64_t user_ns, sys_ns;
	/* of the host: the program's user_ns + sys_ns, or what its VM's QEMU used meanwhile; 0: not
	 * known */
	uint64_t host_cpu_ns;
	uint64_t max_rss_kib;	/* 0: not known */
	uint64_t *iter_wall_ns; /* heap; the program's own clock */
	uint64_t *iter_cpu_ns;
	size_t iterations;
	double flop, bytes; /* per iteration; 0: not stated */
	char path[64];	    /* code path taken: "Haswell" */
	struct digest digest;
	double losses[LOSSES_MAX];
	size_t nlosses;
	char *probe;		 /* heap, JSON text; NULL when the workload has none */
	uint64_t sentinel_ns[2]; /* before, after */
	struct disturbance disturbance;
	unsigned retries; /* executions repeated after a translator's crash */
};

/* Steady datum of an iteration in host nanoseconds: the program's time, stretched by host ÷ guest
 * duration of its execution where a VM keeps its own clock. */
double sample_scale(const struct sample *s);
/* Whether its start and its iterations took longer than the whole of it; false where that is not
 * known. All are by one clock, the guest's in a VM and otherwise the host's, which is read first
 * and last for the whole: no tolerance is needed. */
bool sample_overruns(const struct sample *s);
void sample_release(struct sample *s);

struct boot {
	unsigned line;	      /* of samples.jsonl; 0: it was not read from there */
	char env[ENV_ID_MAX]; /* of the VM alone */
	bool duplicate;
	uint64_t block, boot;
	enum status status;
	char reason[REASON_MAX];
	uint64_t create_ns, hello_ns; /* libvirt's create; create to the agent's hello */
	char accel[16], cpu[64], machine[64], threads[16];
	char qemu[64], libvirt[64]; /* versions of what runs it */
	char ran_on[RAN_ON_MAX];    /* another machine, by the name that its libvirt gives; "": this
				       one */
	uint64_t vcpus;
	/* Guest's clock against the host's over the boot, and what bounds the error: filled by
	 * samples_audit_clocks(). NaN: not measured; an error alone: of samples without one. */
	double skew_ppm, skew_error_ppm;
	char console[ENV_ID_MAX + 40]; /* file name in the run folder, "" when not kept */
};

struct samples {
	struct sample *v;
	size_t n, cap;
	struct boot *boots;
	size_t nboots, boots_cap;
};

void samples_add(struct samples *s, struct sample *taken);
void samples_add_boot(struct samples *s, const struct boot *boot);
/* The highest block that any sample is of. */
uint64_t samples_blocks(const struct samples *s);
/* Fills the skew of every boot from its executions: the sums of what both clocks counted, from the
 * first reading to the last, without the suspensions between executions, during which a guest's
 * clock stands still. Its error is bounded by the sum of theirs. Boots without an execution, and
 * those whose skew was stored, stay as they are. */
void samples_audit_clocks(struct samples *s);
/* Drops what a block holds so far: it is run again as a whole. */
void samples_discard_block(struct samples *s, uint64_t block);
void samples_release(struct samples *s);

/* "matmul.blas.aarch64.vm-aarch64-tcg" */
void cell_name(char ret[static CELL_ID_MAX], const char *workload, const char *variant,
	enum arch arch, const char *env);
struct cell_parts {
	char workload[WORKLOAD_NAME_MAX], variant[WORKLOAD_NAME_MAX], env[ENV_ID_MAX];
	enum arch arch;
};
int cell_parse(const char *cell, struct cell_parts *ret, struct err *err);

#endif
