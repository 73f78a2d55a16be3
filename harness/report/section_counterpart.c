/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Workloads beside the programs that do the same work: a framework's model beside plain C.
 */
#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "report/number.h"
#include "report/sections.h"

/* What the interval says of a promised bound. */
static const char *verdict_on(const struct counterpart_ratio *c)
{
	if (!c->ratio.defined)
		return "cannot tell";
	if (c->ratio.hi <= c->at_most)
		return "kept";
	return c->ratio.lo > c->at_most ? "broken" : "cannot tell";
}

static bool same_programs(const struct counterpart_ratio *a, const struct counterpart_ratio *b)
{
	return !strcmp(a->workload, b->workload) && !strcmp(a->variant, b->variant);
}

static const struct counterpart_ratio *find(
	const struct summary *s, const struct counterpart_ratio *programs, const char *env)
{
	for (size_t i = 0; i < s->ncounterparts; i++)
		if (same_programs(&s->counterparts[i], programs) &&
			!strcmp(s->counterparts[i].env, env))
			return &s->counterparts[i];
	return NULL;
}

static bool is_first_of_programs(const struct summary *s, size_t i)
{
	for (size_t k = 0; k < i; k++)
		if (same_programs(&s->counterparts[k], &s->counterparts[i]))
			return false;
	return true;
}

/* The environments in which anything stands beside its counterpart, in the view's order. */
static size_t find_columns(const struct story *st, const char **ret, size_t max)
{
	size_t n = 0;

	for (size_t e = 0; e < st->view->nenvs && n < max; e++) {
		const struct summary *s = st->summary;
		bool any = false;

		for (size_t i = 0; i < s->ncounterparts; i++)
			any |= !strcmp(s->counterparts[i].env, st->view->envs[e].id);
		if (any)
			ret[n++] = st->view->envs[e].id;
	}
	return n;
}

static void add_ratio(struct table *t, const struct counterpart_ratio *c)
{
	char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	if (!c) {
		table_add(t, "–");
	} else if (c->forbidden[0]) {
		table_add(t, "other work");
		table_mark(t, CELL_REFUSED, 0);
	} else {
		table_add(t, "%s", ratio_text(c->ratio.point, ratio));
		table_sub(t, "%s", interval_text(&c->ratio, interval));
	}
}

/* Promises are of native times. */
static void add_promise(struct table *t, const struct counterpart_ratio *native)
{
	char bound[NUMBER_TEXT_MAX];

	if (!native || !isfinite(native->at_most)) {
		table_add(t, "–");
		return;
	}
	table_add(t, "at most %s", ratio_text(native->at_most, bound));
	table_sub(t, "%s", native->forbidden[0] ? "cannot tell" : verdict_on(native));
}

static void add_row(struct table *t, const struct summary *s, const struct counterpart_ratio *c,
	const char *const *envs, size_t n)
{
	if (c->workload[0]) {
		table_add(t, "%s", c->workload);
		table_sub(t, "%s", c->variant);
		table_add(t, "%s", c->program);
	} else {
		table_add(t, "Geometric mean");
		table_add(t, "of %zu with a promise", c->workloads);
	}
	for (size_t e = 0; e < n; e++)
		add_ratio(t, find(s, c, envs[e]));
	add_promise(t, find(s, c, "native"));
}

static void list_forbidden(struct doc *d, const struct summary *s)
{
	for (size_t i = 0; i < s->ncounterparts; i++) {
		const struct counterpart_ratio *c = &s->counterparts[i];

		if (c->forbidden[0])
			doc_block(d, DOC_QUIET, "No ratio of %s to %s in %s: %s.", c->program,
				c->workload, c->env, c->forbidden);
	}
}

void section_counterparts(struct doc *d, const struct story *st)
{
	_cleanup_(str_release) struct str text = {0};
	const struct summary *s = st->summary;
	const char *envs[VIEW_SLOTS];
	size_t n = find_columns(st, envs, ARRAY_LEN(envs));
	struct table t = {.caption = "Time of the counterpart ÷ time of the workload, steady "
				     "iterations [95 % interval]",
		.columns = n + 3,
		.text_columns = 2};

	if (!n)
		return;
	doc_heading(d, 2, "counterparts", "Beside the same work in another program");
	sentence_counterparts(st, &text);
	if (text.len)
		doc_block(d, DOC_PARAGRAPH, "%s", str_text(&text));
	table_add(&t, "Workload");
	table_add(&t, "Counterpart");
	for (size_t e = 0; e < n; e++) {
		table_add(&t, "%s", envs[e]);
		table_slot(&t, view_env_find(st->view, envs[e])->slot);
	}
	table_add(&t, "Promised natively");
	for (size_t i = 0; i < s->ncounterparts; i++)
		if (is_first_of_programs(s, i))
			add_row(&t, s, &s->counterparts[i], envs, n);
	doc_table(d, &t);
	list_forbidden(d, s);
	doc_block(d, DOC_QUIET,
		"Below 1 the counterpart is the faster one. “Kept”: the whole interval is within "
		"the bound, “broken”: none of it is.");
}

/* ---- in words ---- */

/* The native ones whose bound has this verdict, joined. */
static size_t name_those(const struct summary *s, const char *verdict, struct str *out)
{
	char ratio[NUMBER_TEXT_MAX];
	size_t n = 0;

	for (size_t i = 0; i < s->ncounterparts; i++) {
		const struct counterpart_ratio *c = &s->counterparts[i];

		if (strcmp(c->env, "native") || !c->workload[0] || !isfinite(c->at_most) ||
			c->forbidden[0] || strcmp(verdict_on(c), verdict))
			continue;
		str_addf(out, "%s%s %s", n++ ? ", " : "", c->program,
			ratio_text(c->ratio.point, ratio));
	}
	return n;
}

void sentence_counterparts(const struct story *st, struct str *out)
{
	static const struct counterpart_ratio mean = {0};
	const struct counterpart_ratio *m = find(st->summary, &mean, "native");
	_cleanup_(str_release) struct str broken = {0}, unclear = {0};
	char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX], bound[NUMBER_TEXT_MAX];

	if (!m || !ratio_has_point(&m->ratio))
		return;
	str_addf(out,
		"Natively the counterparts of %zu workloads take %s %s of their time on the "
		"geometric mean; promised is at most %s: %s.",
		m->workloads, ratio_text(m->ratio.point, ratio), interval_text(&m->ratio, interval),
		ratio_text(m->at_most, bound), verdict_on(m));
	if (name_those(st->summary, "broken", &broken))
		str_addf(out, " Above their own bound: %s.", broken.s);
	if (name_those(st->summary, "cannot tell", &unclear))
		str_addf(out, " Not certain to be within it: %s.", unclear.s);
	if (!broken.len && !unclear.len)
		str_add(out, " Each is within its own bound.");
}
