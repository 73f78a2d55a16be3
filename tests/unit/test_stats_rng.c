/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Known answers: the published first outputs of splitmix64 for seed 0, and Python on the formula.
 */
#include "stats/rng.h"
#include "tests/unit/tap.h"

static unsigned long first(uint64_t seed, uint64_t stream)
{
	gsl_rng *rng = stats_rng_new(seed, stream);
	unsigned long ret = gsl_rng_get(rng);

	gsl_rng_free(rng);
	return ret;
}

int main(void)
{
	ok(stats_splitmix64(0) == UINT64_C(0xe220a8397b1dcdaf),
		"splitmix64, first output of seed 0");
	ok(stats_splitmix64(UINT64_C(0x9e3779b97f4a7c15)) == UINT64_C(0x6e789e6aa1b965f4),
		"splitmix64, second output of seed 0");
	ok(stats_splitmix64(1) == UINT64_C(0x910a2dec89025cc1),
		"splitmix64, first output of seed 1");
	ok(stats_stream(1, 2) != stats_stream(2, 1), "streams are not symmetric");
	ok(first(1, 1) == first(1, 1), "the same seed and stream repeat");
	ok(first(1, 1) != first(1, 2), "streams of one seed differ");
	ok(first(1, 1) != first(2, 1), "seeds of one stream differ");
	ok(first(1, UINT64_C(1) << 32) != first(1, 0), "the upper half of a stream counts");
	ok(first(UINT64_C(1) << 32, 0) != first(0, 0), "the upper half of a seed counts");
	return done_testing();
}
