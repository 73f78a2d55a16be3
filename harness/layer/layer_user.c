/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * QEMU user mode, called explicitly (never through binfmt_misc, which may be registered or not),
 * with the named CPU model of the architecture it presents. What a translated program starts in
 * turn has the model from a variable.
 */
#include "layer/layer.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"

#define VERSION_TIMEOUT_NS (5 * NS_PER_S)

static char *translator(const struct layer *l, bool inside)
{
	if (inside)
		return xasprintf("%s/qemu/qemu-%s", GUEST_ROOT, arch_text(l->arch));
	return xasprintf("qemu-%s-static", arch_text(l->arch));
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
	verdict_refuse(ret, "make images", why);
}

static void user_check(const struct layer *l, const struct layer *below,
	const struct layer_ctx *ctx, struct verdict *ret)
{
	_cleanup_free_ char *program = translator(l, below != NULL);
	char *argv[] = {program, "--version", NULL};
	char version[REASON_MAX];
	struct err err = {0};
	int r;

	if (below) {
		check_in_guest(l, below, ctx, ret);
		return;
	}
	r = proc_first_line(&(struct proc_spec){.argv = argv,
				    .cpu = PROC_CPU_ANY,
				    .timeout_ns = VERSION_TIMEOUT_NS,
				    .stop = ctx->stop},
		version, sizeof(version), &err);
	if (r < 0)
		verdict_refuse(ret,
			r == -ENOENT ? "apt-get install qemu-user-static"
				     : "apt-get install --reinstall qemu-user-static",
			err.text);
	else
		snprintf(ret->detail, sizeof(ret->detail), "%.180s, CPU %s", version,
			cpu_model(ctx->cpus, l->arch));
}

static void user_prefix(const struct layer *l, bool inside, const struct point *point,
	const struct layer_ctx *ctx, struct argv *argv)
{
	_cleanup_free_ char *program = translator(l, inside);
	char cpu[CPU_LACKS_MAX];

	(void)point;
	argv_add(argv, program);
	argv_add(argv, "-cpu");
	argv_add(argv, cpu_for_translator(ctx->cpus, l->arch, cpu));
}

static void user_variables(const struct layer *l, const struct point *point,
	const struct layer_ctx *ctx, struct argv *variables)
{
	char cpu[CPU_LACKS_MAX];

	(void)point;
	argv_addf(variables, "QEMU_CPU=%s", cpu_for_translator(ctx->cpus, l->arch, cpu));
}

const struct layer_ops layer_user_ops = {
	.check = user_check, .prefix = user_prefix, .variables = user_variables};
