/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/roots.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "host/elf.h"
#include "host/images.h"
#include "layer/sandbox.h"

#define RECIPE_TIMEOUT_NS (3600 * NS_PER_S)
#define OUTPUT_MAX 65536
/* What lines of the recipes begin with: steps, and what the next line replaces. */
#define STEP "images: "
#define PASSING "progress: "

/* Where a root image's programs lie, as in the runner. */
static const char *const folders[] = {
	"usr/local/bin", "usr/bin", "usr/sbin", "bin", "sbin", "usr/games"};

/* Why there is no image of a list. */
struct failure {
	enum arch arch;
	char packages[ROOT_LIST_MAX];
	char reason[REASON_MAX];
};

struct preparation {
	struct plan *plan;
	const struct layer_ctx *ctx;
	roots_progress_fn *progress;
	void *progress_arg;
	char last_line[REASON_MAX]; /* of a recipe: why it gave up */
	struct failure *failures;
	size_t n, cap;
	/* Whether programs of images can be run on this host, and what they start be translated: */
	bool tried, tried_children[ARCH_COUNT];
	char unable[REASON_MAX], unable_children[ARCH_COUNT][REASON_MAX]; /* why not; "": can be */
};

/* ---- images ---- */

/* images/lib.sh says which lines these are. */
static void on_line(void *arg, const char *line)
{
	struct preparation *p = arg;
	_cleanup_free_ char *text = xstrdup(line);

	str_sanitize(text);
	if (!str_starts(text, PASSING))
		str_copy(p->last_line, sizeof(p->last_line), text);
	if (p->progress && str_starts(text, PASSING))
		p->progress(p->progress_arg, text + strlen(PASSING), true);
	else if (p->progress && str_starts(text, STEP))
		p->progress(p->progress_arg, text + strlen(STEP), false);
}

/* What it prints is the image's name. */
static int take_key(struct str *out, struct root *ret, struct err *err)
{
	const char *key = str_last_line(out);

	if (strlen(key) != SHA256_MAX - 1 || strspn(key, "0123456789abcdef") != SHA256_MAX - 1)
		return err_set(err, EINVAL, "images/root.sh names no image, but '%.80s'", key);
	str_copy(ret->sha256, sizeof(ret->sha256), key);
	return 0;
}

static int run_recipe(struct preparation *p, enum arch arch, char *const *packages,
	struct root *ret, struct err *err)
{
	_cleanup_(proc_result_release) struct proc_result res = {0};
	_cleanup_(argv_release) struct argv argv = {0};
	int r;

	/* env: what this program got is handed on. */
	argv_add(&argv, "env");
	argv_add(&argv, "TOLL_PROGRESS=yes");
	argv_addf(&argv, "%s/images/root.sh", p->ctx->home);
	argv_add(&argv, arch_text(arch));
	for (; *packages; packages++)
		argv_add(&argv, *packages);
	p->last_line[0] = '\0';
	r = proc_run(&(struct proc_spec){.argv = argv.v,
			     .cwd = p->ctx->home,
			     .cpu = PROC_CPU_ANY,
			     .timeout_ns = RECIPE_TIMEOUT_NS,
			     .stdout_max = OUTPUT_MAX,
			     .err_line = on_line,
			     .err_line_arg = p,
			     .stop = p->ctx->stop},
		&res, err);
	if (r < 0)
		return r;
	if (res.end == PROC_STOPPED || *p->ctx->stop)
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	if (res.end != PROC_EXITED || res.code)
		return err_set(err, EIO, "no root image of it: %.180s", p->last_line);
	return take_key(&res.out, ret, err);
}

static const char *failure_of(const struct preparation *p, enum arch arch, const char *list)
{
	for (size_t i = 0; i < p->n; i++)
		if (p->failures[i].arch == arch && !strcmp(p->failures[i].packages, list))
			return p->failures[i].reason;
	return NULL;
}

/* Makes the image once, whatever comes of it. */
static int make_image(struct preparation *p, enum arch arch, char *const *packages,
	const char *list, struct err *err)
{
	struct root root = {.arch = arch};
	struct err why = {0};
	int r;

	if (roots_find(&p->plan->roots, arch, list) || failure_of(p, arch, list))
		return 0;
	r = run_recipe(p, arch, packages, &root, &why);
	if (!r)
		r = image_hold(p->ctx->home, &root, &root.held_fd, &why);
	if (r == -ERR_INTERRUPTED)
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	if (!r) {
		str_copy(root.packages, sizeof(root.packages), list);
		*roots_add(&p->plan->roots, arch, list) = root;
		return 0;
	}
	log_warn("%s", why.text);
	GROW(p->failures, p->n, p->cap);
	p->failures[p->n] = (struct failure){.arch = arch};
	str_copy(p->failures[p->n].packages, ROOT_LIST_MAX, list);
	str_copy(p->failures[p->n++].reason, REASON_MAX, why.text);
	return 0;
}

/* ---- commands ---- */

/* Links in a tree are followed as they are in the image. */
static int open_in_tree(int tree, const char *path)
{
	struct open_how how = {
		.flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK, .resolve = RESOLVE_IN_ROOT};

	return (int)syscall(SYS_openat2, tree, path, &how, sizeof(how));
}

static int find_command(int tree, const char *command)
{
	int fd = -1;

	if (strchr(command, '/'))
		return open_in_tree(tree, command);
	for (size_t i = 0; fd < 0 && i < ARRAY_LEN(folders); i++) {
		_cleanup_free_ char *path = xasprintf("%s/%s", folders[i], command);

		fd = open_in_tree(tree, path);
	}
	return fd;
}

/* Fails when the loader that a program asks for is not in the tree. */
static int check_loader(int tree, const char *program, const char *loader, struct err *err)
{
	_cleanup_fd_ int fd = open_in_tree(tree, loader);

	if (fd >= 0)
		return 0;
	return err_set(err, ERR_INPUT,
		"'%s' is dynamically linked and asks for '%s', which is not there: add the package "
		"of its C library (libc6), or take a folder that has it",
		program, loader);
}

int root_tree_program(const char *path, const char *command, enum arch *ret, struct err *err)
{
	_cleanup_fd_ int tree = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	_cleanup_fd_ int fd = tree < 0 ? -1 : find_command(tree, command);
	struct elf_facts elf;
	int r;

	if (tree < 0)
		return err_sys(err, errno, "cannot open '%s'", path);
	if (fd < 0)
		return err_set(err, ENOENT, "there is no program '%s'", command);
	r = elf_read_fd(fd, command, &elf, err);
	if (!r && elf.dynamic)
		r = check_loader(tree, command, elf.loader, err);
	if (!r)
		*ret = elf.arch;
	return r;
}

int root_tree_loader(const char *path, const char *program, const char *loader, struct err *err)
{
	_cleanup_fd_ int tree = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (tree < 0)
		return err_sys(err, errno, "cannot open '%s'", path);
	return check_loader(tree, program, loader, err);
}

static int in_image(const struct root *root, int code, struct err *err)
{
	return err_wrap(err, "the image of %.80s for %s%s", root->packages, arch_text(root->arch),
		code == -ENOENT ? " (names that update-alternatives makes are not there)" : "");
}

/* The command is there, and a program of the image's architecture. */
static int check_command(
	const struct layer_ctx *ctx, const struct root *root, const char *command, struct err *err)
{
	_cleanup_free_ char *tree = root_path(ctx->home, root, "tree");
	enum arch arch = root->arch;
	int r = root_tree_program(tree, command, &arch, err);

	if (r < 0)
		return in_image(root, r, err);
	if (arch != root->arch)
		return err_set(err, ERR_INPUT, "'%s' in the image for %s is a program for %s",
			command, arch_text(root->arch), arch_text(arch));
	return 0;
}

static int check_own(const struct layer_ctx *ctx, const struct root *root, const struct packaged *p,
	struct err *err)
{
	_cleanup_free_ char *tree = root_path(ctx->home, root, "tree");
	int r = root_tree_loader(tree, p->command[0], p->loader[root->arch], err);

	return r < 0 ? in_image(root, r, err) : 0;
}

/* ---- arms ---- */

/* What the workload runs is in the image, or its loader. */
static int check_commands(const struct layer_ctx *ctx, const struct root *root,
	const struct packaged *p, struct err *err)
{
	char *const *const commands[] = {
		p->own ? NULL : p->command, p->service.command, p->service.ready};
	int r = p->interpreter ? check_command(ctx, root, p->interpreter, err) : 0;

	if (p->own && p->loader[root->arch])
		r = check_own(ctx, root, p, err);
	for (size_t i = 0; !r && i < ARRAY_LEN(commands); i++)
		if (commands[i])
			r = check_command(ctx, root, commands[i][0], err);
	return r;
}

static void fail(struct arm *arm, enum status status, const char *reason)
{
	arm->status = status;
	str_copy(arm->reason, sizeof(arm->reason), reason);
	str_sanitize(arm->reason);
}

/* Tried once, with whichever image comes first. */
static const char *host_refusal(struct preparation *p, const struct root *root)
{
	const char *remedy = NULL;
	struct err err = {0};

	if (!p->tried && sandbox_check(p->ctx, root, &remedy, &err) < 0)
		snprintf(p->unable, sizeof(p->unable),
			"programs of packages cannot be run here: %.120s; %s", err.text, remedy);
	p->tried = true;
	return p->unable[0] ? p->unable : NULL;
}

/* The same for what translated programs of that architecture start in turn. */
static const char *children_refusal(struct preparation *p, const struct arm *arm)
{
	enum arch arch = arm->parts.arch;
	char *reason = p->unable_children[arch];
	struct err err = {0};

	if (!p->tried_children[arch] && sandbox_check_children(p->ctx, arch, &err) < 0)
		snprintf(reason, REASON_MAX,
			"it starts other programs, which cannot be translated here: %.180s",
			err.text);
	p->tried_children[arch] = true;
	return reason[0] ? reason : NULL;
}

/* Why the arm cannot be run on this host; NULL: it can. */
static const char *refusal(struct preparation *p, const struct workload *w, const struct arm *arm,
	const struct root *root)
{
	const char *reason;

	if (environment_vm(&arm->env))
		return NULL;
	reason = host_refusal(p, root);
	if (!reason && w->packaged->starts_children && stack_translates_children(&arm->env))
		reason = children_refusal(p, arm);
	return reason;
}

static int prepare_arm(
	struct preparation *p, const struct workload *w, struct arm *arm, struct err *err)
{
	char *const *packages = w->packaged->packages[arm->parts.arch];
	const struct root *root;
	char list[ROOT_LIST_MAX];
	struct err why = {0};
	const char *reason;
	int r = root_list(packages, list, err);

	if (!r)
		r = make_image(p, arm->parts.arch, packages, list, err);
	if (r < 0)
		return r;
	reason = failure_of(p, arm->parts.arch, list);
	if (reason) {
		fail(arm, STATUS_ERROR, reason);
		return 0;
	}
	root = roots_find(&p->plan->roots, arm->parts.arch, list);
	if (check_commands(p->ctx, root, w->packaged, &why) < 0)
		fail(arm, STATUS_ERROR, why.text);
	else if ((reason = refusal(p, w, arm, root)))
		fail(arm, STATUS_REFUSED, reason);
	return 0;
}

int roots_prepare(struct plan *plan, const struct workloads *workloads, const struct layer_ctx *ctx,
	roots_progress_fn *progress, void *progress_arg, struct err *err)
{
	struct preparation p = {
		.plan = plan, .ctx = ctx, .progress = progress, .progress_arg = progress_arg};
	int r = 0;

	for (size_t i = 0; !r && i < plan->n; i++) {
		struct arm *arm = &plan->arms[i];
		const struct workload *w = workloads_find(workloads, arm->parts.workload);

		if (arm->status == STATUS_OK && w && w->packaged)
			r = prepare_arm(&p, w, arm, err);
		/* What was tried in the sandbox may be refused for the signal alone. */
		if (!r && *ctx->stop)
			r = err_set(err, ERR_INTERRUPTED, "interrupted");
	}
	free(p.failures);
	return r;
}

int roots_check(struct plan *plan, const struct layer_ctx *ctx, struct err *err)
{
	for (size_t i = 0; i < plan->roots.n; i++) {
		struct root *root = &plan->roots.v[i];

		if (image_hold(ctx->home, root, &root->held_fd, NULL) < 0)
			return err_set(err, ERR_INPUT,
				"the root image of '%s' for %s that the run was begun with is "
				"gone; begin a new run",
				root->packages, arch_text(root->arch));
	}
	return 0;
}
