/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: SciPy 1.17, nct.sf + nct.cdf, and its root at power 0.8 by brentq over quad. */
#include "stats/power.h"
#include "tests/unit/tap.h"

static void known_answers(void)
{
	static const struct {
		double df, power, detectable;
	} table[] = {
		{1, 0.155757036955, 16.334008869921},
		{2, 0.299513926630, 5.653489266197},
		{5, 0.522611232166, 3.513902729171},
		{7, 0.576228586808, 3.269759840388},
		{20, 0.662303714034, 2.945466717054},
		{100, 0.697065390397, 2.828847210346},
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		is_near(stats_t_power(2.5, table[i].df, 0.05), table[i].power, 1e-11,
			"power at 2.5 standard errors, %g degrees of freedom", table[i].df);
		is_near(stats_detectable(table[i].df, 0.05, 0.8), table[i].detectable, 1e-9,
			"detectable effect with %g degrees of freedom", table[i].df);
	}
	is_near(stats_detectable(1e6, 0.05, 0.8), 1.959963985 + 0.841621234, 1e-5,
		"with many degrees of freedom, the sum of the normal quantiles");
}

static void properties(void)
{
	bool rises = true;

	is_near(stats_t_power(0, 5, 0.05), 0.05, 1e-10, "no effect is seen at rate alpha");
	is_near(stats_t_power(-2.5, 5, 0.05), stats_t_power(2.5, 5, 0.05), 0, "power is symmetric");
	is_near(stats_t_power(1000, 5, 0.05), 1, 1e-12, "a huge effect is always seen");
	for (double lambda = 0; lambda < 5; lambda += 0.1)
		rises &= stats_t_power(lambda + 0.1, 4, 0.05) > stats_t_power(lambda, 4, 0.05);
	ok(rises, "power rises with the effect");
	is_near(stats_t_power(stats_detectable(3.7, 0.01, 0.9), 3.7, 0.01), 0.9, 1e-12,
		"the detectable effect has the power asked for");
}

static void undefined(void)
{
	ok(isnan(stats_t_power(NAN, 5, 0.05)) && isnan(stats_t_power(INFINITY, 5, 0.05)),
		"power of no effect size is undefined");
	ok(isnan(stats_t_power(1, 0, 0.05)) && isnan(stats_t_power(1, NAN, 0.05)) &&
			isnan(stats_t_power(1, INFINITY, 0.05)),
		"power without degrees of freedom is undefined");
	ok(isnan(stats_t_power(1, 5, 0)) && isnan(stats_t_power(1, 5, 1)),
		"alpha is a probability");
	ok(isnan(stats_detectable(5, 0.05, 0.05)) && isnan(stats_detectable(5, 0.05, 1)) &&
			isnan(stats_detectable(5, 0.05, NAN)) &&
			isnan(stats_detectable(0, 0.05, 0.8)),
		"an impossible power is undefined");
}

int main(void)
{
	known_answers();
	properties();
	undefined();
	return done_testing();
}
