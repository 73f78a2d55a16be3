/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The answer in words.
 */
#include <math.h>
#include <string.h>

#include "report/number.h"
#include "report/sections.h"

/* The architecture in question: of the first environment that is not the host's. */
static const struct view_env *first_foreign(const struct view *v)
{
	for (size_t e = 0; e < v->nenvs; e++)
		if (v->envs[e].foreign)
			return &v->envs[e];
	return NULL;
}

static void add_wins(const struct story *st, struct str *out)
{
	const struct view *v = st->view;
	size_t unclear = answers_with(st->answers, v->nrows, VERDICT_UNCLEAR), parts = 0, only;

	for (size_t e = 0; e < v->nenvs; e++) {
		size_t won = answers_won(st->answers, v->nrows, v->envs[e].id);

		if (won)
			str_addf(out, "%s%s is fastest for %zu", parts++ ? "; " : "", v->envs[e].id,
				won);
	}
	if (unclear)
		str_addf(out,
			"%sfor %zu this run cannot tell, because intervals overlap or are missing",
			parts++ ? "; " : "", unclear);
	only = answers_with(st->answers, v->nrows, VERDICT_ONLY);
	if (only)
		str_addf(out, "%sfor %zu only one way has a time", parts++ ? "; " : "", only);
}

void sentence_fastest(const struct story *st, struct str *out)
{
	const struct view_env *foreign = first_foreign(st->view);
	size_t n = st->view->nrows, none;

	if (!foreign) {
		str_add(out, "This run has no environment for a foreign architecture.");
		return;
	}
	none = answers_with(st->answers, n, VERDICT_NONE);
	if (none == n) {
		str_addf(out, "No %s program could be timed here.", arch_text(foreign->arch));
		return;
	}
	str_addf(out, "Running %s programs on this %s host: ", arch_text(foreign->arch),
		arch_text(st->summary->host.arch));
	if (answers_with(st->answers, n, VERDICT_UNCLEAR) == n) {
		str_addf(out,
			"this run cannot tell which way is fastest for any of %zu workload "
			"variants, "
			"because intervals overlap or are missing.",
			n);
		return;
	}
	str_addf(out, "of %zu workload variants, ", n);
	add_wins(st, out);
	if (none)
		str_addf(out, "; for %zu nothing could be timed", none);
	str_addc(out, '.');
}

/* The fastest foreign environment by geometric mean that is not `but`. */
static const struct geomean *fastest_foreign(
	const struct story *st, const char *variant, const struct geomean *but)
{
	const struct geomean *best = NULL;

	for (size_t e = 0; e < st->view->nenvs; e++) {
		const struct view_env *env = &st->view->envs[e];
		const struct geomean *g = geomean_find(st->summary, env->id, variant);

		if (!env->foreign || !g || g == but || !ratio_has_point(&g->ratio))
			continue;
		if (!best || g->ratio.point < best->ratio.point)
			best = g;
	}
	return best;
}

static void add_mean(struct str *out, const struct geomean *g)
{
	char ratio[NUMBER_TEXT_MAX], interval[NUMBER_TEXT_MAX];

	str_addf(out, "%s %s %s", g->env, ratio_text(g->ratio.point, ratio),
		interval_text(&g->ratio, interval));
}

void sentence_geomeans(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	size_t parts = 0;

	for (size_t i = 0; i < s->ngeomeans; i++) {
		const char *variant = s->geomeans[i].variant;
		const struct geomean *first = fastest_foreign(st, variant, NULL), *second;

		/* each variant once: at the line of its first */
		if (first != &s->geomeans[i])
			continue;
		str_add(out,
			parts++ ? "; " : "On the geometric mean, in multiples of native time, ");
		str_addf(out, "%s: ", strcmp(variant, "all") ? variant : "all variants");
		add_mean(out, first);
		second = fastest_foreign(st, variant, first);
		if (second) {
			str_add(out, ", then ");
			add_mean(out, second);
		}
	}
	if (parts)
		str_addc(out, '.');
}

void sentence_payback(const struct story *st, struct str *out)
{
	size_t n = st->view->nrows, compared = 0, pays = 0, unclear = 0;
	const struct answer *soonest = NULL;
	char number[NUMBER_TEXT_MAX], time[NUMBER_TEXT_MAX];

	for (size_t i = 0; i < n; i++) {
		const struct answer *a = &st->answers[i];

		compared += a->payback.kind != PAYBACK_NONE;
		unclear += a->payback.kind == PAYBACK_UNCLEAR;
		if (a->payback.kind != PAYBACK_AT)
			continue;
		pays++;
		if (!soonest || a->payback.work_ns < soonest->payback.work_ns)
			soonest = a;
	}
	if (!compared)
		return;
	if (compared == unclear) {
		str_addf(out,
			"Whether booting a VM pays back against translating cannot be told for any "
			"of "
			"%zu.",
			compared);
		return;
	}
	str_addf(out, "Booting a VM instead of translating pays back for %zu of %zu", pays,
		compared);
	if (soonest)
		str_addf(out, ", soonest for %s %s: after %s iterations (%s of work)",
			soonest->row->workload, soonest->row->variant,
			count_text(soonest->payback.iterations, number),
			time_text(soonest->payback.work_ns, time));
	if (unclear)
		str_addf(out, "; for %zu the two cannot be told apart", unclear);
	str_addc(out, '.');
}

static const struct geomean *same_arch_geomean(
	const struct story *st, enum view_kind kind, const char *variant)
{
	const struct geomean *best = NULL;

	for (size_t e = 0; e < st->view->nenvs; e++) {
		const struct view_env *env = &st->view->envs[e];
		const struct geomean *g = geomean_find(st->summary, env->id, variant);

		if (env->foreign || env->kind != kind || !g || !ratio_has_point(&g->ratio))
			continue;
		if (!best || g->ratio.point < best->ratio.point)
			best = g;
	}
	return best;
}

/* "faster by 1.2×", or that it cannot be told. */
static void add_comparison(struct str *out, const struct geomean *user, const struct geomean *vm)
{
	bool vm_faster = vm->ratio.point < user->ratio.point;
	struct ratio q = vm_faster ? ratio_quotient(&user->ratio, &vm->ratio)
				   : ratio_quotient(&vm->ratio, &user->ratio);
	char number[NUMBER_TEXT_MAX];

	if (!q.defined || q.lo <= 1)
		str_add(out, ", which cannot be told apart");
	else
		str_addf(out, ": %s is %s faster", vm_faster ? "the VM" : "the translator",
			ratio_text(q.point, number));
}

void sentence_same_arch(const struct story *st, struct str *out)
{
	const struct summary *s = st->summary;
	size_t parts = 0;

	for (size_t i = 0; i < s->ngeomeans; i++) {
		const char *variant = s->geomeans[i].variant;
		const char *what = strcmp(variant, "all") ? variant : "all variants";
		const struct geomean *user = same_arch_geomean(st, VIEW_USER, variant);
		const struct geomean *vm = same_arch_geomean(st, VIEW_VM, variant);
		char a[NUMBER_TEXT_MAX], b[NUMBER_TEXT_MAX];

		/* each variant once: at its translator's line */
		if (!user || !vm || &s->geomeans[i] != user)
			continue;
		if (parts++)
			str_addf(out, "; %s: %s against %s", what, ratio_text(user->ratio.point, a),
				ratio_text(vm->ratio.point, b));
		else
			str_addf(out,
				"The reverse, %s programs translated (%s) against the same in a VM "
				"(%s), %s: %s against %s native time",
				arch_text(s->host.arch), user->env, vm->env, what,
				ratio_text(user->ratio.point, a), ratio_text(vm->ratio.point, b));
		add_comparison(out, user, vm);
	}
	if (parts)
		str_addc(out, '.');
}
