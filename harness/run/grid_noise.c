/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cleanup.h"
#include "run/grid.h"

void grid_learn_noise(struct grid *grid)
{
	const struct plan *plan = grid->plan;
	size_t blocks = grid->pilot, n = 0;
	_cleanup_free_ double *d = xcalloc(plan->n * blocks, sizeof(*d));
	_cleanup_free_ double *z = xcalloc(plan->n * blocks, sizeof(*z));
	_cleanup_free_ double *all_d = xcalloc(grid->blocks, sizeof(*all_d));
	_cleanup_free_ double *all_z = xcalloc(grid->blocks, sizeof(*all_z));

	for (size_t i = 0; i < plan->n; i++) {
		size_t native = grid_native(grid, i);

		if (plan->arms[i].duplicate || native == GRID_NONE || native == i)
			continue;
		grid_difference(grid, i, native, all_d, all_z);
		for (size_t b = 0; b < blocks; b++) {
			d[n * blocks + b] = all_d[b];
			z[n * blocks + b] = all_z[b];
		}
		n++;
	}
	grid->noise = stats_noise_learn(d, z, n, blocks);
}
