/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

double sample_scale(const struct sample *s)
{
	if (!s->guest_wall_ns)
		return 1;
	return (double)s->host_wall_ns / (double)s->guest_wall_ns;
}

bool sample_overruns(const struct sample *s)
{
	double whole = (double)(s->guest_wall_ns ? s->guest_wall_ns : s->host_wall_ns);
	double parts = (double)s->startup_ns;

	for (size_t i = 0; i < s->iterations; i++)
		parts += (double)s->iter_wall_ns[i];
	return whole > 0 && parts > whole;
}

void sample_release(struct sample *s)
{
	free(s->iter_wall_ns);
	free(s->iter_cpu_ns);
	free(s->probe);
	*s = (struct sample){0};
}

void samples_add(struct samples *s, struct sample *taken)
{
	GROW(s->v, s->n, s->cap);
	s->v[s->n++] = *taken;
	*taken = (struct sample){0};
}

void samples_add_boot(struct samples *s, const struct boot *boot)
{
	GROW(s->boots, s->nboots, s->boots_cap);
	s->boots[s->nboots++] = *boot;
}

uint64_t samples_blocks(const struct samples *s)
{
	uint64_t blocks = 0;

	for (size_t i = 0; i < s->n; i++)
		if (s->v[i].block > blocks)
			blocks = s->v[i].block;
	return blocks;
}

static void audit_clock(const struct samples *s, struct boot *b)
{
	double host = 0, guest = 0, error = 0;

	for (size_t i = 0; i < s->n; i++) {
		const struct sample *one = &s->v[i];

		if (one->boot != b->boot || !one->host_wall_ns || !one->guest_wall_ns)
			continue;
		host += (double)one->host_wall_ns;
		guest += (double)one->guest_wall_ns;
		error += one->clock_error_ns ? (double)one->clock_error_ns : NAN;
	}
	if (!(host > 0))
		return;
	b->skew_ppm = (guest / host - 1) * 1e6;
	b->skew_error_ppm = error / host * 1e6;
}

void samples_audit_clocks(struct samples *s)
{
	for (size_t i = 0; i < s->nboots; i++)
		if (s->boots[i].boot && !isfinite(s->boots[i].skew_ppm))
			audit_clock(s, &s->boots[i]);
}

void samples_discard_block(struct samples *s, uint64_t block)
{
	size_t kept = 0;

	for (size_t i = 0; i < s->n; i++) {
		if (s->v[i].block == block)
			sample_release(&s->v[i]);
		else
			s->v[kept++] = s->v[i];
	}
	s->n = kept;
	kept = 0;
	for (size_t i = 0; i < s->nboots; i++)
		if (s->boots[i].block != block)
			s->boots[kept++] = s->boots[i];
	s->nboots = kept;
}

void samples_release(struct samples *s)
{
	for (size_t i = 0; i < s->n; i++)
		sample_release(&s->v[i]);
	free(s->v);
	free(s->boots);
	*s = (struct samples){0};
}

void cell_name(char ret[static CELL_ID_MAX], const char *workload, const char *variant,
	enum arch arch, const char *env)
{
	snprintf(ret, CELL_ID_MAX, "%s.%s.%s.%s", workload, variant, arch_text(arch), env);
}

int cell_parse(const char *cell, struct cell_parts *ret, struct err *err)
{
	struct cell_parts parts = {0};
	char arch[16] = "";
	struct environment env;
	int n = 0;

	if (sscanf(cell, "%63[a-z0-9-].%63[a-z0-9-].%15[a-z0-9_].%127[a-z0-9_+@-]%n",
		    parts.workload, parts.variant, arch, parts.env, &n) != 4 ||
		cell[n] || !arch_parse(arch, &parts.arch))
		return err_set(err, ERR_INPUT,
			"'%.100s' is no cell id (workload.variant.architecture.environment)", cell);
	if (environment_parse(parts.env, &env, err) < 0)
		return err_wrap(err, "cell '%.100s'", cell);
	if (env.n && environment_arch(&env) != parts.arch)
		return err_set(err, ERR_INPUT, "cell '%.100s': %s runs programs of %s", cell,
			env.id, arch_text(environment_arch(&env)));
	*ret = parts;
	return 0;
}
