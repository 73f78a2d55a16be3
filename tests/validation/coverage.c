/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "stats/describe.h"
#include "stats/serial.h"
#include "tests/validation/methods.h"
#include "tests/validation/validate.h"

/* Cells of a simulated run against their references. The default suite has 60, and what they say
 * about the noise, all together, is part of what is reported of each. No more are simulated than
 * say something new: all together count for STATS_SERIAL_POOL_WORTH values at most. */
#define CELLS_MIN ((size_t)15)
#define CELLS_MAX ((size_t)60)

static size_t cells_of(size_t blocks)
{
	size_t enough = (size_t)(1.5 * STATS_SERIAL_POOL_WORTH) / blocks;

	return enough < CELLS_MIN ? CELLS_MIN : enough > CELLS_MAX ? CELLS_MAX : enough;
}

static const size_t block_counts[] = {3, 5, 10, 20, 0};
static const double shares[] = {0, 0.3, 0.8};

struct tally {
	size_t covered, defined;
	double *width;
};

static void count(struct tally *t, const struct limits *l, double truth)
{
	if (isnan(l->lo))
		return;
	t->width[t->defined++] = (l->hi - l->lo) / (l->hi + l->lo);
	t->covered += l->lo <= truth && truth <= l->hi;
}

static void one_row(const struct settings *s, const struct world *world, size_t blocks,
	double share, const struct truth *truth)
{
	gsl_rng *rng = row_rng(s, "coverage", world->name, blocks, share);
	struct tally tally[METHODS_END] = {0};
	struct series first, other;
	struct simulated run;

	simulated_init(&run, cells_of(blocks), blocks);
	for (enum method m = 0; m < METHODS_END; m++)
		tally[m].width = xcalloc(s->trials, sizeof(double));
	for (size_t trial = 0; trial < s->trials; trial++) {
		struct limits limits[METHODS_END];

		for (size_t p = 0; p < cells_of(blocks); p++) {
			struct series *series = p ? &other : &first;

			world_run(world, rng, blocks, share, series);
			simulated_fill(&run, p, series);
		}
		methods_apply(&run, &first, truth, rng, limits);
		for (enum method m = 0; m < METHODS_END; m++)
			count(&tally[m], &limits[m],
				method_is_arithmetic(m) ? truth->arithmetic : truth->geometric);
	}
	for (enum method m = 0; m < METHODS_END; m++) {
		if (tally[m].defined)
			row_print(&(struct row){"coverage", world->name, blocks, share,
				method_name(m), s->trials, tally[m].covered,
				stats_median(tally[m].width, tally[m].defined)});
		free(tally[m].width);
	}
	simulated_release(&run);
	gsl_rng_free(rng);
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
