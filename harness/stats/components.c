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

/* Fills in what follows from the two estimates; NaN: they are not defined. */
static struct stats_components finish(struct stats_components ret, double estimate, double within)
{
	ret.defined = isfinite(estimate) && isfinite(within);
	ret.estimate = estimate;
	ret.within = within;
	ret.between = estimate < 0 ? 0 : estimate;
	ret.share = ret.between + within > 0 ? ret.between / (ret.between + within) : NAN;
	return ret;
}

struct stats_components stats_components(const double *x, const size_t *count, size_t n_blocks)
{
	struct counts c = count_executions(count, n_blocks);
	struct stats_components ret = {.n_blocks = c.blocks, .n = c.n};
	double mean = stats_mean(x, c.n), among = 0, inside = 0, n = (double)c.n, m_0;

	if (c.blocks < 2 || c.n == c.blocks || !stats_all_finite(x, c.n))
		return finish(ret, NAN, NAN);
	for (size_t k = 0; k < n_blocks; x += count[k++]) {
		double block = stats_mean(x, count[k]);

		if (!count[k])
			continue;
		among += (double)count[k] * (block - mean) * (block - mean);
		for (size_t i = 0; i < count[k]; i++)
			inside += (x[i] - block) * (x[i] - block);
	}
	m_0 = (n - c.squares / n) / (double)(c.blocks - 1);
	inside /= (double)(c.n - c.blocks);
	return finish(ret, (among / (double)(c.blocks - 1) - inside) / m_0, inside);
}

struct stats_components stats_components_pooled(const struct stats_components *c, size_t n)
{
	struct stats_components ret = {0};
	double estimate = 0, within = 0;
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		if (!c[i].defined)
			continue;
		estimate += c[i].estimate;
		within += c[i].within;
		ret.n_blocks += c[i].n_blocks;
		ret.n += c[i].n;
		used++;
	}
	if (!used)
		return finish(ret, NAN, NAN);
	return finish(ret, estimate / (double)used, within / (double)used);
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
