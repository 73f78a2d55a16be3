/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/exec_request.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "model/root.h"

#define NAME_MAX_LENGTH 40
#define MEMORY_MIB 512

static bool has_roots(const struct exec_request *e)
{
	for (enum arch a = 0; a < ARCH_COUNT; a++)
		if (e->roots[a])
			return true;
	return false;
}

bool exec_request_has_image(const struct exec_request *e)
{
	return e->packages.n || e->inputs.n || e->workdir || has_roots(e);
}

bool exec_request_is_staged(const struct exec_request *e)
{
	return e->own || e->inputs.n;
}

void exec_request_release(struct exec_request *e)
{
	free(e->name);
	free(e->program);
	free(e->workdir);
	for (enum arch a = 0; a < ARCH_COUNT; a++)
		free(e->roots[a]);
	argv_release(&e->args);
	argv_release(&e->variables);
	argv_release(&e->packages);
	argv_release(&e->inputs);
	*e = (struct exec_request){0};
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
	if (strlen(name) > NAME_MAX_LENGTH)
		name[NAME_MAX_LENGTH] = '\0';
	return name;
}

static char **words_of(const struct argv *argv)
{
	struct argv copy = {0};

	for (size_t i = 0; i < argv->n; i++)
		argv_add(&copy, argv->v[i]);
	return copy.v ? copy.v : xcalloc(1, sizeof(*copy.v));
}

static void set_variant(const struct exec_request *e, bool packaged, struct variant *v)
{
	v->name = xstrdup(packaged ? WORKLOAD_PACKAGE_VARIANT : WORKLOAD_COMMAND_VARIANT);
	v->program = xstrdup(e->own ? WORKLOAD_COMMAND_VARIANT : WORKLOAD_PACKAGE_VARIANT);
	for (enum arch a = 0; a < ARCH_COUNT; a++)
		v->env[a] = words_of(&e->variables);
}

/* What the image holds, as root images are asked for. */
static char **image_of(const struct exec_request *e, enum arch arch)
{
	struct argv list = {0};

	if (e->packages.n)
		return words_of(&e->packages);
	if (has_roots(e) && !e->roots[arch])
		return NULL;
	argv_addf(&list, ROOT_FOLDER "%s", e->roots[arch] ? e->roots[arch] : "");
	return list.v;
}

static struct packaged *packaged_of(const struct exec_request *e)
{
	struct packaged *p = xcalloc(1, sizeof(*p));
	struct argv command = {0};

	for (enum arch a = 0; a < ARCH_COUNT; a++)
		p->packages[a] = image_of(e, a);
	argv_add(&command, e->program);
	for (size_t i = 0; i < e->args.n; i++)
		argv_add(&command, e->args.v[i]);
	p->command = command.v;
	p->own = e->own;
	p->copies = words_of(&e->inputs);
	p->workdir = e->workdir ? xstrdup(e->workdir) : NULL;
	return p;
}

struct workload *workload_from_request(struct exec_request *e)
{
	struct workload *w = xcalloc(1, sizeof(*w));
	bool packaged = exec_request_has_image(e);

	if (!e->name)
		e->name = name_of_program(e->program);
	w->name = xstrdup(e->name);
	w->suite = xstrdup("exec");
	w->summary = xstrdup(e->program);
	w->iteration = xstrdup("one execution");
	w->compare = e->compare;
	/* Whether it can is for the user to know. */
	w->threads = true;
	w->variants = xcalloc(1, sizeof(*w->variants));
	w->nvariants = 1;
	set_variant(e, packaged, &w->variants[0]);
	w->sizes = xcalloc(1, sizeof(*w->sizes));
	w->nsizes = 1;
	w->sizes[0] = (struct workload_size){
		.name = xstrdup("given"), .shape = xstrdup("as given"), .memory_mib = MEMORY_MIB};
	if (packaged)
		w->packaged = packaged_of(e);
	else
		w->args = words_of(&e->args);
	w->request = xcalloc(1, sizeof(*w->request));
	*w->request = *e;
	*e = (struct exec_request){0};
	return w;
}
