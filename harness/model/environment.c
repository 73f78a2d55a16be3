/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "model/environment.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

const char *accel_text(enum accel accel)
{
	static const char *const text[] = {
#define X(id, name) [ACCEL_##id] = name,
		ACCELS(X)
#undef X
	};

	return text[accel];
}

const char *const layer_kind_names[] = {
#define X(id, name) [LAYER_##id] = name,
	LAYER_KINDS(X)
#undef X
		NULL,
};

const char *layer_kind_text(enum layer_kind kind)
{
	return layer_kind_names[kind];
}

void environment_name(struct environment *env)
{
	struct str id = {0};

	for (size_t i = 0; i < env->n; i++) {
		const struct layer *l = &env->layers[i];

		str_addf(&id, "%s%s-%s", i ? "+" : "",
			l->kind == LAYER_COMMAND ? l->name : layer_kind_text(l->kind),
			arch_text(l->arch));
		if (l->kind == LAYER_VM)
			str_addf(&id, "-%s", accel_text(l->accel));
	}
	if (!env->n)
		str_add(&id, "native");
	point_add_suffix(&env->point, &id);
	str_copy(env->id, sizeof(env->id), str_text(&id));
	str_release(&id);
}

bool layer_name_is_valid(const char *name)
{
	static const char *const reserved[] = {"native", "user", "vm"};
	size_t word = strcspn(name, "-");

	if (!str_is_name(name) || strlen(name) >= LAYER_NAME_MAX || name[0] == '-' ||
		str_ends(name, "-") || strstr(name, "--"))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(reserved); i++)
		if (strlen(reserved[i]) == word && !strncmp(name, reserved[i], word))
			return false;
	return true;
}

/* "box64-x86_64": an underscore is in no name, so the architecture is what stands behind the last
 * '-'. */
static bool command_parse(const char *text, struct layer *ret)
{
	struct layer l = {.kind = LAYER_COMMAND};
	const char *dash = strrchr(text, '-');

	if (!dash || (size_t)(dash - text) >= sizeof(l.name) || !arch_parse(dash + 1, &l.arch))
		return false;
	memcpy(l.name, text, (size_t)(dash - text));
	if (!layer_name_is_valid(l.name))
		return false;
	*ret = l;
	return true;
}

/* "user-aarch64" or "vm-x86_64-tcg": tried against every name that could be derived. */
static bool layer_parse(const char *text, struct layer *ret)
{
	for (int kind = LAYER_USER; kind <= LAYER_VM; kind++) {
		for (enum arch a = 0; a < ARCH_COUNT; a++) {
			for (enum accel c = ACCEL_TCG; c <= ACCEL_KVM; c++) {
				struct environment one = {.n = 1,
					.layers = {{.kind = (enum layer_kind)kind,
						.arch = a,
						.accel = kind == LAYER_VM ? c : ACCEL_TCG}}};

				environment_name(&one);
				if (strcmp(one.id, text))
					continue;
				*ret = one.layers[0];
				return true;
			}
		}
	}
	return command_parse(text, ret);
}

int environment_parse(const char *id, struct environment *ret, struct err *err)
{
	_cleanup_free_ char *copy = xstrdup(id);
	struct environment env = {0};
	char *save = NULL, *suffix = strchr(copy, '@');

	if (suffix) {
		*suffix++ = '\0';
		if (!point_parse(suffix, &env.point))
			return err_set(err, ERR_INPUT,
				"'@%s' in environment '%s' is no point of a sweep; they are "
				"spelled "
				"@vcpus2-memory512-threads2-size-seed",
				suffix, id);
	}
	if (strcmp(copy, "native")) {
		for (char *p = strtok_r(copy, "+", &save); p; p = strtok_r(NULL, "+", &save)) {
			if (env.n == ENV_LAYERS_MAX)
				return err_set(err, ERR_INPUT,
					"environment '%s' has more than %d layers", id,
					ENV_LAYERS_MAX);
			if (!layer_parse(p, &env.layers[env.n++]))
				return err_set(err, ERR_INPUT,
					"'%s' in environment '%s' is no layer; layers are "
					"user-ARCH, vm-ARCH-tcg|kvm and NAME-ARCH",
					p, id);
		}
	}
	environment_name(&env);
	if (strcmp(env.id, id) != 0)
		return err_set(err, ERR_INPUT, "'%s' is no environment", id);
	if (!environment_is_sound(&env, err))
		return -ERR_INPUT;
	*ret = env;
	return 0;
}

enum arch environment_arch(const struct environment *env)
{
	return env->n ? env->layers[env->n - 1].arch : arch_host();
}

const struct layer *environment_vm(const struct environment *env)
{
	return env->n && env->layers[0].kind == LAYER_VM ? &env->layers[0] : NULL;
}

struct environment environment_base(const struct environment *env)
{
	struct environment base = {0};

	if (environment_vm(env)) {
		base.layers[0] = env->layers[0];
		base.n = 1;
		for (enum limit i = 0; i < LIMIT_COUNT; i++)
			base.point.v[i] = limit_info(i)->vm ? env->point.v[i] : 0;
	}
	environment_name(&base);
	return base;
}

struct environment environment_stack(const struct environment *env)
{
	struct environment stack = *env;

	stack.point = POINT_DEFAULT;
	environment_name(&stack);
	return stack;
}

struct environment environment_reference(const struct environment *env)
{
	struct environment native = {.point = env->point};

	for (enum limit i = 0; i < LIMIT_COUNT; i++)
		if (limit_info(i)->vm)
			native.point.v[i] = 0;
	environment_name(&native);
	return native;
}

bool environment_is_sound(const struct environment *env, struct err *err)
{
	for (size_t i = 1; i < env->n; i++) {
		const struct layer *l = &env->layers[i], *below = l - 1;
		const char *why = NULL;

		if (l->kind == LAYER_VM)
			why = "a VM can only stand on the host";
		else if (below->kind == LAYER_COMMAND)
			why = "nothing can stand on a command";
		else if (l->kind == LAYER_COMMAND && below->kind != LAYER_VM)
			why = "a command can only stand on the host or a VM";
		if (!why)
			continue;
		err_set(err, ERR_INPUT, "environment '%s': %s", env->id, why);
		return false;
	}
	for (enum limit i = 0; i < LIMIT_COUNT; i++) {
		if (!env->point.v[i] || !limit_info(i)->vm || environment_vm(env))
			continue;
		err_set(err, ERR_INPUT, "environment '%s': %s is a limit of VMs", env->id,
			limit_info(i)->name);
		return false;
	}
	return true;
}

const struct layer *environment_command(const struct environment *env)
{
	const struct layer *top = env->n ? &env->layers[env->n - 1] : NULL;

	return top && top->kind == LAYER_COMMAND ? top : NULL;
}

bool environment_is_native(const struct environment *env)
{
	return env->n == 0;
}

bool environment_id_is_native(const char *id)
{
	return !strcmp(id, "native") || str_starts(id, "native@");
}

void environment_id_role(const char *id, enum arch host, char ret[static ENV_ROLE_MAX])
{
	_cleanup_(str_release) struct str role = {0};

	while (*id) {
		enum arch a = 0;

		while (a < ARCH_COUNT && !str_starts(id, arch_text(a)))
			a++;
		if (a == ARCH_COUNT) {
			str_addc(&role, *id++);
			continue;
		}
		str_add(&role, a == host ? "host" : "foreign");
		id += strlen(arch_text(a));
	}
	str_copy(ret, ENV_ROLE_MAX, str_text(&role));
}

bool environment_id_same_stack(const char *a, const char *b)
{
	size_t n = strcspn(a, "@");

	return n == strcspn(b, "@") && !strncmp(a, b, n);
}

void environment_id_reference(const char *id, char ret[static ENV_ID_MAX])
{
	struct environment env = {0};

	if (environment_parse(id, &env, NULL) == 0)
		env = environment_reference(&env);
	else
		environment_name(&env);
	str_copy(ret, ENV_ID_MAX, env.id);
}
