/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/width.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "stats/power.h"

#define POWER 0.8

static double quantile(double df, double conf)
{
	return gsl_cdf_tdist_Pinv((1 + conf) / 2, df);
}

double stats_width(const struct stats_paired *now)
{
	return now->adjusted.defined ? log(now->adjusted.hi / now->adjusted.lo) / 2 : NAN;
}

/* With n blocks. */
static double freedom(const struct stats_paired *now, double n)
{
	if (now->pilot.n < now->raw.n)
		return now->adjusted.df;
	return now->adjusted.df * (n - 1) / ((double)now->raw.n - 1);
}

double stats_width_of(const struct stats_paired *now, double n, double variance, double conf)
{
	double half = stats_width(now), df = now->adjusted.df;

	if (!isfinite(half) || !(df > 0) || !(n >= 2) || !(variance >= 0) ||
		!(conf > 0 && conf < 1))
		return NAN;
	return half * quantile(freedom(now, n), conf) / quantile(df, conf) *
	       sqrt(variance * (double)now->raw.n / n);
}

double stats_width_blocks(const struct stats_paired *now, double half, double variance, double conf)
{
	double lo = 2, hi = 2;

	if (!(half > 0) || isnan(stats_width_of(now, lo, variance, conf)))
		return NAN;
	while (stats_width_of(now, hi, variance, conf) > half) {
		lo = hi + 1;
		hi *= 2;
		if (hi > STATS_WIDTH_MAX)
			return INFINITY;
	}
	while (lo < hi) {
		double mid = floor((lo + hi) / 2);

		if (stats_width_of(now, mid, variance, conf) > half)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

double stats_width_detectable(const struct stats_paired *now, double conf)
{
	double half = stats_width(now), df = now->adjusted.df;

	if (!isfinite(half) || !(df > 0))
		return NAN;
	return expm1(stats_detectable(df, 1 - conf, POWER) * half / quantile(df, conf));
}
