/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * plan/duplicates: what a plan measures twice.
 */
#include "plan/duplicates.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "tap.h"

static char first[] = "first", second[] = "second", probe[] = "probe";
static struct workload rows[] = {
	{.name = probe}, {.name = first, .compare = true}, {.name = second, .compare = true}};
static const struct workloads workloads = {.v = rows, .n = ARRAY_LEN(rows)};

/* The host's own architecture and the other one stand in the ids as H and F. */
static char *id_of(const char *text)
{
	struct str s = {0};

	for (; *text; text++) {
		if (*text == 'H' || *text == 'F')
			str_add(&s,
				arch_text(*text == 'H' ? arch_host() : arch_other(arch_host())));
		else
			str_addc(&s, *text);
	}
	return s.s ? s.s : xstrdup("");
}

static void add(struct plan *plan, const char *workload, const char *env_id)
{
	_cleanup_free_ char *id = id_of(env_id);
	struct environment env;
	struct err err = {0};

	if (environment_parse(id, &env, &err) < 0) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	plan_add(plan, workload, "plain", &env, false)->executions = 3;
}

/* "WORKLOAD:ENV", separated by blanks, in the plan's order. */
static char *duplicates_of(const struct plan *plan)
{
	struct str s = {0};

	for (size_t i = 0; i < plan->n; i++) {
		const struct arm *a = &plan->arms[i];

		if (!a->duplicate)
			continue;
		ok(i && !plan->arms[i - 1].duplicate && !strcmp(plan->arms[i - 1].cell, a->cell) &&
				a->executions == 3,
			"behind its arm, executed as often");
		str_addf(&s, "%s%s:%s", s.len ? " " : "", a->parts.workload, a->parts.env);
	}
	return s.s ? s.s : xstrdup("");
}

static void twice(struct plan *plan, const char *programs, const char *expected, const char *name)
{
	_cleanup_free_ char *want = id_of(expected), *got = NULL;

	duplicates_add(plan, programs, &workloads);
	got = duplicates_of(plan);
	is_str(got, want, name);
	plan_release(plan);
}

/* Every program in all of the environments. */
static struct plan plan_of(const char *const *workload, const char *const *env)
{
	struct plan plan = {0};

	for (; *workload; workload++)
		for (const char *const *e = env; *e; e++)
			add(&plan, *workload, *e);
	return plan;
}
#define PLAN(workload, ...) plan_of(workload, (const char *const[]){__VA_ARGS__, NULL})

static const char *const both[] = {"first", "second", NULL};
static const char *const all[] = {"probe", "first", "second", NULL};
static const char *const alone[] = {"probe", NULL};

static void environments(void)
{
	struct plan plan = PLAN(both, "native", "user-H", "user-F", "vm-H-kvm", "vm-H-tcg",
		"vm-F-tcg", "vm-H-kvm+user-F");

	twice(&plan, "second.*", "second:native second:user-F second:vm-H-kvm second:vm-F-tcg",
		"one of each kind, foreign where there is one");
	plan = PLAN(both, "native", "user-H", "vm-H-tcg", "vm-H-tcg+user-F");
	twice(&plan, "first.*", "first:native first:user-H first:vm-H-tcg",
		"the host's own where it is alone; a stack is of its lowest layer's kind");
	plan = PLAN(both, "native", "vm-H-tcg+user-F");
	twice(&plan, "first.*", "first:native first:vm-H-tcg+user-F",
		"or stands for it where nothing else does");
	plan = PLAN(both, "native", "box-F", "fex-H", "fex-F");
	twice(&plan, "first.*", "first:native first:box-F first:fex-F",
		"each command is a kind of its own");
}

static void programs(void)
{
	struct plan plan = PLAN(all, "native", "user-F");

	twice(&plan, "first.*,second.*", "first:native first:user-F second:native second:user-F",
		"all that are listed");
	plan = PLAN(all, "native", "user-F");
	twice(&plan, "elsewhere.plain", "first:native first:user-F",
		"none is: the first whose results are compared");
	plan = PLAN(alone, "native", "user-F");
	twice(&plan, "elsewhere.plain", "probe:native probe:user-F", "or else the first");
	plan = PLAN(all, "native");
	add(&plan, "second", "user-F");
	twice(&plan, "first.*", "first:native second:user-F",
		"judged in each environment by what is measured there");
	twice(&plan, "*", "", "a plan of nothing has none");
}

static void what_cannot_run(void)
{
	struct plan plan = PLAN(both, "native", "user-H", "user-F");

	for (size_t i = 0; i < plan.n; i++)
		if (plan.arms[i].parts.arch != arch_host())
			plan.arms[i].status = STATUS_REFUSED;
	plan.arms[0].status = STATUS_ERROR;
	twice(&plan, "first.*", "first:user-H second:native", "is as if it were not there");
}

static void sweeps(void)
{
	struct plan plan = PLAN(both, "native", "native@threads2", "vm-F-tcg@memory512",
		"vm-F-tcg@memory1024", "vm-H-tcg");

	twice(&plan, "*",
		"first:native first:vm-F-tcg@memory512 second:native second:vm-F-tcg@memory512",
		"of a sweep the first point");
	plan = PLAN(both, "vm-F-tcg@memory512", "vm-F-tcg@memory1024");
	plan.arms[0].status = STATUS_REFUSED;
	twice(&plan, "*", "first:vm-F-tcg@memory1024 second:vm-F-tcg@memory512",
		"that can be measured");
}

int main(void)
{
	environments();
	programs();
	what_cannot_run();
	sweeps();
	return done_testing();
}
