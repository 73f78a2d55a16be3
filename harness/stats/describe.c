/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/describe.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

static double finite_or_nan(double x)
{
	return isfinite(x) ? x : NAN;
}

bool stats_all_finite(const double *x, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			return false;
	}
	return true;
}

bool stats_log(const double *x, size_t n, double *ret)
{
	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i]) || x[i] <= 0)
			return false;
	}
	for (size_t i = 0; i < n; i++)
		ret[i] = log(x[i]);
	return true;
}

double stats_mean(const double *x, size_t n)
{
	if (n < 1 || !stats_all_finite(x, n))
		return NAN;
	return finite_or_nan(gsl_stats_mean(x, 1, n));
}

double stats_sd(const double *x, size_t n)
{
	double mean = stats_mean(x, n);

	if (n < 2 || isnan(mean))
		return NAN;
	return finite_or_nan(gsl_stats_sd_m(x, 1, n, mean));
}

double stats_quantile(const double *x, size_t n, double p)
{
	double *sorted;
	double ret;

	if (n < 1 || !(p >= 0 && p <= 1) || !stats_all_finite(x, n))
		return NAN;
	sorted = malloc(n * sizeof(*sorted));
	if (!sorted)
		return NAN;
	memcpy(sorted, x, n * sizeof(*sorted));
	gsl_sort(sorted, 1, n);
	ret = gsl_stats_quantile_from_sorted_data(sorted, 1, n, p);
	free(sorted);
	return finite_or_nan(ret);
}

double stats_median(const double *x, size_t n)
{
	return stats_quantile(x, n, 0.5);
}

double stats_lag1(const double *x, size_t n)
{
	double mean = stats_mean(x, n);
	double products = 0, squares = 0;

	if (n < 3 || isnan(mean))
		return NAN;
	for (size_t i = 0; i < n; i++) {
		double d = x[i] - mean;

		squares += d * d;
		if (i + 1 < n)
			products += d * (x[i + 1] - mean);
	}
	if (!(squares > 0))
		return NAN;
	return finite_or_nan(products / squares);
}

double stats_lag1_corrected(const double *x, size_t n)
{
	return n < 4 ? NAN : stats_lag1(x, n) + 1.0 / (double)n;
}
