/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/cleanup.h"
#include "base/str.h"
#include "run/grid.h"

/* Mean time inside executions and boots of those blocks that tell of the noise. */
static uint64_t block_ns(const struct grid *grid, const struct samples *samples)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < samples->n; i++)
		if (samples->v[i].block <= grid->pilot)
			sum += samples->v[i].host_wall_ns;
	for (size_t i = 0; i < samples->nboots; i++)
		if (samples->boots[i].block <= grid->pilot)
			sum += samples->boots[i].hello_ns;
	return grid->pilot ? sum / grid->pilot : 0;
}

void grid_learn_noise(struct grid *grid, const struct samples *samples)
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
	grid->noise = stats_noise_learn(d, z, n, blocks, block_ns(grid, samples), &plan->earlier);
	str_copy(grid->noise.own.run, sizeof(grid->noise.own.run), plan->run);
}
