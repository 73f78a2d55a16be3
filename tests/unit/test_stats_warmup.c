/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "stats/rng.h"
#include "stats/warmup.h"
#include "tests/unit/tap.h"

#define N 100

/* level[i] times noise of relative standard deviation sd. */
static void noisy(const double *level, size_t n, double sd, double *ret)
{
	gsl_rng *rng = stats_rng_new(5, 1);

	for (size_t i = 0; i < n; i++)
		ret[i] = level[i] * exp(gsl_ran_gaussian(rng, sd));
	gsl_rng_free(rng);
}

static struct stats_warmup classify(const double *level, size_t n, double sd)
{
	double time[N];

	noisy(level, n, sd, time);
	return stats_warmup_classify(time, n);
}

static void is_class(
	struct stats_warmup w, enum stats_warmup_class class, size_t steady, const char *what)
{
	is_str(stats_warmup_name(w.class), stats_warmup_name(class), "%s: class", what);
	is_int(w.steady, steady, "%s: first steady iteration", what);
}

/* Fills level with `before` up to `at`, then `after`. */
static const double *step(double *level, size_t at, double before, double after)
{
	for (size_t i = 0; i < N; i++)
		level[i] = i < at ? before : after;
	return level;
}

static void classes(void)
{
	double level[N];

	is_class(classify(step(level, 0, 0, 5e6), N, 0.01), STATS_WARMUP_FLAT, 0, "noise alone");
	is_class(classify(step(level, 0, 0, 5e6), N, 0.14), STATS_WARMUP_FLAT, 0, "strong noise");
	is_class(classify(step(level, 30, 9e6, 5e6), N, 0.01), STATS_WARMUP_WARM_UP, 30,
		"faster after 30 iterations");
	is_class(classify(step(level, 1, 9e6, 5e6), N, 0.01), STATS_WARMUP_WARM_UP, 1,
		"a slow first iteration");
	is_class(classify(step(level, 1, 9e6, 5e6), 5, 0.01), STATS_WARMUP_WARM_UP, 1,
		"a slow first iteration of five");
	is_class(classify(step(level, 30, 5e6, 9e6), N, 0.01), STATS_WARMUP_SLOW_DOWN, 30,
		"slower after 30 iterations");
	is_class(classify(step(level, 90, 5e6, 9e6), N, 0.01), STATS_WARMUP_NO_STEADY_STATE, 0,
		"slower in the last quarter");
	is_class(classify(step(level, 75, 9e6, 5e6), N, 0.01), STATS_WARMUP_WARM_UP, 75,
		"faster for just the last quarter");
	is_class(classify(step(level, 77, 9e6, 5e6), N, 0.01), STATS_WARMUP_NO_STEADY_STATE, 0,
		"faster for less than the last quarter");
	is_class(classify(step(level, 50, 1.01e6, 1e6), N, 0.0005), STATS_WARMUP_FLAT, 0,
		"a change within the tolerance");
}

static void mixed(void)
{
	double level[N];

	for (size_t i = 0; i < N; i++)
		level[i] = 1e6 * (1 + 3 * exp(-(double)i / 5));
	ok(classify(level, N, 0.005).class == STATS_WARMUP_WARM_UP, "a decay is a warm-up");
	for (size_t i = 0; i < N; i++)
		level[i] = i < 20 ? 3e6 : i < 50 ? 1e6 : 2e6;
	is_class(classify(level, N, 0.01), STATS_WARMUP_SLOW_DOWN, 50, "fast only in between");
	for (size_t i = 0; i < N; i++)
		level[i] = i < 20 ? 3e6 : i < 50 ? 2e6 : 1e6;
	is_class(classify(level, N, 0.01), STATS_WARMUP_WARM_UP, 50, "two steps down");
	is_int(classify(level, N, 0.01).changes, 2, "both steps are counted");
	for (size_t i = 0; i < N; i++)
		level[i] = i / 10 % 2 ? 1e6 : 2e6;
	is_class(classify(level, N, 0.01), STATS_WARMUP_NO_STEADY_STATE, 0, "two speeds in turn");
}

/* 5 % apart, which the scatter of the steady part (10 %) does not let one tell. */
static void tolerance_follows_the_scatter(void)
{
	double level[N], time[N];

	noisy(step(level, 50, 1.05e6, 1e6), N, 0.1, time);
	for (size_t i = 0; i < 50; i++)
		time[i] = i % 2 ? 1.051e6 : 1.049e6;
	ok(stats_warmup_classify(time, N).changes == 1, "a change of scatter is a change point");
	is_class(stats_warmup_classify(time, N), STATS_WARMUP_FLAT, 0, "a change of scatter alone");
}

static void spikes(void)
{
	double level[N];

	step(level, 0, 0, 5e6);
	level[10] = level[55] = level[56] = level[80] = level[N - 1] = 5e7;
	is_class(
		classify(level, N, 0.01), STATS_WARMUP_FLAT, 0, "spikes of one and two iterations");
	step(level, 30, 9e6, 5e6);
	level[20] = level[60] = 5e7;
	is_class(classify(level, N, 0.01), STATS_WARMUP_WARM_UP, 30, "spikes around a warm-up");
	step(level, 0, 0, 5e6);
	level[40] = level[41] = level[42] = level[43] = 9e6;
	is_int(classify(level, N, 0.01).changes, 2, "four slow iterations are no spike");
}

static void unit_invariance(void)
{
	gsl_rng *rng = stats_rng_new(5, 2);
	bool same = true;

	for (size_t trial = 0; trial < 200; trial++) {
		const double unit[] = {1e-9, 1e-6, 1e-3, 60e9};
		size_t n = 2 + trial % (N - 1);
		double ns[N], other[N];
		struct stats_warmup w;

		for (size_t i = 0; i < n; i++)
			ns[i] = floor(1e5 * exp(gsl_ran_gaussian(rng, 0.03) +
						    (i < trial % 20 ? 0.5 : 0)));
		w = stats_warmup_classify(ns, n);
		for (int u = 0; u < 4; u++) {
			struct stats_warmup v;

			for (size_t i = 0; i < n; i++)
				other[i] = ns[i] * unit[u];
			v = stats_warmup_classify(other, n);
			same &= v.class == w.class && v.steady == w.steady &&
				v.changes == w.changes;
		}
	}
	gsl_rng_free(rng);
	ok(same, "ns, s, ms and minutes classify alike, over 200 series");
}

static void edges(void)
{
	const double bad[] = {NAN, INFINITY, -INFINITY, 0, -1};
	const double equal[] = {3, 3, 3, 3, 3, 3, 3, 3};
	const double ties[] = {9, 9, 9, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3};

	for (size_t n = 0; n < STATS_WARMUP_MIN_N; n++)
		is_class(stats_warmup_classify(equal, n), STATS_WARMUP_TOO_FEW, 0, "too few");
	is_class(stats_warmup_classify(equal, 5), STATS_WARMUP_FLAT, 0, "five equal times");
	is_class(stats_warmup_classify(equal, 8), STATS_WARMUP_FLAT, 0, "equal times");
	is_class(stats_warmup_classify(ties, 16), STATS_WARMUP_WARM_UP, 3, "two exact levels");
	for (int i = 0; i < 5; i++) {
		double time[] = {3, 3, bad[i], 3, 3, 3};

		ok(stats_warmup_classify(time, 6).class == STATS_WARMUP_TOO_FEW,
			"a time of %g is not classified", bad[i]);
	}
	ok(!stats_warmup_name((enum stats_warmup_class)99), "an unknown class has no name");
}

/* What the trimming may not do: declare noise a warm-up. */
static void false_alarms(void)
{
	gsl_rng *rng = stats_rng_new(5, 3);
	const double sd[] = {0.01, 0.05, 0.14};
	size_t alarms = 0;

	for (size_t trial = 0; trial < 3000; trial++) {
		double time[N];
		size_t n = 8 + trial % (N - 7);

		for (size_t i = 0; i < n; i++)
			time[i] = exp(gsl_ran_gaussian(rng, sd[trial % 3]));
		alarms += stats_warmup_classify(time, n).class != STATS_WARMUP_FLAT;
	}
	gsl_rng_free(rng);
	ok(alarms <= 3, "independent noise is flat in all but 0.1 %% of 3,000 series (%zu)",
		alarms);
}

static void long_series(void)
{
	double *time = calloc(4096, sizeof(*time));
	gsl_rng *rng = stats_rng_new(5, 4);
	struct stats_warmup w;

	for (size_t i = 0; i < 4096; i++)
		time[i] = exp(gsl_ran_gaussian(rng, 0.02)) * (i < 500 ? 2 : 1);
	w = stats_warmup_classify(time, 4096);
	gsl_rng_free(rng);
	free(time);
	is_class(w, STATS_WARMUP_WARM_UP, 500, "4096 iterations");
}

static void the_first_is_left_out(void)
{
	const struct stats_warmup few = {0}, flat = {.class = STATS_WARMUP_FLAT},
				  none = {.class = STATS_WARMUP_NO_STEADY_STATE},
				  later = {.class = STATS_WARMUP_WARM_UP, .steady = 7};

	is_int(stats_warmup_left_out(&flat, 10), 1, "of flat ones the first is left out");
	is_int(stats_warmup_left_out(&few, 2), 1, "so it is of two");
	is_int(stats_warmup_left_out(&few, 1), 0, "one alone is not");
	is_int(stats_warmup_left_out(&later, 10), 7, "warm-up is, however long");
	is_int(stats_warmup_left_out(&none, 10), 0, "without a steady state none is");
}

int main(void)
{
	classes();
	the_first_is_left_out();
	mixed();
	tolerance_follows_the_scatter();
	spikes();
	unit_invariance();
	edges();
	false_alarms();
	long_series();
	return done_testing();
}
