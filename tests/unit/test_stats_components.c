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
	struct stats_components c = stats_components(x, two, 3, NULL);

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
	struct stats_components c = stats_components(x, counts, 4, NULL);
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

	ok(!stats_components(x, ones, 4, NULL).defined, "single executions cannot be told apart");
	ok(!stats_components(x, one, 1, NULL).defined, "nor can the executions of a single block");
	ok(!stats_components(bad, two, 2, NULL).defined, "nor what is not finite");
	ok(!stats_components(NULL, NULL, 0, NULL).defined, "nor nothing");
	c = stats_components(opposed, two, 2, NULL);
	ok(c.defined && c.between == 0 && c.share == 0,
		"blocks that differ less than chance lets expect do not differ");
	ok(isinf(stats_components_optimum(&c, 1, 1)), "then one block is enough");
	ok(isnan(stats_components_optimum(&c, 0, 1)), "what costs nothing has no optimum");
	c = stats_components(same, two, 2, NULL);
	ok(c.defined && isnan(c.share), "without variance there are no shares");
}

/* Three iterations and two, by their logarithms: 0 1 2 and 1 3, so i^2 = (2 + 2) / (2 + 1) = 4 / 3,
 * and on average i^2 / k = 4 / 3 · (1/3 + 1/2) / 2 = 5 / 9, k = 12 / 5. */
static struct stats_iterations iterations_of_two(void)
{
	const double three[] = {1, exp(1), exp(2)}, pair[] = {exp(1), exp(3)};
	const double bad[] = {1, 0}, worse[] = {1, NAN};
	struct stats_iterations it = {0};

	stats_iterations_add(&it, three, 3);
	stats_iterations_add(&it, pair, 2);
	stats_iterations_add(&it, bad, 2);
	stats_iterations_add(&it, worse, 2);
	stats_iterations_add(&it, NULL, 0);
	return it;
}

static void three_levels(void)
{
	/* b^2 = 8, w^2 = 2 as above. */
	const double x[] = {0, 2, 3, 5, 6, 8}, alike[] = {0, 0.2, 3, 3.2, 6, 6.2};
	const size_t two[] = {2, 2, 2};
	struct stats_iterations it = iterations_of_two();
	struct stats_components c = stats_components(x, two, 3, &it);

	is_near(it.squares, 4, 1e-12, "squares of the iterations' logarithms");
	ok(it.freedom == 3 && it.executions == 2, "executions with bad times are left out");
	is_near(c.iterations, 2.4, 1e-12, "the harmonic mean of the numbers of iterations");
	is_near(c.iteration, 5.0 / 9, 1e-12, "the variance that iterations leave in a mean");
	is_near(c.execution, 2 - 5.0 / 9, 1e-12, "what is left is the executions' own");
	is_near(c.total, 10, 1e-12, "the three add up to the variance of an execution");
	is_near(c.share, 0.8, 1e-12, "the blocks' share does not depend on the iterations");
	/* sqrt(10 / 1 · (4 / 3) / (13 / 9)) = 3.04; (13/9 + 4/9) 13 < (13/9 + 1/3) 14. */
	is_near(stats_components_iterations(&c, 10, 1), 3, 0, "the best number of iterations");

	c = stats_components(alike, two, 3, &it);
	is_near(c.within, 0.02, 1e-12, "executions that differ by less than their iterations");
	ok(c.execution == 0 && c.iteration == c.within, "have no variance of their own");
	ok(isinf(stats_components_iterations(&c, 10, 1)), "more iterations do what they can");
	c = stats_components(x, two, 3, NULL);
	ok(isnan(c.iteration) && isnan(c.execution) && isnan(stats_components_iterations(&c, 1, 1)),
		"without the iterations the executions' part is not known");
}

static void single_executions(void)
{
	/* The variance of 1, 4, 7 is 9. */
	const double x[] = {1, 4, 7}, single[] = {5};
	const size_t ones[] = {1, 1, 0, 1};
	struct stats_iterations it = iterations_of_two(), none = {0};
	struct stats_components c = stats_components(x, ones, 4, &it), two[2];

	ok(!c.defined && isnan(c.between) && isnan(c.within) && isnan(c.execution),
		"of single executions blocks and executions are not told apart");
	is_near(c.total, 9, 1e-12, "but their variance is known");
	is_near(c.iteration, 5.0 / 9, 1e-12, "and the iterations' part of it");
	ok(isnan(stats_components_optimum(&c, 1, 1)) &&
			isnan(stats_components_gain(&c, 1, 1, 1, 2)),
		"which tells no best number of executions");
	two[0] = c;
	stats_iterations_add(&none, single, 1);
	two[1] = stats_components(x, ones, 4, &none);
	ok(isnan(two[1].iteration) && two[1].iterations == 1,
		"a single iteration tells nothing of iterations");
	c = stats_components_pooled(two, 2);
	is_near(c.total, 9, 1e-12, "such samples are pooled");
	is_near(c.iteration, 5.0 / 9, 1e-12, "those that know them speak for the others");
	is_near(c.iterations, 2 / (1 / 2.4 + 1), 1e-12, "whose numbers of iterations count");
}

static void gain_of_the_best(void)
{
	/* b^2 = 8, w^2 = 2: (8 + 2) · 13 = 130 for one, (8 + 1) · 14 = 126 for two. */
	const double x[] = {0, 2, 3, 5, 6, 8};
	const size_t two[] = {2, 2, 2};
	struct stats_components c = stats_components(x, two, 3, NULL);

	is_near(stats_components_gain(&c, 12, 1, 1, 2), sqrt(126.0 / 130), 1e-12,
		"what another number makes of the standard error in the same time");
	ok(isnan(stats_components_gain(&c, 12, 1, 1, INFINITY)), "infinitely many: nothing");
}

static void pooled(void)
{
	/* Estimates 8 and (0 - 2) / 2 = -1 between blocks, 2 and 2 within. */
	const double x[] = {0, 2, 3, 5, 6, 8}, opposed[] = {1, 3, 1, 3};
	const size_t two[] = {2, 2, 2}, ones[] = {1, 1, 1};
	struct stats_components c[3] = {stats_components(x, two, 3, NULL),
		stats_components(opposed, two, 2, NULL), stats_components(NULL, NULL, 0, NULL)};
	struct stats_components p = stats_components_pooled(c, 3);

	ok(p.defined && p.n == 10 && p.n_blocks == 5, "what is not defined is left out of a pool");
	is_near(p.within, 2, 1e-12, "a pool has the mean variance between executions");
	is_near(p.between, 3.5, 1e-12,
		"and that of the estimates between blocks, negative ones too");
	ok(!stats_components_pooled(c + 2, 1).defined, "a pool of nothing is not defined");
	ok(stats_components_pooled(c + 1, 1).between == 0, "nor is it negative");
	c[2] = stats_components(x, ones, 3, NULL);
	is_near(stats_components_pooled(c, 3).within, 2, 1e-12,
		"where some are told apart, those that are not are left out");
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
		c = stats_components(x, counts, blocks, NULL);
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

/* Three levels, the datum being ln of the mean of the iterations. */
static void simulated_iterations(size_t per_block)
{
	const size_t runs = 3000, blocks = 10, k = 8;
	const double b = 0.03, e = 0.02, i = 0.1;
	gsl_rng *rng = stats_rng_new(5, per_block);
	double between = 0, execution = 0, iteration = 0, total = 0;

	for (size_t r = 0; r < runs; r++) {
		double x[BLOCKS_MAX * EXECUTIONS_MAX], time[8];
		size_t counts[BLOCKS_MAX], n = 0;
		struct stats_iterations it = {0};
		struct stats_components c;

		for (size_t block = 0; block < blocks; block++) {
			double boot = gsl_ran_gaussian(rng, b);

			counts[block] = per_block;
			for (size_t j = 0; j < per_block; j++) {
				double own = boot + gsl_ran_gaussian(rng, e), mean = 0;

				for (size_t l = 0; l < k; l++) {
					time[l] = exp(own + gsl_ran_gaussian(rng, i));
					mean += time[l] / (double)k;
				}
				stats_iterations_add(&it, time, k);
				x[n++] = log(mean);
			}
		}
		c = stats_components(x, counts, blocks, &it);
		between += c.estimate / (double)runs;
		execution += (c.within - c.iteration_estimate) / (double)runs;
		iteration += c.iteration_estimate / (double)runs;
		total += c.total / (double)runs;
	}
	gsl_rng_free(rng);
	is_near(iteration, i * i / (double)k, 0.02 * i * i / (double)k,
		"%zu per block: the iterations' part is found", per_block);
	if (per_block == 1) {
		is_near(total, b * b + e * e + i * i / (double)k, 0.02 * total,
			"single executions: and the total");
		return;
	}
	is_near(execution, e * e, 0.04 * e * e, "%zu per block: the executions' own", per_block);
	is_near(between, b * b, 0.04 * b * b, "%zu per block: and the blocks'", per_block);
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
	three_levels();
	single_executions();
	gain_of_the_best();
	pooled();
	simulated(4, 1, false);
	simulated(2, 1, true);
	simulated_iterations(1);
	simulated_iterations(3);
	optimum_is_best();
	return done_testing();
}
