/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/aa.h"

#include <math.h>

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

struct stats_aa stats_aa_pooled(const struct stats_paired *cells, size_t n, double conf)
{
	double sum = 0, squares = 0, df = 0, per_workload, se;
	size_t values = 0, workloads = 0;

	for (size_t c = 0; c < n; c++) {
		const struct stats_paired *p = &cells[c];
		double blocks = (double)p->adjusted.n;

		if (!p->adjusted.defined)
			continue;
		workloads++;
		values += p->adjusted.n;
		sum += p->log_mean * blocks;
		squares += p->adjusted.df * p->log_sd * p->log_sd * blocks / p->n_eff;
		df += p->adjusted.df;
	}
	if (!workloads)
		return summarise(stats_interval_undefined(), NAN, conf);
	per_workload = (double)values / (double)workloads;
	se = sqrt(squares / df / per_workload);
	return summarise(
		stats_interval_exp(stats_interval_t(sum / (double)values, se, df, values, conf)),
		se, conf);
}
