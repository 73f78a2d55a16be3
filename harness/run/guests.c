/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/guests.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "run/replay.h"

static struct guest *find(const struct guests *guests, const char *env, bool duplicate)
{
	for (size_t i = 0; i < guests->n; i++)
		if (!strcmp(guests->v[i].env.id, env) && guests->v[i].duplicate == duplicate)
			return &guests->v[i];
	return NULL;
}

struct guest *guests_find(const struct guests *guests, const struct arm *arm)
{
	struct environment base = environment_base(&arm->env);

	return environment_vm(&arm->env) ? find(guests, base.id, arm->duplicate) : NULL;
}

/* In the order of the plan, whose array all of them are of. */
static void add_root(struct guest *g, const struct root *root)
{
	size_t at = 0;

	while (at < g->nroots && g->roots[at] < root)
		at++;
	if (at < g->nroots && g->roots[at] == root)
		return;
	g->roots = xrealloc_array(g->roots, g->nroots + 1, sizeof(*g->roots));
	memmove(g->roots + at + 1, g->roots + at, (g->nroots - at) * sizeof(*g->roots));
	g->roots[at] = root;
	g->nroots++;
}

/* A VM of duplicates has the disks that the other one has: they are to be the same. */
static void add(struct guests *guests, const struct environment *env, bool duplicate)
{
	const struct guest *other = find(guests, env->id, !duplicate);
	struct guest g = {.env = *env, .duplicate = duplicate};

	for (size_t i = 0; other && i < other->nroots; i++)
		add_root(&g, other->roots[i]);
	GROW(guests->v, guests->n, guests->cap);
	guests->v[guests->n++] = g;
}

void guests_need(struct guests *guests, const struct plan *plan, const struct arm *arm,
	const struct workload *workload)
{
	const struct root *root = plan_root(plan, workload, arm->parts.arch);
	struct environment base = environment_base(&arm->env);

	if (!environment_vm(&arm->env))
		return;
	if (!find(guests, base.id, arm->duplicate))
		add(guests, &base, arm->duplicate);
	for (size_t i = 0; root && i < guests->n; i++)
		if (!strcmp(guests->v[i].env.id, base.id))
			add_root(&guests->v[i], root);
}

static int open_place(struct guest *g, const struct measure_spec *spec,
	const struct sample_index *canned, struct boot *boot, struct err *err)
{
	_cleanup_free_ char *console = xasprintf("%s/%s", spec->run->dir, g->console);

	if (spec->replay)
		return replay_open(canned, spec->ctx->stop, &g->place, boot, err);
	return layer_place_open(&g->env, spec->ctx,
		&(struct place_spec){.memory_mib = plan_memory_mib(spec->plan, &g->env),
			.vcpus = (unsigned)point_vcpus(&g->env.point),
			.deadline_ns = spec->plan->boot_deadline_ns,
			.console_path = console,
			.roots = g->roots,
			.nroots = g->nroots},
		&g->place, boot, err);
}

int guest_boot(struct guest *g, const struct measure_spec *spec, const struct sample_index *canned,
	uint64_t block, uint64_t number, struct err *err)
{
	struct boot boot = {.block = block,
		.boot = number,
		.duplicate = g->duplicate,
		.skew_ppm = NAN,
		.skew_error_ppm = NAN};
	struct err why = {0};

	str_copy(boot.env, sizeof(boot.env), g->env.id);
	g->boot = number;
	snprintf(g->console, sizeof(g->console), "console-%s-%llu.log", g->env.id,
		(unsigned long long)number);
	if (open_place(g, spec, canned, &boot, &why) < 0) {
		if (*spec->ctx->stop)
			return err_set(err, ERR_INTERRUPTED, "interrupted");
		boot.status = STATUS_BOOT;
		str_copy(boot.reason, sizeof(boot.reason), why.text);
		str_copy(boot.console, sizeof(boot.console), g->console);
		str_copy(g->reason, sizeof(g->reason), why.text);
		log_warn("%s did not boot: %s", g->env.id, why.text);
	} else if (place_quiet(g->place, &why) < 0) {
		log_warn("cannot suspend %s: %s", g->env.id, why.text);
	}
	return run_folder_append_boot(spec->run, &boot, err);
}

void guests_close(struct guests *guests, const char *run_dir)
{
	for (size_t i = 0; i < guests->n; i++) {
		struct guest *g = &guests->v[i];
		_cleanup_free_ char *console = xasprintf("%s/%s", run_dir, g->console);
		bool well = g->place && !place_broken(g->place);

		place_close(g->place);
		free(g->roots);
		if (well)
			unlink(console);
	}
	guests->n = 0;
}

void guests_release(struct guests *guests)
{
	free(guests->v);
	*guests = (struct guests){0};
}
