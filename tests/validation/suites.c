/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Coverage of geometric means over the programs of a run, which feel the same host: what they have
 * in common does not average out.
 */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "stats/describe.h"
#include "stats/geomean.h"
#include "tests/validation/methods.h"
#include "tests/validation/validate.h"

#define CONFIDENCE 0.95
#define PROGRAMS ((size_t)10)
_Static_assert(PROGRAMS <= WORLD_PROGRAMS_MAX, "a world has so many");
/* Of the variance of an iteration, between boots. */
#define SHARE 0.5
/* Earlier runs of the host. */
#define EARLIER ((size_t)20)

enum { TOLL, TOLL_FIRST, PAIRED, METHODS_OF_SUITES };
static const char *const names_of_methods[] = {"toll", "toll-first", "paired-t"};

/* What a row is made of. */
struct bench {
	const struct world *world;
	double common, truth;
	gsl_rng *rng;
	struct simulated run;
	struct noise_sums earlier[EARLIER]; /* the latest first */
	size_t runs;
	struct tally tally[METHODS_OF_SUITES];
};

/* The mean of the run's programs, where so many earlier runs of the host are known. */
static struct stats_paired mean_after(struct bench *b, size_t earlier, struct noise_sums *ret)
{
	double d[PROGRAMS * WORLD_BLOCKS_MAX];
	struct stats_paired mean;
	struct grid grid;

	b->run.plan.earlier = (struct noise_history){.v = b->earlier, .n = earlier};
	grid_init(&grid, &b->run.plan, &b->run.samples);
	for (size_t p = 0; p < PROGRAMS; p++)
		grid_difference(
			&grid, p * ARMS + CELL, p * ARMS + REFERENCE, d + p * grid.blocks, NULL);
	mean = stats_geomean_two_stage(
		d, PROGRAMS, grid.blocks, grid_pilot(&grid), CONFIDENCE, &grid.noise.means);
	*ret = grid.noise.own;
	grid_release(&grid);
	b->run.plan.earlier = (struct noise_history){0};
	return mean;
}

static void one_run(struct bench *b)
{
	struct series series[PROGRAMS];
	struct stats_paired later, first;
	struct noise_sums own;

	world_run_suite(b->world, b->rng, b->run.blocks, SHARE, b->common, PROGRAMS, series);
	for (size_t p = 0; p < PROGRAMS; p++)
		simulated_fill(&b->run, p, &series[p]);
	first = mean_after(b, 0, &own);
	if (b->runs >= EARLIER) {
		later = mean_after(b, EARLIER, &own);
		tally_count(&b->tally[TOLL], later.adjusted.lo, later.adjusted.hi, b->truth);
		tally_count(&b->tally[TOLL_FIRST], first.adjusted.lo, first.adjusted.hi, b->truth);
		tally_count(&b->tally[PAIRED], first.raw.lo, first.raw.hi, b->truth);
	}
	for (size_t i = EARLIER; --i;)
		b->earlier[i] = b->earlier[i - 1];
	b->earlier[0] = own;
	b->runs++;
}

static void one_row(const struct settings *s, const struct world *world, size_t blocks,
	double common, double truth)
{
	struct bench b = {.world = world, .common = common, .truth = truth};

	b.rng = row_rng(s, "suites", world->name, blocks, common);
	simulated_init(&b.run, PROGRAMS, blocks);
	for (int m = 0; m < METHODS_OF_SUITES; m++)
		tally_init(&b.tally[m], s->trials);
	while (b.runs < s->trials + EARLIER)
		one_run(&b);
	for (int m = 0; m < METHODS_OF_SUITES; m++)
		tally_print(&b.tally[m], (struct row){"suites", world->name, blocks, common,
						 names_of_methods[m], s->trials, 0, NAN});
	simulated_release(&b.run);
	gsl_rng_free(b.rng);
}

int section_suites(const struct settings *s)
{
	static const size_t block_counts[] = {3, 5, 10, 20, 0};
	static const double commons[] = {0, 0.5, 1};

	for (const struct world *w = worlds; w->name; w++) {
		double truth;

		if (!settings_want(s, w->name))
			continue;
		truth = world_truth(w, SHARE).geometric;
		for (size_t i = 0; i < sizeof(commons) / sizeof(commons[0]); i++)
			for (const size_t *b = s->blocks ? s->blocks : block_counts; *b; b++)
				one_row(s, w, *b, commons[i], truth);
	}
	return 0;
}
