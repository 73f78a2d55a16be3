/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/view.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"

static const char *const colours[VIEW_SLOTS] = {
	"#000000", /* native */
	"#56B4E9", /* translator, the host's architecture */
	"#0072B2", /* translator, foreign */
	"#E69F00", /* VM, the host's architecture, emulated */
	"#D55E00", /* VM, foreign */
	"#009E73", /* VM with the processor's help */
	"#CC79A7", /* stacks */
	"#8A8A00", /* commands */
};

const char *view_colour(unsigned slot)
{
	return colours[(slot - 1) % VIEW_SLOTS];
}

static enum view_kind kind_of(const char *id)
{
	struct environment env;

	if (environment_parse(id, &env, NULL) < 0 || environment_command(&env))
		return VIEW_COMMAND;
	if (environment_is_native(&env))
		return VIEW_NATIVE;
	if (!environment_vm(&env))
		return VIEW_USER;
	return env.n > 1 ? VIEW_STACK : VIEW_VM;
}

static unsigned wanted_slot(const struct view_env *env)
{
	switch (env->kind) {
	case VIEW_NATIVE:
		return 1;
	case VIEW_USER:
		return env->foreign ? 3 : 2;
	case VIEW_VM:
		if (strstr(env->id, "-kvm"))
			return 6;
		return env->foreign ? 5 : 4;
	case VIEW_STACK:
		return 7;
	case VIEW_COMMAND:
		break;
	}
	return 8;
}

/* Two environments that want one colour: the later one takes a free one while there is any. */
static void assign_slots(struct view *v)
{
	bool taken[VIEW_SLOTS + 1] = {false};

	for (size_t i = 0; i < v->nenvs; i++)
		taken[wanted_slot(&v->envs[i])] = true;
	for (size_t i = 0; i < v->nenvs; i++) {
		struct view_env *env = &v->envs[i];
		bool earlier = false;

		env->slot = wanted_slot(env);
		for (size_t j = 0; j < i; j++)
			earlier |= v->envs[j].slot == env->slot;
		for (unsigned s = 2; earlier && s <= VIEW_SLOTS; s++) {
			if (taken[s])
				continue;
			env->slot = s;
			taken[s] = true;
			earlier = false;
		}
	}
}

static int compare_envs(const void *a, const void *b)
{
	const struct view_env *x = a, *y = b;

	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	if (x->foreign != y->foreign)
		return x->foreign ? 1 : -1;
	return strcmp(x->id, y->id);
}

const struct view_env *view_first_foreign(const struct view *v)
{
	for (size_t e = 0; e < v->nenvs; e++)
		if (v->envs[e].foreign && !v->envs[e].ran_on[0])
			return &v->envs[e];
	return NULL;
}

bool view_is_first_point(const struct summary *s, const struct cell_summary *cell)
{
	for (size_t i = 0; i < s->ncells; i++)
		if (environment_id_same_stack(s->cells[i].env, cell->env))
			return !strcmp(s->cells[i].env, cell->env);
	return true;
}

static void collect_envs(struct view *v)
{
	const struct summary *s = v->summary;
	size_t cap = 0;

	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];
		const struct view_env *env = view_env_find(v, c->env);

		if (!view_is_first_point(s, c)) {
			v->swept = true;
			continue;
		}
		if (env) {
			if (!env->ran_on[0])
				v->envs[env - v->envs].ran_on = c->ran_on;
			continue;
		}
		GROW(v->envs, v->nenvs, cap);
		v->envs[v->nenvs++] = (struct view_env){.id = c->env,
			.arch = c->arch,
			.kind = kind_of(c->env),
			.ran_on = c->ran_on,
			.foreign = c->arch != s->host.arch};
	}
	if (v->nenvs)
		qsort(v->envs, v->nenvs, sizeof(v->envs[0]), compare_envs);
	assign_slots(v);
}

static bool is_probe_workload(const struct summary *s, const char *workload)
{
	for (size_t i = 0; i < s->ncells; i++)
		if (s->cells[i].probe && !strcmp(s->cells[i].workload, workload))
			return true;
	return false;
}

static size_t row_of(const struct view *v, const struct cell_summary *c)
{
	size_t r = 0;

	while (r < v->nrows && (strcmp(v->rows[r].workload, c->workload) ||
				       strcmp(v->rows[r].variant, c->variant)))
		r++;
	return r;
}

static void collect_rows(struct view *v)
{
	const struct summary *s = v->summary;
	size_t cap = 0;

	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];

		if (is_probe_workload(s, c->workload)) {
			v->probe_workload = c->workload;
			continue;
		}
		if (row_of(v, c) < v->nrows)
			continue;
		GROW(v->rows, v->nrows, cap);
		v->rows[v->nrows++] = (struct view_row){c->workload, c->variant};
	}
}

static void fill_matrix(struct view *v)
{
	const struct summary *s = v->summary;

	v->matrix = xcalloc(v->nrows * v->nenvs + 1, sizeof(const struct cell_summary *));
	v->probes = xcalloc(v->nenvs + 1, sizeof(const struct cell_summary *));
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];
		const struct view_env *env = view_env_find(v, c->env);
		size_t e, r = row_of(v, c);

		if (!env)
			continue;
		e = (size_t)(env - v->envs);
		if (r < v->nrows)
			v->matrix[r * v->nenvs + e] = c;
		else if (!v->probes[e] || !v->probes[e]->probe)
			v->probes[e] = c;
	}
}

static void collect_reasons(struct view *v)
{
	size_t cap = 0;

	for (size_t i = 0; i < v->summary->ncells; i++) {
		const struct cell_summary *c = &v->summary->cells[i];
		size_t number = view_reason_number(v, c);

		if (c->status == STATUS_OK)
			continue;
		if (number) {
			v->reasons[number - 1].cells++;
			continue;
		}
		GROW(v->reasons, v->nreasons, cap);
		v->reasons[v->nreasons++] = (struct view_reason){c->status, cell_reason(c), 1};
	}
}

/* An environment in which no cell has a time, all for one reason. */
static void find_blocked(struct view *v, size_t e)
{
	const struct cell_summary *first = NULL;

	for (size_t r = 0; r < v->nrows; r++) {
		const struct cell_summary *c = view_cell(v, r, e);

		if (!c)
			continue;
		if (c->status == STATUS_OK)
			return;
		if (first && (c->status != first->status || strcmp(c->reason, first->reason)))
			return;
		first = c;
	}
	if (!first)
		return;
	v->envs[e].blocked_reason = cell_reason(first);
	v->envs[e].blocked_status = first->status;
}

void view_init(struct view *v, const struct summary *summary)
{
	*v = (struct view){.summary = summary};
	collect_envs(v);
	collect_rows(v);
	fill_matrix(v);
	collect_reasons(v);
	for (size_t e = 0; e < v->nenvs; e++)
		find_blocked(v, e);
}

void view_release(struct view *v)
{
	free(v->envs);
	free(v->rows);
	free(v->matrix);
	free(v->probes);
	free(v->reasons);
	*v = (struct view){0};
}

const struct cell_summary *view_cell(const struct view *v, size_t row, size_t env)
{
	return v->matrix[row * v->nenvs + env];
}

const struct view_env *view_env_find(const struct view *v, const char *id)
{
	for (size_t i = 0; i < v->nenvs; i++)
		if (!strcmp(v->envs[i].id, id))
			return &v->envs[i];
	return NULL;
}

const char *cell_reason(const struct cell_summary *cell)
{
	return cell->reason[0] ? cell->reason : "no reason was recorded";
}

const char *cell_without_ratio(const struct cell_summary *cell)
{
	return cell->ran_on[0] ? "its VM ran on another machine" : "the native cell has no time";
}

size_t view_reason_number(const struct view *v, const struct cell_summary *cell)
{
	if (cell->status == STATUS_OK)
		return 0;
	for (size_t i = 0; i < v->nreasons; i++)
		if (v->reasons[i].status == cell->status &&
			!strcmp(v->reasons[i].text, cell_reason(cell)))
			return i + 1;
	return 0;
}
