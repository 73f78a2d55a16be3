/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * QEMU user mode, called explicitly (never through binfmt_misc, which may be registered or not),
 * with the named CPU model of the architecture it presents.
 */
#include "layer/layer.h"

#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"

#define VERSION_TIMEOUT_NS (5 * NS_PER_S)

static char *translator(const struct layer *l, const struct layer *below)
{
	if (below)
		return xasprintf("%s/qemu/qemu-%s", GUEST_ROOT, arch_text(l->arch));
	return xasprintf("qemu-%s-static", arch_text(l->arch));
}

static void refuse(struct verdict *v, const char *remedy, const char *reason)
{
	v->status = STATUS_REFUSED;
	str_copy(v->reason, sizeof(v->reason), reason);
	str_copy(v->remedy, sizeof(v->remedy), remedy);
}

/* In a guest the translator comes with the root disk; on the host it is asked for its version. */
static void check_in_guest(const struct layer *l, const struct layer *below,
	const struct layer_ctx *ctx, struct verdict *ret)
{
	_cleanup_free_ char *path = xasprintf("%s/build/images/%s/qemu/qemu-%s", ctx->home,
		arch_text(below->arch), arch_text(l->arch));
	_cleanup_free_ char *why = NULL;

	if (file_exists(path))
		return;
	why = xasprintf("the guest's translator '%s' is not there", path + strlen(ctx->home) + 1);
	refuse(ret, "make images", why);
}

static void user_check(const struct layer *l, const struct layer *below,
	const struct layer_ctx *ctx, struct verdict *ret)
{
	_cleanup_free_ char *program = translator(l, below);
	char *argv[] = {program, "--version", NULL};
	struct proc_result res;
	struct err err = {0};

	if (below) {
		check_in_guest(l, below, ctx, ret);
		return;
	}
	if (proc_run(&(struct proc_spec){.argv = argv,
			     .cpu = PROC_CPU_ANY,
			     .timeout_ns = VERSION_TIMEOUT_NS,
			     .stdout_max = 4096,
			     .stderr_max = 4096},
		    &res, &err) < 0) {
		refuse(ret, "apt-get install qemu-user-static", err.text);
	} else if (res.end != PROC_EXITED || res.code) {
		char how[PROC_END_TEXT_MAX];
		_cleanup_free_ char *why =
			xasprintf("'%s --version': %s", program, proc_end_text(&res, how));

		refuse(ret, "apt-get install --reinstall qemu-user-static", why);
	} else {
		char *line = res.out.s ? strtok(res.out.s, "\n") : NULL;

		snprintf(ret->detail, sizeof(ret->detail), "%s, CPU %s", line ? line : program,
			arch_info(l->arch)->cpu_model);
	}
	proc_result_release(&res);
}

static void user_prefix(const struct layer *l, const struct layer *below, struct argv *argv)
{
	_cleanup_free_ char *program = translator(l, below);

	argv_add(argv, program);
	argv_add(argv, "-cpu");
	argv_addf(argv, "%s%s", arch_info(l->arch)->cpu_model, arch_info(l->arch)->cpu_tcg_lacks);
}

const struct layer_ops layer_user_ops = {.check = user_check, .prefix = user_prefix};
