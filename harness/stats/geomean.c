/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/geomean.h"

#include <math.h>
#include <stdlib.h>

size_t stats_geomean_blocks(const double *d, size_t n_workloads, size_t n_blocks, double *ret)
{
	size_t used = 0;

	for (size_t b = 0; n_workloads && b < n_blocks; b++) {
		double sum = 0;

		for (size_t w = 0; w < n_workloads; w++)
			sum += d[w * n_blocks + b];
		/* NaN or infinite when any term is. */
		if (isfinite(sum))
			ret[used++] = sum / (double)n_workloads;
	}
	return used;
}

struct stats_paired stats_geomean_suite(
	const double *d, size_t n_workloads, size_t n_blocks, double conf)
{
	double *averages = calloc(n_blocks ? n_blocks : 1, sizeof(*averages));
	size_t used = averages ? stats_geomean_blocks(d, n_workloads, n_blocks, averages) : 0;
	struct stats_paired ret = stats_ratio_paired(averages, used, conf);

	free(averages);
	return ret;
}
