/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/rng.h"

uint64_t stats_splitmix64(uint64_t x)
{
	x += UINT64_C(0x9e3779b97f4a7c15);
	x = (x ^ (x >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ (x >> 27)) * UINT64_C(0x94d049bb133111eb);
	return x ^ (x >> 31);
}

uint64_t stats_stream(uint64_t a, uint64_t b)
{
	return stats_splitmix64(stats_splitmix64(a) ^ b);
}

gsl_rng *stats_rng_new(uint64_t seed, uint64_t stream)
{
	gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

	/* The upper half: the one splitmix64 mixes best. */
	if (rng)
		gsl_rng_set(rng, (unsigned long)(stats_stream(seed, stream) >> 32));
	return rng;
}
