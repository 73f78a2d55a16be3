/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: pooled least squares in Python. */
#include "stats/covariate.h"
#include "tests/unit/tap.h"

static const double d[] = {0.12, 0.31, 0.25, 0.08, 0.19, 0.27, 0.22, 0.16};
static const double z[] = {0.02, 0.11, 0.07, -0.05, 0.03, 0.08, 0.01, -0.02};

#define N 8
#define SERIES STATS_COVARIATE_MIN_SERIES

/* So many cells at different levels. */
struct cells {
	double d[SERIES * N], z[SERIES * N];
};

static struct cells cells(void)
{
	struct cells ret;

	for (size_t s = 0; s < SERIES; s++) {
		for (size_t i = 0; i < N; i++) {
			ret.d[s * N + i] = (double)s + d[i];
			ret.z[s * N + i] = z[i] - 0.1 * (double)s;
		}
	}
	return ret;
}

static double slope_of(const double *d_, const double *z_, size_t n_series, size_t n_blocks)
{
	struct noise_sums sums = {0};

	stats_covariate_add(&sums, d_, z_, n_series, n_blocks);
	return stats_covariate_slope(&sums);
}

static void slope(void)
{
	struct cells c = cells();
	const double pm[] = {1, -1, 1, -1, 1, -1, 1, -1}, pairs[] = {1, 1, 2, 2, 1, 1, 2, 2};

	is_near(slope_of(c.d, c.z, SERIES, N), 1.322438717787555, 1e-12,
		"the slope within cells, whatever their levels");
	ok(isnan(slope_of(c.d, c.z, SERIES - 1, N)), "too few cells have none");
	c.z[3] = NAN;
	c.d[N + 2] = INFINITY;
	ok(isfinite(slope_of(c.d, c.z, SERIES, N)), "pairs that miss are left out");
	for (size_t i = 2; i < N; i++)
		c.z[i] = NAN;
	ok(isnan(slope_of(c.d, c.z, SERIES, N)), "a cell of two pairs does not count");
	for (size_t i = 0; i < SERIES * N; i++) {
		c.d[i] = pm[i % N];
		c.z[i] = pairs[i % N];
	}
	ok(isnan(slope_of(c.d, c.z, SERIES, N)), "a sentinel that explains nothing is not used");
	for (size_t i = 0; i < SERIES * N; i++)
		c.z[i] = 1;
	ok(isnan(slope_of(c.d, c.z, SERIES, N)), "nor one that does not vary");
	ok(isnan(slope_of(NULL, NULL, 0, 0)), "nothing has no slope");
}

static void ratio(void)
{
	struct stats_covariate c = stats_ratio_covariate(d, z, N, 0.95, 1.322438717787555, NULL);
	struct stats_paired raw = stats_ratio_paired(d, N, 0.95, NULL);

	is_near(c.ratio.raw.point, 1.1719555807693545, 1e-13, "ratio at equal host speed");
	is_near(c.ratio.raw.lo, 1.1400712713388745, 1e-12, "lower end at equal host speed");
	is_near(c.ratio.adjusted.lo, 1.1248952525941993, 1e-12, "and under serial correlation");
	is_near(c.ratio.adjusted.hi, 1.2209846918003764, 1e-12, "upper end");
	is_near(c.ratio.raw.df, N - 1, 0, "the slope of a run costs a cell no degree of freedom");
	ok(c.used && c.raw.raw.lo == raw.raw.lo && c.raw.adjusted.hi == raw.adjusted.hi,
		"raw is kept as if there were no sentinel");
	c = stats_ratio_covariate(d, z, N, 0.95, NAN, NULL);
	ok(!c.used && c.ratio.adjusted.lo == raw.adjusted.lo, "without a slope the ratio is raw");
}

static void undefined(void)
{
	const double bad[] = {NAN, INFINITY, -INFINITY};
	struct stats_covariate c;

	for (int i = 0; i < 3; i++) {
		double with_bad[N];

		memcpy(with_bad, z, sizeof(with_bad));
		with_bad[4] = bad[i];
		c = stats_ratio_covariate(d, with_bad, N, 0.95, 1, NULL);
		ok(c.raw.raw.defined && !c.used && c.ratio.raw.lo == c.raw.raw.lo,
			"a sentinel of %g leaves the raw ratio", bad[i]);
		c = stats_ratio_covariate(with_bad, z, N, 0.95, 1, NULL);
		ok(!c.raw.raw.defined && !c.ratio.adjusted.defined, "a D of %g leaves nothing",
			bad[i]);
	}
	c = stats_ratio_covariate(NULL, NULL, 0, 0.95, 1, NULL);
	ok(!c.raw.raw.defined && !c.used, "no blocks: nothing is defined");
}

int main(void)
{
	slope();
	ratio();
	undefined();
	return done_testing();
}
