/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Counts what the duplicate arms of a host's stored runs say: see model/aa_record.h.
 */
#ifndef RUN_AA_COUNT_H
#define RUN_AA_COUNT_H

#include "base/err.h"
#include "model/aa_record.h"
#include "model/merged.h"
#include "model/summary.h"

/* Of the runs of `now`'s host in the folder `results`, and of `now`, whether it lies there or not.
 * Reads of each run what its summary.json says of duplicates, no samples. A run that cannot be read
 * is no error but stands in ret->unreadable. */
int aa_count(
	const char *results, const struct summary *now, struct aa_record *ret, struct err *err);

/* Of the joined runs of a host, whichever of its machines each is of; `sources` is the folder that
 * holds them. What lies elsewhere of the host's runs is not looked for: joined runs say the same
 * wherever they are read. */
struct aa_record aa_count_sources(const char *sources, const struct merged *m, size_t host);

#endif
