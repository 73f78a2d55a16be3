/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * `toll exec`: any program, without a manifest: a file of the user's, or a program of a root image
 * of packages or of a folder. This is what the options mean; cmd_exec_files.c copies the files.
 */
#include "cmd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "host/elf.h"
#include "model/exec_request.h"
#include "run/roots.h"

#define NEEDS_IMAGE "name what holds its libraries: --packages libc6,... or --root DIR"

/* ---- options ---- */

static bool has_own(const struct options *o)
{
	for (enum arch a = 0; a < ARCH_COUNT; a++)
		if (o->programs[a])
			return true;
	return false;
}

static int read_own(const char *path, enum arch want, struct elf_facts *ret, struct err *err)
{
	int r = elf_read(path, ret, err);

	if (r < 0)
		return r;
	if (ret->arch != want)
		return err_set(err, ERR_INPUT, "'%s' was given as --%s and is a program for %s",
			path, arch_text(want), arch_text(ret->arch));
	return 0;
}

static int add_packages(const char *words, struct argv *ret, struct err *err)
{
	_cleanup_free_ char *copy = xstrdup(words);
	char list[ROOT_LIST_MAX], *save = NULL;
	int r;

	for (char *p = strtok_r(copy, ",", &save); p; p = strtok_r(NULL, ",", &save)) {
		if (!root_is_package(p))
			return err_set(
				err, ERR_INPUT, "--packages: '%s' is no name of a package", p);
		argv_add(ret, p);
	}
	if (!ret->n)
		return err_set(err, ERR_INPUT, "--packages names no package");
	r = root_list(ret->v, list, err);
	return r < 0 ? err_wrap(err, "--packages") : 0;
}

/* "ARCH=DIR", or "DIR": that of the one program that is given, or that DIR has. */
static int root_arch(const struct options *o, const struct exec_request *e, const char *word,
	enum arch *ret_arch, const char **ret_dir, struct err *err)
{
	size_t given = 0;

	*ret_dir = word;
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		size_t n = strlen(arch_text(a));

		if (!strncmp(word, arch_text(a), n) && word[n] == '=') {
			*ret_arch = a;
			*ret_dir = word + n + 1;
			return 0;
		}
	}
	if (!e->own && root_tree_program(word, e->program, ret_arch, err) < 0)
		return err_wrap(err, "--root %s", word);
	for (enum arch a = 0; e->own && a < ARCH_COUNT; a++) {
		if (!o->programs[a])
			continue;
		given++;
		*ret_arch = a;
	}
	if (given > 1)
		return err_set(err, ERR_INPUT,
			"--root %s: for which architecture? Write --root x86_64=DIR and --root "
			"aarch64=DIR",
			word);
	return 0;
}

/* The folder must have what runs in it before it is copied. */
static int check_root(const struct exec_request *e, enum arch arch, const char *dir,
	const char *own, struct err *err)
{
	struct elf_facts elf = {.arch = arch};
	enum arch found = arch;
	int r = 0;

	if (!e->own)
		r = root_tree_program(dir, e->program, &found, err);
	else if (own && elf_read(own, &elf, err) == 0 && elf.dynamic)
		r = root_tree_loader(dir, own, elf.loader, err);
	if (r < 0)
		return err_wrap(err, "--root %s", dir);
	if (found != arch)
		return err_set(err, ERR_INPUT, "--root %s was given for %s, and its '%s' is for %s",
			dir, arch_text(arch), e->program, arch_text(found));
	return 0;
}

static int add_root(
	const struct options *o, const char *word, struct exec_request *e, struct err *err)
{
	_cleanup_free_ char *real = NULL;
	const char *dir = NULL;
	enum arch arch = arch_host();
	int r = root_arch(o, e, word, &arch, &dir, err);

	if (r < 0)
		return r;
	real = realpath(dir, NULL);
	if (!real)
		return err_sys(err, errno, "--root: cannot open '%s'", dir);
	if (strlen(real) + strlen(ROOT_FOLDER) >= ROOT_LIST_MAX)
		return err_set(err, ERR_INPUT,
			"--root: the path '%.60s...' is longer than %zu characters; move the "
			"folder, or reach it by a bind mount",
			real, ROOT_LIST_MAX - 1 - strlen(ROOT_FOLDER));
	for (const char *p = real; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 0x7f)
			return err_set(err, ERR_INPUT, "--root: the path holds control characters");
	if (e->roots[arch])
		return err_set(err, ERR_INPUT, "--root: two folders for %s, '%s' and '%s'",
			arch_text(arch), e->roots[arch], real);
	r = check_root(e, arch, real, o->programs[arch], err);
	if (!r)
		e->roots[arch] = TAKE(real);
	return r;
}

static int check_variable(const char *variable, struct err *err)
{
	size_t n = strcspn(variable, "=");

	if (n && variable[n])
		return 0;
	return err_set(err, ERR_INPUT, "--setenv '%s': expected NAME=VALUE", variable);
}

/* The names that inputs have in the program's folder; *ret_mib: what they take there. */
static int add_inputs(
	const struct argv *paths, struct argv *ret, uint64_t *ret_mib, struct err *err)
{
	for (size_t i = 0; i < paths->n; i++) {
		const char *name = exec_input_name(paths->v[i]);
		struct stat st;

		if (stat(paths->v[i], &st) < 0)
			return err_sys(err, errno, "--input: cannot open '%s'", paths->v[i]);
		if (!S_ISREG(st.st_mode))
			return err_set(err, ERR_INPUT,
				"--input: '%s' is no regular file (a folder goes into --root)",
				paths->v[i]);
		if ((uint64_t)st.st_size > EXEC_FILE_MAX)
			return err_set(err, EFBIG, "--input: '%s' is larger than %lu MiB",
				paths->v[i], EXEC_FILE_MAX >> 20);
		for (size_t k = 0; k < ret->n; k++)
			if (!strcmp(ret->v[k], name))
				return err_set(err, ERR_INPUT,
					"--input: two files would be called '%s'", name);
		argv_add(ret, name);
		*ret_mib += ((uint64_t)st.st_size >> 20) + 1;
	}
	return 0;
}

static int check_workdir(const struct options *o, struct err *err)
{
	const char *dir = o->workdir;

	if (!dir)
		return 0;
	if (dir[0] != '/' || strstr(dir, "/../") || str_ends(dir, "/.."))
		return err_set(err, ERR_INPUT,
			"--workdir '%s': expected a path that begins with '/', without '..'", dir);
	if (o->inputs.n && (!str_starts(dir, EXEC_WRITABLE) || !dir[strlen(EXEC_WRITABLE)]))
		return err_set(err, ERR_INPUT,
			"--workdir '%s': an image cannot be written to; with --input it must be "
			"below " EXEC_WRITABLE,
			dir);
	return 0;
}

/* Files of the user's: each is a program, and without an image it needs no libraries, or only the
 * host's. */
static int check_own(const struct options *o, const struct exec_request *e, struct err *err)
{
	bool in_image = exec_request_has_image(e), libraries = e->packages.n;
	struct elf_facts elf;
	int r = 0;

	for (enum arch a = 0; a < ARCH_COUNT; a++)
		libraries |= e->roots[a] != NULL;
	for (enum arch a = 0; !r && a < ARCH_COUNT; a++) {
		if (!o->programs[a])
			continue;
		r = read_own(o->programs[a], a, &elf, err);
		if (!r && elf.dynamic && in_image && !libraries)
			r = err_set(err, ERR_INPUT,
				"'%s' is dynamically linked, and --input and --workdir give it an "
				"image of its own: " NEEDS_IMAGE,
				o->programs[a]);
	}
	return r;
}

static const char *own_program(const struct options *o)
{
	const char *any = NULL;

	for (enum arch a = 0; a < ARCH_COUNT; a++)
		if (o->programs[a] && (!any || a == arch_host()))
			any = o->programs[a];
	return any;
}

static int read_request(
	const struct options *o, struct exec_request *e, uint64_t *ret_mib, struct err *err)
{
	size_t first = has_own(o) ? 0 : 1;
	int r = 0;

	e->name = o->name ? xstrdup(o->name) : NULL;
	e->own = !first;
	e->program = xstrdup(e->own ? own_program(o) : o->args[0]);
	e->compare = !o->any_output;
	e->workdir = o->workdir ? xstrdup(o->workdir) : NULL;
	for (size_t i = first; i < o->nargs; i++)
		argv_add(&e->args, o->args[i]);
	for (size_t i = 0; !r && i < o->variables.n; i++) {
		r = check_variable(o->variables.v[i], err);
		argv_set_variable(&e->variables, o->variables.v[i]);
	}
	if (!r && !e->own && strchr(e->program, '/') && e->program[0] != '/')
		r = err_set(err, ERR_INPUT,
			"'%s' is neither a name nor a path from the image's '/'", e->program);
	if (!r)
		r = check_workdir(o, err);
	if (!r)
		r = add_inputs(&o->inputs, &e->inputs, ret_mib, err);
	if (!r && o->packages)
		r = add_packages(o->packages, &e->packages, err);
	for (size_t i = 0; !r && i < o->roots.n; i++)
		r = add_root(o, o->roots.v[i], e, err);
	return r < 0 || !e->own ? r : check_own(o, e, err);
}

int exec_command(const struct options *o, struct workload **ret, struct err *err)
{
	_cleanup_(exec_request_release) struct exec_request e = {0};
	uint64_t inputs_mib = 0;
	struct elf_facts elf;
	struct workload *w;
	int r;

	if (!has_own(o) && !o->packages && !o->roots.n) {
		*ret = NULL;
		return 0;
	}
	r = read_request(o, &e, &inputs_mib, err);
	if (r < 0)
		return r;
	w = workload_from_request(&e);
	w->sizes[0].memory_mib += inputs_mib;
	for (enum arch a = 0; w->packaged && a < ARCH_COUNT; a++)
		if (o->programs[a] && elf_read(o->programs[a], &elf, NULL) == 0 && elf.dynamic)
			w->packaged->loader[a] = xstrdup(elf.loader);
	*ret = w;
	return 0;
}

/* Why a program that has no image cannot be run in this environment. "": it can be. */
static void judge_own(const struct options *o, const struct environment *env, bool in_image,
	char ret[static REASON_MAX])
{
	enum arch arch = environment_arch(env);
	struct elf_facts elf;

	ret[0] = '\0';
	if (!o->programs[arch])
		snprintf(ret, REASON_MAX, "no program for %s was given (--%s PROG)",
			arch_text(arch), arch_text(arch));
	else if (in_image || elf_read(o->programs[arch], &elf, NULL) < 0 || !elf.dynamic)
		return;
	else if (environment_vm(env))
		snprintf(ret, REASON_MAX,
			"it is dynamically linked, and its libraries are not in the guest; "
			"link it with -static, or " NEEDS_IMAGE);
	else if (!environment_command(env) && !file_exists(elf.loader))
		snprintf(ret, REASON_MAX,
			"it is dynamically linked, and this host does not have its loader '%.80s'; "
			"link it with -static, or " NEEDS_IMAGE,
			elf.loader);
}

void exec_refuse_missing(const struct options *o, struct verdicts *verdicts)
{
	bool in_image = o->packages || o->roots.n || o->inputs.n || o->workdir;
	char reason[REASON_MAX];

	for (size_t i = 0; has_own(o) && i < verdicts->n; i++) {
		struct verdict *v = &verdicts->v[i];

		if (v->status != STATUS_OK)
			continue;
		judge_own(o, &v->env, in_image, reason);
		if (!reason[0])
			continue;
		v->status = STATUS_REFUSED;
		str_copy(v->reason, sizeof(v->reason), reason);
	}
}

int cmd_exec(const struct options *o, const char *const *operands, size_t n)
{
	struct options mine = *o;
	struct err err;

	if (!has_own(o) && !o->packages && !o->roots.n) {
		err_set(&err, ERR_INPUT,
			"give the program to run: --x86_64 PROG, --aarch64 PROG, or both; or else "
			"--packages LIST -- PROG, or --root DIR -- PROG");
		return complain(&err);
	}
	if (o->packages && o->roots.n) {
		err_set(&err, ERR_INPUT, "give --packages or else --root: an image is of one");
		return complain(&err);
	}
	if (!has_own(o) && !n) {
		err_set(&err, ERR_INPUT, "which program of '%s'? Name it behind '--'",
			o->packages ? o->packages : o->roots.v[0]);
		return complain(&err);
	}
	mine.args = operands;
	mine.nargs = n;
	return measure_and_report(&mine);
}
