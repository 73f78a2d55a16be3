/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What else is claimed: duplicate arms, power, warm-up.
 */
#include <math.h>
#include <stdio.h>

#include <gsl/gsl_randist.h>

#include "stats/aa.h"
#include "stats/describe.h"
#include "stats/interval.h"
#include "stats/power.h"
#include "stats/warmup.h"
#include "tests/validation/validate.h"

#define BLOCKS_MAX 64
#define CONFIDENCE 0.95

static const size_t block_counts[] = {3, 5, 10, 20, 0};

/* ---- duplicates ---- */

#define DUPLICATES 3 /* workloads with a duplicate arm, as in the profiles */

/* `one`: a duplicate's interval excludes 1. `pooled`: that of the kind of layer does. */
static void aa_row(const struct settings *s, size_t n)
{
	gsl_rng *rng = row_rng(s, "aa", "normal", n, NAN);
	size_t one = 0, pooled = 0;

	for (size_t trial = 0; trial < s->trials; trial++) {
		double d[DUPLICATES * BLOCKS_MAX];

		for (size_t i = 0; i < DUPLICATES * n; i++)
			d[i] = gsl_ran_gaussian(rng, 0.1);
		one += !stats_aa(d, n, CONFIDENCE).consistent;
		pooled += !stats_aa_pooled(d, DUPLICATES, n, CONFIDENCE).consistent;
	}
	row_print(&(struct row){"aa", "normal", n, NAN, "one", s->trials, one, NAN});
	row_print(&(struct row){"aa", "normal", n, NAN, "pooled", s->trials, pooled, NAN});
	gsl_rng_free(rng);
}

int section_aa(const struct settings *s)
{
	for (const size_t *b = s->blocks ? s->blocks : block_counts; *b; b++)
		aa_row(s, *b);
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
		double d[BLOCKS_MAX];

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
