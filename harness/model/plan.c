/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"

struct arm *plan_add(struct plan *plan, const char *workload, const char *variant,
	const struct environment *env, bool duplicate)
{
	struct arm *arm;

	GROW(plan->arms, plan->n, plan->cap);
	arm = &plan->arms[plan->n++];
	*arm = (struct arm){.env = *env, .duplicate = duplicate, .executions = 1};
	arm->parts.arch = environment_arch(env);
	str_copy(arm->parts.workload, sizeof(arm->parts.workload), workload);
	str_copy(arm->parts.variant, sizeof(arm->parts.variant), variant);
	str_copy(arm->parts.env, sizeof(arm->parts.env), env->id);
	cell_name(arm->cell, workload, variant, arm->parts.arch, env->id);
	return arm;
}

bool arms_share_program(const struct arm *a, const struct arm *b)
{
	return !strcmp(a->parts.workload, b->parts.workload) &&
	       !strcmp(a->parts.variant, b->parts.variant);
}

struct arm *plan_arm(const struct plan *plan, const char *cell, bool duplicate)
{
	for (size_t i = 0; i < plan->n; i++)
		if (plan->arms[i].duplicate == duplicate && !strcmp(plan->arms[i].cell, cell))
			return &plan->arms[i];
	return NULL;
}

void plan_release(struct plan *plan)
{
	free(plan->arms);
	if (plan->command)
		workload_release(plan->command);
	free(plan->command);
	command_layers_release(&plan->commands);
	roots_release(&plan->roots);
	free(plan->earlier.v);
	*plan = (struct plan){0};
}

uint64_t plan_executions(const struct plan *plan, const struct arm *arm, uint64_t block)
{
	if (block > plan->pilot || arm->executions > plan->pilot_executions)
		return arm->executions;
	return plan->pilot_executions;
}

uint64_t plan_pilot_max(const struct plan *plan)
{
	return 2 * plan->pilot < plan->blocks ? 2 * plan->pilot : plan->blocks;
}

uint64_t plan_blocks_max(const struct plan *plan)
{
	uint64_t most = plan->pilot || plan->replay[0] ? plan->blocks : 2 * plan->blocks;

	return most < BLOCKS_MAX ? most : BLOCKS_MAX;
}

uint64_t plan_memory_mib(const struct plan *plan, const struct environment *env)
{
	uint64_t limit = env->point.v[LIMIT_MEMORY];

	return limit ? limit : plan->memory_mib;
}

const char *plan_size(const struct plan *plan, const struct arm *arm)
{
	return arm->env.point.size[0] ? arm->env.point.size : plan->size;
}

struct workloads plan_workloads(const struct plan *plan, const struct workloads *manifests)
{
	if (plan->command)
		return (struct workloads){.v = plan->command, .n = 1};
	return *manifests;
}

const struct root *plan_root(const struct plan *plan, const struct workload *w, enum arch arch)
{
	char list[ROOT_LIST_MAX];

	if (!w->packaged || root_list(w->packaged->packages[arch], list, NULL) < 0)
		return NULL;
	return roots_find(&plan->roots, arch, list);
}

void plan_stamp(struct plan *plan)
{
	char when[17];
	unsigned char random[3];

	clock_utc_compact(when);
	clock_utc_text(plan->created);
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		memset(random, 0, sizeof(random));
	snprintf(plan->run, sizeof(plan->run), "%s-%02x%02x%02x", when, random[0], random[1],
		random[2]);
}

bool run_id_is_valid(const char *id)
{
	return strlen(id) == 23 && strspn(id, "0123456789") == 8 && id[8] == 'T' &&
	       strspn(id + 9, "0123456789") == 6 && id[15] == 'Z' && id[16] == '-' &&
	       strspn(id + 17, "0123456789abcdef") == 6;
}
