/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layer/sandbox.h"

#include <errno.h>
#include <signal.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "layer/layer.h"
#include "model/workload.h"

#define CHECK_TIMEOUT_NS (20 * NS_PER_S)
#define OUTPUT_MAX 4096
#define TOLD "toll-translates"

static void add_words(struct argv *argv, const char *const *words)
{
	for (; *words; words++)
		argv_add(argv, *words);
}

static void add_bind(struct argv *argv, const char *from, const char *to)
{
	const char *const words[] = {"--ro-bind", from, to, NULL};

	add_words(argv, words);
}

/* The translators that are there; the environments of one that is not are refused. */
static void add_translators(struct argv *argv)
{
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		_cleanup_free_ char *name = xasprintf("qemu-%s-static", arch_text(a));
		_cleanup_free_ char *path = file_find_program(name);
		_cleanup_free_ char *to = xasprintf("%s/qemu/qemu-%s", GUEST_ROOT, arch_text(a));

		if (path)
			add_bind(argv, path, to);
	}
}

static void add_variable(struct argv *argv, const char *variable)
{
	size_t n = strcspn(variable, "=");

	argv_add(argv, "--setenv");
	argv_addf(argv, "%.*s", (int)n, variable);
	argv_add(argv, variable + n + (variable[n] == '='));
}

void sandbox_command(const struct layer_ctx *ctx, const struct root *root, bool mounts,
	char *const *argv, char *const *envp, struct argv *ret)
{
	static const char *const isolation[] = {"bwrap", "--unshare-all", "--unshare-user", "--uid",
		"0", "--gid", "0", "--die-with-parent", "--new-session", "--cap-drop", "ALL",
		"--hostname", "toll", "--clearenv", NULL};
	static const char *const may_mount[] = {"--cap-add", "CAP_SYS_ADMIN", NULL};
	static const char *const folders[] = {
		"--dev", "/dev", "--proc", "/proc", "--tmpfs", "/tmp", "--tmpfs", GUEST_ROOT, NULL};
	static const char *const rest[] = {"--remount-ro", GUEST_ROOT, "--chdir", "/", "--", NULL};
	_cleanup_free_ char *tree = root ? root_path(ctx->home, root, "tree") : NULL;
	_cleanup_free_ char *workloads = xasprintf("%s/workloads", ctx->programs);

	add_words(ret, isolation);
	if (mounts)
		add_words(ret, may_mount);
	if (tree)
		add_bind(ret, tree, "/");
	add_words(ret, folders);
	add_bind(ret, workloads, GUEST_ROOT "/workloads");
	add_translators(ret);
	for (; envp && *envp; envp++)
		add_variable(ret, *envp);
	add_words(ret, rest);
	for (; *argv; argv++)
		argv_add(ret, *argv);
}

void sandbox_end(struct proc_result *result)
{
	if (result->end != PROC_EXITED || result->code <= 128 || result->code > 128 + SIGRTMAX)
		return;
	result->end = PROC_SIGNALED;
	result->code -= 128;
}

int sandbox_check(const struct layer_ctx *ctx, const struct root *root, const char **ret_remedy,
	struct err *err)
{
	_cleanup_free_ char *runner =
		xasprintf(GUEST_ROOT "/workloads/%s/" WORKLOAD_RUNNER, arch_text(ctx->host->arch));
	_cleanup_(argv_release) struct argv argv = {0};
	char *words[] = {runner, "--help", NULL};
	char line[128];
	int r;

	sandbox_command(ctx, root, false, words, NULL, &argv);
	r = proc_first_line(&(struct proc_spec){.argv = argv.v,
				    .cpu = PROC_CPU_ANY,
				    .timeout_ns = CHECK_TIMEOUT_NS,
				    .stop = ctx->stop},
		line, sizeof(line), err);
	if (r < 0)
		*ret_remedy = r == -ENOENT ? "make deps-packages"
					   : "allow user namespaces (sysctl "
					     "kernel.unprivileged_userns_clone, "
					     "user.max_user_namespaces), and make workloads";
	return r;
}

/* A translated runner that starts a second one, and looks at what that prints: the release of the
 * kernel that the translator tells its programs of (QEMU_UNAME), which no program finds that the
 * host runs itself. */
static void children_probe(
	const struct layer_ctx *ctx, enum arch arch, char *const *variables, struct argv *ret)
{
	const struct environment env = {.n = 1, .layers = {{.kind = LAYER_USER, .arch = arch}}};
	_cleanup_free_ char *runner =
		xasprintf(GUEST_ROOT "/workloads/%s/" WORKLOAD_RUNNER, arch_text(arch));
	char *options[] = {"--folder=/tmp/outer", NULL};
	char told[] = "--pattern=^" TOLD "$";
	char *command[] = {runner, "--folder=/tmp/inner", told, "--", runner, "--kernel", NULL};
	_cleanup_(argv_release) struct argv words = {0};

	stack_package_command(&env, ctx, options, command, &words);
	sandbox_command(ctx, NULL, true, words.v, variables, ret);
}

int sandbox_check_children(const struct layer_ctx *ctx, enum arch arch, struct err *err)
{
	_cleanup_(proc_result_release) struct proc_result res = {0};
	_cleanup_(argv_release) struct argv argv = {0}, variables = {0};
	char how[PROC_END_TEXT_MAX];
	int r;

	argv_add(&variables, "QEMU_UNAME=" TOLD);
	layer_user_ops.variables(
		&(struct layer){.kind = LAYER_USER, .arch = arch}, &POINT_DEFAULT, ctx, &variables);
	children_probe(ctx, arch, variables.v, &argv);
	r = proc_run(&(struct proc_spec){.argv = argv.v,
			     .cpu = PROC_CPU_ANY,
			     .timeout_ns = CHECK_TIMEOUT_NS,
			     .stdout_max = OUTPUT_MAX,
			     .stderr_max = OUTPUT_MAX,
			     .stop = ctx->stop},
		&res, err);
	if (r < 0)
		return r;
	if (res.end == PROC_EXITED && !res.code)
		return 0;
	return err_set(err, EIO, "%.150s",
		res.err.len ? str_last_line(&res.err) : proc_end_text(&res, how));
}
