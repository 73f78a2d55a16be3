/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order_effects.h - does it matter where in a block an arm is measured, and what runs before it?
 *
 * stats/order.h balances both; whether there was anything to balance is tested here. Arms that are
 * visited one after the other make a visit; visits of the same arms, one a block, make a series.
 * The model of ln time in a series is
 *
 *	y = arm + visit + position + carry-over + noise
 *
 * with the positions (how many arms of the visit came before) and the carry-over (the kind of arm
 * that ran directly before; none for the first) common to all series of a run. What the first arm
 * of a visit has alone is its position's; carry-over is how kinds differ from their mean. Arms and
 * visits are removed exactly, by sweeping the means out of y and of the regressors (Frisch & Waugh
 * 1933; Lovell 1963), which is what makes these tests of the within-block residuals. Then each of
 * the two sets of effects has the F test of the extra sum of squares over a model with the other
 * set alone (Draper & Smith 1998, chapter 6):
 *
 *	F = ((RSS_without - RSS) / q) / (RSS / df2),   q and df2 from the ranks of the models
 *
 * Kinds differ in noise by an order of magnitude, so each is weighted by 1 / its residual variance,
 * pooled over all series (feasible generalised least squares, two rounds from equal weights). The
 * order is random, so that nothing else of an arm is confounded with its place.
 *
 * How often it finds what is not there: tests/unit/test_stats_order_effects.c.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_ORDER_EFFECTS_H
#define STATS_ORDER_EFFECTS_H

#include <stdbool.h>
#include <stddef.h>

#define STATS_NOTHING_BEFORE ((size_t)-1)

/* A series: every visit has every arm once. Arrays of two dimensions are [visit * n_arms + arm]. */
struct stats_visits {
	size_t n_arms, n_visits;
	const size_t *kind;   /* of each arm */
	const double *y;      /* ln time */
	const size_t *place;  /* arms of the visit measured before it, counted from 0 */
	const size_t *before; /* kind of the one directly before, or STATS_NOTHING_BEFORE */
};

/* size: of a typical effect, the root of its mean square less what chance alone would show, in ln
 * time; 0 when that is all of it. */
struct stats_effect {
	bool defined;
	double f, df1, df2, p, size;
};

struct stats_order_effects {
	struct stats_effect position, carryover;
};

/*
 * kinds are below n_kinds, places below n_places. A series of one visit or one arm says nothing.
 * Undefined when a value is not finite, a kind or place is out of range, without residual variance,
 * or where every effect is confounded with arms, visits or the other set. Copies.
 */
struct stats_order_effects stats_order_effects(
	const struct stats_visits *series, size_t n, size_t n_kinds, size_t n_places);

#endif
