/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From manifests, a profile, a selection and what the host can run to the arms of a run. Pure: no
 * clock, no randomness, nothing is executed; program files are looked for.
 */
#ifndef PLAN_PLANNER_H
#define PLAN_PLANNER_H

#include "model/plan.h"
#include "model/verdict.h"
#include "model/workload.h"
#include "plan/profile.h"
#include "plan/shard.h"
#include "plan/sweep.h"

/* What a person selects; NULL, "" and 0 leave the profile's choice. */
struct selection {
	const char *env, *workload, *variant; /* glob lists */
	const char *suite;
	const char *size; /* a list: plan/sweep.h; so are the limits */
	const char *limits[LIMIT_COUNT];
	const char *executions; /* plan/executions.h */
	uint64_t blocks, budget_ns, seed;
	double precision; /* fraction: 0.05; given, a pilot decides the number of blocks */
	struct shard shard;
	double patience; /* factor on every deadline; 0: 1 */
};

struct planner_input {
	const struct profile *profile;
	const struct selection *selection;
	const struct workloads *workloads;
	const struct verdicts *verdicts;       /* every environment of this host, usable or not */
	const struct command_layers *commands; /* of the verdicts' command layers; NULL: none */
	const char *programs;		       /* the folder that holds workloads/ARCH/NAME.PROGRAM;
						  NULL: not looked for */
	struct workload *command;	       /* toll exec: its workload, taken over; else NULL */
	const struct host *host; /* its CPUs and memory bound a sweep; NULL: nothing does */
	bool vms_elsewhere;	 /* VMs are on a machine of which these are not known */
};

/* Fills everything but run and created (plan_stamp). -EINVAL when the selection matches nothing,
 * naming the part that does not, when a pilot has no room, and when a limit of VMs is swept without
 * one. `native` is always among the arms:
 * it is the reference. A shard to which no program falls has no arms, and is no error. */
int plan_make(const struct planner_input *in, struct plan *ret, struct err *err);

/* The environments toll knows on a host of this architecture: native, both translators, both VMs
 * under TCG, its own under KVM, and a translator inside its own VM. */
void environments_of_host(enum arch host, struct environment *ret, size_t max, size_t *ret_n);

/* Wall time of a block, from 1, from the arms' estimates; boot_ns per VM boot. *ret_unknown counts
 * the arms without an estimate. */
uint64_t plan_block_ns(
	const struct plan *plan, uint64_t block, uint64_t boot_ns, size_t *ret_unknown);

/* The file a cell's program lies in, below the folder that holds workloads/: heap string. */
char *plan_program(const struct workload *w, const struct variant *v, enum arch arch);

#endif
