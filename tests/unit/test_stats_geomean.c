/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: NumPy and SciPy 1.17. */
#include "stats/geomean.h"
#include "tests/unit/tap.h"

static const double d[] = {
	0.10, 0.20, 0.15, 0.12, 0.22, 0.18, 0.16, /**/
	0.30, 0.28, NAN, 0.35, 0.31, 0.29, 0.33,  /**/
	0.50, 0.44, 0.48, 0.52, 0.49, NAN, 0.51,  /**/
};

int main(void)
{
	const double infinite[] = {0.1, INFINITY, 0.3, -INFINITY, 0.1, 0.2};
	const double opposite[] = {INFINITY, 0.1, -INFINITY, 0.1};
	double averages[7] = {0};
	struct stats_paired p = stats_geomean_suite(d, 3, 7, 0.95);

	is_int(stats_geomean_blocks(d, 3, 7, averages), 5, "incomplete blocks do not enter");
	is_near(averages[0], 0.3, 1e-15, "a block is the average of its workloads");
	is_near(averages[2], 0.33, 1e-15, "blocks keep their order");
	is_near(p.raw.point, 1.3798847759572466, 1e-14, "suite geomean");
	is_near(p.raw.lo, 1.3500983792503083, 1e-13, "lower end of the suite geomean");
	is_near(p.raw.hi, 1.410328331758973, 1e-13, "upper end of the suite geomean");
	is_int(p.raw.n, 5, "n is the number of blocks used");
	p = stats_geomean_suite(d, 1, 7, 0.95);
	is_near(p.raw.point, stats_ratio_paired(d, 7, 0.95).raw.point, 0,
		"a suite of one workload is that workload");
	is_int(stats_geomean_blocks(infinite, 2, 3, averages), 1,
		"a block with an infinite difference does not enter");
	is_int(stats_geomean_blocks(opposite, 2, 2, averages), 1, "nor with two opposite ones");
	is_int(stats_geomean_blocks(d, 0, 7, averages), 0, "no workloads have no blocks");
	ok(!stats_geomean_suite(NULL, 0, 0, 0.95).raw.defined, "no suite has no geomean");
	ok(!stats_geomean_suite(d, 3, 1, 0.95).raw.defined, "one block has no interval");
	return done_testing();
}
