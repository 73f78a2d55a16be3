/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/merged.h"

#include <stdlib.h>

#include "base/str.h"

const char *const contrast_verdict_names[] = {
#define X(id, text) text,
	CONTRAST_VERDICTS(X)
#undef X
		NULL,
};

void merged_release(struct merged *m)
{
	for (size_t i = 0; i < m->nhosts; i++) {
		summary_release(&m->hosts[i].summary);
		free(m->hosts[i].source);
	}
	free(m->hosts);
	free(m->sources);
	free(m->clashes);
	free(m->contrasts);
	*m = (struct merged){0};
}

void merged_name_summaries(struct merged *m)
{
	for (size_t h = 0; h < m->nhosts; h++) {
		struct summary *s = &m->hosts[h].summary;

		str_copy(s->run, sizeof(s->run), m->id);
		str_copy(s->created, sizeof(s->created), m->created);
		str_copy(s->profile, sizeof(s->profile), m->hosts[h].profile);
		str_copy(s->size, sizeof(s->size), m->size);
		str_copy(s->toll_version, sizeof(s->toll_version), m->toll_version);
		for (size_t i = 0; i < m->nsources; i++)
			s->replayed |= m->sources[i].at == h && m->sources[i].replayed;
	}
}

bool merged_source_is_unfinished(const struct merged_source *s)
{
	return s->cells && s->blocks_done < s->blocks_planned && !s->budget_ended;
}
