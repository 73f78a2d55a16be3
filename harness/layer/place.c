/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layer/place.h"

#include <stdlib.h>

#include "base/cleanup.h"
#include "layer/layer.h"
#include "layer/sandbox.h"

int place_exec(
	struct place *p, const struct exec_spec *spec, struct exec_result *ret, struct err *err)
{
	*ret = (struct exec_result){0};
	return p->ops->exec(p, spec, ret, err);
}

void exec_result_release(struct exec_result *result)
{
	proc_result_release(&result->proc);
}

int place_quiet(struct place *p, struct err *err)
{
	return p->ops->quiet ? p->ops->quiet(p, err) : 0;
}

int place_wake(struct place *p, struct err *err)
{
	return p->ops->wake ? p->ops->wake(p, err) : 0;
}

const char *place_broken(const struct place *p)
{
	return p->ops->broken ? p->ops->broken(p) : NULL;
}

void place_close(struct place *p)
{
	if (p)
		p->ops->close(p);
}

/* ---- the host ---- */

struct place_host {
	struct place place;
	const struct layer_ctx *ctx;
};

static int host_exec(
	struct place *p, const struct exec_spec *spec, struct exec_result *ret, struct err *err)
{
	const struct layer_ctx *ctx = ((struct place_host *)p)->ctx;
	_cleanup_(argv_release) struct argv in_root = {0};
	char *none[] = {NULL};
	struct proc_spec proc = {
		.argv = spec->argv,
		.envp = spec->envp,
		.cpu = ctx->host->measure_cpu,
		.cpus = spec->cpus,
		.timeout_ns = spec->timeout_ns,
		.stdout_max = spec->stdout_max,
		.stderr_max = spec->stderr_max,
		.stop = ctx->stop,
	};
	int r;

	if (spec->root) {
		sandbox_command(ctx, spec->root, spec->mounts, spec->argv, spec->envp, &in_root);
		proc.argv = in_root.v;
		proc.envp = none;
	}
	r = proc_run(&proc, &ret->proc, err);
	if (spec->root)
		sandbox_end(&ret->proc);

	ret->host_cpu_ns = ret->proc.user_ns + ret->proc.sys_ns;
	ret->start_ns = ret->proc.begin_ns;
	ret->host_wall_ns = ret->program_ns = ret->proc.end_ns - ret->proc.begin_ns;
	return r;
}

static void host_close(struct place *p)
{
	free(p);
}

struct place *place_host_new(const struct layer_ctx *ctx)
{
	static const struct place_ops ops = {.exec = host_exec, .close = host_close};
	struct place_host *host = xcalloc(1, sizeof(*host));

	*host = (struct place_host){.place = {&ops}, .ctx = ctx};
	return &host->place;
}
