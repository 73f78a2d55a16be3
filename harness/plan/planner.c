/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/planner.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/str.h"
#include "plan/duplicates.h"
#include "plan/executions.h"

/* The guest's kernel, its agent and page cache, beside the workload itself. */
#define GUEST_BASE_MIB 160
#define BOOT_DEADLINE_NS (60 * NS_PER_S)
#define DEFAULT_PRECISION 0.05

void environments_of_host(enum arch host, struct environment *ret, size_t max, size_t *ret_n)
{
	enum arch other = arch_other(host);
	const struct environment all[] = {
		{.n = 0},
		{.n = 1, .layers = {{.kind = LAYER_USER, .arch = host}}},
		{.n = 1, .layers = {{.kind = LAYER_USER, .arch = other}}},
		{.n = 1, .layers = {{.kind = LAYER_VM, .arch = host, .accel = ACCEL_KVM}}},
		{.n = 1, .layers = {{.kind = LAYER_VM, .arch = host, .accel = ACCEL_TCG}}},
		{.n = 1, .layers = {{.kind = LAYER_VM, .arch = other, .accel = ACCEL_TCG}}},
		{.n = 2,
			.layers = {{.kind = LAYER_VM, .arch = host, .accel = ACCEL_KVM},
				{.kind = LAYER_USER, .arch = other}}},
		{.n = 2,
			.layers = {{.kind = LAYER_VM, .arch = host, .accel = ACCEL_TCG},
				{.kind = LAYER_USER, .arch = other}}},
	};

	*ret_n = 0;
	for (size_t i = 0; i < ARRAY_LEN(all) && *ret_n < max; i++) {
		ret[*ret_n] = all[i];
		environment_name(&ret[(*ret_n)++]);
	}
}

char *plan_program(const struct workload *w, const struct variant *v, enum arch arch)
{
	return xasprintf("workloads/%s/%s.%s", arch_text(arch), w->name, v->program);
}

/* ---- selecting ---- */

static bool given(const char *s)
{
	return s && *s;
}

static bool program_selected(
	const struct planner_input *in, const struct workload *w, const struct variant *v)
{
	const struct selection *sel = in->selection;
	_cleanup_free_ char *pair = xasprintf("%s.%s", w->name, v->name);

	if (given(sel->suite) && !str_glob(sel->suite, w->suite))
		return false;
	/* They are downloaded: only when they are asked for. */
	if (w->packaged && !in->command && !given(sel->suite) && !given(sel->workload))
		return false;
	if (given(sel->workload) && !str_glob(sel->workload, w->name))
		return false;
	if (given(sel->variant))
		return str_glob(sel->variant, v->name);
	if (given(sel->workload))
		return true;
	return str_glob(in->profile->programs, pair);
}

/* Is one of the patterns about this environment: does it match, and not begin with a wildcard? */
static bool environment_named(const char *patterns, const char *id)
{
	_cleanup_free_ char *copy = given(patterns) ? xstrdup(patterns) : NULL;
	char *save = NULL;

	for (char *p = copy ? strtok_r(copy, ",", &save) : NULL; p; p = strtok_r(NULL, ",", &save))
		if (!strchr("*?[", *p) && str_glob(p, id))
			return true;
	return false;
}

static bool environment_selected(
	const struct planner_input *in, const struct verdict *verdict, const char *pair)
{
	const struct environment *env = &verdict->env;

	if (verdict->optional && verdict->status != STATUS_OK &&
		!environment_named(in->selection->env, env->id))
		return false;
	if (environment_is_native(env))
		return true;
	if (given(in->selection->env))
		return str_glob(in->selection->env, env->id);
	return env->n < 2 || str_glob(in->profile->compositions, pair);
}

/* ---- arms ---- */

static void set_refusal(struct arm *arm, enum status status, const char *reason)
{
	arm->status = status;
	str_copy(arm->reason, sizeof(arm->reason), reason);
}

/* What an environment cannot do for a program of packages; NULL: it can. */
static const char *package_refusal(
	const struct workload *w, const struct environment *env, enum arch arch)
{
	if (environment_command(env))
		return "its command is not in the workload's root image";
	if (!w->packaged->packages[arch])
		return w->request ? "no folder for this architecture was given (--root ARCH=DIR)"
				  : "there are no packages for this architecture";
	return NULL;
}

/* Is it built, and not a command of packages? */
static bool has_program(const struct workload *w)
{
	return !w->packaged || w->packaged->interpreter;
}

static void judge_arm(const struct planner_input *in, const struct workload *w,
	const struct variant *v, const struct verdict *verdict, struct arm *arm)
{
	bool here = !environment_vm(&arm->env) || !in->vms_elsewhere;
	_cleanup_free_ char *program = plan_program(w, v, arm->parts.arch);
	_cleanup_free_ char *path = xasprintf("%s/%s", in->programs, program);
	char reason[REASON_MAX];

	if (verdict->status != STATUS_OK) {
		set_refusal(arm, verdict->status, verdict->reason);
	} else if (w->packaged && package_refusal(w, &verdict->env, arm->parts.arch)) {
		set_refusal(
			arm, STATUS_REFUSED, package_refusal(w, &verdict->env, arm->parts.arch));
	} else if (sweep_refuses(&arm->env, w, here ? in->host : NULL, reason)) {
		set_refusal(arm, STATUS_REFUSED, reason);
	} else if (has_program(w) && in->programs && !file_is_executable(path)) {
		_cleanup_free_ char *why = xasprintf(
			"its program '%s' is not there; build it with 'make workloads'", program);

		set_refusal(arm, STATUS_ERROR, why);
	}
}

/* A profile repeats what is cheap: not what takes long to start. */
static const char *executions_list(const struct planner_input *in, const struct workload *w)
{
	if (given(in->selection->executions))
		return in->selection->executions;
	return w->startup_s ? "" : in->profile->executions;
}

/* One environment at one point of a sweep. */
static void add_point(const struct planner_input *in, const struct shard_program *p,
	const struct verdict *verdict, const struct point *point, struct plan *plan)
{
	struct environment env = verdict->env;
	struct arm *arm;

	env.point = *point;
	environment_name(&env);
	arm = plan_add(plan, p->workload->name, p->variant->name, &env, false);
	arm->executions = executions_of(executions_list(in, p->workload), verdict->env.id);
	judge_arm(in, p->workload, p->variant, verdict, arm);
}

static int add_arms(const struct planner_input *in, const struct sweep *sweep,
	const struct shard_program *p, struct plan *plan, struct err *err)
{
	_cleanup_free_ char *pair = xasprintf("%s.%s", p->workload->name, p->variant->name);

	for (size_t i = 0; i < in->verdicts->n; i++) {
		const struct verdict *verdict = &in->verdicts->v[i];
		struct point points[SWEEP_POINTS_MAX];
		int n;

		if (!environment_selected(in, verdict, pair))
			continue;
		n = sweep_points(sweep, &verdict->env, points, err);
		if (n < 0)
			return n;
		for (int k = 0; k < n; k++)
			add_point(in, p, verdict, &points[k], plan);
	}
	return 0;
}

/* Each part matches something, and nothing matches all of them. */
static int nothing_selected(const struct planner_input *in, struct err *err)
{
	const struct selection *sel = in->selection;

	if (!in->workloads->n)
		return err_set(err, ERR_INPUT, "there are no workload manifests");
	return err_set(err, ERR_INPUT,
		"no workload matches --workload '%s', --variant '%s' and --suite '%s' together; "
		"'toll list workloads' shows what there is",
		given(sel->workload) ? sel->workload : "*",
		given(sel->variant) ? sel->variant : "*", given(sel->suite) ? sel->suite : "*");
}

/* The selected programs, in the order of the manifests, into a heap array. */
static size_t select_programs(const struct planner_input *in, struct shard_program **ret)
{
	struct plan with_command = {.command = in->command};
	struct workloads workloads = plan_workloads(&with_command, in->workloads);
	size_t n = 0, cap = 0;

	*ret = NULL;
	for (size_t i = 0; i < workloads.n; i++) {
		const struct workload *w = &workloads.v[i];

		for (size_t j = 0; j < w->nvariants; j++) {
			if (!program_selected(in, w, &w->variants[j]))
				continue;
			GROW(*ret, n, cap);
			(*ret)[n++] = (struct shard_program){w, &w->variants[j]};
		}
	}
	return n;
}

/* The longest start decides how long an execution may take. */
static void allow_start(const struct planner_input *in, const struct workload *w, struct plan *plan)
{
	double patience = in->selection->patience > 0 ? in->selection->patience : 1;
	double deadline = (double)(in->profile->deadline_ns + w->startup_s * NS_PER_S) * patience;

	if (deadline > (double)plan->deadline_ns)
		plan->deadline_ns = (uint64_t)deadline;
}

/* A guest has memory for every size that is measured in it. */
static int allow_size(
	const struct workload *w, const char *name, struct plan *plan, struct err *err)
{
	const struct workload_size *size = workload_size(w, name);

	if (!size)
		return err_set(err, ERR_INPUT, "workload '%s' has no size '%s'", w->name, name);
	if (size->memory_mib + GUEST_BASE_MIB > plan->memory_mib)
		plan->memory_mib = size->memory_mib + GUEST_BASE_MIB;
	return 0;
}

static int add_program(const struct planner_input *in, const struct sweep *sweep,
	const struct shard_program *p, struct plan *plan, struct err *err)
{
	int r = allow_size(p->workload, plan->size, plan, err);

	for (size_t i = 1; !r && i < sweep->nsizes; i++)
		r = allow_size(p->workload, sweep->sizes[i], plan, err);
	if (r < 0)
		return r;
	allow_start(in, p->workload, plan);
	return add_arms(in, sweep, p, plan, err);
}

static int add_programs(const struct planner_input *in, const struct sweep *sweep,
	struct plan *plan, struct err *err)
{
	const struct shard *shard = &in->selection->shard;
	_cleanup_free_ struct shard_program *programs = NULL;
	size_t n = select_programs(in, &programs);
	_cleanup_free_ uint64_t *dealt = xcalloc(n, sizeof(*dealt));
	int r = n ? 0 : nothing_selected(in, err);

	if (shard->of)
		shards_deal(programs, n, shard->of, dealt);
	for (size_t i = 0; !r && i < n; i++)
		if (dealt[i] == shard->number)
			r = add_program(in, sweep, &programs[i], plan, err);
	return r;
}

/* Every one of the comma-separated patterns must match one of the names: a typing error in a list
 * would otherwise measure less than was asked for. */
static int check_patterns(const char *option, const char *patterns, const struct argv *names,
	const char *list, struct err *err)
{
	_cleanup_free_ char *copy = given(patterns) ? xstrdup(patterns) : NULL;
	char *save = NULL;

	for (char *p = copy ? strtok_r(copy, ",", &save) : NULL; p;
		p = strtok_r(NULL, ",", &save)) {
		bool found = false;

		for (size_t i = 0; i < names->n && !found; i++)
			found = str_glob(p, names->v[i]);
		if (!found)
			return err_set(err, ERR_INPUT,
				"%s '%s' matches nothing; 'toll list %s' shows what there is",
				option, p, list);
	}
	return 0;
}

static int check_selection(const struct planner_input *in, struct err *err)
{
	_cleanup_(argv_release) struct argv envs = {0}, names = {0}, variants = {0}, suites = {0};
	const struct selection *sel = in->selection;
	int r;

	for (size_t i = 0; i < in->verdicts->n; i++)
		argv_add(&envs, in->verdicts->v[i].env.id);
	for (size_t i = 0; i < in->workloads->n; i++) {
		const struct workload *w = &in->workloads->v[i];

		argv_add(&names, w->name);
		argv_add(&suites, w->suite);
		for (size_t j = 0; j < w->nvariants; j++)
			argv_add(&variants, w->variants[j].name);
	}
	r = check_patterns("--env", sel->env, &envs, "environments", err);
	if (!r)
		r = executions_check(sel->executions, &envs, err);
	if (!r)
		r = check_patterns("--workload", sel->workload, &names, "workloads", err);
	if (!r)
		r = check_patterns("--variant", sel->variant, &variants, "workloads", err);
	if (!r)
		r = check_patterns("--suite", sel->suite, &suites, "workloads", err);
	return r;
}

/* A limit of VMs is swept by having VMs. */
static int check_sweep(const struct planner_input *in, const struct sweep *sweep,
	const struct plan *plan, struct err *err)
{
	for (enum limit l = 0; l < LIMIT_COUNT; l++) {
		bool vms = !plan->n;

		if (!limit_info(l)->vm || !sweep->n[l])
			continue;
		for (size_t i = 0; i < plan->n && !vms; i++)
			vms = environment_vm(&plan->arms[i].env);
		if (!vms)
			return err_set(err, ERR_INPUT,
				"--%s is a limit of VMs, and no VM is selected by --env '%s'",
				limit_info(l)->name,
				given(in->selection->env) ? in->selection->env : "*");
	}
	return 0;
}

/* The plan keeps what its command layers stood for when it was made. */
static void keep_commands(const struct planner_input *in, struct plan *plan)
{
	for (size_t i = 0; i < in->verdicts->n; i++) {
		const struct verdict *v = &in->verdicts->v[i];
		const struct layer *l = environment_command(&v->env);
		const struct command_layer *from = l ? command_layers_find(in->commands, l) : NULL;
		bool used = false;

		for (size_t k = 0; from && k < plan->n; k++)
			used |= plan->arms[k].status == STATUS_OK &&
				environment_id_same_stack(plan->arms[k].parts.env, v->env.id);
		if (used)
			command_layer_copy(command_layers_add(&plan->commands), from, v->detail);
	}
}

/* How many blocks: a number, or what a precision that was asked for needs. */
static int plan_blocks(const struct planner_input *in, struct plan *plan, struct err *err)
{
	const struct selection *sel = in->selection;

	plan->precision = DEFAULT_PRECISION;
	plan->blocks = sel->blocks ? sel->blocks : in->profile->blocks;
	if (!(sel->precision > 0))
		return 0;
	plan->precision = sel->precision;
	plan->blocks = sel->blocks ? sel->blocks : BLOCKS_MAX;
	plan->pilot = plan->blocks < PILOT_BLOCKS ? plan->blocks : PILOT_BLOCKS;
	plan->pilot_executions = PILOT_EXECUTIONS;
	if (plan->pilot < 2)
		return err_set(err, ERR_INPUT,
			"--precision decides by a pilot of %d blocks, of two at least: with "
			"--blocks %llu there is none",
			PILOT_BLOCKS, (unsigned long long)plan->blocks);
	return 0;
}

int plan_make(const struct planner_input *in, struct plan *ret, struct err *err)
{
	const struct profile *p = in->profile;
	const struct selection *sel = in->selection;
	double patience = sel->patience > 0 ? sel->patience : 1;
	_cleanup_(plan_release) struct plan plan = {
		.seed = sel->seed,
		.budget_ns = sel->budget_ns ? sel->budget_ns : p->budget_ns,
		.min_time_ns = p->min_time_ns,
		.iterations = p->iterations,
		.max_time_ns = p->max_time_ns,
		.boot_deadline_ns = (uint64_t)((double)BOOT_DEADLINE_NS * patience),
		.vcpus = 1,
		.shard = sel->shard.number,
		.shards = sel->shard.of,
	};
	struct sweep sweep = {.nsizes = 0};
	struct workloads workloads;
	int r = check_selection(in, err);

	if (!r)
		r = sweep_parse(sel->size, sel->limits, &sweep, err);
	if (!r)
		r = plan_blocks(in, &plan, err);
	str_copy(plan.profile, sizeof(plan.profile), p->name);
	str_copy(plan.size, sizeof(plan.size),
		in->command    ? in->command->sizes[0].name
		: sweep.nsizes ? sweep.sizes[0]
			       : "small");
	if (!r)
		r = add_programs(in, &sweep, &plan, err);
	if (!r)
		r = check_sweep(in, &sweep, &plan, err);
	if (r < 0)
		return r;
	plan.command = in->command;
	workloads = plan_workloads(&plan, in->workloads);
	duplicates_add(&plan, p->duplicates, &workloads);
	keep_commands(in, &plan);
	*ret = plan;
	plan = (struct plan){0};
	return 0;
}

/* ---- cost ---- */

static bool boot_seen(const struct plan *plan, size_t before, const struct arm *arm)
{
	struct environment base = environment_base(&arm->env);

	for (size_t i = 0; i < before; i++) {
		struct environment other = environment_base(&plan->arms[i].env);

		if (plan->arms[i].status == STATUS_OK && !strcmp(base.id, other.id) &&
			plan->arms[i].duplicate == arm->duplicate)
			return true;
	}
	return false;
}

uint64_t plan_block_ns(
	const struct plan *plan, uint64_t block, uint64_t boot_ns, size_t *ret_unknown)
{
	uint64_t total = 0;

	*ret_unknown = 0;
	for (size_t i = 0; i < plan->n; i++) {
		const struct arm *arm = &plan->arms[i];

		if (arm->status != STATUS_OK)
			continue;
		total += arm->estimate_ns * plan_executions(plan, arm, block);
		*ret_unknown += !arm->estimate_ns;
		if (environment_vm(&arm->env) && !boot_seen(plan, i, arm))
			total += boot_ns;
	}
	return total;
}
