/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layer/place.h"

#include <stdlib.h>

#include "base/cleanup.h"

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
	int cpu;
	const volatile sig_atomic_t *stop;
};

static int host_exec(
	struct place *p, const struct exec_spec *spec, struct exec_result *ret, struct err *err)
{
	struct place_host *host = (struct place_host *)p;
	const struct proc_spec proc = {
		.argv = spec->argv,
		.envp = spec->envp,
		.cpu = host->cpu,
		.timeout_ns = spec->timeout_ns,
		.stdout_max = spec->stdout_max,
		.stderr_max = spec->stderr_max,
		.stop = host->stop,
	};
	int r = proc_run(&proc, &ret->proc, err);

	ret->start_ns = ret->proc.begin_ns;
	ret->host_wall_ns = ret->program_ns = ret->proc.end_ns - ret->proc.begin_ns;
	return r;
}

static void host_close(struct place *p)
{
	free(p);
}

struct place *place_host_new(int cpu, const volatile sig_atomic_t *stop)
{
	static const struct place_ops ops = {.exec = host_exec, .close = host_close};
	struct place_host *host = xcalloc(1, sizeof(*host));

	*host = (struct place_host){.place = {&ops}, .cpu = cpu, .stop = stop};
	return &host->place;
}
