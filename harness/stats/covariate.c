/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/covariate.h"

#include <math.h>
#include <stdlib.h>

#include "stats/describe.h"

/* Sums of squares and products of deviations from the means of the series they are in. */
struct sums {
	size_t series;
	double df, zz, zd, dd;
};

static bool is_pair(double d, double z)
{
	return isfinite(d) && isfinite(z);
}

static void add_series(struct sums *sums, const double *d, const double *z, size_t n)
{
	double mean_d = 0, mean_z = 0;
	size_t pairs = 0;

	for (size_t i = 0; i < n; i++) {
		if (!is_pair(d[i], z[i]))
			continue;
		pairs++;
		mean_d += (d[i] - mean_d) / (double)pairs;
		mean_z += (z[i] - mean_z) / (double)pairs;
	}
	if (pairs < 3)
		return;
	sums->series++;
	sums->df += (double)pairs - 1;
	for (size_t i = 0; i < n; i++) {
		if (!is_pair(d[i], z[i]))
			continue;
		sums->zz += (z[i] - mean_z) * (z[i] - mean_z);
		sums->zd += (z[i] - mean_z) * (d[i] - mean_d);
		sums->dd += (d[i] - mean_d) * (d[i] - mean_d);
	}
}

double stats_covariate_slope(const double *d, const double *z, size_t n_series, size_t n_blocks)
{
	struct sums sums = {0};
	double left;

	for (size_t s = 0; s < n_series; s++)
		add_series(&sums, d + s * n_blocks, z + s * n_blocks, n_blocks);
	if (sums.series < STATS_COVARIATE_MIN_SERIES || !(sums.zz > 0))
		return NAN;
	left = sums.dd - sums.zd * sums.zd / sums.zz;
	if (!(left / (sums.df - 1) < sums.dd / sums.df))
		return NAN;
	return sums.zd / sums.zz;
}

struct stats_covariate stats_covariate_two_stage(const double *d, const double *z, size_t n,
	size_t n_pilot, double conf, double slope, const struct stats_serial *known)
{
	struct stats_paired raw = stats_ratio_two_stage(d, n, n_pilot, conf, known);
	struct stats_covariate ret = {.raw = raw, .ratio = raw};
	double *moved;

	if (!isfinite(slope) || !n || !stats_all_finite(z, n))
		return ret;
	moved = calloc(n, sizeof(*moved));
	if (!moved)
		return ret;
	for (size_t i = 0; i < n; i++)
		moved[i] = d[i] - slope * z[i];
	ret.ratio = stats_ratio_two_stage(moved, n, n_pilot, conf, known);
	ret.used = true;
	free(moved);
	return ret;
}

struct stats_covariate stats_ratio_covariate(const double *d, const double *z, size_t n,
	double conf, double slope, const struct stats_serial *known)
{
	return stats_covariate_two_stage(d, z, n, n, conf, slope, known);
}
