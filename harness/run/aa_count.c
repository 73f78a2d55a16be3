/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/aa_count.h"

#include <math.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "run/summarize.h"
#include "stats/proportion.h"
#include "store/run_folder.h"

/* The trials of one environment in one run. */
struct trials {
	char kind[16];
	size_t run; /* number among those counted */
	size_t intervals, excluded;
};

struct count {
	struct aa_record record;
	struct trials *v;
	size_t n, cap;
	size_t runs;
};

/* ---- collecting ---- */

/* Its VM ran on another machine. */
static bool ran_elsewhere(const struct summary *s, const char *env)
{
	const struct boot_summary *boots = summary_boots(s, env);

	return boots && boots->ran_on[0];
}

static void add_run(struct count *c, const struct summary *s)
{
	for (size_t i = 0; i < s->naa; i++) {
		const struct aa *aa = &s->aa[i];
		struct trials t = {
			.run = c->runs, .intervals = aa->cells, .excluded = aa->excluded};

		if (ran_elsewhere(s, aa->env))
			continue;
		str_copy(t.kind, sizeof(t.kind), aa->kind);
		GROW(c->v, c->n, c->cap);
		c->v[c->n++] = t;
	}
	c->runs++;
}

static void add_unreadable(struct aa_record *r, const char *run, const char *why)
{
	struct aa_unreadable *u;

	r->unreadable = xrealloc_array(r->unreadable, r->nunreadable + 1, sizeof(*r->unreadable));
	u = &r->unreadable[r->nunreadable++];
	str_copy(u->run, sizeof(u->run), run);
	u->why = xstrdup(why);
}

static void add_stored(struct count *c, const char *results, const char *run, const char *host)
{
	_cleanup_(summary_release) struct summary s = {0};
	struct err why = {0};
	int r = run_folder_read_history(results, run, &s, &why);

	if (r == -ENOENT)
		c->record.unfinished++;
	else if (r < 0)
		add_unreadable(&c->record, run, why.text);
	else if (strcmp(s.host.id, host))
		c->record.of_others++;
	else if (s.replayed)
		c->record.replayed++;
	else
		add_run(c, &s);
}

/* ---- counting ---- */

static enum aa_verdict judge(const struct stats_proportion *p)
{
	if (!p->defined)
		return AA_UNKNOWN;
	if (p->lo > AA_RATE)
		return AA_TOO_NARROW;
	return p->hi > AA_RATE_OPEN ? AA_UNKNOWN : AA_AS_CLAIMED;
}

/* kind NULL: all. */
static struct aa_tally tally(const struct count *c, const char *kind)
{
	_cleanup_free_ size_t *excluded = xcalloc(c->runs, sizeof(*excluded));
	_cleanup_free_ size_t *intervals = xcalloc(c->runs, sizeof(*intervals));
	struct stats_proportion p;
	struct aa_tally ret = {0};

	for (size_t i = 0; i < c->n; i++) {
		const struct trials *t = &c->v[i];

		if (kind && strcmp(t->kind, kind))
			continue;
		excluded[t->run] += t->excluded;
		intervals[t->run] += t->intervals;
	}
	for (size_t i = 0; i < c->runs; i++)
		ret.runs += intervals[i] > 0;
	p = stats_proportion_clustered(excluded, intervals, c->runs, SUMMARY_CONFIDENCE);
	str_copy(ret.kind, sizeof(ret.kind), kind ? kind : "all");
	ret.intervals = p.n;
	ret.excluded = p.hits;
	ret.rate = p.point;
	ret.lo = p.lo;
	ret.hi = p.hi;
	ret.effective = p.effective;
	ret.verdict = judge(&p);
	return ret;
}

static void tally_kinds(struct count *c)
{
	struct aa_record *r = &c->record;

	for (size_t i = 0; i < c->n && r->nkinds < AA_KINDS_MAX; i++) {
		bool seen = false;

		for (size_t k = 0; k < r->nkinds; k++)
			seen |= !strcmp(r->kinds[k].kind, c->v[i].kind);
		if (!seen)
			r->kinds[r->nkinds++] = tally(c, c->v[i].kind);
	}
}

static struct aa_record finish(struct count *c)
{
	c->record.all = tally(c, NULL);
	tally_kinds(c);
	cleanup_free(&c->v);
	return c->record;
}

int aa_count(const char *results, const struct summary *now, struct aa_record *ret, struct err *err)
{
	_cleanup_(argv_release) struct argv runs = {0};
	struct count c = {0};
	int r = run_folder_list_in(results, &runs, err);

	if (r < 0)
		return r;
	for (size_t i = 0; i < runs.n; i++)
		if (strcmp(runs.v[i], now->run))
			add_stored(&c, results, runs.v[i], now->host.id);
	if (now->replayed)
		c.record.replayed++;
	else
		add_run(&c, now);
	*ret = finish(&c);
	return 0;
}

struct aa_record aa_count_sources(const char *sources, const struct merged *m, size_t host)
{
	struct count c = {0};

	for (size_t i = 0; i < m->nsources; i++)
		if (m->sources[i].at == host)
			add_stored(&c, sources, m->sources[i].run, m->sources[i].node);
	return finish(&c);
}
