/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/merge.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "base/version.h"
#include "plan/planner.h"
#include "run/merge_parts.h"

/* ---- runs that cannot be joined ---- */

static int check_kind(const struct plan *a, const struct plan *b, struct err *err)
{
	if (!strcmp(a->run, b->run))
		return err_set(err, ERR_INPUT, "run '%s' is given twice", a->run);
	if (strcmp(a->size, b->size))
		return err_set(err, ERR_INPUT,
			"run '%s' has size %s, run '%s' size %s: only runs of one size are joined",
			a->run, a->size, b->run, b->size);
	if (!cpus_are_equal(a->cpus, b->cpus))
		return err_set(err, ERR_INPUT,
			"run '%s' and run '%s' had other CPU models (--cpu): only runs with the "
			"same are joined",
			a->run, b->run);
	return 0;
}

/* A host's runs are parts of one selection, and its geometric means one figure over all of them. */
static int check_parts(const struct plan *a, const struct plan *b, struct err *err)
{
	if (strcmp(a->profile, b->profile))
		return err_set(err, ERR_INPUT,
			"run '%s' has profile %s, run '%s' profile %s, and both are of one host: "
			"a host's runs are joined when they are of one profile",
			a->run, a->profile, b->run, b->profile);
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n; k++)
			if (!strcmp(a->arms[i].cell, b->arms[k].cell))
				return err_set(err, ERR_INPUT,
					"run '%s' and run '%s' are of one host and both hold the "
					"cell '%s': leave one out (repeated runs of a host are "
					"compared by toll nightly)",
					a->run, b->run, a->arms[i].cell);
	return 0;
}

static int check_sources(const struct merge_source *sources, size_t n, struct err *err)
{
	int r = 0;

	for (size_t i = 0; i < n; i++) {
		for (size_t k = 0; !r && k < i; k++) {
			const struct summarize_input *a = &sources[k].input, *b = &sources[i].input;

			r = check_kind(a->plan, b->plan, err);
			if (!r && host_is_same(a->host, b->host))
				r = check_parts(a->plan, b->plan, err);
		}
	}
	return r;
}

/* ---- hosts ---- */

/* The host of a run; profile: the run's. */
static size_t find_host(struct merged *m, const struct host *host, const char *profile)
{
	for (size_t i = 0; i < m->nhosts; i++)
		if (host_is_same(&m->hosts[i].summary.host, host))
			return i;
	m->hosts[m->nhosts].summary = SUMMARY_UNKNOWN;
	m->hosts[m->nhosts].summary.host = *host;
	host_fingerprint(host, m->hosts[m->nhosts].fingerprint);
	str_copy(m->hosts[m->nhosts].profile, sizeof(m->hosts[m->nhosts].profile), profile);
	return m->nhosts++;
}

static void name_hosts(struct merged *m)
{
	for (size_t i = 0; i < m->nhosts; i++) {
		enum arch arch = m->hosts[i].summary.host.arch;
		size_t number = 0, all = 0;
		_cleanup_free_ char *label = NULL;

		for (size_t k = 0; k < m->nhosts; k++) {
			all += m->hosts[k].summary.host.arch == arch;
			number += k <= i && m->hosts[k].summary.host.arch == arch;
		}
		label = all == 1 ? xstrdup(arch_text(arch))
				 : xasprintf("%s-%zu", arch_text(arch), number);
		str_copy(m->hosts[i].label, HOST_LABEL_MAX, label);
	}
}

static void count_node(struct merged *m, size_t source)
{
	const struct merged_source *s = &m->sources[source];

	m->hosts[s->at].runs++;
	for (size_t k = 0; k < source; k++)
		if (m->sources[k].at == s->at && !strcmp(m->sources[k].node, s->node))
			return;
	m->hosts[s->at].nodes++;
}

static bool has_shard(const struct merged *m, size_t host, uint64_t shard, uint64_t shards)
{
	for (size_t i = 0; i < m->nsources; i++)
		if (m->sources[i].at == host && m->sources[i].shards == shards &&
			(!shard || m->sources[i].shard == shard))
			return true;
	return false;
}

static void find_missing_shards(struct merged *m, size_t host)
{
	_cleanup_(str_release) struct str text = {0};

	for (uint64_t of = 1; of <= SHARDS_MAX; of++) {
		bool any = false;

		for (uint64_t i = 1; has_shard(m, host, 0, of) && i <= of; i++) {
			if (has_shard(m, host, i, of))
				continue;
			str_addf(&text, "%s%llu", text.len ? ", " : "", (unsigned long long)i);
			any = true;
		}
		if (any)
			str_addf(&text, " of %llu", (unsigned long long)of);
	}
	str_copy(m->hosts[host].missing, sizeof(m->hosts[host].missing), str_text(&text));
}

/* ---- programs ---- */

char *merge_program(const struct workloads *workloads, const struct arm *arm, enum arch arch)
{
	const struct workload *w = workloads_find(workloads, arm->parts.workload);
	const struct variant *v = w ? workload_variant(w, arm->parts.variant) : NULL;

	/* A workload whose manifest has gone meanwhile had a program of its variant's name. */
	return v ? plan_program(w, v, arch)
		 : xasprintf("workloads/%s/%s.%s", arch_text(arch), arm->parts.workload,
			   arm->parts.variant);
}

static bool measures(const struct merge_source *s, const char *program)
{
	for (size_t i = 0; i < s->input.plan->n; i++) {
		const struct arm *arm = &s->input.plan->arms[i];
		_cleanup_free_ char *own = merge_program(s->input.workloads, arm, arm->parts.arch);

		if (arm->status == STATUS_OK && !strcmp(own, program))
			return true;
	}
	return false;
}

/* The first of the earlier sources that measured this program decides what it is. */
static void compare_program(
	const struct merge_source *sources, size_t i, const char *program, struct merged *m)
{
	const struct program *mine = programs_find(sources[i].programs, program), *theirs;
	struct clash *c;
	size_t first = 0;

	while (first < i && !measures(&sources[first], program))
		first++;
	theirs = programs_find(sources[first].programs, program);
	if (first == i || program_compare(theirs, mine) == PROGRAM_SAME)
		return;
	for (size_t k = 0; k < m->nclashes; k++)
		if (!strcmp(m->clashes[k].program, program))
			return;
	GROW(m->clashes, m->nclashes, m->clashes_cap);
	c = &m->clashes[m->nclashes++];
	*c = (struct clash){0};
	str_copy(c->program, sizeof(c->program), program);
	str_copy(c->run_a, sizeof(c->run_a), sources[first].input.plan->run);
	str_copy(c->run_b, sizeof(c->run_b), sources[i].input.plan->run);
	str_copy(c->id_a, sizeof(c->id_a), program_id(theirs, mine));
	str_copy(c->id_b, sizeof(c->id_b), program_id(mine, theirs));
}

static void find_clashes(const struct merge_source *sources, size_t n, struct merged *m)
{
	for (size_t i = 1; i < n; i++) {
		const struct plan *plan = sources[i].input.plan;

		for (size_t k = 0; k < plan->n; k++) {
			const struct arm *arm = &plan->arms[k];
			_cleanup_free_ char *program =
				merge_program(sources[i].input.workloads, arm, arm->parts.arch);

			if (arm->status == STATUS_OK)
				compare_program(sources, i, program, m);
		}
	}
}

/* ---- the document ---- */

static void describe_source(const struct merge_source *s, struct merged *m)
{
	const struct plan *plan = s->input.plan;
	struct merged_source *to = &m->sources[m->nsources];

	*to = (struct merged_source){.shard = plan->shard,
		.shards = plan->shards,
		.replayed = plan->replay[0],
		.at = find_host(m, s->input.host, plan->profile)};
	str_copy(to->run, sizeof(to->run), plan->run);
	str_copy(to->created, sizeof(to->created), plan->created);
	str_copy(to->node, sizeof(to->node), s->input.host->id);
	count_node(m, m->nsources++);
}

static void join_hosts(const struct merge_source *sources, struct merged *m)
{
	_cleanup_free_ struct merge_parts *parts = xcalloc(m->nhosts, sizeof(*parts));

	for (size_t h = 0; h < m->nhosts; h++)
		merge_host(sources, h, m, &parts[h]);
	merge_contrasts(m, parts);
	for (size_t h = 0; h < m->nhosts; h++)
		merge_parts_release(&parts[h]);
}

int merge_runs(const struct merge_source *sources, size_t n, struct merged *ret, struct err *err)
{
	struct merged m = {
		.hosts = xcalloc(n, sizeof(*m.hosts)), .sources = xcalloc(n, sizeof(*m.sources))};
	const struct plan *first = sources[0].input.plan;
	struct plan stamp = {0};
	int r = check_sources(sources, n, err);

	if (r < 0) {
		merged_release(&m);
		return r;
	}
	plan_stamp(&stamp);
	str_copy(m.id, sizeof(m.id), stamp.run);
	str_copy(m.created, sizeof(m.created), stamp.created);
	str_copy(m.size, sizeof(m.size), first->size);
	str_copy(m.toll_version, sizeof(m.toll_version), TOLL_VERSION);
	/* By architecture, the order of figures: by name. */
	for (size_t a = ARCH_COUNT; a-- > 0;)
		for (size_t i = 0; i < n; i++)
			if (sources[i].input.host->arch == (enum arch)a)
				find_host(
					&m, sources[i].input.host, sources[i].input.plan->profile);
	for (size_t i = 0; i < n; i++)
		describe_source(&sources[i], &m);
	name_hosts(&m);
	for (size_t i = 0; i < n; i++)
		str_copy(m.sources[i].host, HOST_LABEL_MAX, m.hosts[m.sources[i].at].label);
	for (size_t h = 0; h < m.nhosts; h++)
		find_missing_shards(&m, h);
	find_clashes(sources, n, &m);
	join_hosts(sources, &m);
	merged_name_summaries(&m);
	*ret = m;
	return 0;
}

enum exit_code merged_exit_code(const struct merged *m)
{
	bool measured = false, failed = m->nclashes;

	for (size_t h = 0; h < m->nhosts; h++) {
		enum exit_code code = summary_exit_code(&m->hosts[h].summary);

		failed |= code == EXIT_SOME_FAILED || m->hosts[h].missing[0];
		measured |= code != EXIT_NOTHING && m->hosts[h].summary.ncells;
	}
	if (!measured)
		return EXIT_NOTHING;
	return failed ? EXIT_SOME_FAILED : EXIT_MEASURED;
}
