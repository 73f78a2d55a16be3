/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * run/measure on the null environment: what is stored, in which order, and what an interruption
 * leaves to be done.
 */
#include <stdlib.h>

#include "base/log.h"
#include "base/str.h"
#include "run/execute.h"
#include "run/measure.h"
#include "scratch.h"
#include "tap.h"

#define BLOCKS 3

static struct err err;
static volatile sig_atomic_t stop;
static struct variant variants[] = {
	{.name = "portable", .program = "portable"}, {.name = "blas", .program = "blas"}};
static struct workload workload_list[] = {
	{.name = "one", .variants = variants, .nvariants = 2, .compare = true},
	{.name = "two", .variants = variants, .nvariants = 1, .compare = true},
};
static const struct workloads workloads = {.v = workload_list, .n = 2};
static struct samples canned;
static struct plan plan;

static void add_arms(const char *env_id, bool duplicate)
{
	struct environment env;

	if (environment_parse(env_id, &env, &err) < 0)
		exit(1);
	plan_add(&plan, "one", "portable", &env, duplicate);
	plan_add(&plan, "one", "blas", &env, duplicate);
	plan_add(&plan, "two", "portable", &env, duplicate);
}

static void make_plan(void)
{
	plan = (struct plan){.profile = "quick",
		.size = "small",
		.seed = 11,
		.blocks = BLOCKS,
		.budget_ns = UINT64_MAX / 2,
		.deadline_ns = 1000000000,
		.iterations = 3,
		.vcpus = 1,
		.memory_mib = 256};
	add_arms("native", false);
	add_arms("native", true);
	add_arms("user-aarch64", false);
	add_arms("vm-x86_64-tcg", false);
	add_arms("vm-x86_64-tcg+user-aarch64", false);
	plan.arms[plan.n - 1].status = STATUS_REFUSED;
	/* Once, twice and three times in a block, in every environment. */
	for (size_t i = 0; i < plan.n; i++)
		plan.arms[i].executions = 1 + i % 3;
}

static void can(const struct arm *arm, uint64_t block, uint64_t execution)
{
	struct sample s = {.duplicate = arm->duplicate,
		.block = block,
		.execution = execution,
		.host_wall_ns = 1000 * block + execution,
		.iterations = 2,
		.startup_ns = 3,
		.digest = {.values = {1.5}, .n = 1, .hash = "ab"}};

	str_copy(s.cell, sizeof(s.cell), arm->cell);
	s.iter_wall_ns = xcalloc(2, sizeof(uint64_t));
	s.iter_cpu_ns = xcalloc(2, sizeof(uint64_t));
	s.iter_wall_ns[0] = 1;
	s.iter_wall_ns[1] = 10 * block + execution;
	samples_add(&canned, &s);
}

/* Canned samples of every arm and block, and a boot of every block. */
static void make_canned(void)
{
	for (uint64_t block = 1; block <= BLOCKS; block++) {
		struct boot boot = {
			.env = "vm-x86_64-tcg", .block = block, .hello_ns = 5, .vcpus = 1};

		samples_add_boot(&canned, &boot);
		for (size_t i = 0; i < plan.n; i++)
			for (uint64_t e = 1; e <= plan_executions(&plan, &plan.arms[i], block); e++)
				can(&plan.arms[i], block, e);
	}
}

/* All executions of a cell in a block end so. */
static void end_canned(const char *cell, uint64_t block, enum status status)
{
	for (size_t i = 0; i < canned.n; i++)
		if (!strcmp(canned.v[i].cell, cell) && canned.v[i].block == block &&
			!canned.v[i].duplicate)
			canned.v[i].status = status;
}

/* ---- runs ---- */

static size_t stop_at; /* stop when this many executions were announced; 0: never */
static size_t announced;

static void progress(void *arg, const struct measure_progress *p)
{
	(void)arg;
	announced += !str_starts(p->what, "booting");
	if (stop_at && announced == stop_at)
		stop = 1;
}

/* Measures into the folder, after what it holds. */
static int measure_into(struct run_folder *run)
{
	static const struct host host = {.arch = ARCH_X86_64};
	struct layer_ctx ctx = {
		.host = &host, .home = scratch_dir, .programs = scratch_dir, .stop = &stop};
	struct measure_spec spec = {.plan = &plan,
		.workloads = &workloads,
		.ctx = &ctx,
		.run = run,
		.replay = &canned,
		.progress = progress};
	struct samples stored = {0};
	int r;

	stop = 0;
	announced = 0;
	err = (struct err){0};
	run_folder_read_samples(run, &stored, NULL, &err);
	r = measure(&spec, &stored, &err);
	samples_release(&stored);
	return r;
}

static struct run_folder new_run(void)
{
	static const struct host host = {.id = "0123456789abcdef", .arch = ARCH_X86_64};
	struct run_folder run;

	plan_stamp(&plan);
	if (run_folder_create(scratch_dir, &plan, &host, NULL, NULL, &run, &err) < 0) {
		printf("Bail out! %s\n", err.text);
		exit(1);
	}
	return run;
}

static struct samples read_back(const struct run_folder *run)
{
	struct samples s = {0};

	if (run_folder_read_samples(run, &s, NULL, &err) < 0)
		printf("# %s\n", err.text);
	return s;
}

static size_t count(const struct samples *s, const struct arm *arm, uint64_t block)
{
	size_t n = 0;

	for (size_t i = 0; i < s->n; i++)
		n += s->v[i].block == block && s->v[i].duplicate == arm->duplicate &&
		     !strcmp(s->v[i].cell, arm->cell);
	return n;
}

static bool has_execution(
	const struct samples *s, const struct arm *arm, uint64_t block, uint64_t execution)
{
	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].block == block && s->v[i].execution == execution &&
			s->v[i].duplicate == arm->duplicate && !strcmp(s->v[i].cell, arm->cell))
			return true;
	return false;
}

/* Has it as many samples in a block as executions, and one of each? */
static bool arm_complete(const struct samples *s, const struct arm *arm, uint64_t block)
{
	uint64_t executions = arm->status == STATUS_OK ? plan_executions(&plan, arm, block) : 0;

	for (uint64_t e = 1; e <= executions; e++)
		if (!has_execution(s, arm, block, e))
			return false;
	return count(s, arm, block) == executions;
}

/* Every arm that can run has its samples in every block, and every block one boot. */
static bool complete(const struct samples *s)
{
	for (uint64_t block = 1; block <= BLOCKS; block++) {
		size_t boots = 0;

		for (size_t i = 0; i < plan.n; i++)
			if (!arm_complete(s, &plan.arms[i], block))
				return false;
		for (size_t i = 0; i < s->nboots; i++)
			boots += s->boots[i].block == block;
		if (boots != 1)
			return false;
	}
	return true;
}

/* The order of the arms over the whole run, as text. */
static char *order_of(const struct samples *s)
{
	struct str text = {0};

	for (size_t i = 0; i < s->n; i++)
		str_addf(&text, "%" PRIu64 " %" PRIu64 " %s %d %" PRIu64 "\n", s->v[i].block,
			s->v[i].order, s->v[i].cell, s->v[i].duplicate, s->v[i].execution);
	return str_take(&text);
}

static void test_whole_run(void)
{
	_cleanup_free_ char *first = NULL, *second = NULL, *other = NULL;
	struct run_folder run = new_run();
	struct samples got;
	size_t right = 0, gaps = 0;

	is_int(measure_into(&run), 0, "a run is measured: %s", err.text);
	got = read_back(&run);
	ok(complete(&got),
		"every arm has its executions in every block, a refused one none; %zu samples",
		got.n);
	for (size_t i = 0; i < got.n; i++) {
		const struct sample *s = &got.v[i];

		right += s->status == STATUS_OK && s->iterations == 2 &&
			 s->iter_wall_ns[1] == 10 * s->block + s->execution && s->startup_ns == 3 &&
			 !strcmp(s->digest.hash, "ab") &&
			 s->boot == (strstr(s->cell, "vm-") ? s->block : 0);
		gaps += i && s->block == got.v[i - 1].block ? s->order != got.v[i - 1].order + 1
							    : s->order != 1;
	}
	is_int(right, got.n, "with what the program said and the boot it ran in");
	is_int(gaps, 0, "positions in a block count from 1 without gaps");
	first = order_of(&got);
	samples_release(&got);
	run_folder_close(&run);

	run = new_run();
	measure_into(&run);
	got = read_back(&run);
	second = order_of(&got);
	is_str(second, first, "the order follows from the seed");
	samples_release(&got);
	run_folder_close(&run);

	plan.seed = 12;
	run = new_run();
	measure_into(&run);
	got = read_back(&run);
	other = order_of(&got);
	ok(strcmp(other, first) != 0 && complete(&got), "another seed gives another order");
	plan.seed = 11;
	samples_release(&got);
	run_folder_close(&run);
}

static void test_interruptions(void)
{
	size_t all = 0, good = 0, stored = 0, tried = 0;

	for (size_t i = 0; i < plan.n; i++)
		for (uint64_t block = 1; plan.arms[i].status == STATUS_OK && block <= BLOCKS;
			block++)
			all += plan_executions(&plan, &plan.arms[i], block);
	for (size_t at = 1; at <= all; at++, tried++) {
		struct run_folder run = new_run();
		struct samples got;
		int r;

		stop_at = at;
		r = measure_into(&run);
		got = read_back(&run);
		stored += r == -ECANCELED && got.n == at - 1;
		samples_release(&got);
		stop_at = 0;
		r = measure_into(&run);
		got = read_back(&run);
		good += r == 0 && complete(&got);
		samples_release(&got);
		run_folder_close(&run);
	}
	is_int(stored, tried, "interrupted at any execution, all before it are stored");
	is_int(good, tried, "and resuming completes the run, with no execution twice in a block");
}

/* Two blocks of a pilot, and one after it. */
static void test_pilot(void)
{
	struct samples once = canned;
	struct run_folder run;
	struct samples got;

	canned = (struct samples){0};
	plan.pilot = 2;
	plan.pilot_executions = 2;
	plan.precision = 1e-9;
	make_canned();
	/* What is translated differs from block to block, beyond the precision. */
	for (size_t i = 0; i < canned.n; i++)
		if (strstr(canned.v[i].cell, "user-"))
			canned.v[i].iter_wall_ns[1] *= canned.v[i].block;
	run = new_run();
	is_int(measure_into(&run), 0, "a run with a pilot is measured: %s", err.text);
	got = read_back(&run);
	ok(complete(&got), "the pilot's blocks hold two executions of what later ones hold once");
	samples_release(&got);
	run_folder_close(&run);
	test_interruptions();
	plan.pilot = plan.pilot_executions = 0;
	samples_release(&canned);
	canned = once;
}

static void test_resuming(void)
{
	struct run_folder run = new_run();
	_cleanup_free_ char *path = xasprintf("%s/samples.jsonl", run.dir), *text = NULL;
	const struct arm *refused = &plan.arms[plan.n - 1];
	struct samples got;

	measure_into(&run);
	measure_into(&run);
	got = read_back(&run);
	ok(complete(&got), "a complete run is not measured again");
	samples_release(&got);
	file_read(path, 1 << 22, &text, NULL, NULL);
	ok(!strstr(text, "toll.discard"), "and nothing of it is discarded");
	run_folder_close(&run);

	run = new_run();
	for (size_t i = 0; i < canned.n; i++) {
		const struct sample *s = &canned.v[i];

		/* Of native, only the first executions are there. */
		if (s->block == 1 && !s->duplicate && strcmp(s->cell, refused->cell) != 0 &&
			(s->execution == 1 || !strstr(s->cell, "native")))
			run_folder_append_sample(&run, s, &err);
	}
	run_folder_append_boot(&run, &canned.boots[0], &err);
	measure_into(&run);
	got = read_back(&run);
	ok(complete(&got), "a block that lacks only executions without a VM is completed");
	samples_release(&got);
	free(TAKE(text));
	free(TAKE(path));
	path = xasprintf("%s/samples.jsonl", run.dir);
	file_read(path, 1 << 22, &text, NULL, NULL);
	ok(!strstr(text, "toll.discard"), "without discarding what is there");
	run_folder_close(&run);
}

static void test_bad_endings(void)
{
	const char *cell = "one.blas.aarch64.user-aarch64";
	struct run_folder run = new_run();
	const struct arm *arm = NULL;
	struct samples got;
	size_t timeouts = 0, times = 0;

	for (size_t i = 0; i < plan.n; i++)
		if (!strcmp(plan.arms[i].cell, cell))
			arm = &plan.arms[i];
	end_canned(cell, 1, STATUS_TIMEOUT);
	is_int(measure_into(&run), 0, "a program that hangs does not end the run: %s", err.text);
	got = read_back(&run);
	for (uint64_t block = 1; block <= BLOCKS; block++)
		times += count(&got, arm, block);
	is_int(times, 1, "and is not tried again, in that block or later ones");
	samples_release(&got);
	run_folder_close(&run);

	/* It hangs in a block that is interrupted afterwards, while its VM runs. */
	for (size_t at = 1; at < plan.n; at++) {
		run = new_run();
		stop_at = at;
		measure_into(&run);
		stop_at = 0;
		measure_into(&run);
		got = read_back(&run);
		for (size_t i = 0; i < got.n; i++)
			timeouts += got.v[i].status == STATUS_TIMEOUT;
		samples_release(&got);
		run_folder_close(&run);
	}
	is_int(timeouts, plan.n - 1, "its ending outlives an interruption wherever that comes");
	end_canned(cell, 1, STATUS_OK);
}

static void test_boot_failure(void)
{
	struct run_folder run = new_run();
	struct samples got;
	size_t failed = 0, others = 0, in_vm = 0;

	for (size_t i = 0; i < plan.n; i++)
		if (plan.arms[i].status == STATUS_OK && environment_vm(&plan.arms[i].env))
			in_vm += plan.arms[i].executions;
	canned.boots[1].status = STATUS_BOOT;
	str_copy(canned.boots[1].reason, REASON_MAX, "kernel panic");
	is_int(measure_into(&run), 0, "a guest that does not boot does not end the run: %s",
		err.text);
	got = read_back(&run);
	for (size_t i = 0; i < got.n; i++) {
		failed += got.v[i].status == STATUS_BOOT && got.v[i].block == 2 &&
			  strstr(got.v[i].reason, "kernel panic");
		others += got.v[i].status == STATUS_OK;
	}
	ok(failed == in_vm && others == got.n - in_vm,
		"its arms say why in that block, the rest goes on: %zu", failed);
	canned.boots[1].status = STATUS_OK;
	samples_release(&got);
	run_folder_close(&run);
}

static void test_bad_plan(void)
{
	struct run_folder run = new_run();

	str_copy(plan.arms[0].parts.workload, 64, "three");
	ok(measure_into(&run) == -EINVAL && strstr(err.text, "three.portable"),
		"a plan with an unknown workload is refused: %s", err.text);
	str_copy(plan.arms[0].parts.workload, 64, "one");
	plan.budget_ns = 0;
	is_int(measure_into(&run), 0, "a budget that is used up ends the run well");
	run_folder_close(&run);
}

static int exec_nothing(
	struct place *p, const struct exec_spec *spec, struct exec_result *ret, struct err *e)
{
	(void)p, (void)spec, (void)ret;
	return err_set(e, EIO, "it cannot be started");
}

static void test_no_place_for_the_error(void)
{
	static const struct place_ops ops = {.exec = exec_nothing};
	struct layer_ctx ctx = {.stop = &stop};
	struct place place = {&ops};
	struct sample s = {.block = 1, .execution = 1};
	uint64_t inside = 0;
	int r;

	stop = 0;
	r = execute_arm(&(struct execute_spec){.plan = &plan,
				.arm = &plan.arms[0],
				.workload = &workload_list[0],
				.variant = &variants[0],
				.ctx = &ctx},
		&place, &s, &inside, NULL);
	ok(r == 0 && s.status == STATUS_ERROR && !strcmp(s.reason, "it cannot be started"),
		"why nothing was started is the reason also where the caller wants no text: %s",
		s.reason);
	sample_release(&s);
}

int main(void)
{
	log_set_level(LOG_WARN);
	scratch_open();
	make_plan();
	make_canned();
	test_whole_run();
	test_interruptions();
	test_pilot();
	test_resuming();
	test_bad_endings();
	test_boot_failure();
	test_bad_plan();
	test_no_place_for_the_error();
	samples_release(&canned);
	plan_release(&plan);
	scratch_close();
	return done_testing();
}
