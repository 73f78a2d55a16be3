/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/summarize_parts.h"

#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "stats/describe.h"

#define SURE 0.99

static double sentinel_cv(const struct samples *samples)
{
	_cleanup_free_ double *x = xcalloc(2 * samples->n, sizeof(*x));
	size_t n = 0;

	for (size_t i = 0; i < samples->n; i++)
		for (size_t k = 0; k < 2; k++)
			if (samples->v[i].sentinel_ns[k])
				x[n++] = (double)samples->v[i].sentinel_ns[k];
	return stats_sd(x, n) / stats_mean(x, n);
}

/* Adds an arm's differences of log sentinels to the sums over cells of each block. */
static void add_differences(const struct grid *grid, size_t arm, double *sum, size_t *cells)
{
	_cleanup_free_ double *d = xcalloc(grid->blocks, sizeof(*d));
	_cleanup_free_ double *z = xcalloc(grid->blocks, sizeof(*z));

	grid_difference(grid, arm, grid_native(grid, arm), d, z);
	for (size_t b = 0; b < grid->blocks; b++)
		if (isfinite(z[b])) {
			sum[b] += z[b];
			cells[b]++;
		}
}

/* Of blocks, for the cells of one share what the host did then. */
static struct stats_paired bias(const struct grid *grid)
{
	_cleanup_free_ double *sum = xcalloc(grid->blocks, sizeof(*sum));
	_cleanup_free_ size_t *cells = xcalloc(grid->blocks, sizeof(*cells));
	size_t n = 0;

	for (size_t i = 0; i < grid->plan->n; i++)
		if (grid_is_compared(grid, i))
			add_differences(grid, i, sum, cells);
	for (size_t b = 0; b < grid->blocks; b++)
		if (cells[b])
			sum[n++] = sum[b] / (double)cells[b];
	return stats_ratio_paired(sum, n, SURE, NULL);
}

void summarize_sentinel(const struct samples *samples, const struct grid *grid, struct summary *s)
{
	struct stats_paired b = bias(grid);

	s->sentinel_cv = sentinel_cv(samples);
	s->sentinel_slope = grid->noise.slope;
	s->sentinel_bias = b.adjusted.point;
	s->sentinel_bias_lo = b.adjusted.lo;
	s->sentinel_bias_hi = b.adjusted.hi;
}
