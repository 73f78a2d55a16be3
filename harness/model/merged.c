/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/merged.h"

#include <stdlib.h>

void merged_release(struct merged *m)
{
	for (size_t i = 0; i < m->nhosts; i++) {
		summary_release(&m->hosts[i].summary);
		free(m->hosts[i].source);
	}
	free(m->hosts);
	free(m->sources);
	free(m->clashes);
	*m = (struct merged){0};
}

bool merged_source_is_unfinished(const struct merged_source *s)
{
	return s->cells && s->blocks_done < s->blocks_planned && !s->budget_ended;
}
