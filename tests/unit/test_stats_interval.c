/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Known answers: SciPy 1.17 (t.interval, ttest_ind(equal_var=False), binom.cdf), R 4's p.adjust
 * example for Holm.
 */
#include <float.h>

#include "stats/describe.h"
#include "stats/interval.h"
#include "stats/rng.h"
#include "tests/unit/tap.h"

#include <gsl/gsl_randist.h>

static const double x[] = {0.12, 0.31, 0.25, 0.08, 0.19, 0.27, 0.22, 0.16};
static const double y[] = {0.1, 0.2, 0.25, 0.22, 0.3, 0.35, 0.33, 0.4};
static const double b[] = {0.05, 0.18, 0.11, -0.02, 0.09};

static bool is_undefined(struct interval i)
{
	return !i.defined && isnan(i.lo) && isnan(i.hi);
}

static void mean(void)
{
	struct interval i =
		stats_interval_t(stats_mean(x, 8), stats_sd(x, 8) / sqrt(8), 7, 8, 0.95);

	ok(i.defined, "eight values have an interval");
	is_near(i.point, 0.2, 1e-15, "mean");
	is_near(i.lo, 0.13493445764739564, 1e-14, "lower end of the mean's interval");
	is_near(i.hi, 0.26506554235260438, 1e-14, "upper end of the mean's interval");
	is_int(i.n, 8, "n is the number of values");
	is_near(i.df, 7, 0, "n - 1 degrees of freedom");
}

static void paired(void)
{
	struct stats_paired p = stats_ratio_paired(x, 8, 0.95, NULL);
	struct stats_paired q = stats_ratio_paired(y, 8, 0.95, NULL);

	is_near(p.raw.point, 1.2214027581601699, 1e-14, "ratio is exp of the mean log difference");
	is_near(p.raw.lo, 1.1444617711761227, 1e-13, "lower end of the raw ratio");
	is_near(p.raw.hi, 1.3035164085106792, 1e-13, "upper end of the raw ratio");
	is_near(p.adjusted.lo, 1.1430885332027285, 1e-12, "hardly any correlation, hardly wider");
	is_near(p.rho, 0.018150652534963268, 1e-12, "the estimated correlation is reported");
	is_near(q.lag1, 0.55664857530529172, 1e-14,
		"the lag-1 correlation of these blocks is reported");
	is_near(q.n_eff, 1.748735216858433, 1e-11, "effective n is reported");
	is_near(q.adjusted.lo, 1.076450799646101, 1e-11, "lower end with effective n");
	is_near(q.adjusted.hi, 1.5901536824977212, 1e-11, "upper end with effective n");
	ok(q.adjusted.lo < q.raw.lo && q.adjusted.hi > q.raw.hi,
		"positive serial correlation widens the interval");
}

static void paired_edges(void)
{
	const double constant[] = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
	const double overflow[] = {800, 801, 802};
	struct stats_paired p = stats_ratio_paired(x, 1, 0.95, NULL);

	is_near(p.raw.point, exp(0.12), 1e-15, "one block has a ratio");
	ok(is_undefined(p.raw) && is_undefined(p.adjusted), "one block has no interval");
	p = stats_ratio_paired(NULL, 0, 0.95, NULL);
	ok(isnan(p.raw.point) && is_undefined(p.raw) && is_undefined(p.adjusted),
		"no blocks: nothing is defined");
	ok(stats_ratio_paired(x, 2, 0.95, NULL).adjusted.defined, "two blocks have an interval");
	p = stats_ratio_paired(constant, 6, 0.95, NULL);
	ok(p.adjusted.defined && p.adjusted.lo == p.adjusted.point &&
			p.adjusted.hi == p.adjusted.point,
		"equal blocks have an interval of width 0");
	p = stats_ratio_paired(overflow, 3, 0.95, NULL);
	ok(isnan(p.raw.point) && is_undefined(p.raw), "a ratio that overflows is undefined");
	ok(is_undefined(stats_ratio_paired(x, 8, 0, NULL).raw) &&
			is_undefined(stats_ratio_paired(x, 8, 1, NULL).raw) &&
			is_undefined(stats_ratio_paired(x, 8, NAN, NULL).raw),
		"a confidence outside (0, 1) is refused");
}

static void sign(void)
{
	/* Published: 1 + the largest r with 2 P(Bin(n, 1/2) <= r) <= 0.05 (Dixon & Mood 1946). */
	static const struct {
		size_t n, rank;
	} table[] = {
		{6, 1}, {8, 1}, {9, 2}, {11, 2}, {12, 3}, {15, 4}, {20, 6}, {25, 8}, {100, 40}};
	double v[100];

	for (size_t i = 0; i < 100; i++)
		v[i] = (double)((i * 37) % 100 + 1);
	for (size_t t = 0; t < sizeof(table) / sizeof(table[0]); t++) {
		size_t n = table[t].n;
		double w[100];
		struct interval i;

		/* A permutation of 1 … n: order statistic k is k. */
		for (size_t j = 0, k = 0; j < 100; j++) {
			if (v[j] <= (double)n)
				w[k++] = v[j];
		}
		i = stats_sign_interval(w, n, 0.95);
		ok(i.defined && i.lo == (double)table[t].rank &&
				i.hi == (double)(n + 1 - table[t].rank) &&
				i.point == (double)(n + 1) / 2,
			"sign interval of %zu values is order statistics %zu from both ends", n,
			table[t].rank);
	}
	ok(is_undefined(stats_sign_interval(x, 5, 0.95)), "no sign interval below six values");
	is_near(stats_sign_interval(x, 5, 0.95).point, 0.19, 0, "the median stands without it");
	ok(stats_sign_interval(x, 5, 0.90).defined, "five values have one at 90 %%");
	ok(is_undefined(stats_sign_interval(NULL, 0, 0.95)), "no sign interval of nothing");
}

static void welch(void)
{
	const double same[] = {1, 1, 1}, other[] = {2, 2, 2};
	struct stats_welch w = stats_ratio_welch(x, 8, b, 5, 0.95);
	struct stats_welch v = stats_ratio_welch(b, 5, x, 8, 0.95);

	is_near(w.t, 2.7425972708531354, 1e-13, "Welch's t");
	is_near(w.p, 0.022769786982795453, 1e-14, "Welch's p");
	is_near(w.ratio.df, 8.9915862450485005, 1e-12, "Satterthwaite's degrees of freedom");
	is_near(w.ratio.point, 1.1252441113673424, 1e-14, "ratio of the two samples");
	is_near(w.ratio.lo, 1.0208718402353336, 1e-13, "lower end of the Welch ratio");
	is_near(w.ratio.hi, 1.240287233189818, 1e-13, "upper end of the Welch ratio");
	ok(fabs(v.p - w.p) < 1e-15 && fabs(v.ratio.lo * w.ratio.hi - 1) < 1e-14,
		"swapping the samples inverts the ratio and keeps p");
	w = stats_ratio_welch(same, 3, same, 3, 0.95);
	ok(w.p == 1 && w.ratio.defined && w.ratio.lo == 1 && w.ratio.hi == 1,
		"constant equal samples: p = 1");
	w = stats_ratio_welch(other, 3, same, 3, 0.95);
	ok(w.p == 0 && isinf(w.t) && w.ratio.defined, "constant different samples: p = 0");
	w = stats_ratio_welch(x, 8, b, 1, 0.95);
	ok(isnan(w.p) && is_undefined(w.ratio) && isfinite(w.ratio.point),
		"one value against eight: a ratio without interval");
	w = stats_ratio_welch(x, 8, NULL, 0, 0.95);
	ok(isnan(w.p) && is_undefined(w.ratio) && isnan(w.ratio.point),
		"nothing against eight: undefined");
}

/* Blocks that follow a drift are fewer than they look. */
static void welch_of_paired(void)
{
	const double drift[] = {0, 1, 2, 3, 4, 5, 6, 7}, zigzag[] = {0, 7, 1, 6, 2, 5, 3, 4};
	const double two[] = {2, 2, 2, 2, 2, 2, 2, 2};
	struct stats_paired d = stats_ratio_paired(drift, 8, 0.95, NULL);
	struct stats_paired z = stats_ratio_paired(zigzag, 8, 0.95, NULL);
	struct stats_paired c = stats_ratio_paired(two, 8, 0.95, NULL);
	struct stats_paired one = stats_ratio_paired(drift, 1, 0.95, NULL);
	struct stats_welch w = stats_welch_paired(&d, &c, 0.95);
	struct stats_welch raw = stats_ratio_welch(drift, 8, two, 8, 0.95);

	is_near(w.t, 1.5 * sqrt(d.n_eff) / d.log_sd, 1e-12, "n_eff stands for n");
	is_near(w.ratio.df, d.adjusted.df, 1e-12, "degrees of freedom are those of the run");
	ok(w.ratio.point == raw.ratio.point && w.ratio.lo < raw.ratio.lo &&
			w.ratio.hi > raw.ratio.hi && w.p > raw.p,
		"a drift makes the interval wider");
	w = stats_welch_paired(&z, &c, 0.95);
	raw = stats_ratio_welch(zigzag, 8, two, 8, 0.95);
	is_near(w.p, raw.p, 1e-12, "without correlation it is Welch's t of the values");
	is_near(w.ratio.hi, raw.ratio.hi, 1e-12, "and Welch's interval");
	w = stats_welch_paired(&d, &one, 0.95);
	ok(is_undefined(w.ratio) && isnan(w.p) && isfinite(w.ratio.point),
		"a run of one block: a ratio without interval");
}

static void holm(void)
{
	const double p[] = {0.01, 0.04, 0.03, 0.005};
	const double expected[] = {0.03, 0.06, 0.06, 0.02};
	const double large[] = {0.6, 0.9};
	double untested[] = {NAN, 0.01, NAN, 0.02}, bad[] = {0.01, -1}, outside[] = {1.5, 0.1},
	       ret[4] = {7, 7, 7, 7};

	ok(!stats_holm(bad, 2, ret) && !stats_holm(outside, 2, ret) && ret[0] == 7,
		"p values that are none are refused, output untouched");
	ok(stats_holm(p, 4, ret), "p values are adjusted");
	for (int i = 0; i < 4; i++)
		is_near(ret[i], expected[i], 1e-15, "Holm's adjustment of %g among four", p[i]);
	ok(stats_holm(large, 2, ret) && ret[0] == 1 && ret[1] == 1, "adjusted p is at most 1");
	ok(stats_holm(bad, 1, bad) && bad[0] == 0.01, "one p value stays, also in place");
	ok(stats_holm(untested, 4, untested) && isnan(untested[0]) && untested[1] == 0.02 &&
			isnan(untested[2]) && untested[3] == 0.02,
		"what was not tested is not counted");
	ok(stats_holm(NULL, 0, NULL), "no p values: nothing to do");
}

static void p_inverts_the_interval(void)
{
	const struct interval edge = {exp(0.1), 1, exp(0.2), 8, 7, true};
	const struct interval equal = {1, 0.9, 1 / 0.9, 8, 7, true};
	const struct interval sure = {2, 2, 2, 8, 7, true};

	is_near(stats_interval_p(&edge, 0.95), 0.05, 1e-12, "a 95 %% interval that ends at 1");
	is_near(stats_interval_p(&edge, 0.99), 0.01, 1e-12, "… and a 99 %% one");
	is_near(stats_interval_p(&equal, 0.95), 1, 1e-12, "one around 1");
	is_near(stats_interval_p(&sure, 0.95), 0, 0, "one without width");
	ok(isnan(stats_interval_p(&(struct interval){.point = 2}, 0.95)), "none has no p");
}

static void bad_values(void)
{
	const double bad[] = {NAN, INFINITY, -INFINITY};

	for (int i = 0; i < 3; i++) {
		double v[] = {0.1, 0.2, bad[i], 0.1, 0.3, 0.2, 0.15};

		ok(is_undefined(stats_ratio_paired(v, 7, 0.95, NULL).raw) &&
				is_undefined(stats_ratio_paired(v, 7, 0.95, NULL).adjusted) &&
				is_undefined(stats_sign_interval(v, 7, 0.95)) &&
				is_undefined(stats_ratio_welch(v, 7, x, 8, 0.95).ratio) &&
				is_undefined(stats_ratio_welch(x, 8, v, 7, 0.95).ratio),
			"every interval is undefined with a %g among the values", bad[i]);
	}
}

/* Over random samples of many sizes and scales. */
static void properties(void)
{
	gsl_rng *rng = stats_rng_new(7, 1);
	bool contains = true, nested = true, shifts = true;

	for (size_t trial = 0; trial < 2000; trial++) {
		size_t n = 2 + trial % 30;
		double scale = exp(gsl_ran_gaussian(rng, 4)) * 1e-3;
		double d[32], moved[32];
		struct stats_paired p, q;

		for (size_t i = 0; i < n; i++) {
			d[i] = gsl_ran_gaussian(rng, scale);
			moved[i] = d[i] + 1;
		}
		p = stats_ratio_paired(d, n, 0.95, NULL);
		q = stats_ratio_paired(moved, n, 0.95, NULL);
		/* Scales reach 1e3 and more: exp may overflow, which is undefined, not wrong. */
		if (!p.adjusted.defined || !q.adjusted.defined || p.adjusted.lo == 0)
			continue;
		contains &= p.raw.lo <= p.raw.point && p.raw.point <= p.raw.hi;
		nested &= p.adjusted.lo <= p.raw.lo && p.raw.hi <= p.adjusted.hi;
		shifts &= fabs(q.adjusted.hi / p.adjusted.hi / M_E - 1) < 1e-9;
	}
	gsl_rng_free(rng);
	ok(contains, "an interval contains its point");
	ok(nested, "the adjusted interval contains the raw one");
	ok(shifts, "a ratio e times as large has an interval e times as large");
}

int main(void)
{
	mean();
	paired();
	paired_edges();
	sign();
	welch();
	welch_of_paired();
	holm();
	p_inverts_the_interval();
	bad_values();
	properties();
	return done_testing();
}
