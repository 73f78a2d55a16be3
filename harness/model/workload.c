/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/workload.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

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

/* "/tmp/Bench_1.aarch64" is called "bench-1": an architecture behind a dot says nothing about the
 * workload. */
static char *name_of_program(const char *program)
{
	const char *slash = strrchr(program, '/');
	char *name = xstrdup(slash ? slash + 1 : program);
	char *dot = strrchr(name, '.');
	enum arch arch;

	if (dot && dot > name && arch_parse(dot + 1, &arch))
		*dot = '\0';
	for (char *p = name; *p; p++)
		*p = isalnum((unsigned char)*p) && (unsigned char)*p < 0x80
			     ? (char)tolower((unsigned char)*p)
			     : '-';
	if (strlen(name) > 40)
		name[40] = '\0';
	return name;
}

static struct workload *new_command(const char *name, const char *program, const char *variant)
{
	struct workload *w = xcalloc(1, sizeof(*w));

	w->name = name ? xstrdup(name) : name_of_program(program);
	w->suite = xstrdup("exec");
	w->summary = xstrdup(program);
	w->iteration = xstrdup("one execution");
	w->variants = xcalloc(1, sizeof(*w->variants));
	w->nvariants = 1;
	w->variants[0].name = xstrdup(variant);
	w->variants[0].program = xstrdup(variant);
	w->sizes = xcalloc(1, sizeof(*w->sizes));
	w->nsizes = 1;
	w->sizes[0] = (struct workload_size){
		.name = xstrdup("given"), .shape = xstrdup("as given"), .memory_mib = 512};
	return w;
}

static char **words_copy(const char *const *words, size_t n)
{
	char **copy = xcalloc(n + 1, sizeof(*copy));

	for (size_t i = 0; i < n; i++)
		copy[i] = xstrdup(words[i]);
	return copy;
}

static size_t count_words(char *const *words)
{
	size_t n = 0;

	while (words[n])
		n++;
	return n;
}

struct workload *workload_from_command(
	const char *name, const char *program, const char *const *args, size_t nargs, bool compare)
{
	struct workload *w = new_command(name, program, WORKLOAD_COMMAND_VARIANT);

	w->compare = compare;
	w->args = words_copy(args, nargs);
	return w;
}

struct workload *workload_from_packages(
	const char *name, char *const *packages, char *const *command, bool compare)
{
	struct workload *w = new_command(name, command[0], WORKLOAD_PACKAGE_VARIANT);

	w->compare = compare;
	w->packaged = xcalloc(1, sizeof(*w->packaged));
	for (enum arch a = 0; a < ARCH_COUNT; a++)
		w->packaged->packages[a] =
			words_copy((const char *const *)packages, count_words(packages));
	w->packaged->command = words_copy((const char *const *)command, count_words(command));
	return w;
}
