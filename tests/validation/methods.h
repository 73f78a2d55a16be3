/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Intervals for the ratio of two arms from one simulated run: what `toll` reports, through the same
 * functions, and what other tools make of the same times.
 */
#ifndef TESTS_VALIDATION_METHODS_H
#define TESTS_VALIDATION_METHODS_H

#include <stdbool.h>

#include <gsl/gsl_rng.h>

#include "run/grid.h"
#include "tests/validation/world.h"

/* A run of several programs, each a cell and its reference, in the form that is summarised. */
struct simulated {
	struct plan plan;
	struct samples samples;
	size_t blocks;
	size_t executions[ARMS]; /* of each arm in a block */
};

/* How many programs a simulated run has for its cells to be judged. The default suite has 60 cells,
 * and what they say about the noise, all together, is part of what is reported of each. No more are
 * simulated than say something new: all together count for STATS_SERIAL_POOL_WORTH values at most.
 */
#define SIMULATED_PROGRAMS_MAX ((size_t)60)
size_t simulated_programs(size_t blocks);

/* The same with several executions of an arm in a block. */
void simulated_init_repeated(
	struct simulated *s, size_t programs, size_t blocks, const size_t executions[static ARMS]);
/* Puts a series in the place of a program's n-th executions, from 0; arms that have none are left
 * out. */
void simulated_fill_execution(
	struct simulated *s, size_t program, size_t n, const struct series *series);
void simulated_init(struct simulated *s, size_t programs, size_t blocks);
/* Adds programs behind those, for simulated_fill(): their two arms are a cell without a reference
 * and its duplicate. */
void simulated_add_twice(struct simulated *s, size_t programs);
void simulated_release(struct simulated *s);
/* Puts a series of as many blocks in a program's place. */
void simulated_fill(struct simulated *s, size_t program, const struct series *series);

/* undefined: lo and hi are NaN. */
struct limits {
	double lo, hi;
};

/*
 * X(symbol, name, what). The first five are toll's.
 *
 * bootstrap   blocks, then iterations within each, are drawn with replacement, for both arms apart;
 *             the percentiles 2.5 and 97.5 of the ratio of means (Kalibera & Jones 2013 without
 *             their level of executions), METHODS_RESAMPLES times.
 * pooled t    Welch's interval of ln times, all iterations of all blocks as if independent.
 * hyperfine   its relative time ± r sqrt((s1 / m1)^2 + (s2 / m2)^2): one standard deviation of
 *             executions, that is here of the sums of iterations; shown there after a ±.
 * pyperf      its compare_to, Student's t with pooled variance on all values at 95 %, of two
 * programs that take equally long: the cell's times are divided by the true ratio first.
 */
#define METHODS(X)                                                                                 \
	X(TOLL, "toll", "as reported: with the sentinel, serial correlation allowed for")          \
	X(TOLL_ALONE, "toll-alone", "were it the only one of its run, after such runs")            \
	X(TOLL_FIRST, "toll-first", "the same, of the first run of a host")                        \
	X(PAIRED, "paired-t", "paired t on ln times, blocks taken as independent (ci95 raw)")      \
	X(SIGN, "sign", "order statistics of D")                                                   \
	X(BOOTSTRAP, "bootstrap", "hierarchical bootstrap of the ratio of means")                  \
	X(POOLED, "pooled-t", "Welch's t on all iterations")                                       \
	X(HYPERFINE, "hyperfine", "ratio of means ± its standard deviation of executions")         \
	X(PYPERF, "pyperf", "Student's t on all values")

enum method {
#define X(symbol, name, what) METHOD_##symbol,
	METHODS(X)
#undef X
		METHODS_END
};

#define METHODS_RESAMPLES 250

const char *method_name(enum method method);
/* True where the ratio of expected times is estimated rather than that of geometric means. */
bool method_is_arithmetic(enum method method);

/* D and z of a program of the run, and what is known of the noise, were it measured in a run of its
 * own after `earlier` ones. */
struct stats_noise methods_alone(const struct grid *grid, size_t program,
	const struct noise_history *earlier, double d[static WORLD_BLOCKS_MAX],
	double z[static WORLD_BLOCKS_MAX]);

/* What the programs of the run from `first` on say of the noise, were each measured in a run of its
 * own, one after the other, in which it can use what those before it said: ret[i] is of program
 * first + i. */
void methods_recall(const struct grid *grid, size_t first, size_t programs, struct noise_sums *ret);

/* All methods on one program of the run, whose series is given again. `grid` is that of the run's
 * plan and samples; `earlier` are the runs before, were the program measured in one of its own. */
void methods_apply(const struct grid *grid, size_t program, const struct series *series,
	const struct noise_history *earlier, const struct truth *truth, gsl_rng *rng,
	struct limits ret[static METHODS_END]);

#endif
