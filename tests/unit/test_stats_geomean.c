/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: NumPy and SciPy 1.17. */
#include "stats/geomean.h"
#include "tests/unit/tap.h"

static const double d[] = {
	0.10, 0.20, 0.15, 0.12, 0.22, 0.18, 0.16, /**/
	0.30, 0.28, NAN, 0.35, 0.31, 0.29, 0.33,  /**/
	0.50, 0.44, 0.48, 0.52, 0.49, NAN, 0.51,  /**/
};

/* Of 3, 2 and 2 strata; by hand: means 0.3 and 0.3, variances 14e-4 ÷ 9 and 3.25e-4, their degrees
 * of freedom those of test_strata(). */
static void test_joined(const struct stats_stratum *three, const struct stats_stratum *uneven,
	const struct stats_stratum *lost)
{
	struct stats_paired x = stats_geomean_joined(three, 3, 0.95);
	struct stats_paired y = stats_geomean_joined(uneven, 2, 0.95);
	struct stats_paired z = stats_geomean_joined(lost, 2, 0.95);
	struct stats_welch w = stats_welch_paired(&x, &y, 0.95);

	is_near(x.log_sd * x.log_sd / x.n_eff, 14e-4 / 9, 1e-15, "joined strata have a variance");
	is_near(w.ratio.point, 1, 1e-15, "and are compared by Welch");
	is_near(w.ratio.df, 14.55063827422872, 1e-9, "with the degrees of freedom of both");
	is_near(w.ratio.hi, 1.0479655677037099, 1e-8, "and the variances of both");
	ok(isnan(stats_welch_paired(&x, &z, 0.95).p) && isfinite(z.log_mean),
		"but not where a stratum has one block");
}

/* Known answers: the formula in Python, t quantiles of SciPy. */
static void test_strata(void)
{
	const struct stats_stratum three[] = {
		{1, 0.10, 0.0004, 5, 6}, {1, 0.30, 0.0009, 3, 4}, {1, 0.50, 0.0001, 7, 8}};
	const struct stats_stratum uneven[] = {{3, 0.20, 0.0004, 5, 6}, {1, 0.60, 0.0016, 5, 6}};
	const struct stats_stratum lost[] = {{1, 0.10, 0.0004, 5, 6}, {1, 0.30, NAN, 0, 1}};
	struct stats_paired p = stats_geomean_suite(d, 3, 7, 0.95);
	struct stats_stratum one = stats_stratum_of(&p, 3);
	struct interval i = stats_geomean_strata(&one, 1, 0.95);

	is_near(i.point, p.adjusted.point, 1e-15, "one stratum is its suite");
	is_near(i.hi, p.adjusted.hi, 1e-14, "with its interval");
	is_int(i.n, 5, "and its number of blocks");
	i = stats_geomean_strata(three, 3, 0.95);
	is_near(i.point, 1.3498588075760032, 1e-14, "strata of one workload weigh the same");
	is_near(i.df, 6.459510357815441, 1e-12, "Satterthwaite's degrees of freedom");
	is_near(i.lo, 1.30996478418538, 1e-9,
		"variances add up over the square of the number of workloads");
	is_int(i.n, 4, "n is that of the shortest stratum");
	i = stats_geomean_strata(uneven, 2, 0.95);
	is_near(i.point, 1.3498588075760032, 1e-14, "a stratum weighs as many workloads as it has");
	is_near(i.df, 8.711340206185566, 1e-12, "in the degrees of freedom too");
	i = stats_geomean_strata(lost, 2, 0.95);
	ok(!i.defined && i.n == 1, "a stratum of one block leaves no interval");
	is_near(i.point, 1.2214027581601699, 1e-14, "but a point");
	ok(!stats_geomean_strata(NULL, 0, 0.95).defined, "no strata, no mean");
	test_joined(three, uneven, lost);
}

int main(void)
{
	const double infinite[] = {0.1, INFINITY, 0.3, -INFINITY, 0.1, 0.2};
	const double opposite[] = {INFINITY, 0.1, -INFINITY, 0.1};
	struct stats_paired p = stats_geomean_suite(d, 3, 7, 0.95);

	is_near(p.raw.point, 1.3798847759572466, 1e-14, "suite geomean");
	is_near(p.raw.lo, 1.3500983792503083, 1e-13, "lower end of the suite geomean");
	is_near(p.raw.hi, 1.410328331758973, 1e-13, "upper end of the suite geomean");
	is_int(p.raw.n, 5, "n is the number of blocks used");
	p = stats_geomean_suite(d, 1, 7, 0.95);
	is_near(p.raw.point, stats_ratio_paired(d, 7, 0.95, NULL).raw.point, 0,
		"a suite of one workload is that workload");
	is_int(stats_geomean_suite(infinite, 2, 3, 0.95).raw.n, 1,
		"a block with an infinite difference does not enter");
	is_int(stats_geomean_suite(opposite, 2, 2, 0.95).raw.n, 1,
		"nor one with two opposite ones");
	ok(!stats_geomean_suite(NULL, 0, 0, 0.95).raw.defined, "no suite has no geomean");
	ok(!stats_geomean_suite(d, 3, 1, 0.95).raw.defined, "one block has no interval");
	test_strata();
	return done_testing();
}
