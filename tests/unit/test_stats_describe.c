/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: NumPy 2 / SciPy 1.17 on the arrays below. */
#include <float.h>

#include "stats/describe.h"
#include "tests/unit/tap.h"

static const double x[] = {0.12, 0.31, 0.25, 0.08, 0.19, 0.27, 0.22, 0.16};
static const double y[] = {0.1, 0.2, 0.25, 0.22, 0.3, 0.35, 0.33, 0.4};
#define N 8

static void known_answers(void)
{
	const double four[] = {1, 2, 3, 4};

	is_near(stats_mean(x, N), 0.2, 1e-15, "mean");
	is_near(stats_sd(x, N), 0.077827648410721345, 1e-15,
		"standard deviation has divisor n - 1");
	is_near(stats_median(x, N), 0.205, 1e-15, "median of an even number of values");
	is_near(stats_median(x, 3), 0.25, 0, "median of an odd number of values");
	is_near(stats_quantile(x, N, 0.1), 0.108, 1e-15, "quantile 0.1, type 7");
	is_near(stats_quantile(x, N, 0.9), 0.282, 1e-15, "quantile 0.9, type 7");
	is_near(stats_quantile(x, N, 0), 0.08, 0, "quantile 0 is the minimum");
	is_near(stats_quantile(x, N, 1), 0.31, 0, "quantile 1 is the maximum");
	is_near(stats_quantile(four, 4, 0.25), 1.75, 1e-15,
		"quantile 0.25 of 1 2 3 4, as R gives it");
	is_near(stats_lag1(y, N), 0.43164857530529172, 1e-14, "lag-1 correlation");
	is_near(stats_lag1_corrected(y, N), 0.43164857530529172 + 0.125, 1e-14,
		"the corrected lag-1 correlation adds 1/n");
}

static void single_values(void)
{
	const double one = 3.5;

	is_near(stats_mean(&one, 1), 3.5, 0, "mean of one value");
	is_near(stats_median(&one, 1), 3.5, 0, "median of one value");
	ok(isnan(stats_sd(&one, 1)), "one value has no standard deviation");
}

static void too_few(void)
{
	ok(isnan(stats_mean(NULL, 0)), "no mean of nothing");
	ok(isnan(stats_sd(NULL, 0)), "no standard deviation of nothing");
	ok(isnan(stats_median(NULL, 0)), "no median of nothing");
	ok(isnan(stats_lag1(x, 2)), "no lag-1 correlation of two values");
	ok(isnan(stats_lag1_corrected(x, 3)), "no corrected lag-1 correlation of three values");
	ok(stats_all_finite(NULL, 0), "nothing is all finite");
}

static void bad_values(void)
{
	const double bad[] = {NAN, INFINITY, -INFINITY};
	const double constant[] = {2, 2, 2, 2, 2};
	const double huge[] = {DBL_MAX, -DBL_MAX, DBL_MAX, -DBL_MAX};
	const double zero[] = {1, 0, 2};
	double logs[3] = {7, 7, 7};

	for (int i = 0; i < 3; i++) {
		double v[] = {1, 2, bad[i], 4, 5};

		ok(isnan(stats_mean(v, 5)) && isnan(stats_sd(v, 5)) && isnan(stats_median(v, 5)) &&
				isnan(stats_lag1(v, 5)),
			"everything is undefined with a %g among the values", bad[i]);
	}
	ok(isnan(stats_quantile(x, N, -0.1)) && isnan(stats_quantile(x, N, 1.1)) &&
			isnan(stats_quantile(x, N, NAN)),
		"quantiles outside [0, 1] are undefined");
	ok(isnan(stats_lag1(constant, 5)), "no lag-1 correlation without variance");
	is_near(stats_sd(constant, 5), 0, 0, "equal values have standard deviation 0");
	ok(isnan(stats_sd(huge, 4)), "an overflowing standard deviation is undefined");
	ok(!stats_log(zero, 3, logs) && logs[0] == 7 && logs[2] == 7,
		"a refused logarithm leaves its output untouched");
}

int main(void)
{
	known_answers();
	single_values();
	too_few();
	bad_values();
	return done_testing();
}
