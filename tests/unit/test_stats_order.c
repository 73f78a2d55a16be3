/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "stats/order.h"
#include "tests/unit/tap.h"

#define ARMS_MAX 12
#define BLOCKS_MAX (4 * ARMS_MAX)

/* Fills orders with blocks [from, from + n_blocks) of a schedule. */
static bool schedule(size_t n_arms, uint64_t seed, size_t from, size_t n_blocks, size_t *orders)
{
	bool drawn = true;

	for (size_t b = 0; b < n_blocks; b++)
		drawn &= stats_order_block(n_arms, seed, 3, from + b, orders + b * n_arms);
	return drawn;
}

static void design_is_balanced(void)
{
	for (size_t n = 1; n <= ARMS_MAX; n++) {
		size_t rows = stats_williams_rows(n);
		size_t per_pair = n == 1 ? 0 : rows / n;
		size_t orders[2 * ARMS_MAX * ARMS_MAX];
		struct stats_imbalance im = {0};
		bool made = true;

		for (size_t r = 0; r < rows; r++)
			made &= stats_williams_row(n, r, orders + r * n);
		ok(made && stats_order_imbalance(orders, rows, n, &im) &&
				im.position_min == rows / n && im.position_max == rows / n &&
				im.carryover_min == per_pair && im.carryover_max == per_pair,
			"Williams design of %zu arms balances position and carry-over", n);
	}
	is_int(stats_williams_rows(6), 6, "an even design has n rows");
	is_int(stats_williams_rows(7), 14, "an odd design has 2n rows");
}

static void known_rows(void)
{
	/* Williams (1949), the sequence 0 1 n-1 2 n-2 3. */
	const size_t six[] = {0, 1, 5, 2, 4, 3}, next[] = {1, 2, 0, 3, 5, 4};
	size_t row[6] = {0};

	ok(stats_williams_row(6, 0, row) && !memcmp(row, six, sizeof(six)), "first row of six");
	ok(stats_williams_row(6, 1, row) && !memcmp(row, next, sizeof(next)), "second row of six");
	ok(stats_williams_row(5, 5, row) && row[4] == 0 && row[3] == 1 && row[2] == 4 &&
			row[1] == 2 && row[0] == 3,
		"the second square of an odd design is the first reversed");
	row[0] = 99;
	ok(!stats_williams_row(6, 6, row) && row[0] == 99, "a row outside the design is refused");
	ok(!stats_williams_row(0, 0, row), "a design of no arms has no rows");
}

static void cycles_are_balanced(void)
{
	for (size_t n = 2; n <= ARMS_MAX; n++) {
		size_t rows = stats_williams_rows(n);
		size_t orders[BLOCKS_MAX * ARMS_MAX];
		bool balanced = true;

		for (uint64_t seed = 0; seed < 20; seed++) {
			struct stats_imbalance im = {0};

			balanced &= schedule(n, seed, 0, 2 * rows, orders);
			balanced &= stats_order_imbalance(orders, 2 * rows, n, &im);
			balanced &= im.position_min == im.position_max;
			balanced &= im.carryover_min == im.carryover_max;
		}
		ok(balanced, "two randomised cycles of %zu arms are balanced, for 20 seeds", n);
	}
}

static void partial_runs_are_nearly_balanced(void)
{
	bool position = true, carryover = true;
	size_t orders[BLOCKS_MAX * ARMS_MAX];

	for (size_t n = 2; n <= ARMS_MAX; n++) {
		for (size_t blocks = 1; blocks <= stats_williams_rows(n); blocks++) {
			struct stats_imbalance im = {0};

			schedule(n, 11, 0, blocks, orders);
			stats_order_imbalance(orders, blocks, n, &im);
			position &= im.position_max - im.position_min <= 1;
			carryover &= im.carryover_max - im.carryover_min <= 2;
		}
	}
	ok(position, "after any number of blocks, position counts differ by at most one");
	ok(carryover, "within a cycle, carry-over counts differ by at most two");
}

static void orders_are_deterministic_and_random(void)
{
	size_t a[8], b[8];
	size_t differ_block = 0, differ_seed = 0, differ_stream = 0;
	size_t first[5] = {0};

	stats_order_block(8, 1, 2, 5, a);
	stats_order_block(8, 1, 2, 4, b);
	stats_order_block(8, 1, 2, 5, b);
	ok(!memcmp(a, b, sizeof(a)), "a block's order does not depend on what was asked before");
	for (size_t i = 0; i < 100; i++) {
		stats_order_block(8, i, 0, i, a);
		stats_order_block(8, i, 0, i + 1, b);
		differ_block += !!memcmp(a, b, sizeof(a));
		stats_order_block(8, i + 1, 0, i, b);
		differ_seed += !!memcmp(a, b, sizeof(a));
		stats_order_block(8, i, 1, i, b);
		differ_stream += !!memcmp(a, b, sizeof(a));
	}
	/* Unrelated orders of 8 arms coincide once in 40,320. */
	is_int(differ_block, 100, "neighbouring blocks have different orders");
	is_int(differ_seed, 100, "different seeds give different orders");
	is_int(differ_stream, 100, "different streams give different orders");
	for (size_t cycle = 0, same = 0; cycle < 100; cycle++) {
		stats_order_block(8, 1, 0, 8 * cycle, a);
		stats_order_block(8, 1, 0, 8 * (cycle + 1), b);
		same += !memcmp(a, b, sizeof(a));
		if (cycle == 99)
			is_int(same, 0, "each cycle is randomised anew");
	}
	/* Who is first in block 0, over 5,000 seeds: Bin(5000, 1/5), sd 28; 5 sd = 142. */
	for (uint64_t seed = 0; seed < 5000; seed++) {
		stats_order_block(5, seed, 0, 0, a);
		first[a[0]]++;
	}
	for (size_t i = 0; i < 5; i++)
		is_near((double)first[i], 1000, 142, "arm %zu comes first as often as any", i);
}

static void bad_input(void)
{
	const size_t twice[] = {0, 1, 1}, outside[] = {0, 1, 3};
	struct stats_imbalance im = {.position_min = 99};
	size_t *many = calloc(STATS_ORDER_ARMS_MAX + 1, sizeof(*many));
	size_t one = 9;

	ok(!stats_order_block(0, 1, 1, 0, &one) && one == 9, "no order of no arms");
	ok(stats_order_block(1, 1, 1, 7, &one) && one == 0, "one arm is its own order");
	ok(!stats_order_block(STATS_ORDER_ARMS_MAX + 1, 1, 1, 0, many),
		"too many arms are refused");
	ok(stats_order_block(STATS_ORDER_ARMS_MAX, 1, 1, SIZE_MAX, many),
		"the largest block works");
	ok(!stats_order_imbalance(twice, 1, 3, &im) && !stats_order_imbalance(outside, 1, 3, &im) &&
			im.position_min == 99,
		"orders that are no permutations are refused");
	ok(stats_order_imbalance(NULL, 0, 3, &im) && im.position_max == 0 && im.carryover_max == 0,
		"no blocks: counts are zero");
	ok(stats_order_imbalance(&(size_t){0}, 1, 1, &im) && im.position_min == 1 &&
			im.carryover_min == 0 && im.carryover_max == 0,
		"a single arm has no carry-over");
	free(many);
}

int main(void)
{
	design_is_balanced();
	known_rows();
	cycles_are_balanced();
	partial_runs_are_nearly_balanced();
	orders_are_deterministic_and_random();
	bad_input();
	return done_testing();
}
