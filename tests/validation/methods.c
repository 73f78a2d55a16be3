/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/validation/methods.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "base/cleanup.h"
#include "base/str.h"
#include "stats/describe.h"
#include "stats/interval.h"
#include "stats/serial.h"

#define CONFIDENCE 0.95
#define CELL_ENV "vm-x86_64-tcg"

const char *method_name(enum method method)
{
	static const char *const names[] = {
#define X(symbol, name, what) [METHOD_##symbol] = (name),
		METHODS(X)
#undef X
	};

	return names[method];
}

bool method_is_arithmetic(enum method method)
{
	return method == METHOD_BOOTSTRAP || method == METHOD_HYPERFINE || method == METHOD_PYPERF;
}

/* ---- toll ---- */

#define PROGRAMS_MIN ((size_t)15)

size_t simulated_programs(size_t blocks)
{
	size_t enough = (size_t)(1.5 * STATS_SERIAL_POOL_WORTH) / blocks;

	if (enough < PROGRAMS_MIN)
		return PROGRAMS_MIN;
	return enough > SIMULATED_PROGRAMS_MAX ? SIMULATED_PROGRAMS_MAX : enough;
}

static void add_arm(
	struct simulated *s, const char *program, int arm, const char *env_id, bool duplicate)
{
	struct environment env;

	environment_parse(env_id, &env, NULL);
	plan_add(&s->plan, program, "portable", &env, duplicate)->executions = s->executions[arm];
	for (size_t i = 0; i < s->blocks * s->executions[arm]; i++) {
		struct sample sample = {
			.block = i / s->executions[arm] + 1,
			.execution = i % s->executions[arm] + 1,
			.duplicate = duplicate,
			.status = STATUS_OK,
			.iterations = WORLD_ITERATIONS,
			.iter_wall_ns = xcalloc(WORLD_ITERATIONS, sizeof(uint64_t)),
		};

		str_copy(sample.cell, sizeof(sample.cell), s->plan.arms[s->plan.n - 1].cell);
		samples_add(&s->samples, &sample);
	}
}

void simulated_init_repeated(
	struct simulated *s, size_t programs, size_t blocks, const size_t executions[static ARMS])
{
	*s = (struct simulated){
		.blocks = blocks, .executions = {executions[CELL], executions[REFERENCE]}};
	for (size_t p = 0; p < programs; p++) {
		_cleanup_free_ char *name = xasprintf("program-%zu", p);

		add_arm(s, name, CELL, CELL_ENV, false);
		add_arm(s, name, REFERENCE, "native", false);
	}
}

void simulated_add_twice(struct simulated *s, size_t programs)
{
	for (size_t p = 0; p < programs; p++) {
		_cleanup_free_ char *name = xasprintf("twice-%zu", p);

		add_arm(s, name, CELL, CELL_ENV, false);
		add_arm(s, name, REFERENCE, CELL_ENV, true);
	}
}

void simulated_init(struct simulated *s, size_t programs, size_t blocks)
{
	simulated_init_repeated(s, programs, blocks, (const size_t[ARMS]){1, 1});
}

void simulated_release(struct simulated *s)
{
	samples_release(&s->samples);
	plan_release(&s->plan);
}

void simulated_fill_execution(
	struct simulated *s, size_t program, size_t n, const struct series *series)
{
	size_t a_block = s->executions[CELL] + s->executions[REFERENCE];
	struct sample *of_arm = s->samples.v + program * a_block * s->blocks;

	for (int arm = 0; arm < ARMS; of_arm += s->blocks * s->executions[arm++]) {
		for (size_t b = 0; n < s->executions[arm] && b < s->blocks; b++) {
			struct sample *sample = of_arm + b * s->executions[arm] + n;

			for (size_t i = 0; i < WORLD_ITERATIONS; i++)
				sample->iter_wall_ns[i] = (uint64_t)series->ns[arm][b][i];
			for (int k = 0; k < 2; k++)
				sample->sentinel_ns[k] = (uint64_t)series->sentinel_ns[arm][b][k];
		}
	}
}

void simulated_fill(struct simulated *s, size_t program, const struct series *series)
{
	simulated_fill_execution(s, program, 0, series);
}

static struct limits limits_of(const struct interval *i)
{
	return (struct limits){i->lo, i->hi};
}

struct stats_noise methods_alone(const struct grid *grid, size_t program,
	const struct noise_history *earlier, double d[static WORLD_BLOCKS_MAX],
	double z[static WORLD_BLOCKS_MAX])
{
	grid_difference(grid, program * ARMS + CELL, program * ARMS + REFERENCE, d, z);
	return stats_noise_learn(d, z, 1, grid->pilot,
		&(struct stats_noise_run){.block_ns = 1, .cells = "", .earlier = earlier});
}

void methods_recall(const struct grid *grid, size_t first, size_t programs, struct noise_sums *ret)
{
	double d[WORLD_BLOCKS_MAX], z[WORLD_BLOCKS_MAX];

	for (size_t i = programs; i-- > 0;)
		ret[i] = methods_alone(grid, first + i,
			&(struct noise_history){.v = ret + i + 1, .n = programs - i - 1}, d, z)
				 .own;
}

static void toll(const struct grid *grid, size_t program, const struct noise_history *earlier,
	struct limits *ret)
{
	size_t n = grid->blocks;
	double d[WORLD_BLOCKS_MAX], z[WORLD_BLOCKS_MAX];
	struct stats_noise noise = methods_alone(grid, program, earlier, d, z);
	struct stats_covariate later, together;
	struct stats_paired alone;
	struct interval sign;

	together = stats_noise_ratio(&grid->noise, d, z, n, (struct stats_pilot){n, 1}, CONFIDENCE);
	later = stats_noise_ratio(&noise, d, z, n, (struct stats_pilot){n, 1}, CONFIDENCE);
	alone = stats_ratio_paired(d, n, CONFIDENCE, NULL);
	sign = stats_interval_exp(stats_sign_interval(d, n, CONFIDENCE));
	ret[METHOD_TOLL] = limits_of(&together.ratio.adjusted);
	ret[METHOD_TOLL_ALONE] = limits_of(&later.ratio.adjusted);
	ret[METHOD_TOLL_FIRST] = limits_of(&alone.adjusted);
	ret[METHOD_PAIRED] = limits_of(&alone.raw);
	ret[METHOD_SIGN] = limits_of(&sign);
}

/* ---- other tools ---- */

#define VALUES_MAX ((size_t)WORLD_BLOCKS_MAX * WORLD_ITERATIONS)

/* The mean of one resample. */
static double resample(const struct series *s, int arm, gsl_rng *rng)
{
	double sum = 0;

	for (size_t b = 0; b < s->blocks; b++) {
		const double *ns = s->ns[arm][gsl_rng_uniform_int(rng, s->blocks)];

		for (size_t i = 0; i < WORLD_ITERATIONS; i++)
			sum += ns[gsl_rng_uniform_int(rng, WORLD_ITERATIONS)];
	}
	return sum;
}

static struct limits bootstrap(const struct series *s, gsl_rng *rng)
{
	double ratio[METHODS_RESAMPLES];

	for (size_t k = 0; k < METHODS_RESAMPLES; k++)
		ratio[k] = resample(s, CELL, rng) / resample(s, REFERENCE, rng);
	gsl_sort(ratio, 1, METHODS_RESAMPLES);
	return (struct limits){
		gsl_stats_quantile_from_sorted_data(ratio, 1, METHODS_RESAMPLES, 0.025),
		gsl_stats_quantile_from_sorted_data(ratio, 1, METHODS_RESAMPLES, 0.975)};
}

static struct limits pooled_t(const struct series *s)
{
	double l[ARMS][VALUES_MAX];
	size_t n = s->blocks * WORLD_ITERATIONS;
	struct stats_welch w;

	for (int arm = 0; arm < ARMS; arm++)
		stats_log(&s->ns[arm][0][0], n, l[arm]);
	w = stats_ratio_welch(l[CELL], n, l[REFERENCE], n, CONFIDENCE);
	return limits_of(&w.ratio);
}

static struct limits hyperfine(const struct series *s)
{
	double wall[ARMS][WORLD_BLOCKS_MAX], spread[ARMS], mean[ARMS], r, sd;

	for (int arm = 0; arm < ARMS; arm++) {
		for (size_t b = 0; b < s->blocks; b++)
			wall[arm][b] = stats_mean(s->ns[arm][b], WORLD_ITERATIONS);
		mean[arm] = stats_mean(wall[arm], s->blocks);
		spread[arm] = stats_sd(wall[arm], s->blocks) / mean[arm];
	}
	r = mean[CELL] / mean[REFERENCE];
	sd = r * hypot(spread[CELL], spread[REFERENCE]);
	return (struct limits){r - sd, r + sd};
}

/* The cell's times divided by the true ratio stand for the same program measured again. */
static struct limits pyperf(const struct series *s, double truth)
{
	size_t n = s->blocks * WORLD_ITERATIONS;
	const double *cell = &s->ns[CELL][0][0], *reference = &s->ns[REFERENCE][0][0];
	double mean = stats_mean(reference, n), difference = stats_mean(cell, n) / truth - mean;
	double pooled = hypot(stats_sd(cell, n) / truth, stats_sd(reference, n)) / M_SQRT2;
	double half = gsl_cdf_tdist_Pinv(0.5 + CONFIDENCE / 2, 2 * (double)n - 2) * pooled *
		      sqrt(2 / (double)n);

	return (struct limits){
		truth * (1 + (difference - half) / mean), truth * (1 + (difference + half) / mean)};
}

void methods_apply(const struct grid *grid, size_t program, const struct series *series,
	const struct noise_history *earlier, const struct truth *truth, gsl_rng *rng,
	struct limits ret[static METHODS_END])
{
	toll(grid, program, earlier, ret);
	ret[METHOD_BOOTSTRAP] = bootstrap(series, rng);
	ret[METHOD_POOLED] = pooled_t(series);
	ret[METHOD_HYPERFINE] = hyperfine(series);
	ret[METHOD_PYPERF] = pyperf(series, truth->arithmetic);
}
