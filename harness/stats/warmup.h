/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * warmup.h - where the iterations of one execution become steady, if they do.
 *
 * 1. y = ln(time), so that nothing depends on the unit, and tolerances are relative.
 * 2. Spikes of one or two iterations (a preemption, a timer) are smoothed, for the segmentation
 *    only: a point after the first two that lies further from the median of the five around it (of
 *    the last five, at the end) than 5 robust standard deviations of the noise and than the
 *    tolerance takes that median's value (a filter after Hampel 1974). The noise is measured by
 *    1.4826 median|y_j - y_{j-1}| / sqrt 2 over the ten differences on either side, which is blind
 *    to level shifts. Monotone warm-up and anything that lasts three iterations pass unchanged.
 *    Barrett et al. also set outliers aside first; their sliding window of 200 iterations is longer
 *    than most executions here. The times themselves are never dropped or changed.
 * 3. Change points in mean and variance by PELT (stats/pelt.h): the segmentation that minimises the
 * sum over segments of minus twice the maximal Gaussian log-likelihood, plus STATS_WARMUP_PENALTY ·
 * ln n per change point. A segment may be one point long: its variance is at least
 * STATS_WARMUP_SD_FLOOR squared, which also makes ties harmless.
 * 4. Classes after Barrett, Bolz-Tereick, Killick, Mount & Tratt (2017), "Virtual machine warmup
 *    blows hot and cold". A segment is equivalent to the last one when their means
 *    differ by no more than max(STATS_WARMUP_TOLERANCE, s of the last segment). (There:
 *    max(0.001 s, variance), which mixes units.)
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_WARMUP_H
#define STATS_WARMUP_H

#include <stddef.h>

/* Penalty per change point, in units of ln n (Barrett et al. 2017). */
#define STATS_WARMUP_PENALTY 15.0
/* Smallest standard deviation of a segment: 0.1 % of the time. */
#define STATS_WARMUP_SD_FLOOR 0.001
/* Difference of segment means that never matters: 2 % of the time. */
#define STATS_WARMUP_TOLERANCE 0.02
/* Executions with fewer iterations are not classified. */
#define STATS_WARMUP_MIN_N 5

/*
 * X(symbol, name, meaning). The classes in order of judgement: the first that applies.
 */
#define STATS_WARMUP_CLASSES(X)                                                                    \
	X(TOO_FEW, "too-few",                                                                      \
		"fewer than STATS_WARMUP_MIN_N iterations, or a time that is not > 0")             \
	X(NO_STEADY_STATE, "no-steady-state", "the last quarter is not all equivalent")            \
	X(FLAT, "flat", "all segments are equivalent to the last one")                             \
	X(SLOW_DOWN, "slow-down", "some earlier segment is faster than the last one")              \
	X(WARM_UP, "warm-up", "all segments that differ from the last one are slower")

enum stats_warmup_class {
#define X(symbol, name, meaning) STATS_WARMUP_##symbol,
	STATS_WARMUP_CLASSES(X)
#undef X
};

/* "flat", "warm-up", … as stored in summary.json; NULL for a value outside the enum. */
const char *stats_warmup_name(enum stats_warmup_class class);

/*
 * `steady` is the index of the first iteration of the steady state: iterations [steady, n) are
 * summarised. It is 0 in the classes flat, too-few and no-steady-state: what has no steady state is
 * never trimmed, and the class says so.
 */
struct stats_warmup {
	enum stats_warmup_class class;
	size_t steady;
	size_t changes; /* change points found */
};

/* Classifies the n times of one execution, in order, in any unit. Copies; when memory runs out the
 * class is too-few. */
struct stats_warmup stats_warmup_classify(const double *time, size_t n);

/*
 * How many of the n iterations, from the first on, are left out of the execution's mean: those
 * before the steady state, and of two or more always the first. It is cold: it translates and
 * touches; and where it is slower by less than STATS_WARMUP_TOLERANCE, which is not told from flat,
 * it would still be up to 0.2 % of a mean of ten. None where there is no steady state.
 */
size_t stats_warmup_left_out(const struct stats_warmup *w, size_t n);

#endif
