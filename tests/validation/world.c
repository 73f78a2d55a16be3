/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/validation/world.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "stats/describe.h"
#include "stats/rng.h"

/* As recorded: a block takes about 26 s, an execution of a small program 0.3 s; the executions of
 * one program follow each other within seconds. */
#define BLOCK_S 26.0
#define EXECUTION_S 0.3
#define APART_S 1.0
#define SPELL_MIN_S 3.0
#define SPELL_MAX_S 15.0

#define BASE_NS 5e7
#define SENTINEL_NS 1.6e6
#define SENTINEL_SIGMA 0.02

/* ---- the host's speed ---- */

/* Times only go forward. */
struct host {
	const struct world *world;
	gsl_rng *rng;
	double run_s;
	bool slow;
	double until_s;
};

static void host_init(struct host *h, const struct world *world, gsl_rng *rng, double run_s)
{
	*h = (struct host){.world = world, .rng = rng, .run_s = run_s};
	if (!world->spells.slow)
		return;
	h->slow = gsl_rng_uniform(rng) < 0.5;
	/* Starts within a spell: the longer one is, the likelier. */
	h->until_s = gsl_rng_uniform(rng) *
		     sqrt(gsl_ran_flat(rng, SPELL_MIN_S * SPELL_MIN_S, SPELL_MAX_S * SPELL_MAX_S));
}

/* ln of the host's slowness at that second, for what feels so much of the spells. */
static double host_at(struct host *h, double second, double feels)
{
	double ret = h->world->drift * second / h->run_s;

	if (!h->world->spells.slow)
		return ret;
	while (second >= h->until_s) {
		h->slow = !h->slow;
		h->until_s += gsl_ran_flat(h->rng, SPELL_MIN_S, SPELL_MAX_S);
	}
	return ret + (h->slow ? h->world->spells.slow * feels : 0);
}

/* ---- noise ---- */

/* One draw on the scale of its own standard deviation s, as ln t. */
static double draw(const struct world *world, gsl_rng *rng, double s)
{
	double x;

	switch (world->law) {
	case LAW_NORMAL:
		x = s * gsl_ran_ugaussian(rng);
		return log1p(fmax(x, -0.9));
	case LAW_T3:
		return s * gsl_ran_tdist(rng, 3) / sqrt(3);
	case LAW_SPIKES:
		x = gsl_ran_ugaussian(rng);
		return s * (gsl_rng_uniform(rng) < 0.03 ? x + 10 : x);
	default:
		return s * gsl_ran_ugaussian(rng);
	}
}

/* The next value of a stationary autoregression. */
static double next(const struct world *world, gsl_rng *rng, double s, bool first, double *last)
{
	double rho = world->correlation, x = draw(world, rng, s);

	if (rho > 0 && !first)
		x = rho * *last + sqrt(1 - rho * rho) * x;
	*last = x;
	return x;
}

/* ---- runs ---- */

static void execute(struct host *h, gsl_rng *rng, double begin_s, int arm, double noise,
	const double *iteration_noise, double *ns, double *sentinel_ns)
{
	const struct world *w = h->world;
	double feels = arm == CELL ? w->spells.cell : w->spells.reference;
	double level = arm == CELL ? log(BASE_NS * WORLD_RATIO) : log(BASE_NS);

	for (int k = 0; k < 2; k++) {
		if (k) {
			for (size_t i = 0; i < WORLD_ITERATIONS; i++) {
				double s = begin_s + EXECUTION_S * (double)i / WORLD_ITERATIONS;

				ns[i] = exp(
					level + noise + iteration_noise[i] + host_at(h, s, feels));
			}
		}
		sentinel_ns[k] = SENTINEL_NS *
				 exp(host_at(h, begin_s + k * EXECUTION_S, w->spells.sentinel) +
					 gsl_ran_gaussian(rng, SENTINEL_SIGMA));
	}
}

/* What autoregressions remember from block to block. */
struct memory {
	double boot[ARMS], iteration[WORLD_ROUNDS_MAX][ARMS][WORLD_ITERATIONS];
};

/* When in which block. */
struct moment {
	size_t block, round;
	double part; /* of the block that is over */
};

/* Both arms, one after the other. Of their shares of the variance, `boot` is drawn anew per block
 * and `iteration` per iteration; `common` is there already. */
static void one_round(struct host *h, gsl_rng *rng, const struct moment *at, double boot,
	double iteration, const double common[static ARMS], struct memory *memory,
	struct series *ret)
{
	const struct world *w = h->world;
	int first = gsl_rng_uniform(rng) < 0.5 ? CELL : REFERENCE;
	double begin_s = BLOCK_S * ((double)at->block + at->part);

	for (int k = 0; k < ARMS; k++) {
		int arm = k ? !first : first;
		double *noise = memory->iteration[at->round][arm];

		if (!at->round)
			next(w, rng, w->sigma * sqrt(boot), !at->block, &memory->boot[arm]);
		for (size_t i = 0; i < WORLD_ITERATIONS; i++)
			next(w, rng, w->sigma * sqrt(iteration), !at->block, &noise[i]);
		execute(h, rng, begin_s + APART_S * k, arm, memory->boot[arm] + common[arm], noise,
			ret->ns[arm][at->block], ret->sentinel_ns[arm][at->block]);
	}
}

void world_run_rounds(const struct world *world, gsl_rng *rng, size_t blocks, double share,
	size_t rounds, struct series *ret)
{
	static const double nothing[ARMS];
	struct memory memory;
	struct host host;

	host_init(&host, world, rng, BLOCK_S * (double)blocks);
	for (size_t b = 0; b < blocks; b++) {
		for (size_t r = 0; r < rounds; r++) {
			struct moment at = {b, r, (double)r / (double)rounds};

			one_round(&host, rng, &at, share, 1 - share, nothing, &memory, &ret[r]);
		}
	}
	for (size_t r = 0; r < rounds; r++)
		ret[r].blocks = blocks;
}

void world_run(
	const struct world *world, gsl_rng *rng, size_t blocks, double share, struct series *ret)
{
	world_run_rounds(world, rng, blocks, share, 1, ret);
}

void world_run_suite(const struct world *world, gsl_rng *rng, size_t blocks, double share,
	double common, size_t programs, struct series *ret)
{
	struct memory memory[WORLD_PROGRAMS_MAX];
	double together[ARMS];
	struct host host;

	host_init(&host, world, rng, BLOCK_S * (double)blocks);
	for (size_t b = 0; b < blocks; b++) {
		for (int arm = 0; arm < ARMS; arm++)
			next(world, rng, world->sigma * sqrt(share * common), !b, &together[arm]);
		for (size_t p = 0; p < programs; p++) {
			struct moment at = {b, 0, (double)p / (double)programs};

			one_round(&host, rng, &at, share * (1 - common), 1 - share, together,
				&memory[p], &ret[p]);
		}
	}
	for (size_t p = 0; p < programs; p++)
		ret[p].blocks = blocks;
}

/* ---- truth ---- */

#define TRUTH_RUNS 2000

/* By so many long runs that what is left of chance is a twentieth of any interval's half-width. */
static struct truth long_run(const struct world *world, double share)
{
	gsl_rng *rng = stats_rng_new(20, 20);
	double d = 0, sum[ARMS] = {0};
	struct series s;

	for (size_t run = 0; run < TRUTH_RUNS; run++) {
		world_run(world, rng, WORLD_BLOCKS_MAX, share, &s);
		for (size_t b = 0; b < s.blocks; b++) {
			double cell = stats_mean(s.ns[CELL][b], WORLD_ITERATIONS);
			double reference = stats_mean(s.ns[REFERENCE][b], WORLD_ITERATIONS);

			d += log(cell / reference);
			sum[CELL] += cell;
			sum[REFERENCE] += reference;
		}
	}
	gsl_rng_free(rng);
	return (struct truth){.geometric = exp(d / (double)(TRUTH_RUNS * WORLD_BLOCKS_MAX)),
		.arithmetic = sum[CELL] / sum[REFERENCE]};
}

struct truth world_truth(const struct world *world, double share)
{
	if (world->spells.slow)
		return long_run(world, share);
	return (struct truth){.geometric = WORLD_RATIO, .arithmetic = WORLD_RATIO};
}

/* ---- worlds ---- */

#define THE_RATIO                                                                                  \
	"the ratio of the two programs' times, 4, the same for geometric means, arithmetic means " \
	"and medians"
#define BOTH_RATIOS                                                                                \
	"exp of the expected D, a ratio of geometric means, and for methods that take arithmetic " \
	"means the ratio of expected times; both by long simulation"

const struct world worlds[] = {
	{.name = "normal",
		.law = LAW_NORMAL,
		.sigma = 0.1,
		.what = "times are normal, with a standard deviation of 10 %",
		.estimand = THE_RATIO},
	{.name = "log-normal",
		.law = LAW_LOGNORMAL,
		.sigma = 0.3,
		.what = "times are log-normal, with a standard deviation of 0.3 of their logarithm",
		.estimand = THE_RATIO},
	{.name = "t3",
		.law = LAW_T3,
		.sigma = 0.1,
		.what = "logarithms of times have Student's t with 3 degrees of freedom",
		.estimand = "the ratio of geometric means, 4, by symmetry that of medians"},
	{.name = "spikes",
		.law = LAW_SPIKES,
		.sigma = 0.1,
		.what = "log-normal; 3 % of the boots and of the iterations are slower by 10 "
			"standard deviations, in all arms",
		.estimand = THE_RATIO},
	{.name = "drift",
		.law = LAW_LOGNORMAL,
		.sigma = 0.1,
		.drift = 0.5,
		.what = "log-normal; the host slows down by a factor of 1.65 during the run, for "
			"both arms alike",
		.estimand = THE_RATIO},
	{.name = "ar1-.3",
		.law = LAW_LOGNORMAL,
		.sigma = 0.1,
		.correlation = 0.3,
		.what = "log-normal; each arm's noise has correlation .3 from block to block",
		.estimand = THE_RATIO},
	{.name = "ar1-.6",
		.law = LAW_LOGNORMAL,
		.sigma = 0.1,
		.correlation = 0.6,
		.what = "log-normal; each arm's noise has correlation .6 from block to block",
		.estimand = THE_RATIO},
	{.name = "spells",
		.law = LAW_LOGNORMAL,
		.sigma = 0.1,
		.spells = {.slow = 0.3, .cell = 1.3, .reference = 0.7, .sentinel = 1},
		.what = "log-normal; two speeds as recorded, 3 to 15 s at a time: the cell takes "
			"1.48 times as long in the slow ones, its reference 1.23",
		.estimand = BOTH_RATIOS},
	{.name = "spells-half",
		.law = LAW_LOGNORMAL,
		.sigma = 0.1,
		.spells = {.slow = M_LN2, .cell = 1, .reference = 0.1, .sentinel = 0.5},
		.what = "log-normal; two speeds at their worst: in the slow spells the cell takes "
			"twice as long, its reference 1.07 times, the sentinel 1.41",
		.estimand = BOTH_RATIOS},
	{.name = NULL},
};

const struct world *world_find(const char *name)
{
	for (const struct world *w = worlds; w->name; w++)
		if (!strcmp(w->name, name))
			return w;
	return NULL;
}
