/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * model/point and plan/sweep: points of a sweep, their names, and what cannot be one.
 */
#include "base/cleanup.h"
#include "plan/sweep.h"
#include "tap.h"

static struct err err;

static struct environment env_of(const char *id)
{
	struct environment env = {0};

	ok(!environment_parse(id, &env, &err) && !strcmp(env.id, id), "'%s' parses back", id);
	return env;
}

static void test_names(void)
{
	static const char *const bad[] = {"native@", "native@threads", "native@threads1",
		"native@threads02", "native@threads2-threads3", "native@vcpus2", "native@memory512",
		"vm-x86_64-tcg@threads2-vcpus2", "vm-x86_64-tcg@vcpus0", "vm-x86_64-tcg@vcpus257",
		"vm-x86_64-tcg@vcpus2-", "vm-x86_64-tcg@vcpus2,threads2", "vm-x86_64-tcg@vcpu2",
		"vm-x86_64-tcg@vcpus99999999999999999999", "vm-x86_64-tcg@vcpus2@threads2",
		"user-aarch64@vcpus2", "vm-x86_64-tcg@memory1048577", "vm-x86_64-tcg@vcpus-2",
		"native@size-", "native@size-Seed", "native@size-seed-threads2x@",
		"native@size-a-name-of-a-size-of-32-characters"};
	struct environment env = env_of("vm-x86_64-tcg+user-aarch64@vcpus2-memory512-threads4"), x;
	char id[ENV_ID_MAX];
	char role[ENV_ROLE_MAX];
	struct cell_parts parts;

	is_int(env.point.v[LIMIT_VCPUS], 2, "vCPUs");
	is_int(env.point.v[LIMIT_MEMORY], 512, "memory");
	is_int(env.point.v[LIMIT_THREADS], 4, "threads");
	x = environment_base(&env);
	is_str(x.id, "vm-x86_64-tcg@vcpus2-memory512", "threads need no boot of their own");
	x = environment_stack(&env);
	is_str(x.id, "vm-x86_64-tcg+user-aarch64", "the stack is the same at every point");
	x = environment_reference(&env);
	is_str(x.id, "native@threads4", "the reference computes with as many threads");
	environment_id_role("vm-x86_64-tcg+user-aarch64@vcpus2", ARCH_X86_64, role);
	ok(!strcmp(role, "vm-host-tcg+user-foreign@vcpus2"), "a role names no architecture: %s",
		role);
	environment_id_role("vm-aarch64-tcg+user-x86_64@vcpus2", ARCH_AARCH64, role);
	ok(!strcmp(role, "vm-host-tcg+user-foreign@vcpus2"), "on another host it is the same");
	environment_id_reference("vm-x86_64-tcg@vcpus2", id);
	is_str(id, "native", "and has no vCPUs");
	env = env_of("user-aarch64@threads2-size-seed-2");
	is_str(env.point.size, "seed-2", "the size is the last");
	x = environment_reference(&env);
	is_str(x.id, "native@threads2-size-seed-2", "and the reference's too");
	ok(environment_id_is_native("native@threads4") && environment_id_is_native("native") &&
			!environment_id_is_native("natives-x86_64"),
		"which is native all the same");
	ok(environment_id_same_stack("native", "native@threads4") &&
			!environment_id_same_stack(
				"vm-x86_64-tcg@vcpus2", "vm-x86_64-tcg+user-aarch64"),
		"stacks are told from points");
	ok(!cell_parse("matmul.blas.aarch64.user-aarch64@threads2", &parts, &err) &&
			!strcmp(parts.env, "user-aarch64@threads2"),
		"a point is part of the cell");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		err = (struct err){0};
		ok(environment_parse(bad[i], &x, &err) < 0 && *err.text, "'%s' is none: %s", bad[i],
			err.text);
	}
}

/* All lists at once; memory, threads and sizes. */
struct lists {
	const char *sizes, *limits[LIMIT_COUNT];
};

static void refused(struct lists lists, const char *message)
{
	struct sweep sweep = {.nsizes = 7};

	err = (struct err){0};
	ok(sweep_parse(lists.sizes, lists.limits, &sweep, &err) == -ERR_INPUT &&
			sweep.nsizes == 7 && strstr(err.text, message),
		"refused: %s", err.text);
}

#define VCPUS(list) ((struct lists){.limits = {[LIMIT_VCPUS] = list}})
#define MEMORY(list) ((struct lists){.limits = {[LIMIT_MEMORY] = list}})
#define THREADS(list) ((struct lists){.limits = {[LIMIT_THREADS] = list}})
#define SIZES(list) ((struct lists){.sizes = list})

static void test_lists(void)
{
	struct sweep sweep = {0};

	ok(!sweep_parse(NULL, VCPUS("").limits, &sweep, &err) && !sweep.n[LIMIT_VCPUS] &&
			!sweep.nsizes,
		"no list is no sweep");
	ok(!sweep_parse("small,seed", MEMORY("2G,512M").limits, &sweep, &err) &&
			sweep.n[LIMIT_MEMORY] == 2 && sweep.v[LIMIT_MEMORY][0] == 2048 &&
			sweep.v[LIMIT_MEMORY][1] == 512 && sweep.nsizes == 2 &&
			!strcmp(sweep.sizes[1], "seed"),
		"memory in MiB, in the order given, and sizes");
	refused(MEMORY("0"), "--memory '0'");
	refused(MEMORY("0M"), "no size from 1M to 1T");
	refused(MEMORY("5T"), "no size from 1M to 1T");
	refused(MEMORY("512"), "expected 512M,2G");
	refused(MEMORY("1.5G"), "--memory '1.5G'");
	refused(MEMORY("-1G"), "--memory '-1G'");
	refused(MEMORY("1G,1024M"), "holds '1024M' twice");
	refused(VCPUS("0"), "from 1 to 256");
	refused(VCPUS("257"), "from 1 to 256");
	refused(VCPUS("1,1"), "--vcpus '1,1' holds '1' twice");
	refused(VCPUS("1,,2"), "''");
	refused(VCPUS("1,"), "''");
	refused(THREADS("x"), "--threads 'x': 'x' is no number");
	refused(THREADS("2x"), "'2x'");
	refused(THREADS("99999999999999999999"), "from 1 to 256");
	refused(THREADS("1,2,3,4,5,6,7,8,9"), "more than 8 values");
	refused(SIZES("small,small"), "--size 'small,small' holds 'small' twice");
	refused(SIZES("small,"), "no name of a size");
	refused(SIZES("a,b,c,d,e,f,g,h,i"), "more than 8 values");
}

/* The ids of an environment's points, joined by spaces. */
static void points(struct lists lists, const char *id, const char *want)
{
	struct point found[SWEEP_POINTS_MAX];
	struct environment env = {0};
	struct sweep sweep = {0};
	struct str got = {0};
	int n;

	sweep_parse(lists.sizes, lists.limits, &sweep, &err);
	environment_parse(id, &env, &err);
	n = sweep_points(&sweep, &env, found, &err);
	for (int i = 0; i < n; i++) {
		env.point = found[i];
		environment_name(&env);
		str_addf(&got, "%s%s", i ? " " : "", env.id);
	}
	is_str(str_text(&got), want, "%d point%s: %s", n, n == 1 ? "" : "s", want);
	str_release(&got);
}

static void test_points(void)
{
	struct lists most = {"a,b,c", {"1,2,3,4,5,6,7,8", "1M,2M,3M,4M,5M,6M,7M,8M", "1,2,3"}};
	struct point found[SWEEP_POINTS_MAX];
	struct environment vm = env_of("vm-x86_64-tcg");
	struct sweep sweep;

	points(SIZES(NULL), "native", "native");
	points(SIZES("seed"), "vm-x86_64-tcg", "vm-x86_64-tcg");
	points(SIZES("small,seed"), "native", "native native@size-seed");
	points(VCPUS("1,2"), "native", "native");
	points(VCPUS("1,2"), "vm-x86_64-tcg", "vm-x86_64-tcg vm-x86_64-tcg@vcpus2");
	points(VCPUS("2"), "vm-x86_64-tcg", "vm-x86_64-tcg@vcpus2");
	points(MEMORY("512M,2G"), "vm-x86_64-tcg",
		"vm-x86_64-tcg@memory512 vm-x86_64-tcg@memory2048");
	points(MEMORY("512M,2G"), "user-aarch64", "user-aarch64");
	points(THREADS("1,2"), "user-aarch64", "user-aarch64 user-aarch64@threads2");
	points(THREADS("1,2"), "native", "native native@threads2");
	points(THREADS("1,2"), "vm-x86_64-tcg", "vm-x86_64-tcg vm-x86_64-tcg@vcpus2-threads2");
	points((struct lists){.limits = {"1,2", NULL, "2"}}, "vm-x86_64-tcg",
		"vm-x86_64-tcg@threads2 vm-x86_64-tcg@vcpus2-threads2");
	points((struct lists){"small,seed", {"1,2", "1G", NULL}}, "vm-x86_64-tcg",
		"vm-x86_64-tcg@memory1024 vm-x86_64-tcg@vcpus2-memory1024 "
		"vm-x86_64-tcg@memory1024-size-seed vm-x86_64-tcg@vcpus2-memory1024-size-seed");
	err = (struct err){0};
	ok(!sweep_parse(most.sizes, most.limits, &sweep, &err) &&
			sweep_points(&sweep, &vm, found, &err) == -ERR_INPUT &&
			strstr(err.text, "more than 512 points"),
		"there is a bound: %s", err.text);
}

static void test_refusals(void)
{
	const struct host host = {.measure_cpus = 2, .memory_mib = 4096};
	struct workload one = {0}, several = {.threads = true};
	struct environment native = env_of("native@threads2"), vm = env_of("vm-x86_64-tcg@vcpus3"),
			   shared = env_of("vm-x86_64-tcg@vcpus2-threads4"),
			   big = env_of("vm-x86_64-tcg@memory4096"),
			   small = env_of("vm-x86_64-tcg@memory64");
	char reason[REASON_MAX];

	ok(!sweep_refuses(&native, &several, &host, reason), "as many threads as CPUs");
	ok(!sweep_refuses(&shared, &several, &host, reason),
		"in a VM threads can be more than vCPUs");
	ok(sweep_refuses(&native, &one, &host, reason) && strstr(reason, "one thread"),
		"a program of one thread has no second: %s", reason);
	ok(sweep_refuses(&vm, &one, &host, reason) && strstr(reason, "3 CPUs") &&
			strstr(reason, "has 2"),
		"more vCPUs than the host has CPUs: %s", reason);
	ok(!sweep_refuses(&vm, &one, NULL, reason), "unless it is another host");
	ok(sweep_refuses(&big, &one, &host, reason) && strstr(reason, "4096 MiB"),
		"more memory than the host has: %s", reason);
	ok(sweep_refuses(&small, &one, &host, reason) && strstr(reason, "64 MiB"),
		"less than a kernel needs: %s", reason);
}

int main(void)
{
	test_names();
	test_lists();
	test_points();
	test_refusals();
	return done_testing();
}
