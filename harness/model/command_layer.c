/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/command_layer.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"

const char *const command_on_names[] = {
	"any",
#define X(id, name, ...) [ARCH_##id + 1] = name,
	ARCHES(X)
#undef X
		NULL,
};

size_t command_placeholder_parse(const char *text, enum command_placeholder *ret)
{
	static const char *const words[] = {
#define X(id, name) [COMMAND_##id] = "{" name "}",
		COMMAND_PLACEHOLDERS(X)
#undef X
	};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (!str_starts(text, words[i]))
			continue;
		*ret = (enum command_placeholder)i;
		return strlen(words[i]);
	}
	return 0;
}

bool command_layer_is_for(const struct command_layer *c, enum arch host)
{
	return !c->on || c->on == (int)host + 1;
}

static void command_layer_release(struct command_layer *c)
{
	free(c->name);
	free(c->summary);
	free(c->get);
	free(c->found);
	argv_release(&c->command);
	argv_release(&c->variables);
	argv_release(&c->version);
	*c = (struct command_layer){0};
}

static void copy_words(struct argv *to, const struct argv *from)
{
	for (size_t i = 0; i < from->n; i++)
		argv_add(to, from->v[i]);
}

void command_layer_copy(
	struct command_layer *ret, const struct command_layer *from, const char *found)
{
	ret->name = xstrdup(from->name);
	ret->runs = from->runs;
	ret->on = from->on;
	ret->found = xstrdup(found);
	copy_words(&ret->command, &from->command);
	copy_words(&ret->variables, &from->variables);
}

struct command_layer *command_layers_add(struct command_layers *cs)
{
	GROW(cs->v, cs->n, cs->cap);
	cs->v[cs->n] = (struct command_layer){0};
	return &cs->v[cs->n++];
}

const struct command_layer *command_layers_find(
	const struct command_layers *cs, const struct layer *l)
{
	for (size_t i = 0; cs && i < cs->n; i++)
		if (cs->v[i].runs == l->arch && !strcmp(cs->v[i].name, l->name))
			return &cs->v[i];
	return NULL;
}

void command_layers_release(struct command_layers *cs)
{
	for (size_t i = 0; i < cs->n; i++)
		command_layer_release(&cs->v[i]);
	free(cs->v);
	*cs = (struct command_layers){0};
}

struct layer command_layer_of(const struct command_layer *c)
{
	struct layer l = {.kind = LAYER_COMMAND, .arch = c->runs};

	str_copy(l.name, sizeof(l.name), c->name);
	return l;
}

struct environment command_layer_environment(const struct command_layer *c)
{
	struct environment env = {.n = 1, .layers = {command_layer_of(c)}};

	environment_name(&env);
	return env;
}
