/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the stored runs of a host say of its noise, for a run that begins.
 */
#ifndef RUN_EARLIER_H
#define RUN_EARLIER_H

#include "base/err.h"
#include "model/noise_sums.h"

/* No more runs than that are taken down: about what a run of one cell and three blocks lacks
 * (stats/noise.h). */
#define EARLIER_RUNS 64
/* No more than the latest so many are looked at. */
#define EARLIER_LOOKED_AT 256

/* Of the runs of host `id` in the folder `results`, the latest first. Not of those that replayed
 * another, nor whose VMs ran on other machines; a run that cannot be read, or whose summary says
 * nothing, is passed over. */
int earlier_noise(const char *results, const char *id, struct noise_history *ret, struct err *err);

#endif
