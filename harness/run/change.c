/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/change.h"

#include <math.h>

#include "base/cleanup.h"
#include "run/summarize.h"

void changes_test(struct change *const *changes, size_t n)
{
	_cleanup_free_ double *p = xcalloc(n, sizeof(*p));

	for (size_t i = 0; i < n; i++) {
		struct change *c = changes[i];
		struct stats_welch w =
			stats_welch_paired(&c->after, &c->before, SUMMARY_CONFIDENCE);

		c->ratio = (struct ratio){.defined = w.ratio.defined,
			.point = w.ratio.point,
			.lo = w.ratio.lo,
			.hi = w.ratio.hi,
			.blocks = c->after.adjusted.n};
		p[i] = w.p;
	}
	stats_holm(p, n, p);
	for (size_t i = 0; i < n; i++)
		changes[i]->p_adjusted = p[i];
}

bool change_is_significant(const struct change *c)
{
	return c->p_adjusted < CHANGE_ALPHA;
}
