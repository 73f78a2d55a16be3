/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/noise.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool is_alike(uint64_t a, uint64_t b)
{
	return (double)a <= STATS_NOISE_ALIKE * (double)b &&
	       (double)b <= STATS_NOISE_ALIKE * (double)a;
}

/* Of earlier runs those that make up for what this one lacks, whose own values are given; how many
 * they are into ret_runs. */
static struct noise_sums recall(const struct stats_noise_run *run, uint64_t own, size_t *ret_runs)
{
	const struct noise_history none = {0};
	const struct noise_history *earlier = run->earlier ? run->earlier : &none;
	struct noise_sums ret = {0};

	*ret_runs = 0;
	for (size_t i = 0; i < earlier->n; i++) {
		struct noise_sums one = earlier->v[i];

		if ((double)(own + ret.serial.values) >= STATS_SERIAL_POOL_WORTH)
			break;
		if (!one.serial.values || !is_alike(one.block_ns, run->block_ns))
			continue;
		if (strcmp(one.cells, run->cells) != 0)
			noise_sums_forget_spread(&one);
		noise_sums_add(&ret, &one);
		++*ret_runs;
	}
	return ret;
}

/* What the run's means say, and those of earlier runs that make up for what they lack. */
static struct serial_sums with_earlier_means(
	const struct stats_noise_run *run, const struct serial_sums *own)
{
	const struct noise_history *earlier = run->earlier;
	struct serial_sums ret = *own;

	for (size_t i = 0; earlier && i < earlier->n; i++) {
		if ((double)ret.values >= STATS_SERIAL_POOL_WORTH)
			break;
		if (is_alike(earlier->v[i].block_ns, run->block_ns))
			serial_sums_add(&ret, &earlier->v[i].means);
	}
	return ret;
}

/* A likelihood is known up to a factor: the largest becomes 1. */
static void normalise(double *log_likelihood)
{
	double largest = -INFINITY;

	for (size_t i = 0; i < NOISE_RHOS; i++)
		largest = fmax(largest, log_likelihood[i]);
	for (size_t i = 0; i < NOISE_RHOS; i++)
		log_likelihood[i] -= largest;
}

/* Adds what D says of correlation and spread. */
static void add_spread(struct noise_sums *sums, const double *d, size_t n_series, size_t n_blocks)
{
	stats_serial_add(&sums->serial, d, n_series, n_blocks);
	stats_few_add(sums, d, n_series, n_blocks);
	normalise(sums->serial.log_likelihood);
}

/* D - slope z, D where there is no z; NULL when memory runs out. */
static double *move(const double *d, const double *z, size_t n, double slope)
{
	double *ret = calloc(n ? n : 1, sizeof(*ret));

	for (size_t i = 0; ret && i < n; i++)
		ret[i] = isfinite(z[i]) ? d[i] - slope * z[i] : d[i];
	return ret;
}

struct stats_noise stats_noise_learn(const double *d, const double *z, size_t n_series,
	size_t n_blocks, const struct stats_noise_run *run)
{
	struct noise_sums pairs = {.block_ns = run->block_ns}, past, all;
	struct serial_sums means;
	struct stats_noise ret = {.slope = NAN};
	double *moved = NULL;

	snprintf(pairs.cells, sizeof(pairs.cells), "%s", run->cells);
	stats_covariate_add(&pairs, d, z, n_series, n_blocks);
	stats_serial_add(&pairs.means, run->means, run->n_means, n_blocks);
	normalise(pairs.means.log_likelihood);
	ret.own = pairs;
	add_spread(&ret.own, d, n_series, n_blocks);
	past = recall(run, ret.own.serial.values, &ret.earlier_runs);
	all = past;
	noise_sums_add(&all, &pairs);
	ret.slope = stats_covariate_slope(&all);
	if (isfinite(ret.slope))
		moved = move(d, z, n_series * n_blocks, ret.slope);
	if (moved) {
		ret.own = pairs;
		add_spread(&ret.own, moved, n_series, n_blocks);
	} else {
		ret.slope = NAN;
	}
	free(moved);
	all = past;
	noise_sums_add(&all, &ret.own);
	ret.serial = stats_serial_known(&ret.own.serial, &past.serial);
	ret.few = stats_few_known(&all);
	ret.values = all.serial.values;
	means = with_earlier_means(run, &ret.own.means);
	ret.means = means.values ? stats_serial_known(&means, &all.serial) : ret.serial;
	return ret;
}

struct stats_covariate stats_noise_ratio(const struct stats_noise *noise, const double *d,
	const double *z, size_t n, struct stats_pilot pilot, double conf)
{
	struct stats_covariate ret =
		stats_covariate_two_stage(d, z, n, pilot, conf, noise->slope, &noise->serial);

	stats_few_widen(&noise->few, pilot.n, conf, &ret.ratio);
	return ret;
}
