/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/covariate.h"

#include <math.h>
#include <stdlib.h>

#include "stats/describe.h"

static struct stats_paired paired_undefined(size_t n)
{
	struct interval nothing = stats_interval_undefined();

	nothing.n = n;
	return (struct stats_paired){
		.raw = nothing,
		.adjusted = nothing,
		.log_mean = NAN,
		.log_sd = NAN,
		.lag1 = NAN,
		.n_eff = NAN,
	};
}

/* Fills residual with D's deviations from the line through the means with this slope; returns the
 * residual sum of squares. */
static double residuals(const double *d, const double *z, size_t n, double slope, double *residual)
{
	double mean_d = stats_mean(d, n), mean_z = stats_mean(z, n);
	double rss = 0;

	for (size_t i = 0; i < n; i++) {
		residual[i] = d[i] - mean_d - slope * (z[i] - mean_z);
		rss += residual[i] * residual[i];
	}
	return rss;
}

/* The regression at z = 0; residual is scratch for n values. */
static struct stats_paired regress(const double *d, const double *z, size_t n, double slope,
	double szz, double conf, double *residual)
{
	double mean_z = stats_mean(z, n);
	double s_r = sqrt(residuals(d, z, n, slope, residual) / (double)(n - 2));
	double se = s_r * sqrt(1 / (double)n + mean_z * mean_z / szz);
	struct stats_paired ret = {
		.log_mean = stats_mean(d, n) - slope * mean_z,
		.log_sd = s_r,
		.lag1 = stats_lag1_corrected(residual, n),
	};
	double df = (double)(n - 2);

	ret.n_eff = stats_effective_n(n, ret.lag1);
	ret.raw = stats_interval_exp(stats_interval_t(ret.log_mean, se, df, n, conf));
	ret.adjusted = stats_interval_exp(
		stats_interval_t(ret.log_mean, se * sqrt((double)n / ret.n_eff), df, n, conf));
	return ret;
}

struct stats_covariate stats_ratio_covariate(
	const double *d, const double *z, size_t n, double conf)
{
	struct stats_covariate ret = {
		.raw = stats_ratio_paired(d, n, conf),
		.regressed = paired_undefined(n),
		.slope = NAN,
	};
	double mean_z = stats_mean(z, n);
	double szz = 0, szd = 0;
	double *residual;

	if (n < STATS_COVARIATE_MIN_N || isnan(mean_z) || !ret.raw.raw.defined)
		return ret;
	for (size_t i = 0; i < n; i++) {
		szz += (z[i] - mean_z) * (z[i] - mean_z);
		szd += (z[i] - mean_z) * (d[i] - ret.raw.log_mean);
	}
	if (!(szz > 0) || !isfinite(szz) || !isfinite(szd / szz))
		return ret;
	residual = calloc(n, sizeof(*residual));
	if (!residual)
		return ret;
	ret.slope = szd / szz;
	ret.regressed = regress(d, z, n, ret.slope, szz, conf, residual);
	ret.used = ret.regressed.raw.defined && ret.regressed.log_sd < ret.raw.log_sd;
	free(residual);
	return ret;
}

const struct stats_paired *stats_covariate_choice(const struct stats_covariate *covariate)
{
	return covariate->used ? &covariate->regressed : &covariate->raw;
}
