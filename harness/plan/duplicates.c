/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plan/duplicates.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

/* ---- environments ---- */

static bool same_kind(const struct environment *a, const struct environment *b)
{
	const struct layer *x = &a->layers[0], *y = &b->layers[0];

	if (!a->n || !b->n)
		return a->n == b->n;
	return x->kind == y->kind && x->accel == y->accel && !strcmp(x->name, y->name);
}

/* Of two of one kind: is rather the first one duplicated? */
static bool is_rather(const struct environment *a, const struct environment *b)
{
	if (a->n != b->n)
		return a->n < b->n;
	return environment_arch(a) != arch_host() && environment_arch(b) == arch_host();
}

/* The arm whose stack stands for the kind of arm i. */
static size_t chosen_of_kind(const struct plan *plan, size_t i)
{
	size_t best = i;

	for (size_t k = 0; k < plan->n; k++) {
		const struct environment *env = &plan->arms[k].env;

		if (plan->arms[k].status == STATUS_OK && same_kind(env, &plan->arms[i].env) &&
			is_rather(env, &plan->arms[best].env))
			best = k;
	}
	return best;
}

static bool same_stack(const struct arm *a, const struct arm *b)
{
	return environment_id_same_stack(a->parts.env, b->parts.env);
}

/* Can it run, in the environment of its kind, at the first point of its program there? */
static bool is_candidate(const struct plan *plan, size_t i)
{
	const struct arm *a = &plan->arms[i];

	if (a->status != STATUS_OK || !same_stack(a, &plan->arms[chosen_of_kind(plan, i)]))
		return false;
	for (size_t k = 0; k < i; k++)
		if (plan->arms[k].status == STATUS_OK && arms_share_program(a, &plan->arms[k]) &&
			same_stack(a, &plan->arms[k]))
			return false;
	return true;
}

/* ---- programs ---- */

/* How much a program is to be duplicated. */
enum claim { CLAIM_NONE, CLAIM_ANY, CLAIM_COMPARED, CLAIM_LISTED };

static enum claim claim_of(
	const struct arm *a, const char *programs, const struct workloads *workloads)
{
	_cleanup_free_ char *pair = xasprintf("%s.%s", a->parts.workload, a->parts.variant);
	const struct workload *w = workloads_find(workloads, a->parts.workload);

	if (str_glob(programs, pair))
		return CLAIM_LISTED;
	return w && w->compare ? CLAIM_COMPARED : CLAIM_ANY;
}

/* All listed ones of a stack are; without any, its first of the highest claim. */
static bool is_duplicated(const struct plan *plan, const enum claim *claims, size_t i)
{
	if (claims[i] == CLAIM_NONE || claims[i] == CLAIM_LISTED)
		return claims[i] == CLAIM_LISTED;
	for (size_t k = 0; k < plan->n; k++)
		if (k != i && same_stack(&plan->arms[k], &plan->arms[i]) &&
			(k < i ? claims[k] >= claims[i] : claims[k] > claims[i]))
			return false;
	return true;
}

void duplicates_add(struct plan *plan, const char *programs, const struct workloads *workloads)
{
	_cleanup_free_ enum claim *claims = xcalloc(plan->n, sizeof(*claims));
	struct arm *arms = xcalloc(2 * plan->n, sizeof(*arms));
	size_t n = 0;

	for (size_t i = 0; i < plan->n; i++)
		if (is_candidate(plan, i))
			claims[i] = claim_of(&plan->arms[i], programs, workloads);
	for (size_t i = 0; i < plan->n; i++) {
		arms[n++] = plan->arms[i];
		if (!is_duplicated(plan, claims, i))
			continue;
		arms[n] = plan->arms[i];
		arms[n++].duplicate = true;
	}
	free(plan->arms);
	plan->cap = 2 * plan->n;
	plan->arms = arms;
	plan->n = n;
}
