/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * digest.h - does a cell compute what the reference computes?
 *
 * A digest is a short vector of doubles that summarises a result, and an exact hash of it. Floating
 * point may legitimately differ between instruction sets and BLAS kernels, so a workload states a
 * relative tolerance; 0 asks for the same bits.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_DIGEST_H
#define STATS_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

/* `hash` may be NULL: no hash. */
struct stats_digest {
	const double *values;
	size_t n;
	const char *hash;
};

/*
 * max_relative   max |a_i - b_i| / max(|a_j|, |b_j| over all j): the difference in the maximum norm
 *                (Golub & Van Loan 2013, section 2.2), so that an element near zero does not count
 *                more than the vector it stands in. 0 when all are 0 or there are none; infinite
 *                when the lengths differ or a value is not finite.
 * equal          tolerance > 0: both have values, and max_relative <= tolerance.
 *                tolerance = 0: both have a hash, and the hashes are the same; max_relative is
 *                informative only.
 *                Any other tolerance: never.
 */
struct stats_digest_match {
	bool equal;
	double max_relative;
};

struct stats_digest_match stats_digest_compare(
	const struct stats_digest *a, const struct stats_digest *b, double tolerance);

#endif
