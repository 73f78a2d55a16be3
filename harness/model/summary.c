/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/summary.h"

#include <stdlib.h>
#include <string.h>

#include "base/str.h"

void summary_release(struct summary *s)
{
	for (size_t i = 0; i < s->ncells; i++)
		free(s->cells[i].probe);
	free(s->cells);
	free(s->geomeans);
	free(s->pairs);
	free(s->counterparts);
	free(s->aa);
	free(s->variances);
	free(s->factors);
	free(s->commands);
	free(s->boots);
	free(s->spoiled);
	*s = (struct summary){0};
}

bool cells_share_machine(const struct cell_summary *a, const struct cell_summary *b)
{
	/* "several" is no machine, but one environment shares whatever it ran on with itself. */
	return !strcmp(a->ran_on, b->ran_on) &&
	       (strcmp(a->ran_on, SUMMARY_SEVERAL) != 0 || !strcmp(a->env, b->env));
}

const struct cell_summary *summary_cell(const struct summary *s, const char *id)
{
	for (size_t i = 0; i < s->ncells; i++)
		if (!strcmp(s->cells[i].id, id))
			return &s->cells[i];
	return NULL;
}

struct ratio summary_sentinel_bias(const struct summary *s)
{
	return (struct ratio){.defined = isfinite(s->sentinel_bias_hi),
		.point = s->sentinel_bias,
		.lo = s->sentinel_bias_lo,
		.hi = s->sentinel_bias_hi};
}

double summary_sentinel_shift(const struct summary *s)
{
	struct ratio bias = summary_sentinel_bias(s);

	if (!bias.defined || !(bias.lo > 1 || bias.hi < 1))
		return NAN;
	return fabs(expm1(s->sentinel_slope * log(bias.point)));
}

const struct cell_summary *summary_find(
	const struct summary *s, const char *workload, const char *variant, const char *env)
{
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];

		if (!strcmp(c->workload, workload) && !strcmp(c->variant, variant) &&
			!strcmp(c->env, env))
			return c;
	}
	return NULL;
}

const struct cell_summary *summary_reference(
	const struct summary *s, const struct cell_summary *cell)
{
	char native[ENV_ID_MAX];

	environment_id_reference(cell->env, native);
	return summary_find(s, cell->workload, cell->variant, native);
}

const struct boot_summary *summary_boots(const struct summary *s, const char *env)
{
	struct environment parsed, base;

	if (environment_parse(env, &parsed, NULL) < 0 || !environment_vm(&parsed))
		return NULL;
	base = environment_base(&parsed);
	for (size_t i = 0; i < s->nboots; i++)
		if (!strcmp(s->boots[i].env, base.id))
			return &s->boots[i];
	return NULL;
}

bool summary_spoils(const struct summary *s, uint64_t block)
{
	for (size_t i = 0; i < s->nspoiled; i++)
		if (s->spoiled[i].block == block)
			return true;
	return false;
}

struct ratio ratio_inverse(const struct ratio *ratio)
{
	struct ratio inverse = *ratio;

	inverse.point = 1 / ratio->point;
	inverse.lo = 1 / ratio->hi;
	inverse.hi = 1 / ratio->lo;
	return inverse;
}

bool summary_pair(const struct summary *s, const char *workload, const char *variant, const char *a,
	const char *b, struct pair *ret)
{
	for (size_t i = 0; i < s->npairs; i++) {
		const struct pair *p = &s->pairs[i];
		bool same = !strcmp(p->a, a) && !strcmp(p->b, b);

		if (strcmp(p->workload, workload) || strcmp(p->variant, variant) ||
			(!same && (strcmp(p->a, b) || strcmp(p->b, a))))
			continue;
		*ret = *p;
		if (same)
			return true;
		str_copy(ret->a, sizeof(ret->a), p->b);
		str_copy(ret->b, sizeof(ret->b), p->a);
		ret->ratio = ratio_inverse(&p->ratio);
		return true;
	}
	return false;
}

bool pair_is_slower(const struct pair *p)
{
	if (isnan(p->p_adjusted))
		return p->ratio.defined && p->ratio.lo > 1;
	return p->p_adjusted < PAIR_ALPHA && p->ratio.point > 1;
}

size_t summary_geomean_variants(const struct summary *s, const char **ret, size_t n, size_t max)
{
	for (size_t i = 0; i < s->ngeomeans; i++) {
		size_t k = 0;

		while (k < n && strcmp(ret[k], s->geomeans[i].variant))
			k++;
		if (k == n && n < max)
			ret[n++] = s->geomeans[i].variant;
	}
	return n;
}
