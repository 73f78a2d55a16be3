/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a command layer's name stands for: words that are put in front of a program to run it, as
 * box64, FEX, a container or another QEMU are called. Described in environments.json
 * (plan/environments.h); those that a run uses stand in its plan.json.
 */
#ifndef MODEL_COMMAND_LAYER_H
#define MODEL_COMMAND_LAYER_H

#include <stddef.h>

#include "base/str.h"
#include "model/environment.h"

struct command_layer {
	char *name;	/* layer_name_is_valid() */
	enum arch runs; /* the programs it runs */
	int on;		/* index into command_on_names: the host it runs on */
	char *summary, *get;
	struct argv command;   /* in front of the program; words may hold {placeholders} */
	struct argv variables; /* NAME=VALUE, likewise; set beside the program's own */
	struct argv version;   /* the command whose first line of output names what is installed */
	char *found;	       /* that line; NULL: not asked */
};

/* {name} in a word of a command or a variable is replaced when it is run. */
#define COMMAND_PLACEHOLDERS(X)                                                                    \
	X(PROGRAMS, "programs") /* the folder that holds the programs */                           \
	X(CPU, "cpu")		/* the CPU that is measured on; of two threads "0-1" */            \
	X(HOME, "home")		/* the user's home */
enum command_placeholder {
#define X(id, name) COMMAND_##id,
	COMMAND_PLACEHOLDERS(X)
#undef X
};
/* Does text begin with one? Returns its length with the braces, or 0. */
size_t command_placeholder_parse(const char *text, enum command_placeholder *ret);

/* "any", then the architectures: NULL-terminated, for field tables. */
extern const char *const command_on_names[];
/* Can it be used on a host of this architecture? */
bool command_layer_is_for(const struct command_layer *c, enum arch host);

/* What is needed to run it, with the version that was found; *ret must be zeroed. */
void command_layer_copy(
	struct command_layer *ret, const struct command_layer *from, const char *found);

struct command_layers {
	struct command_layer *v;
	size_t n, cap;
};

/* Adds a zeroed row and returns it; valid until the next call. */
struct command_layer *command_layers_add(struct command_layers *cs);
/* The row of a LAYER_COMMAND, or NULL; NULL cs has none. */
const struct command_layer *command_layers_find(
	const struct command_layers *cs, const struct layer *l);
void command_layers_release(struct command_layers *cs);

/* The layer, and the environment of it alone, that the row describes. */
struct layer command_layer_of(const struct command_layer *c);
struct environment command_layer_environment(const struct command_layer *c);

#endif
