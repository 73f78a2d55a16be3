/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/order.h"

#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_randist.h>

#include "stats/rng.h"

size_t stats_williams_rows(size_t n_arms)
{
	return n_arms % 2 == 0 || n_arms == 1 ? n_arms : 2 * n_arms;
}

bool stats_williams_row(size_t n_arms, size_t row, size_t *ret)
{
	bool reversed = row >= n_arms;

	if (n_arms > STATS_ORDER_ARMS_MAX || row >= stats_williams_rows(n_arms))
		return false;
	for (size_t i = 0; i < n_arms; i++) {
		/* 0, 1, n-1, 2, n-2, …: odd places count up, even places count down. */
		size_t step = i % 2 ? (i + 1) / 2 : (n_arms - i / 2) % n_arms;

		ret[reversed ? n_arms - 1 - i : i] = (step + row) % n_arms;
	}
	return true;
}

/* Fills perm with a random permutation of 0 … n-1. */
static void random_permutation(gsl_rng *rng, size_t *perm, size_t n)
{
	for (size_t i = 0; i < n; i++)
		perm[i] = i;
	gsl_ran_shuffle(rng, perm, n, sizeof(*perm));
}

/*
 * The row to use for the block-th row of a cycle, from a generator that has drawn the labels.
 * Shuffles square by square; scratch has room for n_arms entries.
 */
static size_t pick_row(gsl_rng *rng, size_t n_arms, size_t in_cycle, size_t *scratch)
{
	size_t squares = stats_williams_rows(n_arms) / n_arms;
	size_t first = squares == 2 ? gsl_rng_uniform_int(rng, 2) : 0;
	size_t nth = in_cycle / n_arms;

	for (size_t i = 0; i <= nth; i++)
		random_permutation(rng, scratch, n_arms);
	return (first + nth) % squares * n_arms + scratch[in_cycle % n_arms];
}

bool stats_order_block(size_t n_arms, uint64_t seed, uint64_t stream, size_t block, size_t *ret)
{
	size_t rows = stats_williams_rows(n_arms);
	size_t *labels, *row;
	gsl_rng *rng;
	bool drawn;

	if (n_arms < 1 || n_arms > STATS_ORDER_ARMS_MAX)
		return false;
	labels = calloc(n_arms, sizeof(*labels));
	row = calloc(n_arms, sizeof(*row));
	rng = stats_rng_new(seed, stats_stream(stream, block / rows));
	drawn = labels && row && rng;
	if (drawn) {
		random_permutation(rng, labels, n_arms);
		/* `row` is scratch until it holds the row. */
		stats_williams_row(n_arms, pick_row(rng, n_arms, block % rows, row), row);
		for (size_t i = 0; i < n_arms; i++)
			ret[i] = labels[row[i]];
	}
	gsl_rng_free(rng);
	free(row);
	free(labels);
	return drawn;
}

/* Adds one order to the counts; false if it is not a permutation. seen is all zero at entry and at
 * a successful return. */
static bool count_order(
	const size_t *order, size_t n_arms, size_t *position, size_t *carryover, bool *seen)
{
	for (size_t i = 0; i < n_arms; i++) {
		if (order[i] >= n_arms || seen[order[i]])
			return false;
		seen[order[i]] = true;
		position[order[i] * n_arms + i]++;
		if (i > 0)
			carryover[order[i - 1] * n_arms + order[i]]++;
	}
	memset(seen, 0, n_arms * sizeof(*seen));
	return true;
}

static struct stats_imbalance extremes(
	const size_t *position, const size_t *carryover, size_t n_arms)
{
	struct stats_imbalance ret = {.position_min = SIZE_MAX, .carryover_min = SIZE_MAX};

	for (size_t i = 0; i < n_arms * n_arms; i++) {
		if (position[i] < ret.position_min)
			ret.position_min = position[i];
		if (position[i] > ret.position_max)
			ret.position_max = position[i];
		if (i / n_arms == i % n_arms)
			continue;
		if (carryover[i] < ret.carryover_min)
			ret.carryover_min = carryover[i];
		if (carryover[i] > ret.carryover_max)
			ret.carryover_max = carryover[i];
	}
	if (n_arms == 1)
		ret.carryover_min = 0;
	return ret;
}

bool stats_order_imbalance(
	const size_t *orders, size_t n_blocks, size_t n_arms, struct stats_imbalance *ret)
{
	size_t *position, *carryover;
	bool *seen;
	bool valid;

	if (n_arms < 1 || n_arms > STATS_ORDER_ARMS_MAX)
		return false;
	position = calloc(n_arms * n_arms, sizeof(*position));
	carryover = calloc(n_arms * n_arms, sizeof(*carryover));
	seen = calloc(n_arms, sizeof(*seen));
	valid = position && carryover && seen;
	for (size_t b = 0; valid && b < n_blocks; b++)
		valid = count_order(orders + b * n_arms, n_arms, position, carryover, seen);
	if (valid)
		*ret = extremes(position, carryover, n_arms);
	free(seen);
	free(carryover);
	free(position);
	return valid;
}
