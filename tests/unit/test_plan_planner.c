/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan/planner, plan/profile: from a selection to arms. Run from the top of the tree, whose
 * manifests it plans.
 */
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "plan/manifest.h"
#include "plan/planner.h"
#include "scratch.h"
#include "tap.h"

static struct err err;
static struct workloads workloads;
static struct verdict verdict[16];
static struct verdicts verdicts = {.v = verdict};

/* Every environment of this host is usable, but KVM. */
static void make_verdicts(void)
{
	struct environment envs[16];

	environments_of_host(arch_host(), envs, ARRAY_LEN(envs), &verdicts.n);
	for (size_t i = 0; i < verdicts.n; i++) {
		verdict[i] = (struct verdict){.env = envs[i]};
		if (strstr(envs[i].id, "kvm")) {
			verdict[i].status = STATUS_REFUSED;
			snprintf(verdict[i].reason, sizeof(verdict[i].reason), "no KVM today");
		}
	}
}

/* A stand-in for every program that the manifests name. */
static void make_programs(void)
{
	for (size_t i = 0; i < workloads.n; i++) {
		for (size_t j = 0; j < workloads.v[i].nvariants; j++) {
			for (enum arch a = 0; a < ARCH_COUNT; a++) {
				_cleanup_free_ char *program = plan_program(
					&workloads.v[i], &workloads.v[i].variants[j], a);
				_cleanup_free_ char *path = scratch_file(program, "#!/bin/true\n");

				chmod(path, 0755);
			}
		}
	}
}

static int make(const char *profile, const struct selection *selection, struct plan *ret)
{
	struct planner_input in = {.selection = selection,
		.workloads = &workloads,
		.verdicts = &verdicts,
		.programs = scratch_dir};

	err = (struct err){0};
	profile_find(profile, &in.profile, NULL);
	return plan_make(&in, ret, &err);
}

static size_t count(
	const struct plan *plan, const char *workload, const char *variant, const char *env)
{
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		n += (!workload || !strcmp(plan->arms[i].parts.workload, workload)) &&
		     (!variant || !strcmp(plan->arms[i].parts.variant, variant)) &&
		     (!env || !strcmp(plan->arms[i].parts.env, env));
	return n;
}

static void test_environments(void)
{
	struct environment envs[16];
	size_t n = 0, natives = 0, kvm = 0, composed = 0;

	for (enum arch host = 0; host < ARCH_COUNT; host++) {
		environments_of_host(host, envs, ARRAY_LEN(envs), &n);
		natives = kvm = composed = 0;
		for (size_t i = 0; i < n; i++) {
			natives += environment_is_native(&envs[i]);
			kvm += strstr(envs[i].id, "kvm") && envs[i].layers[0].arch == host;
			composed += envs[i].n > 1;
		}
		ok(n >= 6 && natives == 1 && kvm && composed,
			"a %s host has native, translators, VMs under both accelerators and a "
			"composition",
			arch_text(host));
	}
	environments_of_host(ARCH_X86_64, envs, 3, &n);
	is_int(n, 3, "no more are returned than there is room for");
}

static void test_profiles(void)
{
	static const struct {
		const char *name;
		uint64_t longest_ns;
	} promised[] = {
		{"smoke", 60 * NS_PER_S}, {"quick", 300 * NS_PER_S}, {"full", 2700 * NS_PER_S}};
	const struct profile *p = NULL;
	struct plan plan = {0};

	for (size_t i = 0; i < ARRAY_LEN(promised); i++) {
		is_int(profile_find(promised[i].name, &p, &err), 0, "there is a profile '%s'",
			promised[i].name);
		ok(p->budget_ns <= promised[i].longest_ns, "%s ends within its promise", p->name);
		is_int(make(p->name, &(struct selection){0}, &plan), 0, "%s is planned: %s",
			p->name, err.text);
		ok(plan.blocks == p->blocks && plan.deadline_ns && plan.boot_deadline_ns &&
				plan.memory_mib && plan.vcpus,
			"%s fills the plan", p->name);
		for (size_t k = 0; k < verdicts.n; k++)
			ok(count(&plan, NULL, NULL, verdict[k].env.id), "%s measures in %s",
				p->name, verdict[k].env.id);
		plan_release(&plan);
	}
	ok(profile_find("fast", &p, &err) == -EINVAL && strstr(err.text, "smoke, quick and full"),
		"another profile is refused: %s", err.text);
}

static void test_patience(void)
{
	struct plan plan = {0}, patient = {0};

	if (make("smoke", &(struct selection){0}, &plan) < 0 ||
		make("smoke", &(struct selection){.patience = 2.5}, &patient) < 0)
		ok(false, "smoke is planned: %s", err.text);
	is_int(patient.deadline_ns, plan.deadline_ns * 5 / 2, "patience stretches executions");
	is_int(patient.boot_deadline_ns, plan.boot_deadline_ns * 5 / 2, "and boots");
	plan_release(&plan);
	plan_release(&patient);
}

static void test_quick(void)
{
	struct plan plan = {0};
	size_t duplicates[2] = {0}, native = 0, main_arms = 0;

	if (!ok(!make("quick", &(struct selection){0}, &plan), "quick is planned: %s", err.text))
		return;
	for (size_t i = 0; i < workloads.n; i++)
		ok(!workloads.v[i].packaged ==
				!!count(&plan, workloads.v[i].name, NULL, "user-aarch64"),
			"quick measures %s unless it has to be downloaded", workloads.v[i].name);
	ok(count(&plan, "matmul", "portable", "native") &&
			count(&plan, "matmul", "blas", "native") &&
			count(&plan, "conv2d", "portable", "native") &&
			count(&plan, "conv2d", "blas", "native"),
		"quick measures matmul and conv2d in both variants");
	for (size_t i = 0; i < plan.n; i++) {
		const struct arm *arm = &plan.arms[i];

		main_arms += !arm->duplicate;
		native += !arm->duplicate && environment_is_native(&arm->env);
		if (arm->duplicate && arm->env.n)
			duplicates[arm->env.layers[0].kind]++;
	}
	ok(duplicates[LAYER_USER] && duplicates[LAYER_VM],
		"a translator and a VM are measured twice");
	ok(count(&plan, "matmul", "blas", "native") == 2, "and native");
	ok(native * verdicts.n >= main_arms, "every program has its native arm");
	for (size_t i = 0; i < plan.n; i++)
		if (strstr(plan.arms[i].parts.env, "kvm") &&
			(plan.arms[i].status != STATUS_REFUSED ||
				strcmp(plan.arms[i].reason, "no KVM today") != 0))
			native = 0;
	ok(native, "what cannot run here is in the plan, with its reason");
	ok(plan.memory_mib > 160, "guests get memory for the largest workload");
	plan_release(&plan);
}

/* The executions of every arm of an environment, if they are the same; otherwise 0. */
static uint64_t executions_in(const struct plan *plan, const char *env)
{
	uint64_t executions = 0;

	for (size_t i = 0; i < plan->n; i++) {
		if (strcmp(plan->arms[i].parts.env, env) != 0)
			continue;
		if (executions && plan->arms[i].executions != executions)
			return 0;
		executions = plan->arms[i].executions;
	}
	return executions;
}

static bool measures(const struct plan *plan, const char *workload)
{
	for (size_t i = 0; i < plan->n; i++)
		if (!strcmp(plan->arms[i].parts.workload, workload))
			return true;
	return false;
}

static void test_executions(void)
{
	_cleanup_free_ char *foreign = xasprintf("user-%s", arch_text(arch_other(arch_host())));
	_cleanup_free_ char *same = xasprintf("user-%s", arch_text(arch_host()));
	struct plan plan = {0};

	make("smoke", &(struct selection){0}, &plan);
	ok(executions_in(&plan, "native") == 1 && executions_in(&plan, foreign) == 1,
		"smoke executes everything once in a block");
	plan_release(&plan);
	make("quick", &(struct selection){0}, &plan);
	ok(executions_in(&plan, "native") > 1 && executions_in(&plan, foreign) > 1,
		"quick executes native and the foreign translator several times, duplicates too");
	ok(executions_in(&plan, same) == 1 && executions_in(&plan, "vm-aarch64-tcg") == 1 &&
			executions_in(&plan, "vm-x86_64-tcg") == 1,
		"and what is quiet or expensive once");
	plan_release(&plan);
	make("quick", &(struct selection){.executions = "vm-*=2"}, &plan);
	ok(executions_in(&plan, "native") == 1 && executions_in(&plan, "vm-aarch64-tcg") == 2,
		"a list takes the place of the profile's");
	plan_release(&plan);
	make("quick", &(struct selection){.suite = "tensorflow"}, &plan);
	ok(plan.n && executions_in(&plan, "native") == 1 && executions_in(&plan, foreign) == 1,
		"what takes long to start is executed once");
	plan_release(&plan);
	make("quick", &(struct selection){.suite = "tensor,tensorflow", .workload = "*matmul"},
		&plan);
	ok(measures(&plan, "matmul") && measures(&plan, "tf-matmul"),
		"several suites may be asked for");
	plan_release(&plan);
	make("quick", &(struct selection){.suite = "tensorflow", .executions = "native=2"}, &plan);
	is_int(executions_in(&plan, "native"), 2, "… unless a list says otherwise");
	plan_release(&plan);
}

static void selection_refused(const struct selection *sel, const char *message)
{
	struct plan plan = {.blocks = 77};

	ok(make("quick", sel, &plan) == -EINVAL && plan.blocks == 77 && strstr(err.text, message),
		"is refused: %s", err.text);
}

static void test_selection(void)
{
	struct plan plan = {0};

	selection_refused(
		&(struct selection){.env = "user-*,mars-*"}, "--env 'mars-*' matches nothing");
	selection_refused(
		&(struct selection){.workload = "matmul,matmull"}, "--workload 'matmull'");
	selection_refused(&(struct selection){.variant = "cuda"}, "--variant 'cuda'");
	selection_refused(&(struct selection){.suite = "micro-none"}, "--suite 'micro-none'");
	selection_refused(&(struct selection){.size = "huge"}, "no size 'huge'");
	selection_refused(&(struct selection){.executions = "natve=2"},
		"--executions 'natve' matches nothing");

	is_int(make("quick",
		       &(struct selection){.env = "user-aarch64",
			       .workload = "matmul,conv2d",
			       .variant = "blas",
			       .blocks = 9,
			       .seed = 7,
			       .precision = 0.01,
			       .budget_ns = 5,
			       .size = "seed"},
		       &plan),
		0, "a selection is planned: %s", err.text);
	ok(count(&plan, NULL, NULL, "native") && count(&plan, NULL, NULL, "user-aarch64") &&
			count(&plan, NULL, NULL, "native") +
					count(&plan, NULL, NULL, "user-aarch64") ==
				plan.n,
		"native is always there, it is the reference");
	ok(count(&plan, NULL, "blas", NULL) == plan.n && count(&plan, "matmul", NULL, NULL) &&
			count(&plan, "conv2d", NULL, NULL),
		"only what was selected is measured");
	ok(plan.blocks == 9 && plan.seed == 7 && plan.precision == 0.01 && plan.budget_ns == 5 &&
			!strcmp(plan.size, "seed"),
		"what is given overrides the profile");
	plan_release(&plan);

	is_int(make("smoke", &(struct selection){.workload = "cnn-train-cifar"}, &plan), 0,
		"a workload that the profile leaves out can be selected by name");
	plan_release(&plan);
}

static void test_pilot(void)
{
	static const struct {
		uint64_t asked, pilot, blocks;
	} cases[] = {{0, 10, BLOCKS_MAX}, {25, 10, 25}, {10, 10, 10}, {2, 2, 2}};
	struct plan plan = {0};

	selection_refused(&(struct selection){.precision = 0.02, .blocks = 1}, "--blocks 1");
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		make("quick", &(struct selection){.precision = 0.02, .blocks = cases[i].asked},
			&plan);
		ok(plan.pilot == cases[i].pilot && plan.blocks == cases[i].blocks &&
				plan.pilot_executions == PILOT_EXECUTIONS,
			"a precision with --blocks %d: a pilot of %d, at most %d blocks",
			(int)cases[i].asked, (int)cases[i].pilot, (int)cases[i].blocks);
		plan_release(&plan);
	}
	make("quick", &(struct selection){.blocks = 25}, &plan);
	ok(!plan.pilot && !plan.pilot_executions && plan.blocks == 25 && plan.precision > 0,
		"without a precision there is no pilot");
	is_int((long)plan_blocks_max(&plan), 50, "as many again may make up for lost ones");
	plan.blocks = BLOCKS_MAX - 1;
	is_int((long)plan_blocks_max(&plan), BLOCKS_MAX, "... of as many as a run can have");
	plan_release(&plan);
}

static void test_sweep(void)
{
	struct plan plan = {0};
	bool named = true;

	selection_refused(&(struct selection){.env = "user-*", .limits = {[LIMIT_VCPUS] = "1,2"}},
		"--vcpus is a limit of VMs");
	selection_refused(&(struct selection){.size = "small,huge"}, "no size 'huge'");
	selection_refused(&(struct selection){.limits = {[LIMIT_MEMORY] = "2x"}}, "--memory '2x'");
	ok(!make("quick",
		   &(struct selection){.env = "*-tcg",
			   .workload = "matmul",
			   .variant = "blas",
			   .limits = {[LIMIT_VCPUS] = "1,2"},
			   .executions = "vm-*=2"},
		   &plan),
		"a sweep is planned: %s", err.text);
	ok(count(&plan, NULL, NULL, "vm-aarch64-tcg@vcpus2") == 1 &&
			count(&plan, NULL, NULL, "vm-x86_64-tcg@vcpus2") == 1 &&
			count(&plan, NULL, NULL, "vm-x86_64-tcg"),
		"VMs are measured at both points, the second without a duplicate");
	ok(count(&plan, NULL, NULL, "native") == 2 &&
			count(&plan, NULL, NULL, "vm-aarch64-tcg") +
					count(&plan, NULL, NULL, "vm-x86_64-tcg") ==
				3,
		"the first with those there are");
	for (size_t i = 0; i < plan.n; i++)
		named &=
			plan_arm(&plan, plan.arms[i].cell, plan.arms[i].duplicate) == &plan.arms[i];
	ok(named, "every arm has a name of its own");
	is_int(executions_in(&plan, "vm-x86_64-tcg@vcpus2"), 2,
		"an environment's executions are those of its points");
	plan_release(&plan);
	ok(!make("quick",
		   &(struct selection){.env = "vm-*-tcg",
			   .workload = "matmul",
			   .variant = "blas",
			   .size = "small,seed"},
		   &plan) &&
			!strcmp(plan.size, "small") &&
			count(&plan, NULL, NULL, "native@size-seed") == 1 &&
			count(&plan, NULL, NULL, "vm-x86_64-tcg@size-seed") == 1,
		"sizes are points too, the first is the plan's: %s", err.text);
	ok(!strcmp(plan_size(&plan, &plan.arms[0]), "small") &&
			!strcmp(plan_size(&plan, plan_arm(&plan,
							 "matmul.blas.x86_64.vm-x86_64-tcg"
							 "@size-seed",
							 false)),
				"seed"),
		"each arm knows its own");
	plan_release(&plan);
}

/* The status and reason of a package workload in an environment. */
static const struct arm *package_arm(struct plan *plan, const char *env)
{
	make("quick", &(struct selection){.suite = "packages", .workload = "zstd"}, plan);
	for (size_t i = 0; i < plan->n; i++)
		if (!strcmp(plan->arms[i].parts.env, env))
			return &plan->arms[i];
	return NULL;
}

static void test_packages(void)
{
	struct workload *w = (struct workload *)workloads_find(&workloads, "zstd");
	char **given = w->packaged->packages[ARCH_AARCH64];
	struct plan plan = {0};
	const struct arm *arm;

	ok(!make("quick", &(struct selection){.suite = "packages"}, &plan) && plan.n &&
			count(&plan, NULL, "package", NULL) == plan.n,
		"the suite of packages is measured when it is asked for: %s", err.text);
	plan_release(&plan);
	arm = package_arm(&plan, "user-aarch64");
	ok(arm && arm->status == STATUS_OK, "they are translated");
	plan_release(&plan);
	w->packaged->starts_children = true;
	arm = package_arm(&plan, "user-aarch64");
	ok(arm && arm->status == STATUS_OK,
		"also when they start others: whether those can be is tried later");
	plan_release(&plan);
	w->packaged->starts_children = false;
	w->packaged->packages[ARCH_AARCH64] = NULL;
	arm = package_arm(&plan, "vm-aarch64-tcg");
	ok(arm && arm->status == STATUS_REFUSED && strstr(arm->reason, "no packages"),
		"an architecture without packages is refused");
	plan_release(&plan);
	w->packaged->packages[ARCH_AARCH64] = given;
}

/* A command layer that cannot be used is only planned when --env names it. */
static void test_commands(void)
{
	static const struct {
		const char *env;
		int usable, missing;
	} cases[] = {{NULL, 1, 0}, {"*", 1, 0}, {"*-x86_64,*-aarch64", 1, 0}, {"user-*", 0, 0},
		{"box-*", 0, 1}, {"*,box-aarch64", 1, 1}, {"b*", 0, 1}};
	const size_t before = verdicts.n;
	struct command_layers commands = {0};

	for (size_t i = 0; i < 2; i++) {
		struct command_layer *c = command_layers_add(&commands);

		*c = (struct command_layer){
			.name = xstrdup(i ? "box" : "prefix"), .runs = ARCH_AARCH64};
		argv_add(&c->command, "run");
		verdict[verdicts.n++] = (struct verdict){
			.env = command_layer_environment(c),
			.status = i ? STATUS_REFUSED : STATUS_OK,
			.reason = "why",
			.detail = "version 7",
			.optional = true,
		};
	}
	for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
		const struct selection selection = {.env = cases[i].env, .workload = "matmul"};
		struct planner_input in = {.selection = &selection,
			.workloads = &workloads,
			.verdicts = &verdicts,
			.commands = &commands,
			.programs = scratch_dir};
		struct plan plan = {0};
		size_t usable, missing;

		profile_find("smoke", &in.profile, NULL);
		plan_make(&in, &plan, &err);
		usable = count(&plan, NULL, NULL, "prefix-aarch64");
		missing = count(&plan, NULL, NULL, "box-aarch64");
		ok(!usable == !cases[i].usable && !missing == !cases[i].missing,
			"--env %s: %zu arms of a usable command, %zu of a missing one",
			cases[i].env ? cases[i].env : "not given", usable, missing);
		is_int(plan.commands.n, cases[i].usable,
			"the plan keeps the commands that it runs");
		if (plan.commands.n)
			is_str(plan.commands.v[0].found, "version 7", "with their versions");
		plan_release(&plan);
	}
	command_layers_release(&commands);
	verdicts.n = before;
}

static void test_missing_program(void)
{
	_cleanup_free_ char *path =
		xasprintf("%s/workloads/%s/matmul.blas", scratch_dir, arch_text(ARCH_AARCH64));
	struct plan plan = {0};
	size_t errors = 0, others = 0;

	unlink(path);
	make("quick", &(struct selection){.workload = "matmul", .variant = "blas"}, &plan);
	for (size_t i = 0; i < plan.n; i++) {
		const struct arm *arm = &plan.arms[i];

		if (arm->status == STATUS_ERROR)
			errors += arm->parts.arch == ARCH_AARCH64 &&
				  strstr(arm->reason, "matmul.blas") &&
				  strstr(arm->reason, "make workloads");
		else
			others += arm->parts.arch == ARCH_AARCH64 && arm->status == STATUS_OK;
	}
	ok(errors && !others,
		"a program that is not built is an error with its remedy, in %zu arms", errors);
	plan_release(&plan);
}

static void test_cost(void)
{
	struct plan plan = {0};
	struct environment env;
	size_t unknown = 0;

	environment_parse("native", &env, NULL);
	plan_add(&plan, "a", "b", &env, false)->estimate_ns = 10;
	plan.arms[0].executions = 3;
	plan_add(&plan, "a", "c", &env, false);
	environment_parse("vm-aarch64-tcg", &env, NULL);
	plan_add(&plan, "a", "b", &env, false)->estimate_ns = 20;
	plan_add(&plan, "a", "c", &env, false)->estimate_ns = 30;
	plan_add(&plan, "a", "b", &env, true)->estimate_ns = 40;
	plan_add(&plan, "z", "b", &env, false)->status = STATUS_REFUSED;
	is_int(plan_block_ns(&plan, 1, 1000, &unknown), 2120,
		"a block costs its executions and a boot for each VM and duplicate VM");
	is_int(unknown, 1, "arms of unknown cost are counted, refused ones are not");
	plan.pilot = 2;
	plan.pilot_executions = 2;
	is_int(plan_block_ns(&plan, 2, 1000, &unknown), 2210,
		"a pilot's block costs two executions of what others execute once");
	is_int(plan_block_ns(&plan, 3, 1000, &unknown), 2120, "a later one costs no more");
	plan_release(&plan);
}

int main(void)
{
	scratch_open();
	if (manifests_read("workloads", &workloads, &err) < 0) {
		printf("Bail out! %s\n", err.text);
		return 1;
	}
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		_cleanup_free_ char *dir = xasprintf("%s/workloads/%s", scratch_dir, arch_text(a));

		file_mkdirs(dir, NULL);
	}
	make_verdicts();
	make_programs();
	test_environments();
	test_profiles();
	test_patience();
	test_quick();
	test_selection();
	test_pilot();
	test_sweep();
	test_packages();
	test_commands();
	test_missing_program();
	test_cost();
	test_executions();
	workloads_release(&workloads);
	scratch_close();
	return done_testing();
}
