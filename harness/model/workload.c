/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/workload.h"

#include <stdlib.h>
#include <string.h>

static void variant_release(struct variant *v)
{
	free(v->name);
	free(v->program);
	for (enum arch a = 0; a < ARCH_COUNT; a++) {
		for (char **e = v->env[a]; e && *e; e++)
			free(*e);
		free(v->env[a]);
	}
}

void workload_release(struct workload *w)
{
	for (size_t i = 0; i < w->nvariants; i++)
		variant_release(&w->variants[i]);
	for (size_t i = 0; i < w->nsizes; i++) {
		free(w->sizes[i].name);
		free(w->sizes[i].shape);
	}
	free(w->variants);
	free(w->sizes);
	free(w->name);
	free(w->suite);
	free(w->summary);
	free(w->iteration);
	free(w->original_what);
	*w = (struct workload){0};
}

void workloads_release(struct workloads *ws)
{
	for (size_t i = 0; i < ws->n; i++)
		workload_release(&ws->v[i]);
	free(ws->v);
	*ws = (struct workloads){0};
}

const struct workload *workloads_find(const struct workloads *ws, const char *name)
{
	for (size_t i = 0; i < ws->n; i++)
		if (!strcmp(ws->v[i].name, name))
			return &ws->v[i];
	return NULL;
}

const struct variant *workload_variant(const struct workload *w, const char *name)
{
	for (size_t i = 0; i < w->nvariants; i++)
		if (!strcmp(w->variants[i].name, name))
			return &w->variants[i];
	return NULL;
}

const struct workload_size *workload_size(const struct workload *w, const char *name)
{
	for (size_t i = 0; i < w->nsizes; i++)
		if (!strcmp(w->sizes[i].name, name))
			return &w->sizes[i];
	return NULL;
}
