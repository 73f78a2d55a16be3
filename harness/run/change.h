/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Has something changed from one run to another, or is it another thing on another host? Runs are
 * never paired: each has its mean logarithm with the variance that its own blocks show, serial
 * correlation included, and the two are compared by Welch's t (stats_welch_paired). The p values of
 * all that is tested together are adjusted by Holm. The interval is that of one comparison, 95 %.
 *
 * It knows what varies between the blocks of a run. What makes two runs of the same thing differ
 * beyond that, another day or another state of the host, is in no run, and so not in the interval.
 */
#ifndef RUN_CHANGE_H
#define RUN_CHANGE_H

#include "model/summary.h"
#include "stats/interval.h"

#define CHANGE_ALPHA 0.05

struct change {
	struct stats_paired before, after; /* of logarithms, a value per block */
	/* filled by changes_test() */
	struct ratio ratio; /* after ÷ before; blocks: of `after` */
	double p_adjusted;  /* NaN: not tested, less than two blocks on a side */
};

/* One family: p is adjusted over all of them that can be tested. */
void changes_test(struct change *const *changes, size_t n);
/* Whether it differs from 1 at CHANGE_ALPHA over its family. */
bool change_is_significant(const struct change *c);

#endif
