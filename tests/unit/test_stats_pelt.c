/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Judged by optimal partitioning (Jackson et al. 2005): the same cost, every candidate, no pruning,
 * no prefix sums. */
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "stats/pelt.h"
#include "stats/rng.h"
#include "tests/unit/tap.h"

#define SD_FLOOR 1e-3
#define N_MAX 300

static double segment_cost(const double *y, size_t begin, size_t end)
{
	double m = (double)(end - begin), mean = 0, s2 = 0, v;

	for (size_t i = begin; i < end; i++)
		mean += y[i] / m;
	for (size_t i = begin; i < end; i++)
		s2 += (y[i] - mean) * (y[i] - mean) / m;
	v = fmax(s2, SD_FLOOR * SD_FLOOR);
	return m * (log(v) + s2 / v);
}

static double cost_of(const double *y, size_t n, double penalty, const size_t *change, size_t count)
{
	double cost = penalty * (double)count;

	for (size_t s = 0; s <= count; s++)
		cost += segment_cost(y, s ? change[s - 1] : 0, s < count ? change[s] : n);
	return cost;
}

static double optimal_cost(const double *y, size_t n, double penalty)
{
	double best[N_MAX + 1] = {-penalty};

	for (size_t end = 1; end <= n; end++) {
		best[end] = INFINITY;
		for (size_t s = 0; s < end; s++)
			best[end] = fmin(best[end], best[s] + penalty + segment_cost(y, s, end));
	}
	return best[n];
}

/* A series of kind: 0 noise, 1 level shifts, 2 variance changes, 3 decay, 4 ties, 5 random walk. */
static void make_series(gsl_rng *rng, unsigned int kind, double *y, size_t n)
{
	double level = 0, sd = 0.01, walk = 0;

	for (size_t i = 0; i < n; i++) {
		if (kind == 1 && gsl_rng_uniform(rng) < 0.05)
			level = gsl_ran_gaussian(rng, 0.3);
		if (kind == 2 && gsl_rng_uniform(rng) < 0.03)
			sd = exp(gsl_ran_gaussian(rng, 2)) * 0.01;
		if (kind == 3)
			level = 2 * exp(-(double)i / 12);
		walk += gsl_ran_gaussian(rng, 0.05);
		y[i] = level + gsl_ran_gaussian(rng, sd);
		if (kind == 4)
			y[i] = floor(3 * gsl_rng_uniform(rng)) * 0.01 + (double)(i > n / 2);
		if (kind == 5)
			y[i] = walk;
	}
}

static void finds_the_optimum(void)
{
	static const char *const names[] = {
		"noise", "level shifts", "variance changes", "decay", "ties", "a random walk"};
	gsl_rng *rng = stats_rng_new(3, 1);

	for (unsigned int kind = 0; kind < 6; kind++) {
		double worst = 0;
		bool ascending = true;

		for (size_t trial = 0; trial < 12; trial++) {
			size_t n = 1 + trial * trial * 2, count = 0;
			double penalty = (trial % 3 ? 15 : 2) * log((double)n + 1);
			double y[N_MAX];
			size_t change[N_MAX];

			make_series(rng, kind, y, n);
			if (!stats_pelt(y, n, penalty, SD_FLOOR, change, &count))
				worst = INFINITY;
			for (size_t i = 0; i < count; i++)
				ascending &= change[i] > (i ? change[i - 1] : 0) && change[i] < n;
			worst = fmax(worst, cost_of(y, n, penalty, change, count) -
						    optimal_cost(y, n, penalty));
		}
		ok(ascending, "change points in %s are ascending and inside", names[kind]);
		is_near(worst, 0, 1e-6, "segmentations of %s cost what the best one costs",
			names[kind]);
	}
	gsl_rng_free(rng);
}

static void known_answers(void)
{
	const double step[] = {0, 0.01, -0.01, 0, 1.01, 1, 0.99, 1};
	const double one = 5;
	double flat[64] = {0};
	size_t change[64] = {0}, count = 99;

	ok(stats_pelt(step, 8, 20, SD_FLOOR, change, &count) && count == 1 && change[0] == 4,
		"a step is found where it is");
	ok(stats_pelt(step, 8, 1e6, SD_FLOOR, change, &count) && count == 0,
		"a large enough penalty finds nothing");
	ok(stats_pelt(flat, 64, 1, SD_FLOOR, change, &count) && count == 0, "ties have no changes");
	ok(stats_pelt(&one, 1, 1, SD_FLOOR, change, &count) && count == 0,
		"one point has no changes");
}

static void bad_input(void)
{
	const double bad[] = {NAN, INFINITY, -INFINITY};
	const double y[] = {1, 2, 3};
	size_t change[3] = {7, 7, 7}, count = 99;
	bool refused = true;

	for (int i = 0; i < 3; i++) {
		const double v[] = {1, bad[i], 2};

		ok(!stats_pelt(v, 3, 1, SD_FLOOR, change, &count), "%g is refused", bad[i]);
		refused &= !stats_pelt(y, 3, bad[i], SD_FLOOR, change, &count);
		refused &= !stats_pelt(y, 3, 1, bad[i], change, &count);
	}
	refused &= !stats_pelt(y, 3, -1, SD_FLOOR, change, &count);
	refused &= !stats_pelt(y, 3, 1, 0, change, &count);
	refused &= !stats_pelt(NULL, 0, 1, SD_FLOOR, change, &count);
	ok(refused, "bad penalties, floors and lengths are refused");
	ok(count == 99 && change[0] == 7, "a refusal leaves its outputs untouched");
}

int main(void)
{
	finds_the_optimum();
	known_answers();
	bad_input();
	return done_testing();
}
