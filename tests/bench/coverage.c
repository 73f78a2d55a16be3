/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * coverage [TRIALS [SEED]]: how often the 95 % intervals of a paired ratio (stats/interval.h) cover
 * the truth, on simulated blocks: normal D, independent and with serial correlation 0.3, in the
 * numbers of blocks that the profiles have. Prints a JSON object a line:
 * {"correlation":0.3,"blocks":6,"interval":"raw","covered":0.878,"trials":40000}
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "stats/interval.h"
#include "stats/rng.h"

#define BLOCKS_MAX 20

static bool covers(struct interval interval)
{
	return interval.defined && interval.lo <= 1 && interval.hi >= 1;
}

/* A stationary first-order autoregressive series with mean 0 and standard deviation 1. */
static void simulate(gsl_rng *rng, double correlation, double *d, size_t n)
{
	d[0] = gsl_ran_ugaussian(rng);
	for (size_t i = 1; i < n; i++)
		d[i] = correlation * d[i - 1] +
		       sqrt(1 - correlation * correlation) * gsl_ran_ugaussian(rng);
}

static void print(
	double correlation, size_t blocks, const char *interval, size_t covered, size_t trials)
{
	printf("{\"correlation\":%g,\"blocks\":%zu,\"interval\":\"%s\",\"covered\":%.17g,"
	       "\"trials\":%zu}\n",
		correlation, blocks, interval, (double)covered / (double)trials, trials);
}

static void measure(gsl_rng *rng, double correlation, size_t blocks, size_t trials)
{
	size_t raw = 0, adjusted = 0;
	double d[BLOCKS_MAX];

	for (size_t trial = 0; trial < trials; trial++) {
		struct stats_paired ratio;

		simulate(rng, correlation, d, blocks);
		ratio = stats_ratio_paired(d, blocks, 0.95);
		raw += covers(ratio.raw);
		adjusted += covers(ratio.adjusted);
	}
	print(correlation, blocks, "raw", raw, trials);
	print(correlation, blocks, "adjusted", adjusted, trials);
}

int main(int argc, char **argv)
{
	static const double correlations[] = {0, 0.3};
	static const size_t blocks[] = {6, 20};
	size_t trials = argc > 1 ? strtoul(argv[1], NULL, 10) : 40000;
	uint64_t seed = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;

	if (!trials || argc > 3) {
		fputs("usage: coverage [TRIALS [SEED]]\n", stderr);
		return 2;
	}
	for (size_t c = 0; c < 2; c++) {
		for (size_t b = 0; b < 2; b++) {
			gsl_rng *rng = stats_rng_new(seed, stats_stream(c, b));

			if (!rng)
				return 1;
			measure(rng, correlations[c], blocks[b], trials);
			gsl_rng_free(rng);
		}
	}
	return 0;
}
