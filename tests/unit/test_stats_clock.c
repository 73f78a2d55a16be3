/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stats/clock: what a guest's clock is believed.
 */
#include "stats/clock.h"

#include <math.h>

#include "tap.h"

static struct stats_clock reading(double host_ns, double guest_ns, double error_ns)
{
	return (struct stats_clock){.host_ns = host_ns, .guest_ns = guest_ns, .error_ns = error_ns};
}

static void deviations(void)
{
	struct stats_clock fast = reading(1e8, 1.1e8, 2e6), slow = reading(1e8, 0.9e8, 2e6);
	struct stats_clock late = reading(1e8, 0.985e8, 2e6), none = reading(0, 1e8, 0);

	is_near(stats_clock_skew(&fast), 0.1, 1e-12, "a fast clock has a positive skew");
	is_near(stats_clock_skew(&slow), -0.1, 1e-12, "a slow one a negative");
	is_near(stats_clock_deviation(&slow), 0.08, 1e-12,
		"certain is what the error of the readings cannot explain");
	is_near(stats_clock_deviation(&late), 0, 0, "a late answer alone is no deviation");
	ok(isnan(stats_clock_skew(&none)) && isnan(stats_clock_deviation(&none)),
		"without a duration there is neither");
}

static void broken_ones(void)
{
	static const struct {
		const char *what;
		double host, guest, error;
		bool broken;
	} cases[] = {
		{"equal", 1e8, 1e8, 0, false},
		{"10 % fast", 1e8, 1.1e8, 0, false},
		{"just below twice as fast", 1e8, 1.99e8, 0, false},
		{"twice as fast", 1e8, 2e8, 0, true},
		{"half as fast", 1e8, 0.5e8, 0, true},
		{"half as fast, perhaps by a late answer", 1e8, 0.5e8, 1e6, false},
		{"10^18 ns in a tenth of a second", 1e8, 1e18, 1e6, true},
		{"standing still", 1e8, 0, 0, true},
		{"going back", 1e8, -5, 0, true},
		{"the host's standing still", 0, 1e8, 0, true},
		{"no number", 1e8, NAN, 0, true},
		{"without end", 1e8, INFINITY, 0, true},
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct stats_clock c = reading(cases[i].host, cases[i].guest, cases[i].error);

		ok(stats_clock_is_broken(&c) == cases[i].broken, "%s: %s", cases[i].what,
			cases[i].broken ? "broken" : "not broken");
	}
}

static void cells(void)
{
	struct stats_clock c[5];

	ok(!stats_clock_is_off(NULL, 0), "without executions no clock is off");
	for (size_t i = 0; i < 5; i++)
		c[i] = reading(1e8, 1.005e8, 0);
	ok(!stats_clock_is_off(c, 5), "0.5 %% is tolerated");
	c[0] = c[1] = reading(1e8, 1.03e8, 0);
	ok(!stats_clock_is_off(c, 5), "two of five executions make no cell");
	c[2] = reading(1e8, 0.97e8, 0);
	ok(stats_clock_is_off(c, 5), "three do, whatever their signs");
	c[2].error_ns = 2.5e6;
	ok(!stats_clock_is_off(c, 5), "... where their readings are good enough to tell");
	for (size_t i = 0; i < 4; i++)
		c[i] = reading(1e8, 1e18, 0);
	ok(!stats_clock_is_off(c, 5), "broken ones have no say");
	ok(!stats_clock_is_off(c, 4), "... not even all of them");
}

/* The true time of iterations, by whoever lost the difference, is within the doubt. */
static void doubts(void)
{
	struct stats_clock c = {.host_ns = 1.1e8, .guest_ns = 1e8, .span_ns = 0.5e8};
	double scaled = 0.5e8 * 1.1, doubt = stats_clock_doubt(&c);

	is_near(doubt, fmax(0.6e8 / scaled, scaled / 0.5e8) - 1, 1e-12,
		"the doubt is that all or none of the difference was inside");
	ok(scaled * (1 + doubt) >= 0.6e8 && scaled / (1 + doubt) <= 0.5e8,
		"... so that the truth is between");
	c.span_ns = 1e8;
	is_near(stats_clock_doubt(&c), 0.1, 1e-12,
		"an execution that is nothing but iterations is off by no more than its clock");
	c = (struct stats_clock){.host_ns = 0.9e8, .guest_ns = 1e8, .span_ns = 0.5e8};
	ok(stats_clock_doubt(&c) > 0.1 && stats_clock_doubt(&c) < 0.13,
		"a fast clock likewise (%g)", stats_clock_doubt(&c));
	c.span_ns = 0.05e8;
	ok(isnan(stats_clock_doubt(&c)), "less time inside than was gained: unbounded");
	c.span_ns = 0;
	ok(isnan(stats_clock_doubt(&c)), "without iterations there is none");
}

int main(void)
{
	deviations();
	broken_ones();
	cells();
	doubts();
	return done_testing();
}
