/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A fixed piece of work timed before and after every execution, to tell when the host was slower.
 * Half of it looks like translated code, an interpreter's dispatch with data-dependent indirect
 * branches, which waits for itself; half like native code that fills the core, a stream of
 * multiply-adds within the first-level cache, which feels a neighbour on the same core. Together
 * they follow workloads more closely than either: over 270 rounds on a shared two-core virtual
 * machine, correlations of the logarithms of .6 to .8 with native and translated matmul, vector-add
 * and mlp-train-mnist, against .4 to .8 for the dispatch alone.
 *
 * It is there to tell of the host, so it must not tell of the program that has just ended: the loop
 * finds the caches, the branch predictors and the clock frequency as that left them. Behind a
 * translated program it took 4 % longer than behind a native one (400 blocks of a quiet machine),
 * behind VMs up to 11 %, and only the first of several. So it runs twice, and the second is timed.
 */
#ifndef RUN_SENTINEL_H
#define RUN_SENTINEL_H

#include <stdint.h>

/* Of what is timed: what one version explains of a ratio says nothing of another. */
#define SENTINEL_VERSION 2

/* Runs the loop twice on `cpu` (the calling thread moves there and back) and returns the wall time
 * of the second in nanoseconds: about 2 ms on a machine of the 2020s. */
uint64_t sentinel_run(int cpu);

#endif
