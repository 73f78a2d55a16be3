/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * components.h - where the variance comes from: between blocks, or between executions of a block.
 *
 * The model is L = mu + B + E, a block's effect B (its VM's boot, the host's state during it) with
 * variance b^2, and an execution's E with variance e^2, all independent. With m_k executions in
 * block k of n, N in all, and means M_k and M:
 *
 *	e^2 = sum (L - M_k)^2 / (N - n)
 *	b^2 = (sum m_k (M_k - M)^2 / (n - 1) - e^2) / m_0,   m_0 = (N - sum m_k^2 / N) / (n - 1)
 *
 * the analysis-of-variance estimators for unequal counts (Searle, Casella & McCulloch 1992, section
 * 3.6); with equal counts those of Kalibera & Jones (2013, "Rigorous benchmarking in reasonable
 * time", section 6). b^2 comes out negative when the blocks differ less than their executions let
 * expect; it is then 0, as is usual.
 *
 * The mean of n blocks with m executions each has the variance (b^2 + e^2 / m) / n.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_COMPONENTS_H
#define STATS_COMPONENTS_H

#include <stdbool.h>
#include <stddef.h>

struct stats_components {
	bool defined;
	double estimate; /* of b^2, perhaps negative */
	double between;	 /* b^2, variance between blocks: the estimate, or 0 */
	double within;	 /* e^2, variance between executions of one block */
	double share;	 /* between ÷ (between + within); NaN where both are 0 */
	size_t n_blocks; /* that have executions */
	size_t n;	 /* executions */
};

/* x holds the executions of one block after another, count[k] of block k; a count may be 0.
 * Undefined below two blocks with executions, where no block has two, or when a value is not
 * finite. */
struct stats_components stats_components(const double *x, const size_t *count, size_t n_blocks);

/* Several samples of a kind, each with a mean of its own: the averages of e^2 and of the estimates
 * of b^2, before these are made 0. Those that are undefined are left out; undefined without any. */
struct stats_components stats_components_pooled(const struct stats_components *c, size_t n);

/*
 * The number of executions in a block that makes the mean most precise for its cost, when a block
 * costs `block` by itself (its boot) and each execution `execution`, in one unit, both > 0:
 *
 *	m = sqrt(block / execution · e^2 / b^2)
 *
 * (Cochran 1977, section 10.6; Kalibera & Jones 2013, section 6), rounded to the better of its two
 * neighbours, at least 1. INFINITY where blocks do not differ: one block would do. NaN where the
 * components are not defined or the costs are not positive.
 */
double stats_components_optimum(const struct stats_components *c, double block, double execution);

#endif
