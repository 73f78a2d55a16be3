/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Coverage of what is reported when arms are executed several times in a block, as --executions
 * asks for: the block's datum is then a mean, and how much of the noise that takes away depends on
 * the share of it that lies between blocks.
 */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "stats/noise.h"
#include "stats/describe.h"
#include "tests/validation/methods.h"
#include "tests/validation/validate.h"

/* Cells of a simulated run against their references, of which so many are judged; coverage.c says
 * why. */
#define CELLS ((size_t)30)
#define JUDGED ((size_t)5)
#define CONFIDENCE 0.95

/* How often the cell and its reference are executed in a block; evenly spread over it, the first
 * ones within a second of each other. */
static const struct {
	const char *name;
	size_t executions[ARMS];
} settings_of[] = {
	{"once", {1, 1}},
	{"native=3", {1, 3}},
	{"all=3", {3, 3}},
};

#define SETTINGS (sizeof(settings_of) / sizeof(settings_of[0]))
#define ROUNDS 3
_Static_assert(ROUNDS <= WORLD_ROUNDS_MAX, "a world has so many");

static void judge(const struct grid *grid, size_t cell, double truth, struct tally *t)
{
	double d[WORLD_BLOCKS_MAX], z[WORLD_BLOCKS_MAX];
	struct interval i;

	grid_difference(grid, cell * ARMS + CELL, cell * ARMS + REFERENCE, d, z);
	i = stats_noise_ratio(&grid->noise, d, z, grid->blocks, grid_pilot(grid), CONFIDENCE)
		    .ratio.adjusted;
	tally_count(t, i.lo, i.hi, truth);
}

/* One run, as each of the settings would have measured it. */
static void one_run(const struct world *world, gsl_rng *rng, double share, double truth,
	size_t judged, struct simulated *runs, struct tally *tallies)
{
	struct series rounds[ROUNDS];

	for (size_t c = 0; c < CELLS; c++) {
		world_run_rounds(world, rng, runs->blocks, share, ROUNDS, rounds);
		for (size_t s = 0; s < SETTINGS; s++)
			for (size_t r = 0; r < ROUNDS; r++)
				simulated_fill_execution(&runs[s], c, r, &rounds[r]);
	}
	for (size_t s = 0; s < SETTINGS; s++) {
		struct grid grid;

		grid_init(&grid, &runs[s].plan, &runs[s].samples);
		for (size_t c = 0; c < judged; c++)
			judge(&grid, c, truth, &tallies[s]);
		grid_release(&grid);
	}
}

static void one_row(const struct settings *s, const struct world *world, size_t blocks,
	double share, double truth)
{
	gsl_rng *rng = row_rng(s, "repeats", world->name, blocks, share);
	struct simulated runs[SETTINGS];
	struct tally tallies[SETTINGS];

	for (size_t k = 0; k < SETTINGS; k++) {
		simulated_init_repeated(&runs[k], CELLS, blocks, settings_of[k].executions);
		tally_init(&tallies[k], s->trials);
	}
	for (size_t left = s->trials; left;) {
		size_t judged = left < JUDGED ? left : JUDGED;

		one_run(world, rng, share, truth, judged, runs, tallies);
		left -= judged;
	}
	for (size_t k = 0; k < SETTINGS; k++) {
		tally_print(&tallies[k], (struct row){"repeats", world->name, blocks, share,
						 settings_of[k].name, s->trials, 0, NAN});
		simulated_release(&runs[k]);
	}
	gsl_rng_free(rng);
}

int section_repeats(const struct settings *s)
{
	static const char *const names[] = {"log-normal", "ar1-.3", "spells", "spells-half", NULL};
	static const size_t block_counts[] = {3, 5, 10, 0};
	static const double shares[] = {0, 0.3, 0.8};

	for (size_t w = 0; names[w]; w++) {
		for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
			const struct world *world = world_find(names[w]);
			double truth;

			if (!settings_want(s, names[w]))
				continue;
			truth = world_truth(world, shares[i]).geometric;
			for (const size_t *b = s->blocks ? s->blocks : block_counts; *b; b++)
				one_row(s, world, *b, shares[i], truth);
		}
	}
	return 0;
}
