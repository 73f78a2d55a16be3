/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * ratio-interval: reads pairs of positive numbers, "x y" a line, and prints the paired ratio x / y
 * with its 95 % intervals as JSON, computed as a run's are (stats/interval.h): "ci95" is the one
 * widened for serial correlation, "raw_ci95" the plain one. Exit status 2 on anything else than at
 * least two such pairs.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "stats/interval.h"

#define PAIRS_MAX 100000

int main(void)
{
	_cleanup_free_ double *d = xcalloc(PAIRS_MAX, sizeof(*d));
	struct stats_paired ratio;
	double x, y;
	size_t n = 0;

	while (n < PAIRS_MAX && scanf("%lf %lf", &x, &y) == 2) {
		if (!(x > 0 && y > 0))
			break;
		d[n++] = log(x / y);
	}
	ratio = stats_ratio_paired(d, n, 0.95, NULL);
	if (!feof(stdin) || !ratio.adjusted.defined) {
		fputs("ratio-interval: needs at least two pairs of positive numbers\n", stderr);
		return 2;
	}
	printf("{\"pairs\":%zu,\"point\":%.17g,\"ci95\":[%.17g,%.17g],\"raw_ci95\":[%.17g,%.17g]}"
	       "\n",
		n, ratio.adjusted.point, ratio.adjusted.lo, ratio.adjusted.hi, ratio.raw.lo,
		ratio.raw.hi);
	return 0;
}
