/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fixed piece of work timed before and after every execution, to tell when the host was slower.
 * Half of it looks like translated code, an interpreter's dispatch with data-dependent indirect
 * branches, which waits for itself; half like native code that fills the core, a stream of
 * multiply-adds within the first-level cache, which feels a neighbour on the same core. Together
 * they follow workloads more closely than either: over 270 rounds on a shared two-core virtual
 * machine, correlations of the logarithms of .6 to .8 with native and translated matmul, vector-add
 * and mlp-train-mnist, against .4 to .8 for the dispatch alone.
 */
#ifndef RUN_SENTINEL_H
#define RUN_SENTINEL_H

#include <stdint.h>

/* Runs the loop on `cpu` (the calling thread moves there and back) and returns its wall time in
 * nanoseconds: about 2 ms on a machine of the 2020s. */
uint64_t sentinel_run(int cpu);

#endif
