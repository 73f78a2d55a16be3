/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "stats/aa.h"
#include "stats/width.h"
#include "tap.h"

/* Quantiles .975 of Student's t by degrees of freedom, from tables. */
#define T2 4.302652729696142
#define T4 2.7764451051977987
#define T5 2.5705818356363146
#define CONF 0.95

static const double d[] = {0.11, 0.08, 0.12, 0.09, 0.13, 0.07, 0.10, 0.12, 0.08, 0.10};

/* As without any correlation: the plain interval for the adjusted one. */
static struct stats_paired of(size_t n, size_t n_pilot)
{
	struct stats_paired p = stats_ratio_two_stage(
		d, n, (struct stats_pilot){.n = n_pilot, .later = 1}, CONF, NULL);

	p.adjusted = p.raw;
	p.n_eff = (double)n;
	return p;
}

static void fixed_numbers_of_blocks(void)
{
	struct stats_paired three = of(3, 3), ten = of(10, 10);
	double h = stats_width(&three);

	is_near(h, T2 * three.log_sd / sqrt(3), 1e-12, "half the width is t s / sqrt(n)");
	is_near(stats_width_of(&three, 3, 1, CONF), h, 1e-12, "as many blocks, the same width");
	is_near(stats_width_of(&three, 5, 1, CONF), T4 * three.log_sd / sqrt(5), 1e-12,
		"more blocks have more degrees of freedom");
	is_near(stats_width_of(&three, 5, 0.25, CONF), T4 * three.log_sd / sqrt(5) / 2, 1e-12,
		"a quarter of the variance is half the width");
	/* t(4) / sqrt(5) = 1.24166, half of t(2) / sqrt(3) is 1.24207. */
	is_near(stats_width_blocks(&three, h / 2, 1, CONF), 5, 0, "five blocks halve three");
	/* t(33) / sqrt(34) = .34892, t(32) / sqrt(33) = .35458; half of t(9) / sqrt(10): .35768;
	 * t(31) / sqrt(32) = .36054. */
	is_near(stats_width_blocks(&ten, stats_width(&ten) / 2, 1, CONF), 33, 0, "33 halve ten");
	is_near(stats_width_blocks(&ten, stats_width(&ten) / 2, 0.25, CONF), 10, 0,
		"with a quarter of the variance as many do");
	is_near(stats_width_blocks(&ten, 1e9, 1, CONF), 2, 0, "never fewer than two");
	ok(isinf(stats_width_blocks(&ten, 1e-9, 1, CONF)), "nor more than anyone counts");
}

static void after_a_pilot(void)
{
	struct stats_paired p = of(10, 6);

	is_near(stats_width_of(&p, 40, 1, CONF), T5 * p.log_sd / sqrt(40), 1e-12,
		"a pilot's degrees of freedom stay");
	is_near(stats_width_blocks(&p, stats_width(&p) / 2, 1, CONF), 40, 0,
		"so that four times as many halve");
}

static void what_is_seen(void)
{
	struct stats_paired p = stats_ratio_paired(d, 10, CONF, NULL);
	struct stats_aa aa = stats_aa_pooled(&p, 1, CONF);

	is_near(stats_width_detectable(&p, CONF), aa.min_detectable, 1e-9,
		"the smallest effect is that of duplicates with the same noise");
}

static void what_is_not_defined(void)
{
	struct stats_paired one = of(1, 1), ten = of(10, 10);

	ok(isnan(stats_width(&one)) && isnan(stats_width_of(&one, 4, 1, CONF)) &&
			isnan(stats_width_blocks(&one, 0.1, 1, CONF)) &&
			isnan(stats_width_detectable(&one, CONF)),
		"one block has no width");
	ok(isnan(stats_width_of(&ten, 1, 1, CONF)) && isnan(stats_width_of(&ten, 4, NAN, CONF)) &&
			isnan(stats_width_of(&ten, 4, 1, 1)) &&
			isnan(stats_width_blocks(&ten, 0, 1, CONF)),
		"nor has nonsense");
}

int main(void)
{
	fixed_numbers_of_blocks();
	after_a_pilot();
	what_is_seen();
	what_is_not_defined();
	return done_testing();
}
