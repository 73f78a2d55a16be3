/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fixed piece of work that looks like translated code, an interpreter's dispatch loop with
 * data-dependent indirect branches, timed before and after every execution. A host that switches
 * speed does so for such code first: the sentinel tells when.
 */
#ifndef RUN_SENTINEL_H
#define RUN_SENTINEL_H

#include <stdint.h>

/* Runs the loop on `cpu` (the calling thread moves there and back) and returns its wall time in
 * nanoseconds: about 5 ms on a machine of the 2020s. */
uint64_t sentinel_run(int cpu);

#endif
