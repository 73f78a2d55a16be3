/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What else is claimed: duplicate arms, power, warm-up.
 */
#include <math.h>
#include <stdio.h>

#include <gsl/gsl_randist.h>

#include "run/grid.h"
#include "stats/aa.h"
#include "stats/describe.h"
#include "stats/interval.h"
#include "stats/noise.h"
#include "stats/power.h"
#include "stats/warmup.h"
#include "tests/validation/methods.h"
#include "tests/validation/validate.h"

#define CONFIDENCE 0.95

static const size_t block_counts[] = {3, 5, 10, 20, 0};

/* ---- duplicates ---- */

#define DUPLICATES 3 /* workloads with a duplicate arm, as in the profiles */
#define AA_SHARE 0.3 /* of the variance between boots */

/* A run whose cells tell of the noise, and whose duplicates are judged by it. */
struct aa_bench {
	const struct world *world;
	struct world twice; /* its cell, and the cell again */
	gsl_rng *rng;
	struct simulated run;
	size_t programs;
};

static void fill_run(struct aa_bench *b)
{
	struct series series;

	for (size_t p = 0; p < b->programs; p++) {
		world_run(b->world, b->rng, b->run.blocks, AA_SHARE, &series);
		simulated_fill(&b->run, p, &series);
	}
	for (size_t k = 0; k < DUPLICATES; k++) {
		world_run(&b->twice, b->rng, b->run.blocks, AA_SHARE, &series);
		for (size_t i = 0; i < b->run.blocks * WORLD_ITERATIONS; i++)
			series.ns[CELL][i / WORLD_ITERATIONS][i % WORLD_ITERATIONS] /= WORLD_RATIO;
		simulated_fill(&b->run, b->programs + k, &series);
	}
}

/* The ratios of duplicates as a run reports them; returns what they say together. */
static struct stats_aa judge_run(struct aa_bench *b, struct stats_paired ret[static DUPLICATES])
{
	struct grid grid;

	fill_run(b);
	grid_init(&grid, &b->run.plan, &b->run.samples);
	for (size_t k = 0; k < DUPLICATES; k++) {
		size_t cell = (b->programs + k) * ARMS, n = grid.blocks;
		double d[WORLD_BLOCKS_MAX], z[WORLD_BLOCKS_MAX];

		grid_difference(&grid, cell, cell + 1, d, z);
		ret[k] = stats_noise_ratio(&grid.noise, d, z, n, grid_pilot(&grid), CONFIDENCE)
				 .ratio;
	}
	grid_release(&grid);
	return stats_aa_pooled(ret, DUPLICATES, CONFIDENCE);
}

/* `one`: a duplicate's interval excludes 1. `pooled`: that of the environment does. */
static void aa_row(const struct settings *s, const struct world *world, size_t n)
{
	struct aa_bench b = {.world = world, .twice = *world, .programs = simulated_programs(n)};
	size_t one = 0, pooled = 0, judged = 0, runs = 0;

	b.twice.spells.reference = world->spells.cell;
	b.rng = row_rng(s, "aa", world->name, n, AA_SHARE);
	simulated_init(&b.run, b.programs, n);
	simulated_add_twice(&b.run, DUPLICATES);
	for (; judged < s->trials; runs++) {
		struct stats_paired cells[DUPLICATES];

		pooled += !judge_run(&b, cells).consistent;
		for (size_t k = 0; k < DUPLICATES && judged < s->trials; k++, judged++)
			one += cells[k].adjusted.lo > 1 || cells[k].adjusted.hi < 1;
	}
	row_print(&(struct row){"aa", world->name, n, AA_SHARE, "one", judged, one, NAN});
	row_print(&(struct row){"aa", world->name, n, AA_SHARE, "pooled", runs, pooled, NAN});
	simulated_release(&b.run);
	gsl_rng_free(b.rng);
}

int section_aa(const struct settings *s)
{
	static const char *const names[] = {"normal", "ar1-.3", "ar1-.6", "spells"};

	for (size_t w = 0; w < sizeof(names) / sizeof(names[0]); w++)
		for (const size_t *b = s->blocks ? s->blocks : block_counts; *b; b++)
			if (settings_want(s, names[w]))
				aa_row(s, world_find(names[w]), *b);
	return 0;
}

/* ---- power ---- */

/* An effect of `lambda` standard errors; width is the noncentral t's power, in shares. */
static void power_row(const struct settings *s, size_t n, double target)
{
	double df = (double)n - 1, alpha = 1 - CONFIDENCE;
	double lambda = stats_detectable(df, alpha, target);
	size_t plain = 0, reported = 0;
	char label[32];
	gsl_rng *rng;

	snprintf(label, sizeof(label), "power-%g", target);
	rng = row_rng(s, "power", label, n, NAN);
	for (size_t trial = 0; trial < s->trials; trial++) {
		struct stats_paired p;
		double d[WORLD_BLOCKS_MAX];

		for (size_t i = 0; i < n; i++)
			d[i] = lambda / sqrt((double)n) + gsl_ran_ugaussian(rng);
		p = stats_ratio_paired(d, n, CONFIDENCE, NULL);
		plain += p.raw.lo > 1 || p.raw.hi < 1;
		reported += p.adjusted.lo > 1 || p.adjusted.hi < 1;
	}
	gsl_rng_free(rng);
	row_print(&(struct row){"power", label, n, NAN, "paired-t", s->trials, plain,
		stats_t_power(lambda, df, alpha)});
	row_print(&(struct row){"power", label, n, NAN, "toll-first", s->trials, reported,
		stats_t_power(lambda, df, alpha)});
}

int section_power(const struct settings *s)
{
	static const double targets[] = {0.2, 0.5, 0.8, 0.95};

	for (const size_t *b = s->blocks ? s->blocks : block_counts; *b; b++)
		for (size_t i = 0; i < sizeof(targets) / sizeof(targets[0]); i++)
			power_row(s, *b, targets[i]);
	return 0;
}

/* ---- warm-up ---- */

#define ITERATIONS_MAX_HERE 300

/* What warms up: ln t = excess · exp(-i / scale) + noise; excess 0 is flat. */
struct course {
	const char *name;
	double excess, scale, sigma;
	bool heavy; /* 3 % of iterations are preempted: 10 sigma longer */
};

static const struct course courses[] = {
	{"flat-1%", 0, 1, 0.01, false},
	{"flat-5%", 0, 1, 0.05, false},
	{"flat-5%-spikes", 0, 1, 0.05, true},
	{"first-x2", M_LN2, 0.01, 0.02, false},
	{"decay-5", M_LN2, 5, 0.02, false},
	{"decay-30", M_LN2, 30, 0.02, false},
};

static void draw_course(const struct course *c, gsl_rng *rng, double *time, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double noise = gsl_ran_gaussian(rng, c->sigma);

		if (c->heavy && gsl_rng_uniform(rng) < 0.03)
			noise += 10 * c->sigma;
		time[i] = exp(c->excess * exp(-(double)i / c->scale) + noise);
	}
}

/* count: not flat. width: mean of ln(mean of what is kept ÷ steady time). The limit of the kept
 * mean without warm-up is its own expectation, so only what the course adds is bias. */
static void warmup_row(const struct settings *s, const struct course *c, size_t n)
{
	gsl_rng *rng = row_rng(s, "warmup", c->name, n, NAN);
	struct course flat = *c;
	size_t split = 0;
	double bias = 0;

	flat.excess = 0;
	for (size_t trial = 0; trial < s->trials; trial++) {
		double time[ITERATIONS_MAX_HERE], steady[ITERATIONS_MAX_HERE];
		size_t from;
		struct stats_warmup w;
		gsl_rng *same = gsl_rng_clone(rng);

		draw_course(c, rng, time, n);
		draw_course(&flat, same, steady, n);
		gsl_rng_free(same);
		w = stats_warmup_classify(time, n);
		split += w.class != STATS_WARMUP_FLAT;
		from = stats_warmup_left_out(&w, n);
		bias += log(stats_mean(time + from, n - from) / stats_mean(steady, n));
	}
	row_print(&(struct row){
		"warmup", c->name, n, NAN, "not-flat", s->trials, split, bias / (double)s->trials});
	gsl_rng_free(rng);
}

int section_warmup(const struct settings *s)
{
	static const size_t lengths[] = {5, 10, 30, 100, 300};

	for (size_t c = 0; c < sizeof(courses) / sizeof(courses[0]); c++)
		for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++)
			if (settings_want(s, courses[c].name))
				warmup_row(s, &courses[c], lengths[i]);
	return 0;
}
