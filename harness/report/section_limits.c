/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A sweep's points: what vCPUs, memory and threads bring, and what they cost the host.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/answer.h"
#include "report/number.h"
#include "report/sections.h"

/* The cell of the same program and stack at the first point; itself, when it is that. */
static const struct cell_summary *first_point(const struct summary *s, const struct cell_summary *c)
{
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *other = &s->cells[i];

		if (!strcmp(other->workload, c->workload) && !strcmp(other->variant, c->variant) &&
			environment_id_same_stack(other->env, c->env))
			return other;
	}
	return c;
}

static void limit_columns(struct table *t, const struct summary *s, const struct environment *env)
{
	const struct point *l = &env->point;

	if (environment_vm(env)) {
		table_add(t, "%llu", (unsigned long long)point_vcpus(l));
		if (l->v[LIMIT_MEMORY])
			table_add(t, "%llu MiB", (unsigned long long)l->v[LIMIT_MEMORY]);
		else
			table_add(t, "as needed");
	} else {
		table_add(t, "–");
		table_add(t, "–");
	}
	table_add(t, "%llu", (unsigned long long)point_threads(l));
	table_add(t, "%s", l->size[0] ? l->size : s->size);
}

static void ratio_columns(struct table *t, const struct ratio *r)
{
	char text[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	if (!ratio_has_point(r)) {
		table_add(t, "–");
		return;
	}
	table_add(t, "%s", ratio_text(r->point, text));
	table_sub(t, "%s", interval_text(r, interval));
}

static void add_times(struct table *t, const struct story *st, const struct cell_summary *c,
	const struct cell_summary *first)
{
	const struct cell_summary *native = summary_reference(st->summary, c);
	char text[NUMBER_TEXT_MAX];
	struct pair p;

	table_add(t, "%s", time_text(c->mean_ns, text));
	if (environment_id_is_native(c->env))
		table_add(t, "1×");
	else
		ratio_columns(t, &c->ratio);
	if (c != first &&
		summary_pair(st->summary, c->workload, c->variant, c->env, first->env, &p))
		ratio_columns(t, &p.ratio);
	else
		table_add(t, "%s", c == first ? "1×" : "–");
	table_add(t, "%s", number_text(c->host_cpu_ns / c->mean_ns, text));
	if (native && native != c && isfinite(c->host_cpu_ns / native->host_cpu_ns))
		table_sub(t, "%s native's", ratio_text(c->host_cpu_ns / native->host_cpu_ns, text));
}

static void add_point(struct table *t, const struct story *st, const struct cell_summary *c)
{
	const struct cell_summary *first = first_point(st->summary, c);
	const struct view_env *shown = view_env_find(st->view, first->env);
	struct environment env, stack;

	if (environment_parse(c->env, &env, NULL) < 0)
		return;
	stack = environment_stack(&env);
	table_add(t, "%s", c->workload);
	table_sub(t, "%s", c->variant);
	table_add(t, "%s", stack.id);
	table_slot(t, shown ? shown->slot : VIEW_SLOTS);
	limit_columns(t, st->summary, &env);
	if (c->status == STATUS_OK) {
		add_times(t, st, c, first);
		return;
	}
	table_add(t, "%s", status_text(c->status));
	table_mark(t, status_is_refusal(c->status) ? CELL_REFUSED : CELL_FAILED,
		view_reason_number(st->view, c));
	for (int i = 0; i < 3; i++)
		table_add(t, "–");
}

/* Programs that no environment ran at a second point say nothing here: they have one thread, and no
 * VM was asked for. */
static bool is_swept(const struct summary *s, const struct cell_summary *c)
{
	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *other = &s->cells[i];

		if (!strcmp(other->workload, c->workload) && !strcmp(other->variant, c->variant) &&
			!view_is_first_point(s, other) && other->status != STATUS_REFUSED)
			return true;
	}
	return false;
}

void section_limits(struct doc *d, const struct story *st)
{
	static const char *const head[] = {"Workload", "Environment", "vCPUs", "Memory", "Threads",
		"Size", "Steady", "÷ native", "÷ first point", "Host CPU", NULL};
	struct table t = {.caption =
				  "Every point of the sweep; host CPU: seconds of the host's CPUs "
				  "that a second of the program's run burns, and an iteration's "
				  "CPU time ÷ native's",
		.columns = ARRAY_LEN(head) - 1,
		.text_columns = 2};

	if (!st->view->swept)
		return;
	doc_heading(d, 2, "limits", "What the limits do: vCPUs, memory, threads, size");
	doc_block(d, DOC_PARAGRAPH,
		"Each is compared with native of the same size that computes with as many threads, "
		"on as many CPUs. The sections above are about the first point of each "
		"environment.");
	table_head(&t, head);
	for (size_t i = 0; i < st->summary->ncells; i++) {
		const struct cell_summary *c = &st->summary->cells[i];

		if (!c->probe && is_swept(st->summary, c))
			add_point(&t, st, c);
	}
	doc_table(d, &t);
	doc_block(d, DOC_QUIET,
		"In a VM the host's CPU time is that of the whole QEMU: more than 1 for one thread "
		"is what emulated devices and further vCPUs add.");
}

void sentence_points(const struct story *st, struct str *out)
{
	size_t points = 0, timed = 0;

	for (size_t i = 0; i < st->summary->ncells; i++) {
		const struct cell_summary *c = &st->summary->cells[i];
		bool further = !view_is_first_point(st->summary, c);

		points += further;
		timed += further && c->status == STATUS_OK;
	}
	if (points)
		str_addf(out,
			"All this is at the first point of the sweep; %zu cells are at others, %zu "
			"with a time: see the report.",
			points, timed);
}
