/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "stats/describe.h"
#include "tests/validation/methods.h"
#include "tests/validation/validate.h"

/* Cells of a run that are judged: their noise is independent, what is learned of it is shared. */
#define JUDGED 5

static const size_t block_counts[] = {3, 5, 10, 20, 0};
static const double shares[] = {0, 0.3, 0.8};

/* What a row is made of. */
struct bench {
	const struct world *world;
	double share;
	struct truth truth;
	gsl_rng *rng;
	struct simulated run;
	struct series judged[JUDGED];
	struct tally tally[METHODS_END];
};

/* Simulates a run and judges its first `judged` cells. */
static void one_run(struct bench *b, size_t judged)
{
	struct noise_sums before[SIMULATED_PROGRAMS_MAX];
	struct noise_history earlier = {
		.v = before, .n = simulated_programs(b->run.blocks) - JUDGED};
	struct series other;
	struct grid grid;

	for (size_t p = 0; p < simulated_programs(b->run.blocks); p++) {
		struct series *series = p < JUDGED ? &b->judged[p] : &other;

		world_run(b->world, b->rng, b->run.blocks, b->share, series);
		simulated_fill(&b->run, p, series);
	}
	grid_init(&grid, &b->run.plan, &b->run.samples);
	methods_recall(&grid, JUDGED, earlier.n, before);
	for (size_t p = 0; p < judged; p++) {
		struct limits limits[METHODS_END];

		methods_apply(&grid, p, &b->judged[p], &earlier, &b->truth, b->rng, limits);
		for (enum method m = 0; m < METHODS_END; m++)
			tally_count(&b->tally[m], limits[m].lo, limits[m].hi,
				method_is_arithmetic(m) ? b->truth.arithmetic : b->truth.geometric);
	}
	grid_release(&grid);
}

static void one_row(const struct settings *s, const struct world *world, size_t blocks,
	double share, const struct truth *truth)
{
	struct bench b = {.world = world, .share = share, .truth = *truth};

	b.rng = row_rng(s, "coverage", world->name, blocks, share);
	simulated_init(&b.run, simulated_programs(blocks), blocks);
	for (enum method m = 0; m < METHODS_END; m++)
		tally_init(&b.tally[m], s->trials);
	for (size_t left = s->trials; left;) {
		size_t judged = left < JUDGED ? left : JUDGED;

		one_run(&b, judged);
		left -= judged;
	}
	for (enum method m = 0; m < METHODS_END; m++)
		tally_print(&b.tally[m], (struct row){"coverage", world->name, blocks, share,
						 method_name(m), s->trials, 0, NAN});
	simulated_release(&b.run);
	gsl_rng_free(b.rng);
}

int section_coverage(const struct settings *s)
{
	for (const struct world *w = worlds; w->name; w++) {
		for (size_t i = 0; i < sizeof(shares) / sizeof(shares[0]); i++) {
			struct truth truth;

			if (!settings_want(s, w->name))
				continue;
			truth = world_truth(w, shares[i]);
			for (const size_t *b = s->blocks ? s->blocks : block_counts; *b; b++)
				one_row(s, w, *b, shares[i], &truth);
		}
	}
	return 0;
}
