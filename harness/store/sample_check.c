/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sample_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/sample_index.h"

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static const char *arm_text(bool duplicate)
{
	return duplicate ? "aa" : "main";
}

static int unique_samples(const struct samples *samples, const char *name, struct err *err)
{
	_cleanup_(sample_index_release) struct sample_index index;
	const struct sample *first = NULL, *again = NULL;

	sample_index_init(&index, samples);
	for (size_t i = 1; i < index.n; i++) {
		if (!samples_are_one(index.v[i - 1], index.v[i]) ||
			(again && again->line < index.v[i]->line))
			continue;
		first = index.v[i - 1];
		again = index.v[i];
	}
	if (!again)
		return 0;
	return err_set(err, ERR_INPUT,
		"%s:%u: '%s' (%s), block %llu, execution %llu stands in line %u already", name,
		again->line, again->cell, arm_text(again->duplicate),
		(unsigned long long)again->block, (unsigned long long)again->execution,
		first->line);
}

/* Which VM it is of, and in which block: it is booted once in each. */
static int compare_guests(const struct boot *a, const struct boot *b)
{
	int order = compare_numbers(a->block, b->block);

	if (!order)
		order = strcmp(a->env, b->env);
	return order ? order : compare_numbers(a->duplicate, b->duplicate);
}

static int compare_boots(const void *a, const void *b)
{
	const struct boot *const *x = a, *const *y = b;
	int order = compare_guests(*x, *y);

	return order ? order : compare_numbers((*x)->line, (*y)->line);
}

static int compare_boot_numbers(const void *a, const void *b)
{
	const struct boot *const *x = a, *const *y = b;
	int order = compare_numbers((*x)->boot, (*y)->boot);

	return order ? order : compare_numbers((*x)->line, (*y)->line);
}

/* A heap vector of them all, of which the caller frees the array alone. */
static const struct boot **sorted_boots(
	const struct samples *samples, int (*compare)(const void *, const void *))
{
	const struct boot **sorted = xcalloc(samples->nboots, sizeof(*sorted));

	for (size_t i = 0; i < samples->nboots; i++)
		sorted[i] = &samples->boots[i];
	qsort(sorted, samples->nboots, sizeof(*sorted), compare);
	return sorted;
}

static int unique_boots(const struct samples *samples, const char *name, struct err *err)
{
	_cleanup_free_ const struct boot **guests = sorted_boots(samples, compare_boots);
	_cleanup_free_ const struct boot **numbers = sorted_boots(samples, compare_boot_numbers);

	for (size_t i = 1; i < samples->nboots; i++) {
		const struct boot *b = guests[i];

		if (!compare_guests(guests[i - 1], b))
			return err_set(err, ERR_INPUT,
				"%s:%u: the boot of '%s' (%s) in block %llu stands in line %u "
				"already",
				name, b->line, b->env, arm_text(b->duplicate),
				(unsigned long long)b->block, guests[i - 1]->line);
	}
	for (size_t i = 1; i < samples->nboots; i++) {
		const struct boot *b = numbers[i];

		if (b->boot && b->boot == numbers[i - 1]->boot)
			return err_set(err, ERR_INPUT,
				"%s:%u: key 'boot': %llu is the number of that in line %u already",
				name, b->line, (unsigned long long)b->boot, numbers[i - 1]->line);
	}
	return 0;
}

int samples_check_unique(const struct samples *samples, const char *name, struct err *err)
{
	int r = unique_samples(samples, name, err);

	return r < 0 ? r : unique_boots(samples, name, err);
}

/* ---- against the plan ---- */

struct check {
	const struct plan *plan;
	const char *name;
	const struct boot **boots; /* by their numbers */
	size_t nboots;
};

static int check_block(const struct check *c, unsigned line, uint64_t block, struct err *err)
{
	uint64_t most = plan_blocks_max(c->plan);

	if (block <= most)
		return 0;
	return err_set(err, ERR_INPUT,
		"%s:%u: key 'block': %llu, of the %llu that plan.json allows", c->name, line,
		(unsigned long long)block, (unsigned long long)most);
}

static int check_arm(
	const struct check *c, const struct sample *s, const struct arm *arm, struct err *err)
{
	uint64_t executions;

	if (!arm)
		return err_set(err, ERR_INPUT, "%s:%u: key 'cell': plan.json has no arm '%s' (%s)",
			c->name, s->line, s->cell, arm_text(s->duplicate));
	if (arm->status != STATUS_OK)
		return err_set(err, ERR_INPUT,
			"%s:%u: key 'cell': '%s' was not to be run, it is %s in plan.json", c->name,
			s->line, s->cell, status_text(arm->status));
	executions = plan_executions(c->plan, arm, s->block);
	if (s->execution > executions)
		return err_set(err, ERR_INPUT,
			"%s:%u: key 'execution': %llu, of the %llu that plan.json has of '%s' in "
			"block %llu",
			c->name, s->line, (unsigned long long)s->execution,
			(unsigned long long)executions, s->cell, (unsigned long long)s->block);
	return 0;
}

static bool boots_for(const struct boot *b, const struct arm *arm)
{
	struct environment base;

	if (!environment_vm(&arm->env) || arm->duplicate != b->duplicate)
		return false;
	base = environment_base(&arm->env);
	return !strcmp(base.id, b->env);
}

/* Of that number, which is unique; NULL: there is none, or it is 0. */
static const struct boot *find_boot(const struct check *c, uint64_t number)
{
	size_t lo = 0, hi = c->nboots;

	while (lo < hi) {
		size_t middle = lo + (hi - lo) / 2;

		if (c->boots[middle]->boot < number)
			lo = middle + 1;
		else
			hi = middle;
	}
	return number && lo < c->nboots && c->boots[lo]->boot == number ? c->boots[lo] : NULL;
}

/* What ran in a VM names its boot, which is of that VM and block; whatever else did names none. */
static int check_boot_of(
	const struct check *c, const struct sample *s, const struct arm *arm, struct err *err)
{
	const struct boot *b;

	if (!environment_vm(&arm->env)) {
		if (!s->boot)
			return 0;
		return err_set(err, ERR_INPUT, "%s:%u: key 'boot': %llu, and '%s' is in no VM",
			c->name, s->line, (unsigned long long)s->boot, s->cell);
	}
	b = find_boot(c, s->boot);
	if (!b || b->block != s->block || !boots_for(b, arm))
		return err_set(err, ERR_INPUT,
			"%s:%u: key 'boot': %llu is no boot of the VM of '%s' (%s) in block %llu",
			c->name, s->line, (unsigned long long)s->boot, s->cell,
			arm_text(s->duplicate), (unsigned long long)s->block);
	return 0;
}

static int check_clocks(
	const struct check *c, const struct sample *s, const struct arm *arm, struct err *err)
{
	bool vm = environment_vm(&arm->env);

	if (s->status != STATUS_OK)
		return 0;
	if (vm && !s->guest_wall_ns)
		return err_set(err, ERR_INPUT,
			"%s:%u: key 'guest_wall_ns': '%s' is ok, in a VM, and has no time by its "
			"guest's clock",
			c->name, s->line, s->cell);
	if (!vm && s->guest_wall_ns)
		return err_set(err, ERR_INPUT,
			"%s:%u: key 'guest_wall_ns': '%s' has a guest's clock, and is in no VM",
			c->name, s->line, s->cell);
	return 0;
}

static int check_boot(const struct check *c, const struct boot *b, struct err *err)
{
	int r = check_block(c, b->line, b->block, err);

	for (size_t i = 0; !r && i < c->plan->n; i++)
		if (c->plan->arms[i].status == STATUS_OK && boots_for(b, &c->plan->arms[i]))
			return 0;
	if (r < 0)
		return r;
	return err_set(err, ERR_INPUT,
		"%s:%u: key 'env': plan.json has no arm to be run that boots '%s' (%s)", c->name,
		b->line, b->env, arm_text(b->duplicate));
}

int samples_check_plan(
	const struct samples *samples, const struct plan *plan, const char *name, struct err *err)
{
	_cleanup_free_ const struct boot **boots = sorted_boots(samples, compare_boot_numbers);
	const struct check c = {plan, name, boots, samples->nboots};
	int r = 0;

	for (size_t i = 0; !r && i < samples->nboots; i++)
		r = check_boot(&c, &samples->boots[i], err);
	for (size_t i = 0; !r && i < samples->n; i++) {
		const struct sample *s = &samples->v[i];
		const struct arm *arm = plan_arm(plan, s->cell, s->duplicate);

		r = check_arm(&c, s, arm, err);
		if (!r)
			r = check_block(&c, s->line, s->block, err);
		if (!r)
			r = check_boot_of(&c, s, arm, err);
		if (!r)
			r = check_clocks(&c, s, arm, err);
	}
	return r;
}

/* ---- what is not there ---- */

/* Of the samples of an arm: by block how many, and the block of an ending for good, after which
 * nothing more is run; 0: none. */
struct arm_blocks {
	size_t *executions; /* [block - 1] */
	uint64_t given_up;
};

static void count_sample(struct arm_blocks *arm, const struct sample *s)
{
	arm->executions[s->block - 1]++;
	if (status_is_final(s->status) && (!arm->given_up || s->block < arm->given_up))
		arm->given_up = s->block;
}

static void look_for_missing(const struct plan *plan, const struct arm_blocks *arms,
	uint64_t blocks, struct samples_missing *ret)
{
	for (uint64_t block = 1; block <= blocks; block++) {
		for (size_t i = 0; i < plan->n; i++) {
			const struct arm *arm = &plan->arms[i];

			if (arm->status != STATUS_OK ||
				(arms[i].given_up && block >= arms[i].given_up))
				continue;
			ret->of++;
			if (arms[i].executions[block - 1] >= plan_executions(plan, arm, block))
				continue;
			if (!ret->n++) {
				ret->arm = arm;
				ret->block = block;
			}
		}
	}
}

struct samples_missing samples_missing(const struct samples *samples, const struct plan *plan)
{
	_cleanup_free_ struct arm_blocks *arms = xcalloc(plan->n, sizeof(*arms));
	_cleanup_free_ size_t *executions = NULL;
	struct samples_missing ret = {0};
	uint64_t blocks = samples_blocks(samples);

	executions = xcalloc(plan->n * blocks, sizeof(*executions));
	for (size_t i = 0; i < plan->n; i++)
		arms[i].executions = executions + i * blocks;
	for (size_t i = 0; i < samples->n; i++) {
		const struct sample *s = &samples->v[i];
		const struct arm *arm = plan_arm(plan, s->cell, s->duplicate);

		if (arm)
			count_sample(&arms[arm - plan->arms], s);
	}
	look_for_missing(plan, arms, blocks, &ret);
	return ret;
}
