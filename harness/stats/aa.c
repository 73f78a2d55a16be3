/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/aa.h"

#include <math.h>
#include <stdlib.h>

#include "stats/describe.h"
#include "stats/power.h"

#define POWER 0.8

static struct stats_aa summarise(struct interval ratio, double se, double conf)
{
	struct stats_aa ret = {.ratio = ratio, .noise_floor = NAN, .min_detectable = NAN};

	if (!ratio.defined)
		return ret;
	ret.noise_floor = expm1(fmax(fabs(log(ratio.lo)), fabs(log(ratio.hi))));
	ret.min_detectable = expm1(stats_detectable(ratio.df, 1 - conf, POWER) * se);
	ret.consistent = ratio.lo <= 1 && ratio.hi >= 1;
	return ret;
}

struct stats_aa stats_aa(const double *d, size_t n, double conf)
{
	struct stats_paired paired = stats_ratio_paired(d, n, conf, NULL);

	return summarise(paired.adjusted, paired.log_sd / sqrt(paired.n_eff), conf);
}

/* Sums over the workloads that enter. */
struct pool {
	size_t workloads, values;
	double sum;
	double squares, df; /* squares: df s^2, as if of independent blocks */
};

/* Adds the n D's of one workload; false if they are unusable. */
static bool pool_add(
	struct pool *pool, const double *d, size_t n, double conf, const struct stats_serial *known)
{
	struct stats_paired paired = stats_ratio_paired(d, n, conf, known);

	if (!paired.adjusted.defined)
		return false;
	pool->workloads++;
	pool->values += n;
	pool->sum += paired.log_mean * (double)n;
	pool->squares +=
		paired.adjusted.df * paired.log_sd * paired.log_sd * (double)n / paired.n_eff;
	pool->df += paired.adjusted.df;
	return true;
}

static struct stats_aa pool_summarise(const struct pool *pool, double conf)
{
	double per_workload = (double)pool->values / (double)pool->workloads;
	double se = sqrt(pool->squares / pool->df / per_workload);
	struct interval log_ratio = stats_interval_t(
		pool->sum / (double)pool->values, se, pool->df, pool->values, conf);

	return summarise(stats_interval_exp(log_ratio), se, conf);
}

struct stats_aa stats_aa_pooled(const double *d, size_t n_workloads, size_t n_blocks, double conf)
{
	struct stats_serial known = stats_serial_pool(d, n_workloads, n_blocks);
	struct pool pool = {0};
	double *row = calloc(n_blocks ? n_blocks : 1, sizeof(*row));
	bool usable = row;

	for (size_t w = 0; usable && w < n_workloads; w++) {
		size_t n = 0;

		for (size_t b = 0; b < n_blocks; b++) {
			if (!isnan(d[w * n_blocks + b]))
				row[n++] = d[w * n_blocks + b];
		}
		if (n >= 2)
			usable = pool_add(&pool, row, n, conf, &known);
	}
	free(row);
	if (!usable || !pool.workloads)
		return summarise(stats_interval_undefined(), NAN, conf);
	return pool_summarise(&pool, conf);
}
