/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>

#include "base/cleanup.h"
#include "run/grid.h"
#include "stats/covariate.h"

void grid_learn_noise(struct grid *grid)
{
	const struct plan *plan = grid->plan;
	size_t blocks = grid->blocks, n = 0;
	_cleanup_free_ double *d = xcalloc(plan->n * blocks, sizeof(*d));
	_cleanup_free_ double *z = xcalloc(plan->n * blocks, sizeof(*z));

	for (size_t i = 0; i < plan->n; i++) {
		size_t native = grid_native(grid, i);

		if (plan->arms[i].duplicate || native == GRID_NONE || native == i)
			continue;
		grid_difference(grid, i, native, d + n * blocks, z + n * blocks);
		n++;
	}
	grid->slope = stats_covariate_slope(d, z, n, blocks);
	for (size_t i = 0; isfinite(grid->slope) && i < n * blocks; i++)
		if (isfinite(z[i]))
			d[i] -= grid->slope * z[i];
	grid->serial = stats_serial_pool(d, n, blocks);
}
