/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * clock.h - is a guest's clock good enough to time by?
 *
 * A reading is one execution as two clocks counted it: the host's from one instant to another, and
 * the guest's between the same two, up to an error that is bounded by the round trips of the
 * readings. In a guest the time of an iteration is the guest's, times host / guest of its
 * execution: that is exact for a clock that is off but runs evenly, and the error left by one that
 * does not is at most its deviation (`doubt` below). So:
 *
 * - off by no more than STATS_CLOCK_TOLERANCE: every iteration is scaled like that.
 * - off by more: the clock is not believed over anything short. The cell is *timed by the host*:
 * the only time that enters is the host's duration of each execution, and of the guest only what
 *   share of the execution its iterations took. The datum is duration × share ÷ iterations. Single
 *   iterations are not looked at: they are not classified for warm-up, and the first of two or
 *   more, which translates and touches, is left out by rule.
 * - off by a factor of STATS_CLOCK_BROKEN or more, or standing still: the execution has no time.
 *
 * The host's duration ÷ iterations without the share would be no time of an iteration: start-up,
 * preparing the data and what is verified outside the clock are 15 to 95 % of an execution here.
 *
 * A cell is judged by the median over its executions of the deviation that is certain, |guest −
 * host| less the error. A reading that was answered late makes a single execution seem off by 2 %
 * now and then; of 140 cells of four stored runs the medians were within 0.22 %. On a machine with
 * three times as much to run as it has CPUs they reached 9 %: without the error, which older runs
 * do not have, five honest cells of 35 would be marked there.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_CLOCK_H
#define STATS_CLOCK_H

#include <stdbool.h>
#include <stddef.h>

#define STATS_CLOCK_TOLERANCE 0.01
#define STATS_CLOCK_BROKEN 2.0

struct stats_clock {
	double host_ns, guest_ns;
	double error_ns; /* bound; 0: not known, taken as none */
	double span_ns;	 /* of guest_ns, inside the iterations that are timed; 0: not known */
};

/* guest / host − 1: positive when the guest's clock is fast. NaN unless both are > 0. */
double stats_clock_skew(const struct stats_clock *c);
/* |skew| less what the error can explain, at least 0; NaN as above. */
double stats_clock_deviation(const struct stats_clock *c);
/* No time can be had from it: a duration that is not > 0 and finite, or clocks that are certain to
 * differ by STATS_CLOCK_BROKEN. */
bool stats_clock_is_broken(const struct stats_clock *c);
/* The median deviation is above the tolerance. Broken ones do not count; false without any others.
 * Copies. */
bool stats_clock_is_off(const struct stats_clock *c, size_t n);
/* By what factor, less 1, the scaled time span × host / guest can be wrong if the clock lost or
 * gained all of the difference inside the iterations, or all of it outside. NaN without a span. */
double stats_clock_doubt(const struct stats_clock *c);

#endif
