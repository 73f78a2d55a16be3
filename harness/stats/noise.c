/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/noise.h"

#include <math.h>
#include <stdlib.h>

struct stats_noise stats_noise_learn(
	const double *d, const double *z, size_t n_series, size_t n_blocks)
{
	struct stats_noise ret = {.slope = stats_covariate_slope(d, z, n_series, n_blocks)};
	size_t n = n_series * n_blocks;
	double *moved = isfinite(ret.slope) ? calloc(n, sizeof(*moved)) : NULL;

	if (!moved)
		ret.slope = NAN;
	for (size_t i = 0; moved && i < n; i++)
		moved[i] = isfinite(z[i]) ? d[i] - ret.slope * z[i] : d[i];
	ret.serial = stats_serial_pool(moved ? moved : d, n_series, n_blocks);
	ret.few = stats_few_pool(moved ? moved : d, n_series, n_blocks);
	free(moved);
	return ret;
}

struct stats_covariate stats_noise_ratio(const struct stats_noise *noise, const double *d,
	const double *z, size_t n, size_t n_pilot, double conf)
{
	struct stats_covariate ret =
		stats_covariate_two_stage(d, z, n, n_pilot, conf, noise->slope, &noise->serial);

	stats_few_widen(&noise->few, n_pilot, conf, &ret.ratio);
	return ret;
}
