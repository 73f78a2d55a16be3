/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/components.h"

#include <math.h>

#include "stats/describe.h"

/* ---- iterations ---- */

void stats_iterations_add(struct stats_iterations *sum, const double *time, size_t n)
{
	double mean = 0, squares = 0;

	for (size_t i = 0; i < n; i++)
		mean += log(time[i]) / (double)n;
	for (size_t i = 0; i < n; i++)
		squares += (log(time[i]) - mean) * (log(time[i]) - mean);
	if (!n || !isfinite(squares))
		return;
	sum->squares += squares;
	sum->freedom += n - 1;
	sum->reciprocals += 1 / (double)n;
	sum->executions++;
}

/* ---- one sample ---- */

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

/* Fills in what follows from the estimates, and, where blocks and executions cannot be told apart,
 * from the total. */
static void finish(struct stats_components *c)
{
	double inner;

	c->defined = isfinite(c->estimate) && isfinite(c->within);
	c->between = c->estimate < 0 ? 0 : c->estimate;
	if (c->defined)
		c->total = c->between + c->within;
	inner = c->defined ? c->within : c->total;
	c->share = c->total > 0 ? c->between / c->total : NAN;
	c->iteration = c->iteration_estimate > inner ? inner : c->iteration_estimate;
	c->execution = c->within - c->iteration;
}

static const struct stats_components nothing = {
	.estimate = NAN, .within = NAN, .total = NAN, .iteration_estimate = NAN, .iterations = NAN};

static void split(struct stats_components *c, const struct stats_iterations *it)
{
	if (!it || !it->executions)
		return;
	c->iterations = (double)it->executions / it->reciprocals;
	if (it->freedom)
		c->iteration_estimate = it->squares / (double)it->freedom / c->iterations;
}

struct stats_components stats_components(const double *x, const size_t *count, size_t n_blocks,
	const struct stats_iterations *iterations)
{
	struct counts c = count_executions(count, n_blocks);
	struct stats_components ret = nothing;
	double mean = stats_mean(x, c.n), among = 0, inside = 0, n = (double)c.n, m_0;

	ret.n_blocks = c.blocks;
	ret.n = c.n;
	if (c.blocks < 2 || !stats_all_finite(x, c.n)) {
		finish(&ret);
		return ret;
	}
	for (size_t k = 0; k < n_blocks; x += count[k++]) {
		double block = stats_mean(x, count[k]);

		if (!count[k])
			continue;
		among += (double)count[k] * (block - mean) * (block - mean);
		for (size_t i = 0; i < count[k]; i++)
			inside += (x[i] - block) * (x[i] - block);
	}
	among /= (double)(c.blocks - 1);
	if (c.n > c.blocks) {
		m_0 = (n - c.squares / n) / (double)(c.blocks - 1);
		ret.within = inside / (double)(c.n - c.blocks);
		ret.estimate = (among - ret.within) / m_0;
	} else {
		ret.total = among;
	}
	split(&ret, iterations);
	finish(&ret);
	return ret;
}

/* ---- several ---- */

/* Sums over samples; of `inner`, what iterations have a part in, twice: over all of them, and over
 * those that know that part. */
struct pool {
	size_t used, counted;
	double estimate, inner, known, iteration, reciprocals;
};

static void add(struct pool *pool, const struct stats_components *c)
{
	double inner = c->defined ? c->within : c->total;

	pool->used++;
	pool->inner += inner;
	pool->estimate += c->estimate;
	if (isfinite(c->iteration_estimate)) {
		pool->known += inner;
		pool->iteration += c->iteration_estimate;
	}
	if (isfinite(c->iterations)) {
		pool->counted++;
		pool->reciprocals += 1 / c->iterations;
	}
}

struct stats_components stats_components_pooled(const struct stats_components *c, size_t n)
{
	struct stats_components ret = nothing;
	struct pool pool = {0};
	bool apart = false;
	double inner;

	for (size_t i = 0; i < n; i++)
		apart |= c[i].defined;
	for (size_t i = 0; i < n; i++) {
		if (c[i].defined != apart || !isfinite(c[i].total))
			continue;
		add(&pool, &c[i]);
		ret.n_blocks += c[i].n_blocks;
		ret.n += c[i].n;
	}
	inner = pool.used ? pool.inner / (double)pool.used : NAN;
	if (apart) {
		ret.within = inner;
		ret.estimate = pool.estimate / (double)pool.used;
	} else {
		ret.total = inner;
	}
	if (pool.known > 0)
		ret.iteration_estimate = inner * pool.iteration / pool.known;
	if (pool.counted)
		ret.iterations = (double)pool.counted / pool.reciprocals;
	finish(&ret);
	return ret;
}

/* ---- optimal counts ---- */

/* Two levels of variance and what one of each costs. */
struct levels {
	double outer, inner, outer_cost, inner_cost;
};

/* Variance of the mean times the cost, with m of the inner level in each of the outer. */
static double price(const struct levels *l, double m)
{
	return (l->outer + l->inner / m) * (l->outer_cost + l->inner_cost * m);
}

static double optimum(const struct levels *l)
{
	double below;

	if (isnan(l->outer) || isnan(l->inner) || !(l->outer_cost > 0) || !(l->inner_cost > 0))
		return NAN;
	if (!(l->outer > 0))
		return INFINITY;
	below = fmax(1, floor(sqrt(l->outer_cost / l->inner_cost * l->inner / l->outer)));
	return price(l, below) <= price(l, below + 1) ? below : below + 1;
}

double stats_components_optimum(const struct stats_components *c, double block, double execution)
{
	return optimum(
		&(struct levels){c->defined ? c->between : NAN, c->within, block, execution});
}

double stats_components_gain(
	const struct stats_components *c, double block, double execution, double now, double m)
{
	struct levels l = {c->defined ? c->between : NAN, c->within, block, execution};

	if (!(block > 0) || !(execution > 0) || !(now >= 1) || !(m >= 1) || !isfinite(m) ||
		!(price(&l, now) > 0))
		return NAN;
	return sqrt(price(&l, m) / price(&l, now));
}

double stats_components_iterations(const struct stats_components *c, double start, double iteration)
{
	return optimum(
		&(struct levels){c->execution, c->iteration * c->iterations, start, iteration});
}
