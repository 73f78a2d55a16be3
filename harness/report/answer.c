/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/answer.h"

#include <math.h>
#include <string.h>

#include "report/number.h"

static bool has_time(const struct cell_summary *c)
{
	return c && c->status == STATUS_OK && ratio_has_point(&c->ratio);
}

/* Of two overhead ratios, without knowing how they vary together. */
static struct ratio quotient(const struct ratio *num, const struct ratio *den)
{
	struct ratio q = {.point = num->point / den->point, .lo = NAN, .hi = NAN};

	q.defined = num->defined && den->defined;
	if (q.defined) {
		q.lo = num->lo / den->hi;
		q.hi = num->hi / den->lo;
	}
	q.blocks = num->blocks < den->blocks ? num->blocks : den->blocks;
	return q;
}

/* Time in one cell ÷ time in another of the same program. */
static struct ratio cells_compared(
	const struct summary *s, const struct cell_summary *num, const struct cell_summary *den)
{
	struct pair p;

	if (summary_pair(s, num->workload, num->variant, num->env, den->env, &p))
		return p.ratio;
	return quotient(&num->ratio, &den->ratio);
}

static bool is_slower(
	const struct summary *s, const struct cell_summary *c, const struct cell_summary *than)
{
	struct ratio q = quotient(&c->ratio, &than->ratio);
	struct pair p;

	if (summary_pair(s, c->workload, c->variant, c->env, than->env, &p))
		return pair_is_slower(&p);
	return q.defined && q.lo > 1;
}

static void find_best(const struct view *v, size_t row, struct answer *ret)
{
	for (size_t e = 0; e < v->nenvs; e++) {
		const struct cell_summary *c = view_cell(v, row, e);

		if (!v->envs[e].foreign || !has_time(c))
			continue;
		if (!ret->best || c->ratio.point < ret->best->ratio.point) {
			ret->next = ret->best;
			ret->best = c;
		} else if (!ret->next || c->ratio.point < ret->next->ratio.point) {
			ret->next = c;
		}
	}
}

static enum verdict judge(const struct view *v, size_t row, const struct answer *a)
{
	if (!a->best)
		return VERDICT_NONE;
	if (!a->next)
		return VERDICT_ONLY;
	for (size_t e = 0; e < v->nenvs; e++) {
		const struct cell_summary *c = view_cell(v, row, e);

		if (!v->envs[e].foreign || !has_time(c) || c == a->best)
			continue;
		if (!is_slower(v->summary, c, a->best))
			return VERDICT_UNCLEAR;
	}
	return VERDICT_FASTER;
}

static double cold_ns(const struct cell_summary *c)
{
	double extra = c->first_iter_ns - c->mean_ns, cold = 0;

	if (isfinite(c->boot_ns))
		cold += c->boot_ns;
	if (isfinite(c->startup_ns))
		cold += c->startup_ns;
	return isfinite(extra) && extra > 0 ? cold + extra : cold;
}

/* The fastest foreign cell in a virtual machine, or translated on the host. */
static const struct cell_summary *fastest_of(const struct view *v, size_t row, bool vm)
{
	const struct cell_summary *found = NULL;

	for (size_t e = 0; e < v->nenvs; e++) {
		const struct cell_summary *c = view_cell(v, row, e);

		if (!v->envs[e].foreign || v->envs[e].kind == VIEW_STACK ||
			(v->envs[e].kind == VIEW_VM) != vm || !has_time(c))
			continue;
		if (!found || c->ratio.point < found->ratio.point)
			found = c;
	}
	return found;
}

static struct payback find_payback(const struct view *v, size_t row)
{
	struct payback p = {.vm = fastest_of(v, row, true), .user = fastest_of(v, row, false)};
	struct ratio q;
	double extra;

	if (!p.vm || !p.user || !isfinite(p.vm->boot_ns))
		return p;
	if (is_slower(v->summary, p.vm, p.user)) {
		p.kind = PAYBACK_NEVER;
		return p;
	}
	q = cells_compared(v->summary, p.user, p.vm);
	if (!is_slower(v->summary, p.user, p.vm) || !(q.lo > 1)) {
		p.kind = PAYBACK_UNCLEAR;
		return p;
	}
	extra = fmax(cold_ns(p.vm) - cold_ns(p.user), 0);
	p.kind = PAYBACK_AT;
	p.iterations = ceil(extra / (p.vm->mean_ns * (q.point - 1)));
	p.iterations_lo = ceil(extra / (p.vm->mean_ns * (q.hi - 1)));
	p.iterations_hi = ceil(extra / (p.vm->mean_ns * (q.lo - 1)));
	p.work_ns = cold_ns(p.user) + p.iterations * p.user->mean_ns;
	return p;
}

void answers_find(const struct view *v, struct answer *ret)
{
	for (size_t r = 0; r < v->nrows; r++) {
		struct answer a = {.row = &v->rows[r]};

		find_best(v, r, &a);
		a.verdict = judge(v, r, &a);
		if (a.next)
			a.lead = cells_compared(v->summary, a.next, a.best);
		a.payback = find_payback(v, r);
		ret[r] = a;
	}
}

size_t answers_won(const struct answer *answers, size_t n, const char *env)
{
	size_t won = 0;

	for (size_t i = 0; i < n; i++)
		won += answers[i].verdict == VERDICT_FASTER && !strcmp(answers[i].best->env, env);
	return won;
}

size_t answers_with(const struct answer *answers, size_t n, enum verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += answers[i].verdict == verdict;
	return count;
}

const struct geomean *geomean_find(const struct summary *s, const char *env, const char *variant)
{
	for (size_t i = 0; i < s->ngeomeans; i++)
		if (!strcmp(s->geomeans[i].env, env) && !strcmp(s->geomeans[i].variant, variant))
			return &s->geomeans[i];
	return NULL;
}
