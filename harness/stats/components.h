/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * components.h - where the variance comes from: between blocks, between executions of a block, or
 * between iterations of an execution.
 *
 * The datum of an execution is L, ln of the mean of its steady iterations. The model is
 *
 *	L = mu + B + E + I
 *
 * a block's effect B (its VM's boot, the host's state during it) with variance b^2, an execution's
 * E with variance e^2, and what the mean of k iterations is off by, I, with variance i^2 / k where
 * i^2 is that of ln of one iteration; all independent. The last is the delta method: a mean of k
 * times is off by a share of s / (mean sqrt(k)), and its logarithm by as much.
 *
 * With m_k executions in block k of n, N in all, and means M_k and M of L; with k_j iterations y in
 * execution j, K in all, and means Y_j of ln y:
 *
 *	i^2 = sum (ln y - Y_j)^2 / (K - N),   i^2 / k on average: i^2 sum (1 / k_j) / N
 *	w^2 = sum (L - M_k)^2 / (N - n),      e^2 = w^2 - i^2 / k
 *	b^2 = (sum m_k (M_k - M)^2 / (n - 1) - w^2) / m_0,   m_0 = (N - sum m_k^2 / N) / (n - 1)
 *
 * the analysis-of-variance estimators for unequal counts (Searle, Casella & McCulloch 1992, section
 * 3.6), at the upper levels of the means as Kalibera & Jones (2013, "Rigorous benchmarking in
 * reasonable time", section 6) take them, whose own they are with equal counts. They are exact
 * where all executions have as many iterations; where not, their number counts as part of E.
 *
 * A component that comes out negative is 0, as is usual: b^2 where blocks differ less than their
 * executions let expect; e^2 where executions differ less than their iterations let expect, and
 * then all of w^2 is the iterations'. Iterations of one execution are often alike; what they have
 * in common is E. So i^2 / k is what more iterations would really take off.
 *
 * Where every block has one execution b^2 and e^2 cannot be told apart, only both together from
 * i^2 / k: the variance of L is then sum (L - M)^2 / (n - 1).
 *
 * The mean of n blocks with m executions each has the variance (b^2 + e^2 / m + i^2 / (m k)) / n.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_COMPONENTS_H
#define STATS_COMPONENTS_H

#include <stdbool.h>
#include <stddef.h>

/* Sums over executions of what their iterations say; zeroed before the first. */
struct stats_iterations {
	double squares;	    /* of ln y about the execution's mean */
	size_t freedom;	    /* of these: iterations less executions */
	double reciprocals; /* of the numbers of iterations */
	size_t executions;
};

/* Adds the steady iterations of one execution, n times in any unit. Left out: one without any, or
 * with a time that is not positive and finite. */
void stats_iterations_add(struct stats_iterations *sum, const double *time, size_t n);

struct stats_components {
	bool defined; /* blocks and executions are told apart */
	/* Variances of L; NaN: not known. */
	double estimate;	   /* of b^2, perhaps negative */
	double between;		   /* b^2, between blocks: the estimate, or 0 */
	double within;		   /* w^2, between executions of one block */
	double total;		   /* b^2 + w^2, told apart or not */
	double iteration_estimate; /* of i^2 / k, perhaps more than w^2 */
	double iteration;	   /* i^2 / k: the estimate, at most w^2 or, without it, total */
	double execution;	   /* e^2: the rest of w^2 */
	double iterations;	   /* k, the harmonic mean of their numbers */
	double share;		   /* between ÷ total; NaN where both are 0 */
	size_t n_blocks;	   /* that have executions */
	size_t n;		   /* executions */
};

/* x holds L of the executions of one block after another, count[k] of block k; a count may be 0.
 * `iterations` is of the same executions; NULL: nothing is known. All undefined below two blocks
 * with executions or when a value is not finite; told apart only where a block has two; the parts
 * of w^2 only where an execution has two iterations. */
struct stats_components stats_components(const double *x, const size_t *count, size_t n_blocks,
	const struct stats_iterations *iterations);

/* Several samples of a kind, each with a mean of its own: the averages of w^2 and of the estimates
 * of b^2, before these are made 0. Where some are told apart, those that are not are left out. The
 * iterations have the part of w^2 (not told apart: of the total) that they have in those samples
 * that know it. */
struct stats_components stats_components_pooled(const struct stats_components *c, size_t n);

/*
 * The number of executions in a block that makes the mean most precise for its cost, when a block
 * costs `block` by itself (its boot) and each execution `execution`, in one unit, both > 0:
 *
 *	m = sqrt(block / execution · w^2 / b^2)
 *
 * (Cochran 1977, section 10.6; Kalibera & Jones 2013, section 6), rounded to the better of its two
 * neighbours, at least 1. INFINITY where blocks do not differ: one block would do. NaN where the
 * components are not defined or the costs are not positive.
 */
double stats_components_optimum(const struct stats_components *c, double block, double execution);

/* By how much that number m of executions instead of `now` changes the standard error of the mean
 * in the same time: sqrt of the variance per block times the block's cost, m ÷ now. NaN as above,
 * where either is below 1 or not finite, or without variance. */
double stats_components_gain(
	const struct stats_components *c, double block, double execution, double now, double m);

/* The number of iterations in an execution that does the same, when an execution costs `start` by
 * itself (start-up, warm-up) and each steady iteration `iteration`: sqrt(start / iteration · i^2 /
 * e^2), likewise. INFINITY where executions differ by no more than their iterations explain. */
double stats_components_iterations(
	const struct stats_components *c, double start, double iteration);

#endif
