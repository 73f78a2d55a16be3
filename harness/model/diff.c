/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/diff.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/str.h"

const char *const diff_verdict_names[] = {
#define X(id, text) text,
	DIFF_VERDICTS(X)
#undef X
		NULL,
};

const char *const diff_quantity_names[] = {"ratio", "time", NULL};

void diff_release(struct diff *d)
{
	free(d->cells);
	free(d->suites);
	free(d->facts);
	*d = (struct diff){0};
}

size_t diff_count(const struct diff *d, enum diff_verdict verdict)
{
	size_t n = 0;

	for (size_t i = 0; i < d->ncells; i++)
		n += d->cells[i].verdict == verdict;
	return n;
}

bool diff_host_changed(const struct diff *d)
{
	return d->sentinel.defined && (d->sentinel.lo > 1 || d->sentinel.hi < 1);
}

const struct diff_cell *diff_find(const struct diff *d, const char *cell)
{
	for (size_t i = 0; i < d->ncells; i++)
		if (!strcmp(d->cells[i].cell, cell))
			return &d->cells[i];
	return NULL;
}

double diff_value(const struct diff *d, const struct cell_summary *c)
{
	if (!c || c->status != STATUS_OK)
		return NAN;
	if (d->quantity == DIFF_TIMES)
		return c->mean_ns;
	return environment_id_is_native(c->env) ? NAN : c->ratio.point;
}

struct diff_side diff_side_of(const struct diff *d, const struct cell_summary *c)
{
	struct diff_side side = {
		.status = c->status, .value = diff_value(d, c), .blocks = c->blocks};

	str_copy(side.reason, sizeof(side.reason), c->reason);
	return side;
}
