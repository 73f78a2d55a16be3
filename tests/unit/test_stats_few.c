/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: Dixon's distribution by simulation and in closed form. */
#include <stdlib.h>

#include <gsl/gsl_randist.h>

#include "stats/few.h"
#include "stats/noise.h"
#include "stats/rng.h"
#include "stats/stopping.h"
#include "tests/unit/tap.h"

/* Later blocks follow each other as its own. */
#define PILOT_OF(n_) ((struct stats_pilot){n_, 1})

#define CELLS 40
#define BLOCKS 3

static void dixon(void)
{
	const double even[] = {3, 1, 2}, close[] = {1, 1, 5}, same[] = {2, 2, 2};
	const double between[] = {0, 1, 4}, mirrored[] = {0, 3, 4}, far[] = {1000, 1004, 1001};
	const double lost[] = {1, INFINITY, 2};

	is_near(stats_few_dixon(even), 0, 1e-15, "even gaps are at one end");
	is_near(stats_few_dixon(close), 1, 1e-15,
		"two that are the same and one apart at the other");
	is_near(stats_few_dixon(between), 0.5367371250662005, 1e-12,
		"between them, in closed form");
	is_near(stats_few_dixon(mirrored), stats_few_dixon(between), 1e-15, "either end counts");
	is_near(stats_few_dixon(far), stats_few_dixon(between), 1e-12, "whatever level and order");
	ok(isnan(stats_few_dixon(same)), "three that are the same have none");
	ok(isnan(stats_few_dixon(lost)), "nor has an infinite one");
}

static void is_uniform(void)
{
	gsl_rng *rng = stats_rng_new(3, 1);
	size_t below[4] = {0};
	enum { TRIALS = 40000 };

	for (size_t i = 0; i < TRIALS; i++) {
		double d[3], p;

		for (size_t k = 0; k < 3; k++)
			d[k] = 7 + 0.3 * gsl_ran_ugaussian(rng);
		p = stats_few_dixon(d);
		for (size_t k = 0; k < 4; k++)
			below[k] += p < 0.2 * (double)(k + 1);
	}
	for (size_t k = 0; k < 4; k++)
		is_near((double)below[k] / TRIALS, 0.2 * (double)(k + 1), 0.01,
			"of normal values a share of %.1f is below that", 0.2 * (double)(k + 1));
	gsl_rng_free(rng);
}

/* Cells of normal noise, in blocks that are slow with probability 1/2. */
static void make_cells(double slow, double *d)
{
	gsl_rng *rng = stats_rng_new(4, 2);

	for (size_t i = 0; i < CELLS * BLOCKS; i++)
		d[i] = (double)(i / BLOCKS) + 0.01 * gsl_ran_ugaussian(rng) +
		       (gsl_rng_uniform(rng) < 0.5 ? slow : 0);
	gsl_rng_free(rng);
}

static struct stats_few pool_of(const double *d, size_t n_series, size_t n_blocks)
{
	struct noise_sums sums = {0};

	stats_few_add(&sums, d, n_series, n_blocks);
	return stats_few_known(&sums);
}

static void pool(void)
{
	double d[CELLS * BLOCKS];
	const double two[] = {1, NAN, 3, NAN, NAN, NAN};
	struct stats_few few;

	make_cells(0, d);
	few = pool_of(d, CELLS, BLOCKS);
	is_near(few.sd, 0.01, 0.002, "the standard deviation within cells, whatever their levels");
	ok(few.df == CELLS * 2 && few.cells == CELLS, "two degrees of freedom a cell");
	ok(few.p > STATS_FEW_ALPHA && !stats_few_bunch(&few), "normal noise does not bunch: p %.2f",
		few.p);
	ok(isnan(pool_of(d, STATS_FEW_MIN_CELLS - 1, BLOCKS).p), "few cells are not asked");
	make_cells(0.5, d);
	few = pool_of(d, CELLS, BLOCKS);
	ok(stats_few_bunch(&few), "two speeds do: p %.2g", few.p);
	is_near(few.sd, 0.25, 0.05, "and are in the standard deviation");
	few = pool_of(two, 2, BLOCKS);
	ok(few.df == 1 && few.cells == 0, "blocks that miss are left out");
	is_near(few.sd, sqrt(2), 1e-15, "two tell how much they vary");
	few = pool_of(NULL, 0, 0);
	ok(isnan(few.sd) && few.df == 0 && !stats_few_bunch(&few), "nothing says nothing");
}

static void widen(void)
{
	const double one_spell[] = {1.0, 1.01, 0.99}, five[] = {1.0, 1.01, 0.99, 1, 1};
	const struct stats_few bunched = {.sd = 0.25, .df = 80, .cells = 40, .p = 0.001};
	const struct stats_few even = {.sd = 0.25, .df = 80, .cells = 40, .p = 0.5};
	struct stats_paired own = stats_ratio_paired(one_spell, 3, 0.95, NULL), p = own;

	stats_few_widen(&even, 3, 0.95, &p);
	ok(p.adjusted.lo == own.adjusted.lo && p.log_sd == own.log_sd,
		"where nothing bunches the interval stays");
	stats_few_widen(&bunched, 3, 0.95, &p);
	is_near(log(p.adjusted.hi / p.adjusted.lo) / 2, 0.2872409129546944, 1e-9,
		"where cells do it is that of all cells' spread");
	ok(p.adjusted.point == own.adjusted.point && p.log_sd == 0.25 && p.n_eff == 3 &&
			p.raw.lo == own.raw.lo,
		"around the same point, and later users of its s have that one");
	p = own;
	stats_few_widen(
		&(struct stats_few){.sd = 1e-4, .df = 80, .cells = 40, .p = 0.001}, 3, 0.95, &p);
	ok(p.adjusted.lo == own.adjusted.lo, "never narrower");
	p = own = stats_ratio_paired(five, 5, 0.95, NULL);
	stats_few_widen(&bunched, 5, 0.95, &p);
	ok(p.adjusted.lo == own.adjusted.lo, "five blocks tell enough");
	p = own = stats_ratio_two_stage(five, 5, PILOT_OF(3), 0.95, NULL);
	stats_few_widen(&bunched, 3, 0.95, &p);
	ok(p.adjusted.lo < own.adjusted.lo, "... unless only the first three tell");
	p = stats_ratio_paired(five, 1, 0.95, NULL);
	stats_few_widen(&bunched, 1, 0.95, &p);
	ok(!p.adjusted.defined && p.adjusted.point == exp(1), "one block has no interval");
}

/* Three blocks that follow each other closely, widened by what all cells vary by. */
static void need(void)
{
	const double rising[] = {1.0, 1.01, 1.02};
	const struct stats_few bunched = {.sd = 0.25, .df = 80, .cells = 40, .p = 0.001};
	struct stats_paired p = stats_ratio_paired(rising, 3, 0.95, NULL);
	double half;

	ok(p.rho > 0.01, "neighbouring blocks are alike: %g", p.rho);
	stats_few_widen(&bunched, 3, 0.95, &p);
	half = log(p.adjusted.hi / p.adjusted.lo) / 2;
	is_near(stats_stopping_blocks(&p, half * (1 + 1e-9), 0.95), 3, 0,
		"an interval as wide as asked for needs no more blocks");
	is_near(stats_stopping_blocks(&p, half / 2 * (1 + 1e-9), 0.95), 12, 0,
		"half of it takes four times as many");
}

/* t of 80 degrees of freedom falls off faster than that of the cell's own, which p near 0 shows. */
static void p_is_not_below_the_own(void)
{
	const double rising[] = {1.0, 1.01, 1.02};
	const struct stats_few bunched = {.sd = 0.03, .df = 80, .cells = 40, .p = 0.001};
	struct stats_paired p = stats_ratio_paired(rising, 3, 0.95, NULL), own = p;

	stats_few_widen(&bunched, 3, 0.95, &p);
	ok(p.adjusted.hi > own.adjusted.hi, "the spread of all cells makes the interval");
	ok(stats_interval_p(&p.adjusted, 0.95) < stats_interval_p(&own.adjusted, 0.95) &&
			stats_interval_p(&own.raw, 0.95) < stats_interval_p(&own.adjusted, 0.95),
		"... which alone makes p smaller than the cell's correlated blocks do");
	is_near(stats_paired_p(&p, 0.95), stats_interval_p(&own.adjusted, 0.95), 0,
		"p is never below that of the cell's own interval");
	ok(stats_paired_p(&own, 0.95) == stats_interval_p(&own.adjusted, 0.95),
		"... nor above it where that one is reported");
	p = stats_ratio_paired(rising, 1, 0.95, NULL);
	ok(isnan(stats_paired_p(&p, 0.95)), "without an interval there is no p");
}

/* What a run learns is what each of its cells is judged by. */
static void noise(void)
{
	double d[CELLS * BLOCKS], z[CELLS * BLOCKS];
	struct stats_noise learned;
	struct stats_covariate c;

	make_cells(0.5, d);
	for (size_t i = 0; i < CELLS * BLOCKS; i++)
		z[i] = NAN;
	learned = stats_noise_learn(d, z, CELLS, BLOCKS,
		&(struct stats_noise_run){.block_ns = 1, .cells = "", .earlier = NULL});
	ok(isnan(learned.slope), "without sentinels there is no slope");
	c = stats_noise_ratio(&learned, d, z, BLOCKS, PILOT_OF(BLOCKS), 0.95);
	ok(!c.used && log(c.ratio.adjusted.hi / c.ratio.adjusted.lo) / 2 >
				0.99 * 1.99 * learned.few.sd / sqrt(3),
		"a cell of three blocks is as uncertain as all cells' spread says");
	for (size_t i = 0; i < CELLS * BLOCKS; i++)
		z[i] = d[i] - (double)(i / BLOCKS);
	learned = stats_noise_learn(d, z, CELLS, BLOCKS,
		&(struct stats_noise_run){.block_ns = 1, .cells = "", .earlier = NULL});
	is_near(learned.slope, 1, 1e-9, "a sentinel that says it all has slope 1");
	ok(learned.few.sd < 1e-9, "and nothing is left of the noise: %g", learned.few.sd);
}

/* Cells of another program vary as they do: nothing of that is this one's. */
static void spread_is_of_the_same_cells(void)
{
	double d[CELLS * BLOCKS], z[CELLS * BLOCKS];
	const double three[] = {0.5, 0.51, 0.49}, none[] = {NAN, NAN, NAN};
	struct noise_history earlier = {0};
	struct stats_noise same, other;

	make_cells(1, d);
	for (size_t i = 0; i < CELLS * BLOCKS; i++)
		z[i] = d[i] - (double)(i / BLOCKS) + 0.1 * sin((double)i);
	same = stats_noise_learn(d, z, CELLS, BLOCKS,
		&(struct stats_noise_run){.block_ns = 1, .cells = "a", .earlier = NULL});
	*noise_history_add(&earlier) = same.own;
	same = stats_noise_learn(three, none, 1, BLOCKS,
		&(struct stats_noise_run){.block_ns = 1, .cells = "a", .earlier = &earlier});
	other = stats_noise_learn(three, none, 1, BLOCKS,
		&(struct stats_noise_run){.block_ns = 1, .cells = "b", .earlier = &earlier});
	ok(same.few.cells == CELLS + 1 && isfinite(same.slope),
		"an earlier run of the same cells tells of spread and sentinel");
	ok(other.few.cells == 1 && isnan(other.slope) && isnan(other.few.p),
		"one of others does not");
	ok(other.earlier_runs == 1 && other.values == same.values, "but of correlation");
	free(earlier.v);
}

/* What the cells of a run have in common moves in another way than they do. */
static void means_are_known_by_means(void)
{
	enum { N = 8, SERIES = 20, MEANS = 5 };
	double cells[SERIES * N], none[SERIES * N], means[MEANS * N];
	struct stats_noise_run run = {
		.block_ns = 1, .cells = "a", .means = means, .n_means = MEANS};
	struct noise_history earlier = {0};
	struct stats_noise with, without, later;
	double of_cells, of_means;

	for (size_t i = 0; i < SERIES * N; i++) {
		cells[i] = sin((double)(i * i));
		none[i] = NAN;
	}
	for (size_t i = 0; i < MEANS * N; i++)
		means[i] = (double)(i % N / 4) + 0.05 * sin((double)i);
	with = stats_noise_learn(cells, none, SERIES, N, &run);
	run.n_means = 0;
	without = stats_noise_learn(cells, none, SERIES, N, &run);
	of_cells = stats_serial_rho(&without.means, NULL, 0);
	of_means = stats_serial_rho(&with.means, NULL, 0);
	is_near(of_cells, stats_serial_rho(&without.serial, NULL, 0), 1e-12,
		"a run without means knows of theirs what its cells say");
	ok(of_means > of_cells + 0.05, "what its means say counts for means: %.2f, not %.2f",
		of_means, of_cells);
	is_near(stats_serial_rho(&with.serial, NULL, 0), of_cells, 1e-12, "and not for cells");
	is_int(with.own.means.values, MEANS * N, "later runs are told how many values that were");
	*noise_history_add(&earlier) = with.own;
	run.earlier = &earlier;
	later = stats_noise_learn(cells, none, SERIES, N, &run);
	is_near(stats_serial_rho(&later.means, NULL, 0), of_means, 1e-12,
		"and a run without means takes theirs");
	earlier.v[0].block_ns = 3;
	later = stats_noise_learn(cells, none, SERIES, N, &run);
	is_near(stats_serial_rho(&later.means, NULL, 0), of_cells, 1e-12,
		"unless its blocks take another time");
	free(earlier.v);
}

static void the_silent_do_not_count(void)
{
	const double two[] = {1, 2, NAN, 3, 4, NAN}, flat[] = {1, 1, 1};
	const double z[] = {NAN, NAN, NAN, NAN, NAN, NAN};
	const struct stats_noise_run run = {.block_ns = 1, .cells = ""};

	is_int(stats_noise_learn(two, z, 2, BLOCKS, &run).values, 0, "two blocks say nothing");
	is_int(stats_noise_learn(flat, z, 1, BLOCKS, &run).values, 0, "nor do equal ones");
}

int main(void)
{
	dixon();
	is_uniform();
	pool();
	widen();
	need();
	p_is_not_below_the_own();
	noise();
	spread_is_of_the_same_cells();
	means_are_known_by_means();
	the_silent_do_not_count();
	return done_testing();
}
