/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What recorded runs of a real, noisy host say: many cells of a few blocks (traces/suite.csv), and
 * one cell of many (windows.c).
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/cleanup.h"
#include "stats/noise.h"
#include "stats/describe.h"
#include "stats/geomean.h"
#include "stats/interval.h"
#include "tests/validation/trace_file.h"
#include "tests/validation/validate.h"

#define BLOCKS 12
#define BLOCKS_MIN 6 /* arms with fewer are left out */
#define CONFIDENCE 0.95

/* ---- differences ---- */

/* D and z of one arm against the native one. */
struct difference {
	const struct trace *arm;
	size_t n;
	double d[BLOCKS], z[BLOCKS];
};

static const struct trace *reference_of(const struct traces *traces, const struct trace *t)
{
	for (size_t i = 0; i < traces->n; i++) {
		const struct trace *r = &traces->v[i];

		if (!r->duplicate && !strcmp(r->run, t->run) && !strcmp(r->cell.env, "native") &&
			!strcmp(r->cell.workload, t->cell.workload) &&
			!strcmp(r->cell.variant, t->cell.variant))
			return r;
	}
	return NULL;
}

static const struct trace *twin_of(const struct traces *traces, const struct trace *t)
{
	for (size_t i = 0; i < traces->n; i++) {
		const struct trace *r = &traces->v[i];

		if (!r->duplicate && !strcmp(r->run, t->run) && !strcmp(r->cell.env, t->cell.env) &&
			r->cell.arch == t->cell.arch &&
			!strcmp(r->cell.workload, t->cell.workload) &&
			!strcmp(r->cell.variant, t->cell.variant))
			return r;
	}
	return NULL;
}

static struct difference difference(const struct trace *a, const struct trace *b)
{
	struct difference ret = {.arm = a};

	for (size_t i = 0; b && i < BLOCKS && i < a->n && i < b->n; i++) {
		if (isnan(a->time[i]) || isnan(b->time[i]))
			continue;
		ret.d[ret.n] = a->time[i] - b->time[i];
		ret.z[ret.n++] = a->sentinel[i] - b->sentinel[i];
	}
	return ret;
}

/* ---- rows ---- */

/* All differences of an environment and run: to native ones, or those of duplicates (`twins`). */
struct selection {
	struct difference *v;
	size_t n;
	double *d, *z; /* again, n x BLOCKS, NaN where there is none */
};

static struct selection choose(
	const struct traces *traces, const char *run, const char *env, bool twins)
{
	struct selection ret = {.v = xcalloc(traces->n, sizeof(*ret.v)),
		.d = xcalloc(traces->n * BLOCKS, sizeof(*ret.d)),
		.z = xcalloc(traces->n * BLOCKS, sizeof(*ret.z))};

	for (size_t i = 0; i < traces->n; i++) {
		const struct trace *t = &traces->v[i];
		struct difference d;

		if (t->duplicate != twins || strcmp(t->run, run) ||
			(env && strcmp(t->cell.env, env)) ||
			(!twins && !strcmp(t->cell.env, "native")))
			continue;
		d = difference(t, twins ? twin_of(traces, t) : reference_of(traces, t));
		if (d.n < BLOCKS_MIN)
			continue;
		for (size_t b = 0; b < BLOCKS; b++) {
			ret.d[ret.n * BLOCKS + b] = b < d.n ? d.d[b] : NAN;
			ret.z[ret.n * BLOCKS + b] = b < d.n ? d.z[b] : NAN;
		}
		ret.v[ret.n++] = d;
	}
	return ret;
}

static void release(struct selection *s)
{
	free(s->v);
	free(s->d);
	free(s->z);
}

static bool covers(const struct interval *i)
{
	return i->lo <= 1 && i->hi >= 1;
}

static double half_width(const struct interval *i)
{
	return log(i->hi / i->lo) / 2;
}

static void print(const char *run, const char *env, const struct selection *s, const char *method,
	size_t count, double width)
{
	_cleanup_free_ char *label = xasprintf("%s %s", run, env);

	row_print(&(struct row){
		"traces", label, s->n ? s->v[0].n : 0, NAN, method, s->n, count, width});
}

/* `lag1`: mean over cells (count: above 0); `lag1-geomean`: of the suite's mean; `width-…`:
 * geometric means over cells of half-widths over those of plain t. */
static void environment_rows(const struct traces *traces, const char *run, const char *env,
	const struct stats_noise *noise)
{
	struct selection s = choose(traces, run, env, false);
	double lag1 = 0, alone = 0, serial = 0, sentinel = 0, n = (double)s.n;
	struct stats_paired suite = stats_geomean_suite(s.d, s.n, BLOCKS, CONFIDENCE);
	size_t positive = 0;

	for (size_t i = 0; i < s.n; i++) {
		const struct difference *d = &s.v[i];
		struct stats_covariate c = stats_noise_ratio(
			noise, d->d, d->z, d->n, (struct stats_pilot){d->n, 1}, CONFIDENCE);
		struct stats_paired own = stats_ratio_paired(d->d, d->n, CONFIDENCE, NULL);
		double plain = log(half_width(&c.raw.raw));

		lag1 += c.raw.lag1 / n;
		positive += c.raw.lag1 > 0;
		alone += (log(half_width(&own.adjusted)) - plain) / n;
		serial += (log(half_width(&c.raw.adjusted)) - plain) / n;
		sentinel += (log(half_width(&c.ratio.adjusted)) - plain) / n;
	}
	if (s.n) {
		print(run, env, &s, "lag1", positive, lag1);
		print(run, env, &s, "lag1-geomean", suite.lag1 > 0, suite.lag1);
		print(run, env, &s, "width-toll-first", s.n, exp(alone));
		print(run, env, &s, "width-toll-without-sentinel", s.n, exp(serial));
		print(run, env, &s, "width-toll", s.n, exp(sentinel));
	}
	release(&s);
}

/* Duplicates are the same program: their ratio is 1. count: intervals that cover it. */
static void duplicate_rows(
	const struct traces *traces, const char *run, const struct stats_noise *noise)
{
	struct selection s = choose(traces, run, NULL, true);
	size_t plain = 0, without = 0, reported = 0;

	for (size_t i = 0; i < s.n; i++) {
		const struct difference *d = &s.v[i];
		struct stats_covariate c = stats_noise_ratio(
			noise, d->d, d->z, d->n, (struct stats_pilot){d->n, 1}, CONFIDENCE);

		plain += covers(&c.raw.raw);
		without += covers(&c.raw.adjusted);
		reported += covers(&c.ratio.adjusted);
	}
	print(run, "duplicates", &s, "paired-t", plain, NAN);
	print(run, "duplicates", &s, "toll-without-sentinel", without, NAN);
	print(run, "duplicates", &s, "toll", reported, NAN);
	release(&s);
}

/* ---- coverage on recorded noise ---- */

/* Deviations of D and z from their cell's mean, as wide as the cell's noise: the population that
 * blocks are drawn from, in which both means are 0. */
struct population {
	double *d, *z;
	size_t n;
};

static void add_deviations(struct population *p, const struct difference *x)
{
	double d = stats_mean(x->d, x->n), z = stats_mean(x->z, x->n);
	double scale = sqrt((double)x->n / ((double)x->n - 1));

	for (size_t b = 0; b < x->n; b++) {
		p->d[p->n] = (x->d[b] - d) * scale;
		p->z[p->n++] = (x->z[b] - z) * scale;
	}
}

/* The regression of one cell's D on its z, at z = 0: n - 2 degrees of freedom. */
static struct interval own_slope(const double *d, const double *z, size_t n)
{
	double mean_d = stats_mean(d, n), mean_z = stats_mean(z, n), zz = 0, zd = 0, rss = 0, slope;

	for (size_t i = 0; i < n; i++) {
		zz += (z[i] - mean_z) * (z[i] - mean_z);
		zd += (z[i] - mean_z) * (d[i] - mean_d);
	}
	slope = zd / zz;
	for (size_t i = 0; i < n; i++)
		rss += pow(d[i] - mean_d - slope * (z[i] - mean_z), 2);
	return stats_interval_exp(stats_interval_t(mean_d - slope * mean_z,
		sqrt(rss / (double)(n - 2) * (1 / (double)n + mean_z * mean_z / zz)),
		(double)(n - 2), n, CONFIDENCE));
}

/* X(symbol, name) of the ways to use the sentinel. */
#define USES(X)                                                                                    \
	X(NONE, "paired-t")                                                                        \
	X(OWN, "own-slope")                                                                        \
	X(OWN_WHERE_NARROWER, "own-slope-where-narrower")                                          \
	X(RUN, "slope-of-the-run")                                                                 \
	X(TOLL, "toll")

enum use {
#define X(symbol, name) USE_##symbol,
	USES(X)
#undef X
		USES_END
};

#define CELLS 15 /* of a resampled run */
#define RESAMPLED_MAX 10

static void use_sentinel(const double *d, const double *z, size_t n, struct interval *ret)
{
	struct stats_noise noise = stats_noise_learn(d, z, CELLS, n,
		&(struct stats_noise_run){.block_ns = 1, .cells = "", .earlier = NULL});
	struct stats_covariate c =
		stats_noise_ratio(&noise, d, z, n, (struct stats_pilot){n, 1}, CONFIDENCE);

	ret[USE_NONE] = c.raw.raw;
	ret[USE_OWN] = own_slope(d, z, n);
	ret[USE_OWN_WHERE_NARROWER] = half_width(&ret[USE_OWN]) < half_width(&ret[USE_NONE])
					      ? ret[USE_OWN]
					      : ret[USE_NONE];
	ret[USE_RUN] = c.ratio.raw;
	ret[USE_TOLL] = c.ratio.adjusted;
}

static void resample_rows(
	const struct settings *s, const struct population *p, const char *env, size_t n)
{
	static const char *const names[] = {
#define X(symbol, name) name,
		USES(X)
#undef X
	};
	_cleanup_free_ char *label = xasprintf("resampled %s", env);
	gsl_rng *rng = row_rng(s, "traces", label, n, NAN);
	size_t covered[USES_END] = {0};
	double width[USES_END] = {0};

	for (size_t trial = 0; trial < s->trials; trial++) {
		double d[CELLS * RESAMPLED_MAX], z[CELLS * RESAMPLED_MAX];
		struct interval interval[USES_END];

		for (size_t i = 0; i < CELLS * n; i++) {
			size_t k = gsl_rng_uniform_int(rng, p->n);

			d[i] = p->d[k];
			z[i] = p->z[k];
		}
		use_sentinel(d, z, n, interval);
		for (enum use u = 0; u < USES_END; u++) {
			covered[u] += covers(&interval[u]);
			width[u] += log(half_width(&interval[u]) / half_width(&interval[USE_NONE]));
		}
	}
	gsl_rng_free(rng);
	for (enum use u = 0; u < USES_END; u++)
		row_print(&(struct row){"traces", label, n, NAN, names[u], s->trials, covered[u],
			exp(width[u] / (double)s->trials)});
}

/* ---- the section ---- */

/* Calls visit for each run, in order. */
static const char *next_run(const struct traces *traces, const char *last)
{
	bool seen = !last;

	for (size_t i = 0; i < traces->n; i++) {
		if (seen && (!last || strcmp(traces->v[i].run, last)))
			return traces->v[i].run;
		seen |= last && !strcmp(traces->v[i].run, last);
	}
	return NULL;
}

static const char *const environments[] = {"user-x86_64", "user-aarch64", "vm-x86_64-tcg",
	"vm-aarch64-tcg", "vm-x86_64-tcg+user-aarch64"};

#define ENVIRONMENTS (sizeof(environments) / sizeof(environments[0]))

int section_traces(const struct settings *s)
{
	struct traces traces = {0};
	struct population population[ENVIRONMENTS];
	int r = traces_read(s->traces, "suite.csv", &traces);

	for (size_t e = 0; e < ENVIRONMENTS; e++)
		population[e] =
			(struct population){.d = xcalloc(traces.n * BLOCKS + 1, sizeof(double)),
				.z = xcalloc(traces.n * BLOCKS + 1, sizeof(double))};
	for (const char *run = next_run(&traces, NULL); !r && run; run = next_run(&traces, run)) {
		struct selection all = choose(&traces, run, NULL, false);
		struct stats_noise noise = stats_noise_learn(all.d, all.z, all.n, BLOCKS,
			&(struct stats_noise_run){.block_ns = 1, .cells = "", .earlier = NULL});

		print(run, "all cells", &all, "correlation", 0,
			stats_serial_rho(&noise.serial, NULL, 0));
		print(run, "all cells", &all, "slope", 0, noise.slope);
		release(&all);
		for (size_t e = 0; e < ENVIRONMENTS; e++) {
			struct selection one = choose(&traces, run, environments[e], false);

			environment_rows(&traces, run, environments[e], &noise);
			for (size_t i = 0; i < one.n; i++)
				add_deviations(&population[e], &one.v[i]);
			release(&one);
		}
		duplicate_rows(&traces, run, &noise);
	}
	for (size_t e = 0; !r && e < ENVIRONMENTS; e++) {
		resample_rows(s, &population[e], environments[e], 6);
		resample_rows(s, &population[e], environments[e], 10);
	}
	for (size_t e = 0; e < ENVIRONMENTS; e++) {
		free(population[e].d);
		free(population[e].z);
	}
	traces_release(&traces);
	return r ? r : trace_windows(s);
}
