/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: the formulas of serial.h with explicit matrices and Gauss-Jordan, in Python. */
#include "stats/power.h"
#include "stats/serial.h"
#include "tests/unit/tap.h"

static const double x[] = {0.12, 0.31, 0.25, 0.08, 0.19, 0.27, 0.22, 0.16};
static const double y[] = {0.1, 0.2, 0.25, 0.22, 0.3, 0.35, 0.33, 0.4};

#define N 8

static void known_answers(void)
{
	static const struct {
		size_t n;
		double rho, widening, df;
	} effects[] = {
		{2, 0.5, 1.7320508075688772, 1.0},
		{3, 0.6, 2.06155281280883, 1.8},
		{10, 0.3, 1.3743688884171426, 7.851672653826553},
		{20, 0.9, 4.865056436787518, 3.8753015093673726},
	};

	is_near(stats_serial_rho(NULL, x, N), 0.018150652534963268, 1e-12,
		"estimate where neighbours are not alike");
	is_near(stats_serial_rho(NULL, y, N), 0.6125231099891332, 1e-12, "estimate where they are");
	for (size_t i = 0; i < sizeof(effects) / sizeof(effects[0]); i++) {
		struct stats_serial_effect e = stats_serial_effect(effects[i].rho, effects[i].n);

		ok(fabs(e.widening - effects[i].widening) < 1e-12 &&
				fabs(e.df - effects[i].df) < 1e-10,
			"what a correlation of %g does to %zu blocks", effects[i].rho,
			effects[i].n);
	}
}

static void pool(void)
{
	double both[2 * N], many[400 * N], gaps[2 * (N + 2)];
	struct stats_serial known, sparse;

	for (size_t i = 0; i < N; i++) {
		both[i] = x[i];
		both[N + i] = y[i];
	}
	known = stats_serial_pool(both, 2, N);
	is_near(known.counted, 1, 0, "few series count in full");
	is_near(stats_serial_rho(&known, x, N), 0.4754802132440137, 1e-12,
		"two series agree on one correlation");
	is_near(stats_serial_rho(&known, y, N), stats_serial_rho(&known, x, N), 1e-12,
		"and a series that is counted is not counted again");
	known = stats_serial_pool(y, 1, N);
	is_near(stats_serial_rho(&known, y, N), stats_serial_rho(NULL, y, N), 1e-12,
		"a pool of one is that series");
	for (size_t i = 0; i < 400 * N; i++)
		many[i] = x[i % N];
	known = stats_serial_pool(many, 400, N);
	is_near(known.counted, STATS_SERIAL_POOL_WORTH / (400 * N), 1e-15,
		"many series together count for so many values");
	ok(stats_serial_rho(&known, y, N) < stats_serial_rho(NULL, y, N),
		"what others say pulls the estimate");
	for (size_t i = 0; i < 2 * (N + 2); i++)
		gaps[i] = NAN;
	memcpy(gaps, x, 4 * sizeof(*x));
	memcpy(gaps + 5, x + 4, 4 * sizeof(*x));
	gaps[N + 5] = 0.5;
	known = stats_serial_pool(gaps, 2, N + 2);
	sparse = stats_serial_pool(x, 1, N);
	is_near(stats_serial_rho(&known, NULL, 0), stats_serial_rho(&sparse, NULL, 0), 1e-12,
		"missing blocks are passed over, and a single value says nothing");
}

/* Below one degree of freedom there is no power to tell (stats/power.h). */
static void two_blocks_have_one_degree_of_freedom(void)
{
	size_t below = 0, blind = 0;

	for (size_t i = 0; i <= 900; i++) {
		double df = stats_serial_effect((double)i / 1000, 2).df;

		below += df != 1;
		blind += !isfinite(stats_detectable(df, 0.05, 0.8));
	}
	is_int((long)below, 0, "two blocks have one degree of freedom under any correlation");
	is_int((long)blind, 0, "... and an effect that they can see");
}

static void edges(void)
{
	const double constant[] = {0.5, 0.5, 0.5, 0.5, 0.5}, bad[] = {0.1, NAN, 0.3, 0.2};
	const double zigzag[] = {1, -1, 1, -1, 1, -1, 1, -1};
	double nothing = stats_serial_rho(NULL, NULL, 0), shifted[N], scaled[N];
	size_t wrong = 0;

	ok(nothing > 0 && nothing < 0.2, "before any data a little correlation is expected: %.3f",
		nothing);
	is_near(stats_serial_rho(NULL, constant, 5), nothing, 0, "equal values say nothing");
	is_near(stats_serial_rho(NULL, bad, 4), nothing, 0, "NaN says nothing");
	is_near(stats_serial_rho(NULL, x, 2), nothing, 0, "two values say nothing");
	is_near(stats_serial_rho(NULL, zigzag, N), 0, 0, "negative correlation counts as none");
	for (size_t i = 0; i < N; i++) {
		shifted[i] = y[i] + 100;
		scaled[i] = y[i] * 1e-9;
	}
	is_near(stats_serial_rho(NULL, shifted, N), stats_serial_rho(NULL, y, N), 1e-9,
		"the level does not matter");
	is_near(stats_serial_rho(NULL, scaled, N), stats_serial_rho(NULL, y, N), 1e-9,
		"the unit does not matter");
	for (size_t n = 2; n <= 1000; n = n * 3 / 2 + 1) {
		struct stats_serial_effect none = stats_serial_effect(0, n);
		struct stats_serial_effect some = stats_serial_effect(0.4, n);

		if (fabs(none.widening - 1) > 1e-12 ||
			fabs(none.df - (double)n + 1) > 1e-9 * (double)n ||
			!(some.widening > 1.35) || !(some.df <= none.df)) {
			printf("# %zu blocks: %.17g, %.17g\n", n, none.widening, none.df);
			wrong++;
		}
	}
	is_int(wrong, 0, "no correlation leaves t with n - 1 degrees of freedom, some widens");
	is_near(stats_serial_effect(0.4, 100000).widening, sqrt(1.4 / 0.6), 1e-4,
		"long series have the effective sample size of Bayley and Hammersley");
	ok(isnan(stats_serial_effect(0.1, 1).widening) && isnan(stats_serial_effect(-0.1, 5).df) &&
			isnan(stats_serial_effect(0.95, 5).df) &&
			isnan(stats_serial_effect(NAN, 5).df),
		"outside its domain there is no effect");
}

int main(void)
{
	known_answers();
	pool();
	two_blocks_have_one_degree_of_freedom();
	edges();
	return done_testing();
}
