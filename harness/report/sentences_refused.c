/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What could not run, in words: where a reason holds, and what is missing for it.
 */
#include <string.h>

#include "report/sections.h"

#define PLACES_MAX 6

void sentence_places(const struct view *v, size_t number, struct str *out)
{
	const struct view_reason *reason = &v->reasons[number - 1];
	const struct summary *s = v->summary;
	size_t places = 0, more = 0;

	for (size_t e = 0; e < v->nenvs; e++) {
		const struct view_env *env = &v->envs[e];

		if (env->blocked_reason && env->blocked_status == reason->status &&
			!strcmp(env->blocked_reason, reason->text))
			str_addf(out, "%s%s", places++ ? ", " : "", env->id);
	}
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];
		const struct view_env *env = view_env_find(v, c->env);

		if (view_reason_number(v, c) != number || (env && env->blocked_reason))
			continue;
		if (places >= PLACES_MAX)
			more++;
		else
			str_addf(out, "%s%s %s in %s", places++ ? ", " : "", c->workload,
				c->variant, c->env);
	}
	if (more)
		str_addf(out, " and %zu more", more);
}

/* Is the environment a VM, alone or with something in it, under this accelerator? */
static bool is_accelerated(const char *id, enum accel accel)
{
	struct environment env;
	const struct layer *vm;

	if (environment_parse(id, &env, NULL) < 0)
		return false;
	vm = environment_vm(&env);
	return vm && vm->accel == accel;
}

void sentence_emulated(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	const char *refused = NULL;
	bool emulated = false;

	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];

		if (is_accelerated(c->env, ACCEL_TCG))
			emulated |= c->status == STATUS_OK;
		if (!is_accelerated(c->env, ACCEL_KVM))
			continue;
		if (c->status == STATUS_OK)
			return;
		if (!refused && status_is_refusal(c->status))
			refused = cell_reason(c);
	}
	if (emulated && refused)
		str_addf(out,
			"VMs here are emulated (TCG), which is slower than hardware "
			"virtualization. KVM was refused: %s.",
			refused);
}
