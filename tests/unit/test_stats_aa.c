/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: NumPy and SciPy 1.17 on the formulas of aa.h. */
#include "stats/aa.h"
#include "tests/unit/tap.h"

static const double d[] = {0.012, -0.02, 0.005, 0.018, -0.011, 0.007, -0.004, 0.015};

static bool is_undefined(struct stats_aa aa)
{
	return !aa.ratio.defined && isnan(aa.noise_floor) && isnan(aa.min_detectable) &&
	       !aa.consistent;
}

static void one_pair(void)
{
	struct stats_aa aa = stats_aa(d, 8, 0.95);
	double shifted[8];

	is_near(aa.ratio.point, 1.0027537847185302, 1e-14, "ratio of the duplicate");
	is_near(aa.ratio.lo, 0.99164240556017558, 1e-13, "lower end of the duplicate's ratio");
	is_near(aa.ratio.hi, 1.0139896671717301, 1e-13, "upper end of the duplicate's ratio");
	is_near(aa.noise_floor, 0.013989667171730103, 1e-12, "noise floor is the far end");
	is_near(aa.min_detectable, 0.015527260014414767, 1e-11, "smallest detectable effect");
	ok(aa.consistent, "an interval around 1 is consistent");
	for (int i = 0; i < 8; i++)
		shifted[i] = d[i] - 0.1;
	aa = stats_aa(shifted, 8, 0.95);
	ok(!aa.consistent, "a biased duplicate is not consistent");
	is_near(aa.noise_floor, expm1(-log(aa.ratio.lo)), 1e-12,
		"the noise floor covers a bias downwards");
	is_near(aa.min_detectable, 0.015527260014414767, 1e-11, "a bias leaves what is detectable");
}

static void pooled(void)
{
	const double kinds[] = {
		0.01, -0.02, 0.015, NAN, 0.005, -0.01,	/* five pairs */
		0.03, -0.01, 0.02, 0.00, -0.025, 0.012, /* six */
		NAN, NAN, 0.05, NAN, NAN, NAN,		/* one: left out */
	};
	struct stats_aa aa = stats_aa_pooled(kinds, 3, 6, 0.95);

	is_near(aa.ratio.point, 1.002457560317441, 1e-14, "pooled ratio");
	is_near(aa.ratio.lo, 0.98525690242111696, 1e-13, "lower end of a typical cell");
	is_near(aa.ratio.hi, 1.0199585080481619, 1e-13, "upper end of a typical cell");
	is_near(aa.noise_floor, 0.019958508048161985, 1e-12, "pooled noise floor");
	is_near(aa.min_detectable, 0.024390024544354717, 1e-11,
		"pooled smallest detectable effect");
	is_int(aa.ratio.n, 11, "all pairs that entered are counted");
	is_near(aa.ratio.df, 9, 0, "one degree of freedom goes per workload");
	aa = stats_aa_pooled(d, 1, 8, 0.95);
	is_near(aa.noise_floor, stats_aa(d, 8, 0.95).noise_floor, 1e-12,
		"pooling one workload changes nothing");
}

static void edges(void)
{
	const double inf[] = {0.1, INFINITY, 0.2}, nan[] = {NAN, NAN, NAN, 0.1};
	const double equal[] = {0, 0, 0, 0};
	struct stats_aa aa = stats_aa(equal, 4, 0.95);

	ok(aa.ratio.defined && aa.noise_floor == 0 && aa.min_detectable == 0 && aa.consistent,
		"identical duplicates have no noise");
	ok(is_undefined(stats_aa(d, 1, 0.95)), "one block says nothing about noise");
	ok(is_undefined(stats_aa(NULL, 0, 0.95)), "no blocks say nothing about noise");
	ok(is_undefined(stats_aa(inf, 3, 0.95)), "an infinite difference is undefined");
	ok(is_undefined(stats_aa_pooled(inf, 1, 3, 0.95)), "also when pooled");
	ok(is_undefined(stats_aa_pooled(nan, 2, 2, 0.95)), "no workload with two pairs: undefined");
	ok(is_undefined(stats_aa_pooled(NULL, 0, 0, 0.95)), "nothing to pool: undefined");
}

int main(void)
{
	one_pair();
	pooled();
	edges();
	return done_testing();
}
