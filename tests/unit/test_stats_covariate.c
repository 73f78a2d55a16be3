/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: least squares by numpy.linalg.lstsq, t quantile by SciPy 1.17. */
#include "stats/covariate.h"
#include "tests/unit/tap.h"

static const double d[] = {0.12, 0.31, 0.25, 0.08, 0.19, 0.27, 0.22, 0.16};
static const double z[] = {0.02, 0.11, 0.07, -0.05, 0.03, 0.08, 0.01, -0.02};

static void known_answers(void)
{
	struct stats_covariate c = stats_ratio_covariate(d, z, 8, 0.95);
	struct stats_paired raw = stats_ratio_paired(d, 8, 0.95);

	is_near(c.slope, 1.3224387177875547, 1e-13, "slope");
	is_near(c.regressed.log_sd, 0.035636736013528049, 1e-14, "residual standard deviation");
	is_near(c.regressed.raw.point, 1.1719555807693545, 1e-13, "ratio at equal host speed");
	is_near(c.regressed.raw.lo, 1.1300805375504996, 1e-12, "lower end at equal host speed");
	is_near(c.regressed.raw.hi, 1.2153823003389777, 1e-12, "upper end at equal host speed");
	is_near(c.regressed.raw.df, 6, 0, "the slope costs a degree of freedom");
	is_near(c.regressed.lag1, 0.29397045870649491, 1e-12, "lag-1 correlation of the residuals");
	ok(c.regressed.adjusted.lo < c.regressed.raw.lo, "correlated residuals widen the interval");
	ok(c.used && stats_covariate_choice(&c) == &c.regressed,
		"a sentinel that explains D is used");
	ok(c.raw.raw.lo == raw.raw.lo && c.raw.adjusted.hi == raw.adjusted.hi,
		"raw is kept as if there were no sentinel");
}

static void rule(void)
{
	/* Orthogonal to d - mean d: explains nothing, costs a degree of freedom. */
	const double pm[] = {1, -1, 1, -1, 1, -1, 1, -1};
	const double unrelated[] = {1, 1, 2, 2, 1, 1, 2, 2};
	struct stats_covariate c = stats_ratio_covariate(pm, unrelated, 8, 0.95);

	ok(c.regressed.raw.defined && !c.used && stats_covariate_choice(&c) == &c.raw,
		"a sentinel that explains nothing is shown but not used");
	is_near(c.slope, 0, 1e-15, "its slope is zero");
	c = stats_ratio_covariate(z, z, 8, 0.95);
	ok(c.used, "a sentinel that explains everything is used");
	is_near(c.regressed.raw.point, 1, 1e-12, "and nothing is left of the ratio");
}

static void undefined(void)
{
	const double constant[] = {1, 1, 1, 1, 1, 1, 1, 1};
	const double bad[] = {NAN, INFINITY, -INFINITY};
	struct stats_covariate c = stats_ratio_covariate(d, z, 5, 0.95);

	ok(c.raw.raw.defined && !c.regressed.raw.defined && !c.used && isnan(c.slope),
		"below six blocks the sentinel is not used");
	c = stats_ratio_covariate(d, constant, 8, 0.95);
	ok(c.raw.raw.defined && !c.regressed.raw.defined && !c.used,
		"a constant sentinel is not used");
	for (int i = 0; i < 3; i++) {
		double with_bad[8];

		memcpy(with_bad, z, sizeof(with_bad));
		with_bad[4] = bad[i];
		c = stats_ratio_covariate(d, with_bad, 8, 0.95);
		ok(c.raw.raw.defined && !c.regressed.raw.defined && !c.used,
			"a sentinel of %g leaves the raw ratio", bad[i]);
		c = stats_ratio_covariate(with_bad, z, 8, 0.95);
		ok(!c.raw.raw.defined && !c.regressed.raw.defined && !c.used,
			"a D of %g leaves nothing", bad[i]);
	}
	c = stats_ratio_covariate(NULL, NULL, 0, 0.95);
	ok(!c.raw.raw.defined && !c.used, "no blocks: nothing is defined");
}

int main(void)
{
	known_answers();
	rule();
	undefined();
	return done_testing();
}
