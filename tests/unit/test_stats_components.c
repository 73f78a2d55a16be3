/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include <gsl/gsl_randist.h>

#include "stats/components.h"
#include "stats/rng.h"
#include "tap.h"

#define BLOCKS_MAX 40
#define EXECUTIONS_MAX 4

static void known_values(void)
{
	/* Means 1, 4, 7 and deviations ±1: MSB = 2 · 18 / 2 = 18, MSW = 6 / 3 = 2, m_0 = 2. */
	const double x[] = {0, 2, 3, 5, 6, 8};
	const size_t two[] = {2, 2, 2};
	struct stats_components c = stats_components(x, two, 3);

	ok(c.defined && c.n_blocks == 3 && c.n == 6, "three blocks of two");
	is_near(c.within, 2, 1e-12, "between executions");
	is_near(c.between, 8, 1e-12, "between blocks");
	is_near(c.share, 0.8, 1e-12, "the share of the blocks");
	/* sqrt(12 · 2 / 8) = 1.73: (8 + 1) · 14 = 126 for two, (8 + 2) · 13 = 130 for one. */
	is_near(stats_components_optimum(&c, 12, 1), 2, 0, "the better neighbour of the optimum");
	is_near(stats_components_optimum(&c, 1, 1), 1, 0, "never less than one execution");
}

static void unequal_counts(void)
{
	/* Searle's formulas by hand: means 1, 5, 9; grand mean 11 / 3; MSW = 2 / 3;
	 * sum m (M_k - M)^2 = (3 · 8^2 + 2 · 4^2 + 16^2) / 9 = 480 / 9; m_0 = (6 - 14/6) / 2. */
	const double x[] = {0, 1, 2, 5, 5, 9};
	const size_t counts[] = {3, 0, 2, 1};
	struct stats_components c = stats_components(x, counts, 4);
	ok(c.defined && c.n_blocks == 3, "a block without executions does not count");
	is_near(c.within, 2.0 / 3, 1e-12, "between executions, unequal counts");
	is_near(c.between, (480.0 / 18 - 2.0 / 3) / ((6 - 14.0 / 6) / 2), 1e-12,
		"between blocks, unequal counts");
}

static void what_is_not_defined(void)
{
	const double x[] = {1, 2, 3, 4}, bad[] = {1, NAN, 3, 4}, opposed[] = {1, 3, 1, 3};
	const double same[] = {5, 5, 5, 5};
	const size_t ones[] = {1, 1, 1, 1}, one[] = {4}, two[] = {2, 2};
	struct stats_components c;

	ok(!stats_components(x, ones, 4).defined, "single executions cannot be told apart");
	ok(!stats_components(x, one, 1).defined, "nor can the executions of a single block");
	ok(!stats_components(bad, two, 2).defined, "nor what is not finite");
	ok(!stats_components(NULL, NULL, 0).defined, "nor nothing");
	c = stats_components(opposed, two, 2);
	ok(c.defined && c.between == 0 && c.share == 0,
		"blocks that differ less than chance lets expect do not differ");
	ok(isinf(stats_components_optimum(&c, 1, 1)), "then one block is enough");
	ok(isnan(stats_components_optimum(&c, 0, 1)), "what costs nothing has no optimum");
	c = stats_components(same, two, 2);
	ok(c.defined && isnan(c.share), "without variance there are no shares");
}

static void pooled(void)
{
	/* Estimates 8 and (0 - 2) / 2 = -1 between blocks, 2 and 2 within. */
	const double x[] = {0, 2, 3, 5, 6, 8}, opposed[] = {1, 3, 1, 3};
	const size_t two[] = {2, 2, 2};
	struct stats_components c[3] = {stats_components(x, two, 3),
		stats_components(opposed, two, 2), stats_components(NULL, NULL, 0)};
	struct stats_components p = stats_components_pooled(c, 3);

	ok(p.defined && p.n == 10 && p.n_blocks == 5, "what is not defined is left out of a pool");
	is_near(p.within, 2, 1e-12, "a pool has the mean variance between executions");
	is_near(p.between, 3.5, 1e-12,
		"and that of the estimates between blocks, negative ones too");
	ok(!stats_components_pooled(c + 2, 1).defined, "a pool of nothing is not defined");
	ok(stats_components_pooled(c + 1, 1).between == 0, "nor is it negative");
}

/* The mean of the estimates over many simulated runs. */
static void simulated(double between, double within, bool unequal)
{
	const size_t runs = 4000, blocks = 12;
	gsl_rng *rng = stats_rng_new(3, 1);
	double sum_between = 0, sum_within = 0;

	for (size_t r = 0; r < runs; r++) {
		double x[BLOCKS_MAX * EXECUTIONS_MAX];
		size_t counts[BLOCKS_MAX], n = 0;
		struct stats_components c;

		for (size_t b = 0; b < blocks; b++) {
			double boot = gsl_ran_gaussian(rng, sqrt(between));

			counts[b] = unequal ? 1 + b % 4 : 3;
			for (size_t i = 0; i < counts[b]; i++)
				x[n++] = 7 + boot + gsl_ran_gaussian(rng, sqrt(within));
		}
		c = stats_components(x, counts, blocks);
		sum_between += c.estimate;
		sum_within += c.within;
	}
	gsl_rng_free(rng);
	is_near(sum_within / (double)runs, within, 0.02 * within,
		"%s counts: the variance between executions is found",
		unequal ? "unequal" : "equal");
	is_near(sum_between / (double)runs, between, 0.03 * between,
		"%s counts: and that between blocks", unequal ? "unequal" : "equal");
}

/* The optimum of the formula is the best of a search. */
static void optimum_is_best(void)
{
	size_t right = 0, tried = 0;

	for (double between = 0.1; between < 4; between *= 2) {
		for (double boot = 0.2; boot < 50; boot *= 3) {
			struct stats_components c = {
				.defined = true, .between = between, .within = 1};
			double best = 1;

			for (double m = 1; m <= 100; m++)
				if ((between + 1 / m) * (boot + m) <
					(between + 1 / best) * (boot + best))
					best = m;
			right += stats_components_optimum(&c, boot, 1) == best;
			tried++;
		}
	}
	is_int(right, tried, "no other number of executions is as precise for its cost");
}

int main(void)
{
	known_values();
	unequal_counts();
	what_is_not_defined();
	pooled();
	simulated(4, 1, false);
	simulated(2, 1, true);
	optimum_is_best();
	return done_testing();
}
