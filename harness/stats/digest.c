/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/digest.h"

#include <math.h>
#include <string.h>

#include "stats/describe.h"

static double max_relative(const struct stats_digest *a, const struct stats_digest *b)
{
	double scale = 0, largest = 0;

	if (a->n != b->n || !stats_all_finite(a->values, a->n) ||
		!stats_all_finite(b->values, b->n))
		return INFINITY;
	for (size_t i = 0; i < a->n; i++)
		scale = fmax(scale, fmax(fabs(a->values[i]), fabs(b->values[i])));
	if (scale == 0)
		return 0;
	/* Scaled before subtracting: the difference of two large values could overflow. */
	for (size_t i = 0; i < a->n; i++)
		largest = fmax(largest, fabs(a->values[i] / scale - b->values[i] / scale));
	return largest;
}

struct stats_digest_match stats_digest_compare(
	const struct stats_digest *a, const struct stats_digest *b, double tolerance)
{
	struct stats_digest_match ret = {.max_relative = max_relative(a, b)};

	if (tolerance > 0 && isfinite(tolerance))
		ret.equal = a->n > 0 && b->n > 0 && ret.max_relative <= tolerance;
	else if (tolerance == 0)
		ret.equal = a->hash && b->hash && !strcmp(a->hash, b->hash);
	return ret;
}
