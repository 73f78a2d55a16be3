/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store/sample_check.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

static int compare_numbers(uint64_t a, uint64_t b)
{
	return a < b ? -1 : a > b;
}

static int compare_executions(const struct sample *a, const struct sample *b)
{
	int order = compare_numbers(a->block, b->block);

	if (!order)
		order = strcmp(a->cell, b->cell);
	if (!order)
		order = compare_numbers(a->duplicate, b->duplicate);
	return order ? order : compare_numbers(a->execution, b->execution);
}

static int compare(const void *a, const void *b)
{
	const struct sample *const *x = a, *const *y = b;
	int order = compare_executions(*x, *y);

	return order ? order : compare_numbers((*x)->line, (*y)->line);
}

int samples_check_unique(const struct samples *samples, const char *name, struct err *err)
{
	_cleanup_free_ const struct sample **sorted = xcalloc(samples->n, sizeof(*sorted));
	const struct sample *first = NULL, *again = NULL;

	for (size_t i = 0; i < samples->n; i++)
		sorted[i] = &samples->v[i];
	qsort(sorted, samples->n, sizeof(*sorted), compare);
	for (size_t i = 1; i < samples->n; i++) {
		if (compare_executions(sorted[i - 1], sorted[i]) ||
			(again && again->line < sorted[i]->line))
			continue;
		first = sorted[i - 1];
		again = sorted[i];
	}
	if (!again)
		return 0;
	return err_set(err, ERR_INPUT,
		"%s:%u: '%s' (%s), block %llu, execution %llu stands in line %u already", name,
		again->line, again->cell, again->duplicate ? "aa" : "main",
		(unsigned long long)again->block, (unsigned long long)again->execution,
		first->line);
}

int samples_check_plan(
	const struct samples *samples, const struct plan *plan, const char *name, struct err *err)
{
	for (size_t i = 0; i < samples->n; i++) {
		const struct sample *s = &samples->v[i];
		const struct arm *arm = plan_arm(plan, s->cell, s->duplicate);

		if (!arm)
			return err_set(err, ERR_INPUT,
				"%s:%u: key 'cell': plan.json has no arm '%s' (%s)", name, s->line,
				s->cell, s->duplicate ? "aa" : "main");
		if (arm->status != STATUS_OK)
			return err_set(err, ERR_INPUT,
				"%s:%u: key 'cell': '%s' was not to be run, it is %s in plan.json",
				name, s->line, s->cell, status_text(arm->status));
		if (s->execution > plan_executions(plan, arm, s->block))
			return err_set(err, ERR_INPUT,
				"%s:%u: key 'execution': %llu, of the %llu that plan.json has of "
				"'%s' in block %llu",
				name, s->line, (unsigned long long)s->execution,
				(unsigned long long)plan_executions(plan, arm, s->block), s->cell,
				(unsigned long long)s->block);
	}
	return 0;
}
