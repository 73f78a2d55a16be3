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

static enum program_match compare_sums(const char *a, const char *b)
{
	if (!a[0] || !b[0])
		return PROGRAM_UNKNOWN;
	return strcmp(a, b) ? PROGRAM_DIFFERS : PROGRAM_SAME;
}

enum program_match program_compare(const struct program *a, const struct program *b)
{
	enum program_match roots, files;

	if (!a || !b || !a->root[0] != !b->root[0])
		return PROGRAM_UNKNOWN;
	roots = compare_sums(a->root, b->root);
	files = compare_sums(a->sha256, b->sha256);
	if (files == PROGRAM_UNKNOWN)
		files = compare_sums(a->build_id, b->build_id);
	if (!a->root[0] || roots == PROGRAM_DIFFERS)
		return a->root[0] ? roots : files;
	/* A program of packages has no file beside its image. */
	return !a->sha256[0] && !b->sha256[0] ? PROGRAM_SAME : files;
}

const char *program_id(const struct program *p, const struct program *other)
{
	if (!p)
		return "";
	if (other && compare_sums(p->root, other->root) == PROGRAM_DIFFERS)
		return p->root;
	return p->sha256[0] || !other || other->sha256[0] ? p->sha256 : p->build_id;
}

void programs_release(struct programs *ps)
{
	free(ps->v);
	*ps = (struct programs){0};
}
