/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Coverage after stopping: runs whose length a pilot decides, by the program's own functions
 * (run/grid.h, stats/stopping.h), and what stopping at the first narrow interval covers.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "run/grid.h"
#include "stats/noise.h"
#include "stats/describe.h"
#include "stats/stopping.h"
#include "tests/validation/methods.h"
#include "tests/validation/validate.h"

#define CONFIDENCE 0.95
#define CELLS ((size_t)30) /* of a run; see coverage.c */
#define JUDGED ((size_t)5)
#define LONGEST ((size_t)WORLD_BLOCKS_MAX - PILOT_BLOCKS)
#define FIRST_LOOK 5

/* Asked for is about two thirds of the half-width that ten blocks have: few pilots are enough, and
 * few runs are cut at LONGEST. */
static const struct setting {
	const char *world;
	double share, precision;
	bool slow; /* the pilot's blocks lie twice as far apart as later ones */
} rows[] = {
	{"normal", 0, 0.022, false},
	{"normal", 0.3, 0.045, false},
	{"normal", 0.8, 0.07, false},
	{"ar1-.3", 0, 0.033, false},
	{"ar1-.3", 0.3, 0.06, false},
	{"ar1-.3", 0.8, 0.09, false},
	{"ar1-.3", 0.3, 0.06, true},
	{"ar1-.6", 0.3, 0.1, true},
	{"spells", 0, 0.055, false},
	{"spells", 0.3, 0.065, false},
	{"spells", 0.8, 0.08, false},
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

/* Of a rule: its intervals, and after how many blocks. */
struct stopped {
	struct tally intervals;
	double *blocks;
};

static void count(struct stopped *t, const struct interval *i, double truth)
{
	t->blocks[t->intervals.defined] = (double)i->n;
	tally_count(&t->intervals, i->lo, i->hi, truth);
}

static size_t at_most(double blocks)
{
	return blocks < (double)LONGEST ? (size_t)blocks : LONGEST;
}

/* ---- one cell ---- */

static void judge_first(
	const double *d, struct stats_pilot first, double half, double truth, struct stopped *tally)
{
	struct stats_paired pilot = stats_ratio_two_stage(d, first.n, first, CONFIDENCE, NULL), p;
	size_t n = at_most(stats_stopping_blocks(&pilot, half, CONFIDENCE));
	double plain = log(pilot.raw.hi / pilot.raw.lo) / 2;

	p = stats_ratio_two_stage(d, n, first, CONFIDENCE, NULL);
	count(&tally[FIRST], &p.adjusted, truth);
	n = at_most(fmax(PILOT_BLOCKS, ceil(PILOT_BLOCKS * pow(plain / half, 2))));
	p = stats_ratio_two_stage(d, n, first, CONFIDENCE, NULL);
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
	const struct noise_history *earlier, double half, double truth, struct stopped *tally)
{
	double d[WORLD_BLOCKS_MAX], z[WORLD_BLOCKS_MAX];
	struct stats_noise noise = methods_alone(grid, program, earlier, d, z);
	struct stats_covariate c =
		stats_noise_ratio(&noise, d, z, PILOT_BLOCKS, grid_pilot(grid), CONFIDENCE);
	size_t n = at_most(stats_stopping_blocks(&c.ratio, half, CONFIDENCE));

	c = stats_noise_ratio(&noise, d, z, n, grid_pilot(grid), CONFIDENCE);
	count(&tally[ALONE], &c.ratio.adjusted, truth);
	judge_first(d, grid_pilot(grid), half, truth, tally);
}

/* ---- one run ---- */

static struct stats_paired of_cell(const struct grid *grid, size_t program, size_t n)
{
	double d[WORLD_BLOCKS_MAX], z[WORLD_BLOCKS_MAX];

	grid_difference(grid, program * ARMS + CELL, program * ARMS + REFERENCE, d, z);
	return stats_noise_ratio(&grid->noise, d, z, n, grid_pilot(grid), CONFIDENCE).ratio;
}

static void judge_run(const struct grid *grid, double half, double truth, struct stopped *tally)
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

/* A run of LONGEST blocks out of one of more: where the pilot is slow, every other of its first. */
static void draw(const struct setting *row, gsl_rng *rng, struct series *ret)
{
	struct series all;

	world_run(world_find(row->world), rng, WORLD_BLOCKS_MAX, row->share, &all);
	*ret = all;
	ret->blocks = LONGEST;
	for (size_t b = 0; row->slow && b < LONGEST; b++) {
		size_t from = b < PILOT_BLOCKS ? 2 * b : b + PILOT_BLOCKS;

		for (int arm = 0; arm < ARMS; arm++) {
			memcpy(ret->ns[arm][b], all.ns[arm][from], sizeof(all.ns[arm][b]));
			memcpy(ret->sentinel_ns[arm][b], all.sentinel_ns[arm][from],
				sizeof(all.sentinel_ns[arm][b]));
		}
	}
}

static void one_row(const struct settings *s, const struct setting *row)
{
	_cleanup_free_ char *name = xasprintf("%s%s", row->world, row->slow ? "-slow-pilot" : "");
	gsl_rng *rng = row_rng(s, "stopping", name, PILOT_BLOCKS, row->share);
	double truth = world_truth(world_find(row->world), row->share).geometric;
	struct stopped tally[RULES];
	size_t trials = (s->trials + JUDGED - 1) / JUDGED * JUDGED;
	struct simulated run;

	for (enum rule r = 0; r < RULES; r++) {
		tally_init(&tally[r].intervals, trials);
		tally[r].blocks = xcalloc(trials, sizeof(double));
	}
	simulated_init(&run, CELLS, LONGEST);
	run.plan.pilot = PILOT_BLOCKS;
	run.plan.blocks = LONGEST;
	for (size_t i = 0; i < trials / JUDGED; i++) {
		struct series series;
		struct grid grid;

		for (size_t p = 0; p < CELLS; p++) {
			draw(row, rng, &series);
			simulated_fill(&run, p, &series);
		}
		grid_init(&grid, &run.plan, &run.samples);
		grid.later = row->slow ? 0.5 : 1;
		judge_run(&grid, log1p(row->precision), truth, tally);
		grid_release(&grid);
	}
	for (enum rule r = 0; r < RULES; r++) {
		tally_print(
			&tally[r].intervals, (struct row){"stopping", name,
						     (size_t)stats_median(tally[r].blocks, trials),
						     row->share, rule_names[r], trials, 0, NAN});
		free(tally[r].blocks);
	}
	simulated_release(&run);
	gsl_rng_free(rng);
}

int section_stopping(const struct settings *s)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (settings_want(s, rows[i].world))
			one_row(s, &rows[i]);
	return 0;
}
