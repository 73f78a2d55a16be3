/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a run is going to do: decided once, stored as plan.json, and read back by --resume and by
 * everything that recomputes results. An arm is one column of the measuring schedule: a cell, or a
 * duplicate of one that makes the noise known.
 */
#ifndef MODEL_PLAN_H
#define MODEL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/command_layer.h"
#include "model/cpu.h"
#include "model/environment.h"
#include "model/noise_sums.h"
#include "model/root.h"
#include "model/sample.h"
#include "model/status.h"
#include "model/workload.h"

#define RUN_ID_MAX 32
/* Blocks of a pilot, where there is room for as many. What that costs: stats/stopping.h. */
#define PILOT_BLOCKS 10
/* Executions of each arm in one of them, at least: with two in one boot the variance between boots
 * can be told from that between executions (stats/components.h). */
#define PILOT_EXECUTIONS 2

struct arm {
	char cell[CELL_ID_MAX];
	struct cell_parts parts;
	struct environment env;
	bool duplicate;
	enum status status; /* OK: to be run; REFUSED, TOO_SLOW, ERROR: not, with the reason */
	char reason[REASON_MAX];
	uint64_t executions;  /* in a block, at least 1; plan_executions() says where more */
	uint64_t estimate_ns; /* wall time of one of them; 0: not known */
};

/* The same workload and variant. */
bool arms_share_program(const struct arm *a, const struct arm *b);

struct plan {
	char run[RUN_ID_MAX];
	char created[24];
	char profile[16];
	char size[SIZE_NAME_MAX]; /* where an arm's environment does not say */
	char replay[256];	  /* folder whose samples are replayed; "": measured */
	char connect[256];	  /* libvirt URI that VMs were run through; "": embedded */
	struct cpu_choice cpus[ARCH_COUNT]; /* CPU models that were chosen */
	uint64_t seed;
	uint64_t blocks; /* to be measured; at most, where a pilot decides */
	/* Blocks after which the precision decides how many are measured in all; 0: `blocks` are.
	 */
	uint64_t pilot;
	uint64_t pilot_executions; /* of each arm in a block of the pilot, at least; 0: its own */
	uint64_t budget_ns;
	double precision;     /* half-width aimed at, a fraction: 0.05 */
	uint64_t min_time_ns; /* of the iterations after the first, at least */
	uint64_t iterations;  /* … and at least so many iterations, unless max_time passes */
	uint64_t max_time_ns; /* no iteration begins after this much of the timed region */
	uint64_t deadline_ns; /* of an execution; past it the cell is too slow or hangs */
	uint64_t boot_deadline_ns;
	uint64_t vcpus, memory_mib; /* of each guest whose environment does not say */
	uint64_t shard;		    /* the part of the selection that this is, from 1 … */
	uint64_t shards;	    /* … of so many; 0: all of it */
	/* A run of `toll exec` carries its one workload; NULL: the manifests'. Heap. */
	struct workload *command;
	/* How the arms' command layers are called, with the versions that were found: a run is
	 * continued and read without the file that described them. */
	struct command_layers commands;
	/* The images that the programs of packages see as '/'. */
	struct roots roots;
	/* What earlier runs of the host say of its noise: it counts where this one says too little.
	 */
	struct noise_history earlier;
	struct arm *arms;
	size_t n, cap;
};

/* Adds an arm for the cell, executed once in a block and otherwise zeroed, and returns it; valid
 * until the next call. */
struct arm *plan_add(struct plan *plan, const char *workload, const char *variant,
	const struct environment *env, bool duplicate);
void plan_release(struct plan *plan);

/* The arm of a cell, or its duplicate; NULL when the plan has none such. */
struct arm *plan_arm(const struct plan *plan, const char *cell, bool duplicate);

/* How often an arm is executed in a block, from 1. What a block says of the arm's time is made of
 * the first arm->executions in every block, so that the pilot's are as later ones are (stopping.h);
 * any further ones are of the pilot, and follow all others in it. */
uint64_t plan_executions(const struct plan *plan, const struct arm *arm, uint64_t block);

/* The blocks that a pilot has at most, with those that are measured for what of it is left out: as
 * many again. 0 without a pilot. */
uint64_t plan_pilot_max(const struct plan *plan);
/* The blocks that the run has at most. Without a pilot as many again are measured for those that
 * are left out (run/stopping.h); what is replayed has no more than there are. */
uint64_t plan_blocks_max(const struct plan *plan);

/* The memory of the environment's guest. */
uint64_t plan_memory_mib(const struct plan *plan, const struct environment *env);
/* The size of what an arm computes. */
const char *plan_size(const struct plan *plan, const struct arm *arm);

/* The workloads of the plan: its command, or else those of the manifests. Borrowed from both. */
struct workloads plan_workloads(const struct plan *plan, const struct workloads *manifests);

/* The image of a package workload on an architecture, once it is known; NULL: it is none, or has
 * none. */
const struct root *plan_root(const struct plan *plan, const struct workload *w, enum arch arch);

/* A fresh id, YYYYMMDDTHHMMSSZ-xxxxxx, and the creation time. */
void plan_stamp(struct plan *plan);
bool run_id_is_valid(const char *id);

#endif
