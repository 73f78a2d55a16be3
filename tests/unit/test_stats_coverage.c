/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How often the intervals cover what they claim to, on synthetic blocks. Seeds are fixed; bounds
 * are the expected share ± 4 binomial standard deviations, so that another generator or libm would
 * pass as well. What correlated blocks and other noise do is in tests/validation.
 */
#include <gsl/gsl_randist.h>

#include "stats/describe.h"
#include "stats/interval.h"
#include "stats/power.h"
#include "stats/rng.h"
#include "tests/unit/tap.h"

#define TRIALS 8000

static void is_share(size_t count, double low, double high, const char *what)
{
	double share = (double)count / TRIALS;
	double low_bound = low - 4 * sqrt(low * (1 - low) / TRIALS);
	double high_bound = high + 4 * sqrt(high * (1 - high) / TRIALS);

	if (!ok(share >= low_bound && share <= high_bound, "%s: %.4f", what, share))
		printf("#   expected %.4f to %.4f\n", low_bound, high_bound);
}

static bool covers(struct interval i, double truth)
{
	return i.defined && i.lo <= truth && truth <= i.hi;
}

/* Times of two cells that differ by a true factor of 6, log-normal about a shared block effect. */
static void independent_blocks(void)
{
	gsl_rng *rng = stats_rng_new(11, 1);
	size_t raw = 0, adjusted = 0, sign = 0;

	for (size_t trial = 0; trial < TRIALS; trial++) {
		double d[8];

		for (size_t i = 0; i < 8; i++) {
			double block = gsl_ran_gaussian(rng, 0.3);
			double reference = 1e6 * exp(block + gsl_ran_gaussian(rng, 0.02));
			double cell = 6e6 * exp(block + gsl_ran_gaussian(rng, 0.10));

			d[i] = log(cell) - log(reference);
		}
		raw += covers(stats_ratio_paired(d, 8, 0.95, NULL).raw, 6);
		adjusted += covers(stats_ratio_paired(d, 8, 0.95, NULL).adjusted, 6);
		sign += covers(stats_interval_exp(stats_sign_interval(d, 8, 0.95)), 6);
	}
	gsl_rng_free(rng);
	is_share(raw, 0.95, 0.95, "raw paired ratio of independent blocks covers 95 %");
	is_share(adjusted, 0.95, 0.97, "adjusted paired ratio covers 95 to 97 %");
	is_share(sign, 1 - 2 / 256., 1 - 2 / 256., "sign interval of 8 covers 1 - 2^-7");
}

static void two_runs(void)
{
	gsl_rng *rng = stats_rng_new(11, 3);
	size_t covered = 0, rejected = 0, family = 0;

	for (size_t trial = 0; trial < TRIALS; trial++) {
		double x[6], y[9], p[3];
		bool any = false;

		for (int cell = 0; cell < 3; cell++) {
			struct stats_welch w;

			for (int i = 0; i < 6; i++)
				x[i] = gsl_ran_gaussian(rng, 0.05);
			for (int i = 0; i < 9; i++)
				y[i] = gsl_ran_gaussian(rng, 0.15);
			w = stats_ratio_welch(x, 6, y, 9, 0.95);
			p[cell] = w.p;
			if (cell)
				continue;
			covered += covers(w.ratio, 1);
			rejected += w.p < 0.05;
		}
		stats_holm(p, 3, p);
		for (int cell = 0; cell < 3; cell++)
			any |= p[cell] < 0.05;
		family += any;
	}
	gsl_rng_free(rng);
	is_share(covered, 0.945, 0.955, "Welch's interval, unequal variances");
	is_int(covered + rejected, TRIALS, "p < 0.05 exactly where the interval excludes 1");
	is_share(family, 0.04, 0.055, "Holm keeps the family-wise error of three cells");
}

static void smallest_detectable_effect(void)
{
	gsl_rng *rng = stats_rng_new(11, 5);
	double shift = stats_detectable(5, 0.05, 0.8) / sqrt(6);
	size_t seen = 0;

	for (size_t trial = 0; trial < TRIALS; trial++) {
		double x[6];

		for (int i = 0; i < 6; i++)
			x[i] = shift + gsl_ran_ugaussian(rng);
		seen += !covers(stats_ratio_paired(x, 6, 0.95, NULL).raw, 1);
	}
	gsl_rng_free(rng);
	is_share(seen, 0.8, 0.8, "the smallest detectable effect is seen in 80 % of runs");
}

int main(void)
{
	independent_blocks();
	two_runs();
	smallest_detectable_effect();
	return done_testing();
}
