/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * proportion.h - how often something happens, counted, with an interval for its probability.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_PROPORTION_H
#define STATS_PROPORTION_H

#include <stdbool.h>
#include <stddef.h>

/* `hits` of `n` trials; `effective`: of how many independent ones they tell as much. When `defined`
 * is false all numbers but the counts are NaN. */
struct stats_proportion {
	size_t hits, n;
	double effective;
	double point, lo, hi;
	bool defined;
};

/*
 * The exact binomial interval for `hits` of n >= 1 independent trials (Clopper & Pearson 1934) by
 * quantiles B of the beta distribution:
 *
 *	lo = B(alpha/2; hits, n - hits + 1), 0 for no hits
 *	hi = B(1 - alpha/2; hits + 1, n - hits), 1 for nothing but hits
 *
 * It never covers less than conf.
 */
struct stats_proportion stats_proportion_exact(size_t hits, size_t n, double conf);

/*
 * The same where trials come in clusters (hits[i] of n[i] in cluster i) and those of one cluster
 * may go together. Clusters are independent of each other. The variance of p = sum hits / sum n, N
 * = sum n, is that of a ratio over G clusters (Cochran 1977, section 9A),
 *
 *	v = G / (G - 1) sum (hits_i - p n_i)^2 / N^2,
 *
 * and the trials tell as much as p (1 - p) / v independent ones; that number, times the squared
 * ratio of the t quantiles of N - 1 and G - 1 degrees of freedom, takes the place of n in the exact
 * interval (Korn & Graubard 1998). It is at most N, however unlike clusters happen to be, and at
 * least G, as if each cluster were one trial. Where p is 0 or 1, v says nothing and it is N; of one
 * cluster nothing can be known about dependence and it is 1. Clusters without trials are left out;
 * undefined without any trial, or where a cluster has more hits than trials.
 */
struct stats_proportion stats_proportion_clustered(
	const size_t *hits, const size_t *n, size_t n_clusters, double conf);

#endif
