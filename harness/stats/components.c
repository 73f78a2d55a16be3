/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/components.h"

#include <math.h>

#include "stats/describe.h"

/* Counts of a sample of blocks: how many have executions, their number, and their sum of squares.
 */
struct counts {
	size_t blocks, n;
	double squares;
};

static struct counts count_executions(const size_t *count, size_t n_blocks)
{
	struct counts c = {0};

	for (size_t k = 0; k < n_blocks; k++) {
		c.blocks += count[k] > 0;
		c.n += count[k];
		c.squares += (double)count[k] * (double)count[k];
	}
	return c;
}

struct stats_components stats_components(const double *x, const size_t *count, size_t n_blocks)
{
	struct counts c = count_executions(count, n_blocks);
	struct stats_components ret = {
		.between = NAN, .within = NAN, .share = NAN, .n_blocks = c.blocks, .n = c.n};
	double mean = stats_mean(x, c.n), among = 0, inside = 0, n = (double)c.n, m_0;

	if (c.blocks < 2 || c.n == c.blocks || !stats_all_finite(x, c.n))
		return ret;
	for (size_t k = 0; k < n_blocks; x += count[k++]) {
		double block = stats_mean(x, count[k]);

		if (!count[k])
			continue;
		among += (double)count[k] * (block - mean) * (block - mean);
		for (size_t i = 0; i < count[k]; i++)
			inside += (x[i] - block) * (x[i] - block);
	}
	m_0 = (n - c.squares / n) / (double)(c.blocks - 1);
	ret.within = inside / (double)(c.n - c.blocks);
	ret.between = fmax(0, (among / (double)(c.blocks - 1) - ret.within) / m_0);
	if (ret.between + ret.within > 0)
		ret.share = ret.between / (ret.between + ret.within);
	ret.defined = true;
	return ret;
}

/* Variance of the mean times the cost, of blocks with m executions each. */
static double price(const struct stats_components *c, double block, double execution, double m)
{
	return (c->between + c->within / m) * (block + execution * m);
}

double stats_components_optimum(const struct stats_components *c, double block, double execution)
{
	double m, below;

	if (!c->defined || !(block > 0) || !(execution > 0))
		return NAN;
	if (!(c->between > 0))
		return INFINITY;
	m = sqrt(block / execution * c->within / c->between);
	below = fmax(1, floor(m));
	return price(c, block, execution, below) <= price(c, block, execution, below + 1)
		       ? below
		       : below + 1;
}
