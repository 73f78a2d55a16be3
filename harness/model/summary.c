/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/summary.h"

#include <stdlib.h>
#include <string.h>

void summary_release(struct summary *s)
{
	for (size_t i = 0; i < s->ncells; i++)
		free(s->cells[i].probe);
	free(s->cells);
	free(s->geomeans);
	free(s->aa);
	free(s->factors);
	free(s->boots);
	*s = (struct summary){0};
}

const struct cell_summary *summary_cell(const struct summary *s, const char *id)
{
	for (size_t i = 0; i < s->ncells; i++)
		if (!strcmp(s->cells[i].id, id))
			return &s->cells[i];
	return NULL;
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
