/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Coverage after stopping: runs whose length a pilot decides, by the program's own functions
 * (run/grid.h, stats/stopping.h), and what stopping at the first narrow interval covers.
 */
#include <math.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "run/grid.h"
#include "stats/noise.h"
#include "stats/describe.h"
#include "stats/stopping.h"
#include "tests/validation/methods.h"
#include "tests/validation/validate.h"

/* Later blocks follow each other as its own. */
#define PILOT_OF(n_) ((struct stats_pilot){n_, 1})

#define CONFIDENCE 0.95
#define CELLS ((size_t)30) /* of a run; see coverage.c */
#define JUDGED ((size_t)5)
#define LONGEST ((size_t)WORLD_BLOCKS_MAX)
#define FIRST_LOOK 5

/* Asked for is about two thirds of the half-width that ten blocks have: few pilots are enough, and
 * few runs are cut at LONGEST. */
static const struct {
	const char *world;
	double share, precision;
} rows[] = {
	{"normal", 0, 0.022},
	{"normal", 0.3, 0.045},
	{"normal", 0.8, 0.07},
	{"ar1-.3", 0, 0.033},
	{"ar1-.3", 0.3, 0.06},
	{"ar1-.3", 0.8, 0.09},
	{"spells", 0, 0.055},
	{"spells", 0.3, 0.065},
	{"spells", 0.8, 0.08},
};

/*
 * run      the largest need of a run's cells decides; with what all know of the noise
 * alone    the need of a cell that is the only one of its run, after such runs
 * first    the same, in the first run of a host
 * plain    Stein's interval and need, without regard to correlation; of a cell alone
 * peeking  plain t after every block from the fifth on, until it is narrow enough
 */
enum rule { RUN, ALONE, FIRST, PLAIN, PEEKING, RULES };
static const char *const rule_names[RULES] = {"run", "alone", "first", "plain", "peeking"};

struct tally {
	size_t covered;
	double *width, *blocks;
	size_t n;
};

static void count(struct tally *t, const struct interval *i, double truth)
{
	t->covered += i->lo <= truth && truth <= i->hi;
	t->width[t->n] = (i->hi - i->lo) / (i->hi + i->lo);
	t->blocks[t->n++] = (double)i->n;
}

static size_t at_most(double blocks)
{
	return blocks < (double)LONGEST ? (size_t)blocks : LONGEST;
}

/* ---- one cell ---- */

static void judge_first(const double *d, double half, double truth, struct tally *tally)
{
	struct stats_paired pilot = stats_ratio_paired(d, PILOT_BLOCKS, CONFIDENCE, NULL), p;
	size_t n = at_most(stats_stopping_blocks(&pilot, half, CONFIDENCE));
	double plain = log(pilot.raw.hi / pilot.raw.lo) / 2;

	p = stats_ratio_two_stage(d, n, PILOT_OF(PILOT_BLOCKS), CONFIDENCE, NULL);
	count(&tally[FIRST], &p.adjusted, truth);
	n = at_most(fmax(PILOT_BLOCKS, ceil(PILOT_BLOCKS * pow(plain / half, 2))));
	p = stats_ratio_two_stage(d, n, PILOT_OF(PILOT_BLOCKS), CONFIDENCE, NULL);
	count(&tally[PLAIN], &p.raw, truth);
	for (n = FIRST_LOOK; n < LONGEST; n++) {
		p = stats_ratio_paired(d, n, CONFIDENCE, NULL);
		if (log(p.raw.hi / p.raw.lo) / 2 <= half)
			break;
	}
	p = stats_ratio_paired(d, n, CONFIDENCE, NULL);
	count(&tally[PEEKING], &p.raw, truth);
}

static void judge_alone(const struct grid *grid, size_t program,
	const struct noise_history *earlier, double half, double truth, struct tally *tally)
{
	double d[WORLD_BLOCKS_MAX], z[WORLD_BLOCKS_MAX];
	struct stats_noise noise = methods_alone(grid, program, earlier, d, z);
	struct stats_covariate c =
		stats_noise_ratio(&noise, d, z, PILOT_BLOCKS, PILOT_OF(PILOT_BLOCKS), CONFIDENCE);
	size_t n = at_most(stats_stopping_blocks(&c.ratio, half, CONFIDENCE));

	c = stats_noise_ratio(&noise, d, z, n, PILOT_OF(PILOT_BLOCKS), CONFIDENCE);
	count(&tally[ALONE], &c.ratio.adjusted, truth);
	judge_first(d, half, truth, tally);
}

/* ---- one run ---- */

static struct stats_paired of_cell(const struct grid *grid, size_t program, size_t n)
{
	double d[WORLD_BLOCKS_MAX], z[WORLD_BLOCKS_MAX];

	grid_difference(grid, program * ARMS + CELL, program * ARMS + REFERENCE, d, z);
	return stats_noise_ratio(&grid->noise, d, z, n, PILOT_OF(PILOT_BLOCKS), CONFIDENCE).ratio;
}

static void judge_run(const struct grid *grid, double half, double truth, struct tally *tally)
{
	struct noise_sums before[CELLS - JUDGED];
	struct noise_history earlier = {.v = before, .n = CELLS - JUDGED};
	double need = 0;

	methods_recall(grid, JUDGED, earlier.n, before);
	for (size_t p = 0; p < CELLS; p++) {
		struct stats_paired pilot = of_cell(grid, p, PILOT_BLOCKS);

		need = fmax(need, stats_stopping_blocks(&pilot, half, CONFIDENCE));
	}
	for (size_t p = 0; p < JUDGED; p++) {
		struct stats_paired reported = of_cell(grid, p, at_most(need));

		count(&tally[RUN], &reported.adjusted, truth);
		judge_alone(grid, p, &earlier, half, truth, tally);
	}
}

static void one_row(
	const struct settings *s, const struct world *world, double share, double precision)
{
	gsl_rng *rng = row_rng(s, "stopping", world->name, PILOT_BLOCKS, share);
	double truth = world_truth(world, share).geometric;
	struct tally tally[RULES] = {{0}};
	size_t trials = (s->trials + JUDGED - 1) / JUDGED * JUDGED;
	struct simulated run;

	for (enum rule r = 0; r < RULES; r++) {
		tally[r].width = xcalloc(trials, sizeof(double));
		tally[r].blocks = xcalloc(trials, sizeof(double));
	}
	simulated_init(&run, CELLS, LONGEST);
	run.plan.pilot = PILOT_BLOCKS;
	for (size_t i = 0; i < trials / JUDGED; i++) {
		struct series series;
		struct grid grid;

		for (size_t p = 0; p < CELLS; p++) {
			world_run(world, rng, LONGEST, share, &series);
			simulated_fill(&run, p, &series);
		}
		grid_init(&grid, &run.plan, &run.samples);
		judge_run(&grid, log1p(precision), truth, tally);
		grid_release(&grid);
	}
	for (enum rule r = 0; r < RULES; r++) {
		row_print(&(struct row){"stopping", world->name,
			(size_t)stats_median(tally[r].blocks, trials), share, rule_names[r], trials,
			tally[r].covered, stats_median(tally[r].width, trials)});
		free(tally[r].width);
		free(tally[r].blocks);
	}
	simulated_release(&run);
	gsl_rng_free(rng);
}

int section_stopping(const struct settings *s)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (settings_want(s, rows[i].world))
			one_row(s, world_find(rows[i].world), rows[i].share, rows[i].precision);
	return 0;
}
