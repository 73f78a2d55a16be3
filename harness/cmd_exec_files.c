/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll exec`: files of the user's are copied into the run folder, and the guests' root disks are
 * made from there.
 */
#include "cmd.h"

#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "model/exec_request.h"

#define DISK_TIMEOUT_NS (300 * NS_PER_S)

const char *exec_input_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

static char *staged(const char *run_dir, const struct workload *w, enum arch arch)
{
	return xasprintf("%s/programs/workloads/%s/%s." WORKLOAD_COMMAND_VARIANT, run_dir,
		arch_text(arch), w->name);
}

static char *staged_runner(const char *run_dir, enum arch arch)
{
	return xasprintf("%s/programs/workloads/%s/" WORKLOAD_RUNNER, run_dir, arch_text(arch));
}

static char *staged_input(const char *run_dir, const char *path)
{
	return xasprintf("%s/programs/" EXEC_INPUTS "/%s", run_dir, exec_input_name(path));
}

static int stage_file(const char *from, const char *to, mode_t mode, struct err *err)
{
	_cleanup_free_ char *dir = xstrdup(to), *data = NULL;
	size_t len = 0;
	int r;

	*strrchr(dir, '/') = '\0';
	r = file_mkdirs(dir, err);
	if (!r)
		r = file_read(from, EXEC_FILE_MAX, &data, &len, err);
	if (!r)
		r = file_write(to, data, len, err);
	if (!r && chmod(to, mode) < 0)
		r = err_sys(err, errno, "cannot set the mode of '%s'", to);
	return r;
}

/* What runs programs in images stands beside them. */
static int stage_runner(const char *home, const char *run_dir, enum arch arch, struct err *err)
{
	_cleanup_free_ char *from =
		xasprintf("%s/build/workloads/%s/" WORKLOAD_RUNNER, home, arch_text(arch));
	_cleanup_free_ char *to = staged_runner(run_dir, arch);

	/* Environments of an architecture that was not built are errors of their own. */
	return file_exists(from) ? stage_file(from, to, 0755, err) : 0;
}

int exec_stage(const struct app *app, const struct options *o, const struct workload *command,
	const char *run_dir, struct err *err)
{
	int r = 0;

	for (enum arch a = 0; !r && a < ARCH_COUNT; a++) {
		_cleanup_free_ char *path = staged(run_dir, command, a);

		if (o->programs[a])
			r = stage_file(o->programs[a], path, 0755, err);
		if (!r && command->packaged)
			r = stage_runner(app->home, run_dir, a, err);
	}
	for (size_t i = 0; !r && i < o->inputs.n; i++) {
		_cleanup_free_ char *path = staged_input(run_dir, o->inputs.v[i]);

		r = stage_file(o->inputs.v[i], path, 0644, err);
	}
	return r;
}

/* What is staged, as rootdisk.sh is told of it. */
static void add_staged(const char *run_dir, const struct workload *w, struct argv *argv)
{
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		_cleanup_free_ char *program = staged(run_dir, w, a);
		_cleanup_free_ char *runner = staged_runner(run_dir, a);

		if (file_exists(program))
			argv_add(argv, program);
		if (file_exists(runner))
			argv_add(argv, runner);
	}
	for (size_t i = 0; i < w->request->inputs.n; i++) {
		_cleanup_free_ char *input = staged_input(run_dir, w->request->inputs.v[i]);

		argv_add(argv, input);
	}
}

static int make_disk(const struct app *app, const struct plan *plan,
	const struct run_folder *folder, enum arch guest, struct err *err)
{
	_cleanup_free_ char *dir = xasprintf("%s/programs/%s", folder->dir, arch_text(guest));
	_cleanup_free_ char *disk = xasprintf("%s/root.squashfs", dir);
	_cleanup_(argv_release) struct argv argv = {0};
	struct proc_result res = {0};
	int r = file_mkdirs(dir, err);

	if (r < 0 || file_exists(disk))
		return r;
	argv_addf(&argv, "%s/images/rootdisk.sh", app->home);
	argv_add(&argv, "-o");
	argv_add(&argv, disk);
	argv_add(&argv, arch_text(guest));
	add_staged(folder->dir, plan->command, &argv);
	r = proc_run(&(struct proc_spec){.argv = argv.v,
			     .cwd = app->home,
			     .cpu = PROC_CPU_ANY,
			     .timeout_ns = DISK_TIMEOUT_NS,
			     .stdout_max = 65536,
			     .stderr_max = 65536,
			     .stop = &stop_signal},
		&res, err);
	if (!r && res.end == PROC_STOPPED)
		r = err_set(err, ERR_INTERRUPTED, "interrupted");
	else if (!r && (res.end != PROC_EXITED || res.code))
		r = err_set(err, EIO, "cannot make the guest's disk '%s': %s", disk,
			str_text(&res.err));
	proc_result_release(&res);
	return r;
}

int exec_make_disks(const struct app *app, const struct plan *plan, const struct run_folder *folder,
	struct err *err)
{
	bool needed[ARCH_COUNT] = {false};

	for (size_t i = 0; i < plan->n; i++) {
		const struct layer *vm = environment_vm(&plan->arms[i].env);

		if (vm && plan->arms[i].status == STATUS_OK)
			needed[vm->arch] = true;
	}
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		int r = needed[a] ? make_disk(app, plan, folder, a, err) : 0;

		if (r < 0)
			return r;
	}
	return 0;
}
