/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/covariate.h"

#include <math.h>
#include <stdlib.h>

#include "stats/describe.h"

static bool is_pair(double d, double z)
{
	return isfinite(d) && isfinite(z);
}

static void add_series(struct noise_sums *sums, const double *d, const double *z, size_t n)
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
	sums->pair_cells++;
	sums->pair_df += pairs - 1;
	for (size_t i = 0; i < n; i++) {
		if (!is_pair(d[i], z[i]))
			continue;
		sums->zz += (z[i] - mean_z) * (z[i] - mean_z);
		sums->zd += (z[i] - mean_z) * (d[i] - mean_d);
		sums->dd += (d[i] - mean_d) * (d[i] - mean_d);
	}
}

void stats_covariate_add(
	struct noise_sums *sums, const double *d, const double *z, size_t n_series, size_t n_blocks)
{
	for (size_t s = 0; s < n_series; s++)
		add_series(sums, d + s * n_blocks, z + s * n_blocks, n_blocks);
}

double stats_covariate_slope(const struct noise_sums *sums)
{
	double df = (double)sums->pair_df, left;

	if (sums->pair_cells < STATS_COVARIATE_MIN_SERIES || !(sums->zz > 0))
		return NAN;
	left = sums->dd - sums->zd * sums->zd / sums->zz;
	if (!(left / (df - 1) < sums->dd / df))
		return NAN;
	return sums->zd / sums->zz;
}

struct stats_covariate stats_covariate_two_stage(const double *d, const double *z, size_t n,
	struct stats_pilot pilot, double conf, double slope, const struct stats_serial *known)
{
	struct stats_paired raw = stats_ratio_two_stage(d, n, pilot, conf, known);
	struct stats_covariate ret = {.raw = raw, .ratio = raw};
	double *moved;

	if (!isfinite(slope) || !n || !stats_all_finite(z, n))
		return ret;
	moved = calloc(n, sizeof(*moved));
	if (!moved)
		return ret;
	for (size_t i = 0; i < n; i++)
		moved[i] = d[i] - slope * z[i];
	ret.ratio = stats_ratio_two_stage(moved, n, pilot, conf, known);
	ret.used = true;
	free(moved);
	return ret;
}

struct stats_covariate stats_ratio_covariate(const double *d, const double *z, size_t n,
	double conf, double slope, const struct stats_serial *known)
{
	return stats_covariate_two_stage(d, z, n, (struct stats_pilot){n, 1}, conf, slope, known);
}
