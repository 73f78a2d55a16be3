/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/workload.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/exec_request.h"

const char *const input_kind_names[] = {
#define X(name, text) text,
	INPUT_KINDS(X)
#undef X
		NULL,
};

const char *const metric_better_names[] = {"lower", "higher", NULL};

uint64_t duration_unit_ns(const char *unit)
{
#define X(text, ns)                                                                                \
	if (!strcmp(unit, text))                                                                   \
		return ns;
	DURATION_UNITS(X)
#undef X
	return 0;
}

static void words_free(char **words)
{
	for (char **w = words; w && *w; w++)
		free(*w);
	free(words);
}

static void packaged_free(struct packaged *p)
{
	if (!p)
		return;
	for (enum arch a = 0; a < ARCH_COUNT; a++)
		words_free(p->packages[a]);
	for (size_t i = 0; i < p->ninputs; i++) {
		free(p->inputs[i].file);
		free(p->inputs[i].text);
	}
	free(p->inputs);
	words_free(p->command);
	words_free(p->copies);
	free(p->workdir);
	for (enum arch a = 0; a < ARCH_COUNT; a++)
		free(p->loader[a]);
	free(p->interpreter);
	free(p->output);
	free(p->pattern);
	free(p->metric.pattern);
	free(p->metric.unit);
	words_free(p->service.command);
	words_free(p->service.ready);
	free(p);
}

static void variant_release(struct variant *v)
{
	free(v->name);
	free(v->program);
	for (enum arch a = 0; a < ARCH_COUNT; a++)
		words_free(v->env[a]);
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
	free(w->counterpart.program);
	words_free(w->args);
	packaged_free(w->packaged);
	if (w->request)
		exec_request_release(w->request);
	free(w->request);
	*w = (struct workload){0};
}

void workloads_release(struct workloads *ws)
{
	for (size_t i = 0; i < ws->n; i++)
		workload_release(&ws->v[i]);
	free(ws->v);
	*ws = (struct workloads){0};
}

bool workload_prints_time(const struct workload *w)
{
	return w->packaged && w->packaged->metric.pattern;
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

const struct workload *workloads_program(
	const struct workloads *ws, const char *program, const struct variant **ret)
{
	const char *dot = strrchr(program, '.');
	_cleanup_free_ char *name = dot ? xstrdup(program) : NULL;
	const struct workload *w;
	const struct variant *v;

	if (!dot)
		return NULL;
	name[dot - program] = '\0';
	w = workloads_find(ws, name);
	v = w ? workload_variant(w, dot + 1) : NULL;
	if (!v)
		return NULL;
	*ret = v;
	return w;
}

const struct workload_size *workload_size(const struct workload *w, const char *name)
{
	for (size_t i = 0; i < w->nsizes; i++)
		if (!strcmp(w->sizes[i].name, name))
			return &w->sizes[i];
	return NULL;
}
