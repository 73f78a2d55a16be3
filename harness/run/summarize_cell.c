/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/summarize_parts.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/str.h"
#include "stats/describe.h"
#include "stats/digest.h"
#include "stats/interval.h"

/* ---- ratios ---- */

struct ratio ratio_from(const struct interval *interval)
{
	return (struct ratio){.defined = interval->defined,
		.point = interval->point,
		.lo = interval->lo,
		.hi = interval->hi,
		.blocks = interval->n};
}

/* The blocks that two arms have both: differences of their logarithms, and of the sentinels'. */
struct pairs {
	double *d, *z;
	size_t n;
	struct stats_pilot pilot; /* which of them are its */
};

static struct pairs pairs_of_arms(const struct grid *grid, size_t a, size_t b)
{
	struct pairs p = {
		xcalloc(grid->blocks, sizeof(*p.d)), xcalloc(grid->blocks, sizeof(*p.z)), 0, {0}};

	grid_difference(grid, a, b, p.d, p.z);
	p.n = grid_keep(grid, p.d, p.z, &p.pilot);
	return p;
}

static void pairs_release(struct pairs *p)
{
	free(p->d);
	free(p->z);
}

static struct stats_covariate covariate_of_pairs(const struct grid *grid, const struct pairs *p)
{
	return stats_noise_ratio(&grid->noise, p->d, p->z, p->n, p->pilot, SUMMARY_CONFIDENCE);
}

struct stats_paired paired_of_arms(const struct grid *grid, size_t a, size_t b)
{
	_cleanup_(pairs_release) struct pairs p = pairs_of_arms(grid, a, b);

	return covariate_of_pairs(grid, &p).ratio;
}

struct ratio ratio_of_arms(const struct grid *grid, size_t a, size_t b)
{
	struct stats_paired paired = paired_of_arms(grid, a, b);

	return ratio_from(&paired.adjusted);
}

static void cell_ratio(const struct grid *grid, size_t arm, size_t reference,
	struct cell_summary *c, double precision)
{
	_cleanup_(pairs_release) struct pairs p = pairs_of_arms(grid, arm, reference);
	struct stats_covariate cov = covariate_of_pairs(grid, &p);
	struct interval sign =
		stats_interval_exp(stats_sign_interval(p.d, p.n, SUMMARY_CONFIDENCE));

	c->ratio = ratio_from(&cov.ratio.adjusted);
	c->ratio_raw = ratio_from(&cov.raw.raw);
	c->ratio_sign = ratio_from(&sign);
	/* The reported point is a mean of D, less what the sentinel explains: it moves as D does.
	 */
	c->ratio_untrimmed =
		c->ratio.point * exp(grid_trim_shift(grid, arm, reference, GRID_UNTRIMMED));
	c->ratio_trimmed_twice =
		c->ratio.point * exp(grid_trim_shift(grid, arm, reference, GRID_TRIMMED_TWICE));
	c->lag1 = cov.raw.lag1;
	c->adjusted = cov.used;
	c->target_met = c->ratio.defined && sqrt(c->ratio.hi / c->ratio.lo) - 1 <= precision;
}

/* ---- endings ---- */

static void set_status(struct cell_summary *c, enum status status, const char *reason)
{
	c->status = status;
	str_copy(c->reason, sizeof(c->reason), reason);
}

/* How one execution ended, and why, as far as its time goes: a broken clock is found only here. */
static enum status ending_of(const struct execution_datum *e, char reason[static REASON_MAX])
{
	str_copy(reason, REASON_MAX, e->sample->reason);
	if (!e->refused)
		return e->sample->status;
	audit_refuses(e->sample, reason);
	return STATUS_RUBBISH;
}

/* The first failure decides the reason. Where most executions went well the cell stays ok and
 * carries the reason as a remark: its times are true, and the failed executions are counted. */
static void cell_endings(const struct grid *grid, size_t arm, struct cell_summary *c)
{
	struct executions all = grid_executions(grid, arm);
	enum status first = STATUS_OK;
	char reason[REASON_MAX];

	c->executions = all.n;
	for (size_t i = 0; i < all.n; i++) {
		char one[REASON_MAX];
		enum status status = ending_of(&all.v[i], one);

		c->retries += all.v[i].sample->retries;
		if (status == STATUS_OK)
			continue;
		c->failed++;
		if (first != STATUS_OK)
			continue;
		first = status;
		str_copy(reason, sizeof(reason), one);
	}
	for (size_t b = 0; b < grid->blocks; b++)
		c->blocks += isfinite(grid_at(grid, arm, b)->log_mean);
	if (!c->executions) {
		set_status(c, STATUS_ERROR, "no execution of it is stored");
	} else if (first != STATUS_OK && c->failed * 2 >= c->executions) {
		set_status(c, first, reason);
	} else if (first != STATUS_OK) {
		_cleanup_free_ char *why = xasprintf("%zu of %zu executions: %s, %.160s", c->failed,
			c->executions, status_text(first), reason);

		set_status(c, STATUS_OK, why);
	}
}

/* The native result: the first there is. */
static const struct sample *result_of(const struct grid *grid, size_t arm)
{
	struct executions all = {0};

	if (arm != GRID_NONE)
		all = grid_executions(grid, arm);
	for (size_t i = 0; i < all.n; i++)
		if (all.v[i].sample->status == STATUS_OK)
			return all.v[i].sample;
	return NULL;
}

static struct stats_digest digest_of(const struct sample *s)
{
	return (struct stats_digest){
		.values = s->digest.values, .n = s->digest.n, .hash = s->digest.hash};
}

/* Every execution's digest against the native cell's. One wrong result makes the cell wrong. */
static void cell_digests(const struct grid *grid, size_t arm, size_t reference,
	const struct workload *w, struct cell_summary *c)
{
	const struct sample *want = result_of(grid, reference);
	struct executions all = grid_executions(grid, arm);

	if (!w || !w->compare || !want)
		return;
	for (size_t i = 0; i < all.n; i++) {
		const struct sample *s = all.v[i].sample;
		struct stats_digest got = digest_of(s), right = digest_of(want);
		struct stats_digest_match match;
		_cleanup_free_ char *why = NULL;

		if (s->status != STATUS_OK)
			continue;
		match = stats_digest_compare(&got, &right, w->tolerance);
		if (match.equal)
			continue;
		if (w->tolerance > 0)
			why = xasprintf("block %llu: its result differs from the native one by "
					"%.2g (tolerance %g)",
				(unsigned long long)s->block, match.max_relative, w->tolerance);
		else
			why = xasprintf("block %llu: its result is not the native one, bit for bit",
				(unsigned long long)s->block);
		set_status(c, STATUS_WRONG, why);
		return;
	}
}

/* ---- times ---- */

static void cell_steady(const struct grid *grid, size_t arm, struct cell_summary *c)
{
	_cleanup_free_ double *l = xcalloc(grid->blocks, sizeof(*l));
	struct interval mean;
	struct stats_pilot pilot;
	size_t n;

	for (size_t b = 0; b < grid->blocks; b++)
		l[b] = grid_at(grid, arm, b)->log_mean;
	n = grid_keep(grid, l, NULL, &pilot);
	mean = stats_ratio_two_stage(l, n, pilot, SUMMARY_CONFIDENCE, NULL).adjusted;
	c->mean_ns = n == 1 ? exp(l[0]) : mean.point;
	c->mean_lo_ns = mean.lo;
	c->mean_hi_ns = mean.hi;
}

/* The class most executions are in; ties go to the first in the order of the classes. */
static void cell_warmup(const struct grid *grid, size_t arm, struct cell_summary *c)
{
	size_t count[STATS_WARMUP_WARM_UP + 1] = {0}, best = 0, n = 0;
	struct executions all = grid_executions(grid, arm);
	_cleanup_free_ double *steady = xcalloc(all.n, sizeof(*steady));

	for (size_t i = 0; i < all.n; i++) {
		const struct execution_datum *e = &all.v[i];

		if (!execution_counts(e))
			continue;
		count[e->warmup.class]++;
		steady[n++] = (double)e->steady;
	}
	for (size_t k = 0; k < ARRAY_LEN(count); k++)
		if (count[k] > count[best])
			best = k;
	if (!n)
		return;
	c->warmup_iterations = (size_t)stats_median(steady, n);
	if (grid->timed_by_host[arm])
		return;
	str_copy(c->warmup, sizeof(c->warmup), stats_warmup_name((enum stats_warmup_class)best));
}

static void cell_cold(const struct grid *grid, size_t arm, struct cell_summary *c)
{
	struct executions all = grid_executions(grid, arm);
	_cleanup_free_ double *start = xcalloc(all.n, sizeof(*start));
	_cleanup_free_ double *first = xcalloc(all.n, sizeof(*first));
	_cleanup_free_ double *skew = xcalloc(all.n, sizeof(*skew));
	size_t n = 0, n_skew = 0;

	for (size_t i = 0; i < all.n; i++) {
		const struct execution_datum *e = &all.v[i];

		if (!execution_counts(e))
			continue;
		start[n] = (double)e->sample->startup_ns * e->scale;
		first[n++] = (double)e->sample->iter_wall_ns[0] * e->scale;
		if (e->sample->guest_wall_ns)
			skew[n_skew++] = (1 / e->scale - 1) * 1e6;
	}
	c->skew_ppm = stats_median(skew, n_skew);
	if (grid->timed_by_host[arm])
		return;
	c->startup_ns = stats_median(start, n);
	c->first_iter_ns = stats_median(first, n);
}

/* A clock that is off is said, and what that can do to the times. */
static void cell_clock(const struct grid *grid, size_t arm, struct cell_summary *c)
{
	struct executions all = grid_executions(grid, arm);
	_cleanup_free_ double *doubt = xcalloc(all.n, sizeof(*doubt));
	size_t n = 0;

	c->timed_by_host = grid->timed_by_host[arm];
	if (!c->timed_by_host)
		return;
	for (size_t i = 0; i < all.n; i++) {
		const struct execution_datum *e = &all.v[i];
		struct stats_clock clock = audit_clock(e->sample, e->steady);

		if (isfinite(e->log_mean) && isfinite(stats_clock_doubt(&clock)))
			doubt[n++] = stats_clock_doubt(&clock);
	}
	c->clock_doubt = stats_median(doubt, n);
}

/* An execution's CPU time is of all of it, start-up included: an iteration's is taken to be as
 * large a share of its wall time. */
static void cell_host_cpu(const struct grid *grid, size_t arm, struct cell_summary *c)
{
	struct executions all = grid_executions(grid, arm);
	double cpu_ns = 0, wall_ns = 0;

	for (size_t i = 0; i < all.n; i++) {
		const struct sample *s = all.v[i].sample;

		if (!execution_counts(&all.v[i]) || !s->host_cpu_ns)
			continue;
		cpu_ns += (double)s->host_cpu_ns;
		wall_ns += (double)s->host_wall_ns;
	}
	c->host_cpu_ns = wall_ns > 0 ? c->mean_ns * cpu_ns / wall_ns : NAN;
}

/* What the executions say about themselves: work, path, memory, the probe's answers. */
static void cell_facts(const struct grid *grid, size_t arm, struct cell_summary *c)
{
	struct executions all = grid_executions(grid, arm);

	for (size_t i = 0; i < all.n; i++) {
		const struct sample *s = all.v[i].sample;

		if (s->status != STATUS_OK)
			continue;
		c->iterations += s->iterations;
		c->flop = s->flop;
		c->bytes = s->bytes;
		if (s->max_rss_kib > c->max_rss_kib)
			c->max_rss_kib = s->max_rss_kib;
		if (c->path[0] && strcmp(c->path, s->path))
			str_copy(c->path, sizeof(c->path), "mixed");
		else
			str_copy(c->path, sizeof(c->path), s->path);
		if (!c->probe && s->probe)
			c->probe = xstrdup(s->probe);
	}
}

/* ---- cells ---- */

static void clear_times(struct cell_summary *c)
{
	c->mean_ns = c->mean_lo_ns = c->mean_hi_ns = NAN;
	c->startup_ns = c->first_iter_ns = c->skew_ppm = c->clock_doubt = NAN;
	c->ratio = c->ratio_raw = c->ratio_sign =
		(struct ratio){.point = NAN, .lo = NAN, .hi = NAN};
	c->ratio_untrimmed = c->ratio_trimmed_twice = NAN;
	c->lag1 = NAN;
	c->adjusted = c->target_met = false;
}

static void init_cell(const struct arm *arm, struct cell_summary *c)
{
	*c = (struct cell_summary){.arch = arm->parts.arch,
		.status = arm->status,
		.per_block = arm->executions,
		.extrapolated_ns = NAN,
		.host_cpu_ns = NAN,
		.original_ns = NAN,
		.boot_ns = NAN};
	str_copy(c->id, sizeof(c->id), arm->cell);
	str_copy(c->workload, sizeof(c->workload), arm->parts.workload);
	str_copy(c->variant, sizeof(c->variant), arm->parts.variant);
	str_copy(c->env, sizeof(c->env), arm->parts.env);
	str_copy(c->reason, sizeof(c->reason), arm->reason);
	clear_times(c);
}

static void summarize_cell(const struct summarize_input *in, const struct grid *grid, size_t arm,
	const struct summary *s, struct cell_summary *c)
{
	const struct arm *a = &in->plan->arms[arm];
	const struct workload *w = workloads_find(in->workloads, a->parts.workload);
	size_t reference = grid_native(grid, arm);
	const struct boot_summary *boots = summary_boots(s, a->env.id);

	init_cell(a, c);
	str_copy(c->ran_on, sizeof(c->ran_on), boots ? boots->ran_on : "");
	if (a->status != STATUS_OK)
		return;
	cell_endings(grid, arm, c);
	if (c->status == STATUS_OK)
		cell_digests(grid, arm, reference, w, c);
	cell_facts(grid, arm, c);
	if (c->status != STATUS_OK)
		return;
	c->boot_ns = boots ? boots->hello_ns : NAN;
	cell_steady(grid, arm, c);
	cell_warmup(grid, arm, c);
	cell_cold(grid, arm, c);
	cell_clock(grid, arm, c);
	cell_host_cpu(grid, arm, c);
	if (reference != GRID_NONE && !c->ran_on[0])
		cell_ratio(grid, arm, reference, c, in->plan->precision);
	if (w && w->original_iterations && !strcmp(plan_size(in->plan, a), "seed"))
		c->original_ns = c->mean_ns * (double)w->original_iterations;
}

/* A ratio to a native cell that is wrong means nothing. */
static void drop_ratios_to_wrong_references(struct summary *s)
{
	for (size_t i = 0; i < s->ncells; i++) {
		struct cell_summary *c = &s->cells[i];
		const struct cell_summary *native = summary_reference(s, c);

		if (native && native->status == STATUS_OK)
			continue;
		c->ratio = c->ratio_raw = c->ratio_sign =
			(struct ratio){.point = NAN, .lo = NAN, .hi = NAN};
		c->ratio_untrimmed = c->ratio_trimmed_twice = NAN;
		c->target_met = false;
	}
}

void summarize_cells(const struct summarize_input *in, const struct grid *grid, struct summary *s)
{
	s->cells = xcalloc(in->plan->n, sizeof(*s->cells));
	for (size_t i = 0; i < in->plan->n; i++)
		if (!in->plan->arms[i].duplicate)
			summarize_cell(in, grid, i, s, &s->cells[s->ncells++]);
	drop_ratios_to_wrong_references(s);
}

/* ---- too slow ---- */

/* Geometric mean of the ratios that this environment has in other workloads; NaN without any. */
static double typical_ratio(const struct summary *s, const char *env)
{
	double sum = 0;
	size_t n = 0;

	for (size_t i = 0; i < s->ncells; i++) {
		const struct cell_summary *c = &s->cells[i];

		if (strcmp(c->env, env) || c->status != STATUS_OK || !isfinite(c->ratio.point))
			continue;
		sum += log(c->ratio.point);
		n++;
	}
	return n ? exp(sum / (double)n) : NAN;
}

/* A stack costs about the product of its layers: their ratios in this workload, or, where one is
 * not known, in others. */
static double expected_ratio(const struct summary *s, const struct cell_summary *c)
{
	struct environment env;
	double product = 1;

	if (environment_parse(c->env, &env, NULL) < 0)
		return NAN;
	if (env.n < 2)
		return typical_ratio(s, c->env);
	for (size_t i = 0; i < env.n; i++) {
		struct environment one = {.n = 1, .layers = {env.layers[i]}};
		const struct cell_summary *part;

		one.point = (environment_vm(&one) ? env : environment_reference(&env)).point;
		environment_name(&one);
		part = summary_find(s, c->workload, c->variant, one.id);
		product *= part && isfinite(part->ratio.point) ? part->ratio.point
							       : typical_ratio(s, one.id);
	}
	return product;
}

void summarize_too_slow(const struct plan *plan, struct summary *s)
{
	for (size_t i = 0; i < s->ncells; i++) {
		struct cell_summary *c = &s->cells[i];
		const struct cell_summary *native = summary_reference(s, c);
		char limit[DURATION_TEXT_MAX];
		double expected;

		if (c->status != STATUS_TIMEOUT || !native || !isfinite(native->mean_ns))
			continue;
		expected = native->mean_ns * expected_ratio(s, c);
		/* An execution is at least the iterations to verify, four at most. */
		if (!(expected * 4 > (double)plan->deadline_ns))
			continue;
		c->status = STATUS_TOO_SLOW;
		c->extrapolated_ns = expected;
		snprintf(c->reason, sizeof(c->reason),
			"not done within %s; what an iteration would take is extrapolated from "
			"other cells",
			duration_text(plan->deadline_ns, limit));
	}
}
