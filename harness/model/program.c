/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/program.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

const struct program *programs_find(const struct programs *ps, const char *program)
{
	for (size_t i = 0; i < ps->n; i++)
		if (!strcmp(ps->v[i].program, program))
			return &ps->v[i];
	return NULL;
}

void programs_add(struct programs *ps, const char *program)
{
	if (programs_find(ps, program))
		return;
	GROW(ps->v, ps->n, ps->cap);
	ps->v[ps->n] = (struct program){0};
	str_copy(ps->v[ps->n++].program, PROGRAM_PATH_MAX, program);
}

enum program_match program_compare(const struct program *a, const struct program *b)
{
	if (!a || !b)
		return PROGRAM_UNKNOWN;
	if (a->sha256[0] && b->sha256[0])
		return strcmp(a->sha256, b->sha256) ? PROGRAM_DIFFERS : PROGRAM_SAME;
	if (a->build_id[0] && b->build_id[0])
		return strcmp(a->build_id, b->build_id) ? PROGRAM_DIFFERS : PROGRAM_SAME;
	return PROGRAM_UNKNOWN;
}

void programs_release(struct programs *ps)
{
	free(ps->v);
	*ps = (struct programs){0};
}
