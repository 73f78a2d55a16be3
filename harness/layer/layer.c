/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "layer/layer.h"

#include <string.h>

#include "base/cleanup.h"
#include "model/workload.h"
#include "vm/vm.h"

static const struct layer_ops *const table[] = {
	[LAYER_USER] = &layer_user_ops,
	[LAYER_VM] = &layer_vm_ops,
	[LAYER_COMMAND] = &layer_command_ops,
};

const struct layer_ops *layer_ops(enum layer_kind kind)
{
	return table[kind];
}

void stack_check(const struct environment *env, const struct layer_ctx *ctx, struct verdict *ret)
{
	*ret = (struct verdict){.env = *env, .status = STATUS_OK};
	for (size_t i = 0; i < env->n && ret->status == STATUS_OK; i++)
		layer_ops(env->layers[i].kind)
			->check(&env->layers[i], i ? &env->layers[i - 1] : NULL, ctx, ret);
}

static void add_prefixes(
	const struct environment *env, bool in_root, const struct layer_ctx *ctx, struct argv *ret)
{
	for (size_t i = 0; i < env->n; i++) {
		const struct layer_ops *ops = layer_ops(env->layers[i].kind);

		if (ops->prefix)
			ops->prefix(&env->layers[i], in_root || i, &env->point, ctx, ret);
	}
}

void stack_command(const struct environment *env, const struct layer_ctx *ctx, const char *program,
	char *const *args, struct argv *ret)
{
	add_prefixes(env, false, ctx, ret);
	if (environment_vm(env))
		argv_addf(ret, "%s/%s", GUEST_ROOT, program);
	else
		argv_addf(ret, "%s/%s", ctx->programs, program);
	for (; args && *args; args++)
		argv_add(ret, *args);
}

/* The translator on top, which the kernel can be told of; NULL: there is none. Commands are not
 * told of: they have options, and who knows what they start. */
static const struct layer *top_translator(const struct environment *env)
{
	const struct layer *top = env->n ? &env->layers[env->n - 1] : NULL;

	return top && top->kind == LAYER_USER ? top : NULL;
}

bool stack_translates_children(const struct environment *env)
{
	return top_translator(env) != NULL;
}

void stack_package_command(const struct environment *env, const struct layer_ctx *ctx,
	char *const *options, char *const *command, struct argv *ret)
{
	const struct layer *vm = environment_vm(env), *translator = top_translator(env);
	_cleanup_(argv_release) struct argv through = {0};

	argv_addf(ret, "%s/workloads/%s/%s", GUEST_ROOT, arch_text(vm ? vm->arch : ctx->host->arch),
		WORKLOAD_RUNNER);
	for (; options && *options; options++)
		argv_add(ret, *options);
	add_prefixes(env, true, ctx, &through);
	for (size_t i = 0; i < through.n; i++)
		argv_addf(ret, "--through=%s", through.v[i]);
	if (translator)
		argv_addf(ret, "--children=%s", arch_text(translator->arch));
	argv_add(ret, "--");
	for (; *command; command++)
		argv_add(ret, *command);
}

void stack_script_command(const struct environment *env, const struct layer_ctx *ctx,
	const char *interpreter, const char *program, char *const *args, struct argv *ret)
{
	add_prefixes(env, true, ctx, ret);
	argv_add(ret, interpreter);
	argv_addf(ret, "%s/%s", GUEST_ROOT, program);
	for (; args && *args; args++)
		argv_add(ret, *args);
}

void stack_variables(
	const struct environment *env, const struct layer_ctx *ctx, struct argv *variables)
{
	for (size_t i = 0; i < env->n; i++) {
		const struct layer_ops *ops = layer_ops(env->layers[i].kind);

		if (ops->variables)
			ops->variables(&env->layers[i], &env->point, ctx, variables);
	}
}

int layer_place_open(const struct environment *env, struct layer_ctx *ctx,
	const struct place_spec *spec, struct place **ret, struct boot *boot, struct err *err)
{
	const struct layer *vm = environment_vm(env);

	return layer_ops(vm->kind)->open(vm, ctx, spec, ret, boot, err);
}

int layer_ctx_connect(struct layer_ctx *ctx, const char *uri, struct err *err)
{
	struct vm_uri parsed;
	int r = vm_uri_parse(uri, &parsed, err);

	if (r < 0)
		return r;
	ctx->uri = parsed;
	ctx->connect = parsed.embedded ? NULL : uri;
	return 0;
}

void layer_ctx_try_vms(struct layer_ctx *ctx)
{
	_cleanup_free_ char *remedy = NULL;
	struct err err = {0};

	if (!ctx->connect || layer_ctx_open_vms(ctx, &err) >= 0)
		return;
	remedy = vm_uri_remedy(ctx->connect, &ctx->uri);
	str_copy(ctx->unconnected, sizeof(ctx->unconnected), err.text);
	str_copy(ctx->unconnected_remedy, sizeof(ctx->unconnected_remedy), remedy);
}

int layer_ctx_open_vms(struct layer_ctx *ctx, struct err *err)
{
	_cleanup_free_ char *cache = xasprintf("%s/build/cache/libvirt", ctx->home);

	if (ctx->vms)
		return 0;
	return vm_host_open(
		&(struct vm_host_spec){.uri = ctx->connect, .cache_dir = cache, .stop = ctx->stop},
		&ctx->vms, err);
}

void layer_ctx_close(struct layer_ctx *ctx)
{
	vm_host_close(ctx->vms);
	ctx->vms = NULL;
}
