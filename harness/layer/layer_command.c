/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Any command as a layer: box64, FEX, a container, another QEMU. What it is called comes from
 * ctx->commands; a name that is not there is refused.
 */
#include "layer/layer.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"

#define VERSION_TIMEOUT_NS (5 * NS_PER_S)

/* ---- placeholders ---- */

static void add_placeholder(const struct layer_ctx *ctx, const struct point *point,
	enum command_placeholder placeholder, struct str *out)
{
	int more = (int)point_threads(point) - 1;
	const char *home = getenv("HOME");

	switch (placeholder) {
	case COMMAND_PROGRAMS:
		str_add(out, ctx->programs);
		break;
	case COMMAND_CPU:
		if (more)
			str_addf(out, "%d-", ctx->host->measure_cpu - more);
		str_addf(out, "%d", ctx->host->measure_cpu);
		break;
	case COMMAND_HOME:
		str_add(out, home ? home : "/");
		break;
	}
}

static char *expand(const struct layer_ctx *ctx, const struct point *point, const char *word)
{
	struct str out = {0};

	while (*word) {
		enum command_placeholder placeholder;
		size_t len = command_placeholder_parse(word, &placeholder);

		if (len)
			add_placeholder(ctx, point, placeholder, &out);
		else
			str_addc(&out, *word);
		word += len ? len : 1;
	}
	return str_take(&out);
}

/* ---- the layer ---- */

static void command_variables(const struct layer *l, const struct point *point,
	const struct layer_ctx *ctx, struct argv *variables)
{
	const struct command_layer *c = command_layers_find(ctx->commands, l);

	for (size_t i = 0; c && i < c->variables.n; i++) {
		_cleanup_free_ char *variable = expand(ctx, point, c->variables.v[i]);

		argv_set_variable(variables, variable);
	}
}

static void command_prefix(const struct layer *l, bool inside, const struct point *point,
	const struct layer_ctx *ctx, struct argv *argv)
{
	const struct command_layer *c = command_layers_find(ctx->commands, l);

	(void)inside;
	for (size_t i = 0; c && i < c->command.n; i++) {
		_cleanup_free_ char *word = expand(ctx, point, c->command.v[i]);

		argv_add(argv, word);
	}
}

static void ask_version(const struct layer *l, const struct layer_ctx *ctx,
	const struct command_layer *c, struct verdict *ret)
{
	_cleanup_(argv_release) struct argv words = {0}, variables = {0};
	struct err err = {0};

	for (size_t i = 0; i < c->version.n; i++) {
		_cleanup_free_ char *word = expand(ctx, &POINT_DEFAULT, c->version.v[i]);

		argv_add(&words, word);
	}
	for (char **e = environ; *e; e++)
		argv_add(&variables, *e);
	command_variables(l, &POINT_DEFAULT, ctx, &variables);
	if (proc_first_line(&(struct proc_spec){.argv = words.v,
				    .envp = variables.v,
				    .cpu = PROC_CPU_ANY,
				    .timeout_ns = VERSION_TIMEOUT_NS,
				    .stop = ctx->stop},
		    ret->detail, sizeof(ret->detail), &err) < 0)
		verdict_refuse(ret, c->get, err.text);
}

static void command_check(const struct layer *l, const struct layer *below,
	const struct layer_ctx *ctx, struct verdict *ret)
{
	const struct command_layer *c = command_layers_find(ctx->commands, l);
	_cleanup_free_ char *program = c ? expand(ctx, &POINT_DEFAULT, c->command.v[0]) : NULL;
	_cleanup_free_ char *found = c ? file_find_program(program) : NULL;
	_cleanup_free_ char *why = NULL;

	if (!c) {
		why = xasprintf(
			"no file of environments describes '%s-%s'", l->name, arch_text(l->arch));
		verdict_refuse(ret, "describe it, or name its file with --environments", why);
		return;
	}
	snprintf(ret->about, sizeof(ret->about), "%.150s; %s programs on %s hosts", c->summary,
		arch_text(c->runs), c->on ? command_on_names[c->on] : "all");
	if (below) {
		why = xasprintf("'%s' is not on the guest's disk", program);
		verdict_refuse(
			ret, "measure it on the host, or run toll itself in such a guest", why);
	} else if (!command_layer_is_for(c, ctx->host->arch)) {
		why = xasprintf("it runs on %s hosts, and this is an %s one",
			command_on_names[c->on], arch_text(ctx->host->arch));
		verdict_refuse(ret, "", why);
	} else if (!found) {
		why = xasprintf("cannot find the program '%s'", program);
		verdict_refuse(ret, c->get, why);
	} else {
		ask_version(l, ctx, c, ret);
	}
}

const struct layer_ops layer_command_ops = {
	.check = command_check, .prefix = command_prefix, .variables = command_variables};
