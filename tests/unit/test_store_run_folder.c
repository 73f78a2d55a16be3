/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * store/run_folder: one process measures into a run, and what was stored is found again.
 */
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/str.h"
#include "scratch.h"
#include "store/run_folder.h"
#include "tap.h"

static struct err err;
static const struct host host = {.id = "0123456789abcdef", .arch = ARCH_X86_64, .cpus = 2};

static struct plan plan_called(const char *run)
{
	struct plan plan = {.profile = "smoke", .size = "small", .blocks = 1, .vcpus = 1};

	snprintf(plan.run, sizeof(plan.run), "%s", run);
	return plan;
}

static int lock_in_child(const char *run)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0) {
		struct run_folder folder;
		int r = run_folder_open(scratch_dir, run, &folder, NULL);

		_exit(r < 0 ? 99 : -run_folder_lock(&folder, NULL));
	}
	waitpid(pid, &status, 0);
	return WEXITSTATUS(status);
}

static void test_life(void)
{
	struct plan plan = plan_called("20261121T064354Z-aaaaaa"), got_plan = {0};
	struct sample sample = {.cell = "matmul.blas.x86_64.native",
		.block = 1,
		.execution = 1,
		.status = STATUS_CRASH,
		.reason = "x"};
	struct boot boot = {.env = "vm-x86_64-tcg", .block = 1, .hello_ns = 1};
	struct sample_session session = {0};
	struct samples samples = {0};
	struct run_folder run, again;
	struct host got_host = {0};

	if (!ok(!run_folder_create(scratch_dir, &plan, &host, NULL, NULL, &run, &err),
		    "a run is created: %s", err.text))
		return;
	ok(str_ends(run.dir, "/results/20261121T064354Z-aaaaaa") && run.samples_fd >= 0,
		"under its name, open for samples");
	is_int(lock_in_child(plan.run), EBUSY, "a second process cannot measure into it");
	ok(!run_folder_append_sample(&run, &sample, &err) &&
			!run_folder_append_boot(&run, &boot, &err) &&
			!run_folder_append_session(&run,
				&(struct sample_session){.wall_ns = 10, .inside_ns = 9}, &err),
		"lines are appended");
	ok(!run_folder_open(scratch_dir, plan.run, &again, &err) &&
			!run_folder_read_samples(&again, &samples, &session, &err) &&
			samples.n == 1 && samples.nboots == 1 && session.wall_ns == 10,
		"readers need no lock: %s", err.text);
	ok(!run_folder_read_plan(&again, &got_plan, &err) && !strcmp(got_plan.run, plan.run) &&
			!run_folder_read_host(&again, &got_host, &err) && got_host.cpus == 2,
		"plan and host are read back: %s", err.text);
	ok(run_folder_create(scratch_dir, &plan, &host, NULL, NULL, &again, &err) == -EBUSY,
		"the same run is not created twice: %s", err.text);
	run_folder_close(&run);
	is_int(lock_in_child(plan.run), 0, "once closed it may be measured on");
	samples_release(&samples);
	run_folder_close(&again);
	run_folder_close(&again);
}

/* A run below a folder that is named relative to the working folder. */
static void test_relative(void)
{
	struct plan plan = plan_called("20261121T064354Z-bbbbbb");
	_cleanup_free_ char *below = scratch_path("below"), *back = getcwd(NULL, 0);
	struct run_folder run;

	if (!ok(back && chdir(scratch_dir) == 0 &&
			    !run_folder_create("below", &plan, &host, NULL, NULL, &run, &err),
		    "a run is created below a relative folder: %s", err.text))
		return;
	ok(!strncmp(run.dir, below, strlen(below)), "and is named absolutely: %s", run.dir);
	run_folder_close(&run);
	is_int(chdir(back), 0, "back again");
}

static void test_torn_line(void)
{
	struct run_folder run;
	struct sample sample = {.cell = "matmul.blas.x86_64.native",
		.block = 2,
		.execution = 1,
		.status = STATUS_CRASH,
		.reason = "y"};
	struct samples samples = {0};
	_cleanup_free_ char *path = NULL;
	FILE *f;

	is_int(run_folder_open(scratch_dir, "20261121T064354Z-aaaaaa", &run, &err), 0,
		"a run is opened by its id");
	path = xasprintf("%s/samples.jsonl", run.dir);
	f = fopen(path, "a");
	fputs("{\"schema\":\"toll.sam", f);
	fclose(f);
	ok(!run_folder_read_samples(&run, &samples, NULL, &err) && samples.n == 1,
		"a torn last line is left out");
	samples_release(&samples);
	ok(!run_folder_lock(&run, &err) && !run_folder_append_sample(&run, &sample, &err) &&
			!run_folder_read_samples(&run, &samples, NULL, &err) && samples.n == 2,
		"and cut off before measuring goes on: %s", err.text);
	samples_release(&samples);
	run_folder_close(&run);
}

static void test_finding(void)
{
	struct plan older = plan_called("20251121T064354Z-bbbbbb"),
		    newer = plan_called("20261121T064355Z-000000");
	_cleanup_free_ char *stray = scratch_path("results/not-a-run"),
			    *empty = scratch_path("results/20271121T064354Z-cccccc"),
			    *by_path = scratch_path("results/20251121T064354Z-bbbbbb/");
	struct argv runs = {0};
	struct run_folder run;

	ok(run_folder_open("/no/such/home", "latest", &run, &err) == -EINVAL &&
			strstr(err.text, "holds no run"),
		"without runs there is no latest: %s", err.text);
	run_folder_create(scratch_dir, &older, &host, NULL, NULL, &run, NULL);
	run_folder_close(&run);
	run_folder_create(scratch_dir, &newer, &host, NULL, NULL, &run, NULL);
	run_folder_close(&run);
	mkdir(stray, 0755);
	ok(!run_folder_list(scratch_dir, &runs, &err) && runs.n == 3 &&
			!strcmp(runs.v[0], older.run) && !strcmp(runs.v[2], newer.run),
		"runs are listed oldest first, other folders are not");
	argv_release(&runs);
	ok(!run_folder_open(scratch_dir, "latest", &run, &err) && !strcmp(run.name, newer.run),
		"latest is the newest");
	run_folder_close(&run);
	ok(!run_folder_open("/elsewhere", by_path, &run, &err) && !strcmp(run.name, older.run),
		"a run is opened by its path");
	run_folder_close(&run);
	ok(run_folder_open(scratch_dir, "nonsense", &run, &err) == -EINVAL &&
			strstr(err.text, "'nonsense' is no run"),
		"what is no run is named: %s", err.text);
	mkdir(empty, 0755);
	ok(run_folder_open(scratch_dir, "20271121T064354Z-cccccc", &run, &err) == -EINVAL,
		"so is a folder without a plan: %s", err.text);
	ok(!run_folder_open(scratch_dir, "latest", &run, &err) && !strcmp(run.name, newer.run),
		"a folder without a plan is not the latest run: %s", err.text);
	run_folder_close(&run);
}

static void test_bad_documents(void)
{
	_cleanup_free_ char *plan_path =
		scratch_file("results/20251121T064354Z-bbbbbb/plan.json", "{\"schema\":\n7}");
	_cleanup_free_ char *samples_path =
		scratch_file("results/20251121T064354Z-bbbbbb/samples.jsonl", "\n");
	struct samples samples = {0};
	struct run_folder run;
	struct plan plan;

	run_folder_open(scratch_dir, "20251121T064354Z-bbbbbb", &run, &err);
	ok(run_folder_read_plan(&run, &plan, &err) == -EINVAL && strstr(err.text, plan_path),
		"a bad plan is named by its path: %s", err.text);
	ok(run_folder_read_samples(&run, &samples, NULL, &err) == -EINVAL &&
			strstr(err.text, samples_path) && strstr(err.text, ":1"),
		"a bad sample by path and line: %s", err.text);
	run_folder_close(&run);
}

int main(void)
{
	scratch_open();
	test_life();
	test_relative();
	test_torn_line();
	test_finding();
	test_bad_documents();
	scratch_close();
	return done_testing();
}
