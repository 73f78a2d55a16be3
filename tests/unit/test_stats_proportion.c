/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: the defining equations solved by bisection, with binomial sums and, for numbers of
 * trials that are not whole, Simpson's rule on the beta density, in Python. */
#include "stats/proportion.h"

#include <gsl/gsl_randist.h>

#include "stats/rng.h"
#include "tests/unit/tap.h"

static bool is_undefined(struct stats_proportion p)
{
	return !p.defined && isnan(p.point) && isnan(p.lo) && isnan(p.hi) && isnan(p.effective);
}

static void exact(void)
{
	struct stats_proportion p = stats_proportion_exact(2, 20, 0.95);

	is_near(p.point, 0.1, 1e-15, "share of 2 of 20");
	is_near(p.lo, 0.0123485271702948, 1e-13, "its lower bound");
	is_near(p.hi, 0.3169827140190828, 1e-13, "its upper bound");
	p = stats_proportion_exact(7, 63, 0.95);
	is_near(p.lo, 0.04585662371687076, 1e-13, "lower bound of 7 of 63");
	is_near(p.hi, 0.2156242487025279, 1e-13, "upper bound of 7 of 63");
	p = stats_proportion_exact(0, 10, 0.95);
	ok(p.lo == 0, "without a hit the lower bound is 0");
	is_near(p.hi, 0.3084971078187608, 1e-13, "and the upper 1 - .025^(1/10)");
	p = stats_proportion_exact(10, 10, 0.95);
	ok(p.hi == 1, "with nothing but hits the upper bound is 1");
	is_near(p.lo, 0.6915028921812392, 1e-13, "and the lower the tenth root of .025");
	ok(is_undefined(stats_proportion_exact(0, 0, 0.95)), "no trial says nothing");
	ok(is_undefined(stats_proportion_exact(3, 2, 0.95)), "more hits than trials are refused");
	ok(is_undefined(stats_proportion_exact(1, 2, 1)), "and so is a confidence of 1");
}

static void clustered(void)
{
	const size_t hits[] = {0, 3, 0, 1, 0, 0, 4}, n[] = {9, 9, 9, 9, 3, 0, 9};
	const size_t even[] = {1, 1, 1, 1}, ten[] = {10, 10, 10, 10}, none[] = {0, 0, 0, 0};
	const size_t all_or_none[] = {10, 0, 0, 0};
	struct stats_proportion p = stats_proportion_clustered(hits, n, 7, 0.95), alone;

	ok(p.hits == 8 && p.n == 48, "all clusters are counted");
	is_near(p.effective, 12.09806794409604, 1e-9, "what clustered trials are worth");
	is_near(p.lo, 0.021134763387, 1e-10, "lower bound of clustered trials");
	is_near(p.hi, 0.482571863007, 1e-10, "upper bound of clustered trials");
	p = stats_proportion_clustered(even, ten, 4, 0.95);
	alone = stats_proportion_exact(4, 40, 0.95);
	ok(p.effective == 40 && p.lo == alone.lo && p.hi == alone.hi,
		"clusters that are all alike count as independent trials, not as more");
	p = stats_proportion_clustered(all_or_none, ten, 4, 0.95);
	alone = stats_proportion_exact(1, 4, 0.95);
	ok(p.effective == 4, "clusters that hit as a whole count as one trial each");
	is_near(p.lo, alone.lo, 1e-12, "with the bounds of so many");
	p = stats_proportion_clustered(none, ten, 4, 0.95);
	ok(p.effective == 40 && p.lo == 0, "without a hit nothing is known about dependence");
	p = stats_proportion_clustered(even, ten, 1, 0.95);
	ok(p.effective == 1 && p.hi - p.lo > 0.9, "one cluster alone says next to nothing");
	ok(is_undefined(stats_proportion_clustered(none, none, 4, 0.95)), "no trial at all");
	ok(is_undefined(stats_proportion_clustered(ten, even, 4, 0.95)), "hits beyond trials");
	ok(is_undefined(stats_proportion_clustered(NULL, NULL, 0, 0.95)), "no cluster at all");
}

/* Runs of nine intervals that exclude 1 in 5 % of cases; with `common`, what all nine of a run
 * share is as much as what each has of its own. Returns the share of counts whose bound is above 5
 * %. */
static double false_alarms(size_t runs, double common, bool by_cluster)
{
	gsl_rng *rng = stats_rng_new(11, runs);
	size_t alarms = 0, trials = 1000;

	for (size_t t = 0; t < trials; t++) {
		size_t hits[64] = {0}, n[64], all = 0;
		struct stats_proportion p;

		for (size_t r = 0; r < runs; r++) {
			double shared = gsl_ran_ugaussian(rng) * sqrt(common);

			n[r] = 9;
			for (size_t i = 0; i < n[r]; i++)
				hits[r] += fabs(shared + gsl_ran_ugaussian(rng) *
								 sqrt(1 - common)) > 1.959964;
			all += hits[r];
		}
		p = by_cluster ? stats_proportion_clustered(hits, n, runs, 0.95)
			       : stats_proportion_exact(all, 9 * runs, 0.95);
		alarms += p.lo > 0.05;
	}
	gsl_rng_free(rng);
	return (double)alarms / (double)trials;
}

static void dependence(void)
{
	double independent = false_alarms(40, 0, true), few = false_alarms(10, 0.5, true);
	double many = false_alarms(40, 0.5, true), naive = false_alarms(40, 0.5, false);

	ok(independent <= 0.03, "independent trials are called too many in 2.5 %% of counts: %.3f",
		independent);
	ok(few <= 0.03 && many <= 0.03, "and so are dependent ones: %.3f of 10 runs, %.3f of 40",
		few, many);
	ok(naive > 0.05, "which they are not when they are taken for independent: %.3f", naive);
}

int main(void)
{
	exact();
	clustered();
	dependence();
	return done_testing();
}
