/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/geomean.h"

#include <math.h>
#include <stdlib.h>

/* Averages of D over the workloads in the complete ones of the blocks from `from` to before `to`,
 * in order; returns how many. */
static size_t average_blocks(
	const double *d, size_t n_workloads, size_t n_blocks, size_t from, size_t to, double *ret)
{
	size_t used = 0;

	for (size_t b = from; n_workloads && b < to; b++) {
		double sum = 0;

		for (size_t w = 0; w < n_workloads; w++)
			sum += d[w * n_blocks + b];
		/* NaN or infinite when any term is. */
		if (isfinite(sum))
			ret[used++] = sum / (double)n_workloads;
	}
	return used;
}

struct stats_paired stats_geomean_two_stage(const double *d, size_t n_workloads, size_t n_blocks,
	struct stats_pilot pilot, double conf, const struct stats_serial *known)
{
	double *averages = calloc(n_blocks ? n_blocks : 1, sizeof(*averages));
	size_t told = 0, n = 0, first = pilot.n < n_blocks ? pilot.n : n_blocks;
	struct stats_paired ret;

	if (averages) {
		told = average_blocks(d, n_workloads, n_blocks, 0, first, averages);
		n = told +
		    average_blocks(d, n_workloads, n_blocks, first, n_blocks, averages + told);
	}
	pilot.n = told;
	ret = stats_ratio_two_stage(averages, n, pilot, conf, known);
	free(averages);
	return ret;
}

struct stats_paired stats_geomean_suite(
	const double *d, size_t n_workloads, size_t n_blocks, double conf)
{
	return stats_geomean_two_stage(
		d, n_workloads, n_blocks, (struct stats_pilot){n_blocks, 1}, conf, NULL);
}

struct stats_stratum stats_stratum_of(const struct stats_paired *suite, size_t n_workloads)
{
	return (struct stats_stratum){.n_workloads = n_workloads,
		.mean = suite->log_mean,
		.variance = suite->log_sd * suite->log_sd / suite->n_eff,
		.df = suite->adjusted.df,
		.n_blocks = suite->raw.n};
}

static struct stats_stratum join(const struct stats_stratum *strata, size_t n)
{
	struct stats_stratum ret = {.mean = n ? 0 : NAN};
	double spread = 0;

	for (size_t i = 0; i < n; i++) {
		ret.n_workloads += strata[i].n_workloads;
		if (!i || strata[i].n_blocks < ret.n_blocks)
			ret.n_blocks = strata[i].n_blocks;
	}
	for (size_t i = 0; i < n; i++) {
		double share = (double)strata[i].n_workloads / (double)ret.n_workloads;
		double v = share * share * strata[i].variance;

		ret.mean += share * strata[i].mean;
		ret.variance += v;
		ret.df += strata[i].df;
		spread += v * v / strata[i].df;
	}
	/* Without any variance the share of each stratum in it is not defined. */
	if (spread > 0)
		ret.df = ret.variance * ret.variance / spread;
	return ret;
}

struct interval stats_geomean_strata(const struct stats_stratum *strata, size_t n, double conf)
{
	struct stats_stratum j = join(strata, n);

	return stats_interval_exp(
		stats_interval_t(j.mean, sqrt(j.variance), j.df, j.n_blocks, conf));
}

struct stats_paired stats_geomean_joined(const struct stats_stratum *strata, size_t n, double conf)
{
	struct stats_stratum j = join(strata, n);
	struct interval own = stats_geomean_strata(strata, n, conf);

	return (struct stats_paired){
		.raw = stats_interval_undefined(),
		.own = own,
		.adjusted = own,
		.log_mean = j.mean,
		.log_sd = sqrt(j.variance * (double)j.n_blocks),
		.lag1 = NAN,
		.rho = NAN,
		.n_eff = (double)j.n_blocks,
	};
}
