/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Long recorded runs of one cell (traces/long.csv), cut into windows that stand for runs of n
 * blocks: here the noise has the order in which it came. The truth is the mean over the whole
 * trace. Windows of `consecutive` blocks are what a run is that has them one after the other; the n
 * blocks of a `spread` one lie evenly in ten times as many; `shuffled` are consecutive ones of the
 * trace in random order, and show what its law does without its order. Every block is in one window
 * of each kind.
 *
 * `ratio` is the paired D; `time` is ln of the cell's time alone, what the host does to it without
 * a reference beside it.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "base/cleanup.h"
#include "stats/describe.h"
#include "stats/noise.h"
#include "tests/validation/trace_file.h"
#include "tests/validation/validate.h"

#define CONFIDENCE 0.95
#define SPREAD ((size_t)10)
#define SHUFFLES ((size_t)25)

static const size_t lengths[] = {5, 10, 20};

/* d, and z of the sentinel (NaN: none), block by block. */
struct sequence {
	const char *run, *what;
	size_t n;
	double *d, *z;
};

/* The blocks of all windows, one window after the other. */
struct windows {
	size_t length, n;
	double *d, *z;
};

static struct windows cut(const struct sequence *s, size_t length, bool spread)
{
	size_t step = spread ? SPREAD : 1, span = length * step;
	struct windows ret = {.length = length, .n = s->n / span * step};

	ret.d = xcalloc(ret.n * length, sizeof(*ret.d));
	ret.z = xcalloc(ret.n * length, sizeof(*ret.z));
	for (size_t w = 0; w < ret.n; w++)
		for (size_t i = 0; i < length; i++) {
			size_t block = w / step * span + w % step + i * step;

			ret.d[w * length + i] = s->d[block];
			ret.z[w * length + i] = s->z[block];
		}
	return ret;
}

static void release(struct windows *w)
{
	free(w->d);
	free(w->z);
}

/* X(symbol, name): by the window alone, plainly and as toll does; by it and the other windows, as
 * if they were the runs before it on this host, without the sentinel, with its slope alone, and
 * with both. */
#define METHODS(X)                                                                                 \
	X(PLAIN, "paired-t")                                                                       \
	X(FIRST, "toll-first")                                                                     \
	X(WITHOUT, "toll-without-sentinel")                                                        \
	X(SLOPE, "slope-of-the-runs")                                                              \
	X(TOLL, "toll")

enum method {
#define X(symbol, name) METHOD_##symbol,
	METHODS(X)
#undef X
		METHODS_END
};

static const char *const names[] = {
#define X(symbol, name) name,
	METHODS(X)
#undef X
};

/* What the windows say of the noise, each as a run of its own: of z = NaN, correlation alone. */
static struct noise_sums *learn(const struct windows *w, const double *z)
{
	struct noise_sums *ret = xcalloc(w->n, sizeof(*ret));

	for (size_t i = 0; i < w->n; i++)
		ret[i] = stats_noise_learn(w->d + i * w->length, z + i * w->length, 1, w->length,
			&(struct stats_noise_run){.block_ns = 1, .cells = "", .earlier = NULL})
				 .own;
	return ret;
}

/* The ratio of one window, after the others: the ones before it first, the latest in front. */
static struct stats_covariate judge(
	const struct windows *w, size_t which, const double *z, const struct noise_sums *sums)
{
	struct noise_history earlier = {.v = xcalloc(w->n, sizeof(*earlier.v)), .n = w->n - 1};
	const double *d = w->d + which * w->length;
	struct stats_covariate ret;
	struct stats_noise noise;

	for (size_t i = 0; i < earlier.n; i++)
		earlier.v[i] = sums[(which + w->n - 1 - i) % w->n];
	z += which * w->length;
	noise = stats_noise_learn(d, z, 1, w->length,
		&(struct stats_noise_run){.block_ns = 1, .cells = "", .earlier = &earlier});
	ret = stats_noise_ratio(
		&noise, d, z, w->length, (struct stats_pilot){w->length, 1}, CONFIDENCE);
	free(earlier.v);
	return ret;
}

static const char *const orders[] = {"consecutive", "spread", "shuffled"};

enum order { CONSECUTIVE, SPREAD_OUT, SHUFFLED, ORDERS };

struct judged {
	double truth;
	size_t trials, covered[METHODS_END];
	double *width[METHODS_END];
};

static void count(struct judged *t, const struct interval *found)
{
	for (enum method m = 0; m < METHODS_END; m++) {
		t->covered[m] += found[m].lo <= t->truth && t->truth <= found[m].hi;
		t->width[m][t->trials] = log(found[m].hi / found[m].lo) / 2;
	}
	t->trials++;
}

static void judge_all(const struct windows *w, struct judged *t)
{
	_cleanup_free_ double *none = xcalloc(w->n * w->length, sizeof(*none));
	struct noise_sums *blind, *sums = learn(w, w->z);

	for (size_t i = 0; i < w->n * w->length; i++)
		none[i] = NAN;
	blind = learn(w, none);
	for (size_t i = 0; i < w->n; i++) {
		struct stats_covariate without = judge(w, i, none, blind);
		struct stats_covariate with = judge(w, i, w->z, sums);
		struct stats_paired alone =
			stats_ratio_paired(w->d + i * w->length, w->length, CONFIDENCE, NULL);

		count(t, (struct interval[METHODS_END]){[METHOD_PLAIN] = alone.raw,
				 [METHOD_FIRST] = alone.adjusted,
				 [METHOD_WITHOUT] = without.ratio.adjusted,
				 [METHOD_SLOPE] = with.ratio.raw,
				 [METHOD_TOLL] = with.ratio.adjusted});
	}
	free(blind);
	free(sums);
}

static void shuffle(gsl_rng *rng, struct sequence *s)
{
	for (size_t i = s->n; i > 1; i--) {
		size_t k = gsl_rng_uniform_int(rng, i);
		double d = s->d[k], z = s->z[k];

		s->d[k] = s->d[i - 1];
		s->z[k] = s->z[i - 1];
		s->d[i - 1] = d;
		s->z[i - 1] = z;
	}
}

/* The blocks of s are in another order afterwards when they are to be shuffled. */
static void window_rows(
	const struct settings *settings, struct sequence *s, size_t length, enum order order)
{
	_cleanup_free_ char *label = xasprintf("%s %s %s", s->run, s->what, orders[order]);
	gsl_rng *rng = row_rng(settings, "traces", label, length, NAN);
	struct judged t = {.truth = exp(stats_mean(s->d, s->n))};
	enum method end = isnan(s->z[0]) ? METHOD_SLOPE : METHODS_END;

	for (enum method m = 0; m < METHODS_END; m++)
		t.width[m] = xcalloc(s->n * SHUFFLES, sizeof(double));
	for (size_t again = order == SHUFFLED ? SHUFFLES : 1; again; again--) {
		struct windows w;

		if (order == SHUFFLED)
			shuffle(rng, s);
		w = cut(s, length, order == SPREAD_OUT);
		judge_all(&w, &t);
		release(&w);
	}
	for (enum method m = 0; m < METHODS_END; m++) {
		if (m < end)
			row_print(&(struct row){"traces", label, length, NAN, names[m], t.trials,
				t.covered[m], stats_median(t.width[m], t.trials)});
		free(t.width[m]);
	}
	gsl_rng_free(rng);
}

/* Over the whole trace. `lag1`: of D; `sentinel-bias`: e to the mean of z, count 1 where its
 * interval excludes 1. */
static void sequence_rows(const struct settings *settings, struct sequence *s)
{
	_cleanup_free_ char *label = xasprintf("%s %s", s->run, s->what);
	double lag1 = stats_ratio_paired(s->d, s->n, CONFIDENCE, NULL).lag1;
	struct interval bias = stats_ratio_paired(s->z, s->n, CONFIDENCE, NULL).adjusted;

	row_print(&(struct row){"traces", label, s->n, NAN, "lag1", 1, lag1 > 0, lag1});
	if (bias.defined)
		row_print(&(struct row){"traces", label, s->n, NAN, "sentinel-bias", 1,
			bias.lo > 1 || bias.hi < 1, bias.point});
	for (enum order order = 0; order < ORDERS; order++)
		for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
			window_rows(settings, s, lengths[i], order);
}

/* Of a cell and its reference, in blocks that have both. */
static struct sequence pair(const struct trace *cell, const struct trace *reference, bool ratio)
{
	struct sequence ret = {.run = cell->run,
		.what = ratio ? "ratio" : "time",
		.d = xcalloc(cell->n, sizeof(double)),
		.z = xcalloc(cell->n, sizeof(double))};

	for (size_t b = 0; b < cell->n && b < reference->n; b++) {
		double d = cell->time[b] - reference->time[b];

		if (isnan(d))
			continue;
		ret.z[ret.n] = ratio ? cell->sentinel[b] - reference->sentinel[b] : NAN;
		ret.d[ret.n++] = ratio ? d : cell->time[b];
	}
	return ret;
}

int trace_windows(const struct settings *s)
{
	struct traces traces = {0};
	int r = traces_read(s->traces, "long.csv", &traces);

	/* A native arm, and the cell that is measured beside it. */
	for (size_t i = 0; !r && i + 1 < traces.n; i += 2)
		for (int ratio = 1; ratio >= 0; ratio--) {
			struct sequence one = pair(&traces.v[i + 1], &traces.v[i], ratio);

			sequence_rows(s, &one);
			free(one.d);
			free(one.z);
		}
	traces_release(&traces);
	return r;
}
