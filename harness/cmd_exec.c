/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll exec`: any static program of the user's, without a manifest. The programs are copied into
 * the run folder, and the guests' root disks are made from there. Or a program of distribution
 * packages, in their root image.
 */
#include "cmd.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "host/elf.h"

#define PROGRAM_MAX (1024ul << 20)
#define DISK_TIMEOUT_NS (300 * NS_PER_S)

static char *staged(const char *run_dir, const char *workload, enum arch arch)
{
	return xasprintf("%s/programs/workloads/%s/%s." WORKLOAD_COMMAND_VARIANT, run_dir,
		arch_text(arch), workload);
}

/* ---- options ---- */

static int check_program(const char *path, enum arch want, struct err *err)
{
	struct elf_facts elf;
	int r = elf_read(path, &elf, err);

	if (r < 0)
		return r;
	if (elf.arch != want)
		return err_set(err, ERR_INPUT, "'%s' was given as --%s and is a program for %s",
			path, arch_text(want), arch_text(elf.arch));
	if (elf.dynamic)
		return err_set(err, ERR_INPUT,
			"'%s' is dynamically linked, and its libraries are not in a guest; link it "
			"with -static",
			path);
	return 0;
}

static int package_command(const struct options *o, struct workload **ret, struct err *err)
{
	_cleanup_(argv_release) struct argv packages = {0}, words = {0};
	_cleanup_free_ char *copy = xstrdup(o->packages);
	char list[ROOT_LIST_MAX], *save = NULL;
	int r;

	for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		if (!root_is_package(p))
			return err_set(
				err, ERR_INPUT, "--packages: '%s' is no name of a package", p);
		argv_add(&packages, p);
	}
	if (!packages.n)
		return err_set(err, ERR_INPUT, "--packages names no package");
	r = root_list(packages.v, list, err);
	if (r < 0)
		return err_wrap(err, "--packages");
	for (size_t i = 0; i < o->nargs; i++)
		argv_add(&words, o->args[i]);
	*ret = workload_from_packages(o->name, packages.v, words.v, !o->any_output);
	return 0;
}

int exec_command(const struct options *o, struct workload **ret, struct err *err)
{
	const char *any = NULL;

	if (o->packages)
		return package_command(o, ret, err);

	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		int r = o->programs[a] ? check_program(o->programs[a], a, err) : 0;

		if (r < 0)
			return r;
		if (o->programs[a] && (!any || a == arch_host()))
			any = o->programs[a];
	}
	*ret = any ? workload_from_command(o->name, any, o->args, o->nargs, !o->any_output) : NULL;
	return 0;
}

void exec_refuse_missing(const struct options *o, struct verdicts *verdicts)
{
	bool any = false;

	for (enum arch a = 0; a < ARCH_COUNT; a++)
		any |= o->programs[a] != NULL;
	for (size_t i = 0; any && i < verdicts->n; i++) {
		struct verdict *v = &verdicts->v[i];
		enum arch arch = environment_arch(&v->env);

		if (o->programs[arch] || v->status != STATUS_OK)
			continue;
		v->status = STATUS_REFUSED;
		snprintf(v->reason, sizeof(v->reason), "no program for %s was given (--%s PROG)",
			arch_text(arch), arch_text(arch));
	}
}

/* ---- files ---- */

int exec_stage(const struct options *o, const struct workload *command, const char *run_dir,
	struct err *err)
{
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		_cleanup_free_ char *path = staged(run_dir, command->name, a);
		_cleanup_free_ char *dir = xstrdup(path), *data = NULL;
		size_t len = 0;
		int r;

		if (!o->programs[a])
			continue;
		*strrchr(dir, '/') = '\0';
		r = file_mkdirs(dir, err);
		if (!r)
			r = file_read(o->programs[a], PROGRAM_MAX, &data, &len, err);
		if (!r)
			r = file_write(path, data, len, err);
		if (!r && chmod(path, 0755) < 0)
			r = err_sys(err, errno, "cannot make '%s' executable", path);
		if (r < 0)
			return r;
	}
	return 0;
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
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		_cleanup_free_ char *program = staged(folder->dir, plan->command->name, a);

		if (file_exists(program))
			argv_add(&argv, program);
	}
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

int cmd_exec(const struct options *o, const char *const *operands, size_t n)
{
	struct options mine = *o;
	struct err err;

	bool own = o->programs[ARCH_X86_64] || o->programs[ARCH_AARCH64];

	if (own == (o->packages != NULL)) {
		err_set(&err, ERR_INPUT,
			"give the program to run: --x86_64 PROG, --aarch64 PROG, or both; or else "
			"--packages LIST -- PROG");
		return complain(&err);
	}
	if (!own && !n) {
		err_set(&err, ERR_INPUT, "which program of '%s'? Name it behind '--'", o->packages);
		return complain(&err);
	}
	mine.args = operands;
	mine.nargs = n;
	return measure_and_report(&mine);
}
