/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/proportion.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

/* GSL's own inverse fails to converge for some numbers of trials, and ends the program then. */
static double beta_quantile(double p, double a, double b)
{
	double lo = 0, hi = 1;

	for (int i = 0; i < 60; i++) {
		double mid = lo + (hi - lo) / 2;

		if (gsl_cdf_beta_P(mid, a, b) < p)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}

/* `effective` trials, not necessarily a whole number, with the share of hits that was counted. */
static struct stats_proportion with_effective(size_t hits, size_t n, double effective, double conf)
{
	struct stats_proportion ret = {.hits = hits, .n = n, .effective = effective};
	double alpha = 1 - conf, p = (double)hits / (double)n;
	double yes = p * effective, no = (1 - p) * effective;

	ret.point = p;
	ret.lo = hits ? beta_quantile(alpha / 2, yes, no + 1) : 0;
	ret.hi = hits < n ? beta_quantile(1 - alpha / 2, yes + 1, no) : 1;
	ret.defined = true;
	return ret;
}

static struct stats_proportion undefined(size_t hits, size_t n)
{
	return (struct stats_proportion){
		.hits = hits, .n = n, .effective = NAN, .point = NAN, .lo = NAN, .hi = NAN};
}

static bool is_confidence(double conf)
{
	return conf > 0 && conf < 1;
}

struct stats_proportion stats_proportion_exact(size_t hits, size_t n, double conf)
{
	if (!n || hits > n || !is_confidence(conf))
		return undefined(hits, n);
	return with_effective(hits, n, (double)n, conf);
}

/* Variance of the share p over the clusters that have trials. */
static double share_variance(
	const size_t *hits, const size_t *n, size_t n_clusters, double p, double trials)
{
	double squares = 0, clusters = 0;

	for (size_t i = 0; i < n_clusters; i++) {
		double excess = (double)hits[i] - p * (double)n[i];

		clusters += n[i] > 0;
		squares += excess * excess;
	}
	return clusters / (clusters - 1) * squares / (trials * trials);
}

static double t_quantile(double conf, double df)
{
	return gsl_cdf_tdist_Pinv((1 + conf) / 2, df);
}

struct stats_proportion stats_proportion_clustered(
	const size_t *hits, const size_t *n, size_t n_clusters, double conf)
{
	size_t all = 0, trials = 0, clusters = 0;
	double p, v, effective, spread;

	for (size_t i = 0; i < n_clusters; i++) {
		if (hits[i] > n[i])
			return undefined(0, 0);
		all += hits[i];
		trials += n[i];
		clusters += n[i] > 0;
	}
	if (!trials || !is_confidence(conf))
		return undefined(all, trials);
	if (clusters == 1)
		return with_effective(all, trials, 1, conf);
	p = (double)all / (double)trials;
	v = share_variance(hits, n, n_clusters, p, (double)trials);
	if (all == 0 || all == trials || v == 0)
		return with_effective(all, trials, (double)trials, conf);
	spread = t_quantile(conf, (double)trials - 1) / t_quantile(conf, (double)clusters - 1);
	effective = p * (1 - p) / v * spread * spread;
	effective = fmin(fmax(effective, (double)clusters), (double)trials);
	return with_effective(all, trials, effective, conf);
}
