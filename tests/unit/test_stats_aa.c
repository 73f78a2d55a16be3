/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: NumPy and SciPy 1.17 on the formulas of aa.h. */
#include "stats/aa.h"
#include "tests/unit/tap.h"

static const double d[] = {0.012, -0.02, 0.005, 0.018, -0.011, 0.007, -0.004, 0.015};

#define CELLS_MAX 3

/* Cells of n_blocks D's each, NaN where a block is missing. */
static struct stats_aa pooled(
	const double *blocks, size_t cells, size_t n_blocks, const struct stats_serial *known)
{
	struct stats_paired paired[CELLS_MAX];

	for (size_t c = 0; c < cells; c++) {
		double kept[16];
		size_t n = 0;

		for (size_t b = 0; b < n_blocks; b++)
			if (!isnan(blocks[c * n_blocks + b]))
				kept[n++] = blocks[c * n_blocks + b];
		paired[c] = stats_ratio_paired(kept, n, 0.95, known);
	}
	return stats_aa_pooled(paired, cells, 0.95);
}

static bool is_undefined(struct stats_aa aa)
{
	return !aa.ratio.defined && isnan(aa.noise_floor) && isnan(aa.min_detectable) &&
	       !aa.consistent;
}

static void one_cell(void)
{
	struct stats_aa aa = pooled(d, 1, 8, NULL);
	double shifted[8];

	is_near(aa.ratio.point, 1.0027537847185302, 1e-14, "ratio of the duplicate");
	is_near(aa.ratio.lo, 0.99164240556017558, 1e-13, "lower end of the duplicate's ratio");
	is_near(aa.ratio.hi, 1.0139896671717301, 1e-13, "upper end of the duplicate's ratio");
	is_near(aa.noise_floor, 0.013989667171730103, 1e-12, "noise floor is the far end");
	is_near(aa.min_detectable, 0.015527260014414767, 1e-11, "smallest detectable effect");
	ok(aa.consistent, "an interval around 1 is consistent");
	for (int i = 0; i < 8; i++)
		shifted[i] = d[i] - 0.1;
	aa = pooled(shifted, 1, 8, NULL);
	ok(!aa.consistent, "a biased duplicate is not consistent");
	is_near(aa.noise_floor, expm1(-log(aa.ratio.lo)), 1e-12,
		"the noise floor covers a bias downwards");
	is_near(aa.min_detectable, 0.015527260014414767, 1e-11, "a bias leaves what is detectable");
}

static void several_cells(void)
{
	const double kinds[] = {
		0.01, -0.02, 0.015, NAN, 0.005, -0.01,	/* five pairs */
		0.03, -0.01, 0.02, 0.00, -0.025, 0.012, /* six */
		NAN, NAN, 0.05, NAN, NAN, NAN,		/* one: left out */
	};
	struct stats_aa aa = pooled(kinds, 3, 6, NULL);

	is_near(aa.ratio.point, 1.002457560317441, 1e-14, "pooled ratio");
	is_near(aa.ratio.lo, 0.98525690242111696, 1e-13, "lower end of a typical cell");
	is_near(aa.ratio.hi, 1.0199585080481619, 1e-13, "upper end of a typical cell");
	is_near(aa.noise_floor, 0.019958508048161985, 1e-12, "pooled noise floor");
	is_near(aa.min_detectable, 0.024390024544354717, 1e-11,
		"pooled smallest detectable effect");
	is_int(aa.ratio.n, 11, "all pairs that entered are counted");
	is_near(aa.ratio.df, 9, 0, "one degree of freedom goes per workload");
}

/* What is known of the run's noise widens the floor as it widens each cell: of one, alike. */
static void same_rule(void)
{
	const double sticky[] = {0.1, 0.11, 0.12, 0.1, -0.1, -0.12, -0.11, -0.1, 0.1, 0.12};
	struct stats_serial known = stats_serial_pool(sticky, 1, 10);
	struct stats_paired one = stats_ratio_paired(d, 8, 0.95, &known);
	struct stats_aa aa = stats_aa_pooled(&one, 1, 0.95);

	ok(one.rho > 0.2 && one.n_eff < 8, "the run's blocks are correlated: %g", one.rho);
	is_near(aa.ratio.lo, one.adjusted.lo, 1e-13,
		"the floor of one cell is that cell's interval");
	is_near(aa.ratio.hi, one.adjusted.hi, 1e-13, "at both ends");
	is_near(aa.ratio.df, one.adjusted.df, 1e-13, "with its degrees of freedom");
	one = stats_ratio_two_stage(d, 8, (struct stats_pilot){4, 1}, 0.95, &known);
	aa = stats_aa_pooled(&one, 1, 0.95);
	is_near(aa.ratio.hi, one.adjusted.hi, 1e-13, "also where a pilot tells the spread");
}

static void edges(void)
{
	const double inf[] = {0.1, INFINITY, 0.2}, nan[] = {NAN, NAN, NAN, 0.1};
	const double equal[] = {0, 0, 0, 0};
	struct stats_aa aa = pooled(equal, 1, 4, NULL);

	ok(aa.ratio.defined && aa.noise_floor == 0 && aa.min_detectable == 0 && aa.consistent,
		"identical duplicates have no noise");
	ok(is_undefined(pooled(d, 1, 1, NULL)), "one block says nothing about noise");
	ok(is_undefined(pooled(inf, 1, 3, NULL)), "an infinite difference is undefined");
	ok(is_undefined(pooled(nan, 2, 2, NULL)), "no workload with two pairs: undefined");
	ok(is_undefined(stats_aa_pooled(NULL, 0, 0.95)), "nothing to pool: undefined");
}

int main(void)
{
	one_cell();
	several_cells();
	same_rule();
	edges();
	return done_testing();
}
