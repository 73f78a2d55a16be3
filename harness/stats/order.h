/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * order.h - the order in which a block's arms are measured.
 *
 * Arms that follow each other on one machine inherit its state (heat, frequency, page cache), and
 * what runs at the same place of every block is confounded with that place. A Williams design
 * (Williams 1949) balances both: over one cycle of its rows every arm stands equally often at every
 * position, and is equally often preceded directly by every other arm. With n arms a cycle has n
 * rows when n is even (every ordered pair adjacent once) and 2n rows when n is odd (twice).
 *
 * One row serves one block, and which one is random: each cycle is randomised anew, the arms are
 * relabelled and the rows shuffled, so that the order of any one block is a uniformly random
 * permutation. Within a cycle the labels stay: a row with labels of its own in every block would be
 * an independent random permutation, and rows are balanced only against rows of the same labels.
 * For odd n the two squares of a cycle stay together, each shuffled by itself, so that after any
 * number of blocks the position counts differ by at most one. Runs are usually shorter than a cycle
 * and their carry-over is then balanced only in part: stats_order_imbalance says how far.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h.
 */
#ifndef STATS_ORDER_H
#define STATS_ORDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The largest number of arms accepted. */
#define STATS_ORDER_ARMS_MAX 4096

/* Rows of a complete Williams design: n if n is even or 1, 2n if odd, 0 for no arms. */
size_t stats_williams_rows(size_t n_arms);

/*
 * Row `row` (< stats_williams_rows(n_arms)) of the unrandomised design into ret[n_arms]: the
 * sequence 0, 1, n-1, 2, n-2, … plus `row`, modulo n; for odd n rows n … 2n-1 are rows 0 … n-1
 * reversed (Bradley 1958; Jones & Kenward 2014). False, ret untouched, when out of
 * range.
 */
bool stats_williams_row(size_t n_arms, size_t row, size_t *ret);

/*
 * The arms of block `block` in measuring order into ret[n_arms], a permutation of 0 … n_arms-1. A
 * function of its arguments alone: blocks can be asked for in any order, and resuming or extending
 * a run changes no earlier block. `stream` tells apart schedules under one seed (the number of the
 * workload). False, ret untouched, for 0 or more than STATS_ORDER_ARMS_MAX arms, or out of memory.
 */
bool stats_order_block(size_t n_arms, uint64_t seed, uint64_t stream, size_t block, size_t *ret);

/* How unequal a schedule is; every pair min == max means balanced. */
struct stats_imbalance {
	size_t position_min, position_max;   /* blocks with arm a at position p, over all a, p */
	size_t carryover_min, carryover_max; /* blocks with arm b right after a, over all a != b */
};

/*
 * Counts over n_blocks orders stored one after another (orders[block * n_arms + position] = arm).
 * Carry-over counts are 0 for a single arm. False, ret untouched, when a row is not a permutation,
 * for 0 or too many arms, or out of memory. n_blocks = 0 gives zeros.
 */
bool stats_order_imbalance(
	const size_t *orders, size_t n_blocks, size_t n_arms, struct stats_imbalance *ret);

#endif
