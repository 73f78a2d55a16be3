/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/few.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "stats/describe.h"

double stats_few_dixon(const double d[static 3])
{
	double low = fmin(d[0], fmin(d[1], d[2])), high = fmax(d[0], fmax(d[1], d[2]));
	double middle = fmax(fmin(d[0], d[1]), fmin(fmax(d[0], d[1]), d[2]));
	double larger = fmax(middle - low, high - middle), range = high - low;

	if (!(range > 0) || !isfinite(range))
		return NAN;
	return 6 / M_PI * atan((2 * larger / range - 1) / sqrt(3));
}

static void add_cell(struct noise_sums *sums, const double *d, size_t n_blocks)
{
	double mean = 0, squares = 0, first[3], r;
	size_t n = 0;

	for (size_t b = 0; b < n_blocks; b++) {
		double off = d[b] - mean;

		if (!isfinite(d[b]))
			continue;
		if (n < 3)
			first[n] = d[b];
		n++;
		mean += off / (double)n;
		squares += off * (d[b] - mean);
	}
	if (n < 2)
		return;
	sums->squares += squares;
	sums->df += n - 1;
	r = n < 3 ? NAN : stats_few_dixon(first);
	if (isnan(r))
		return;
	sums->dixon += r;
	sums->dixon_cells++;
}

void stats_few_add(struct noise_sums *sums, const double *d, size_t n_series, size_t n_blocks)
{
	for (size_t s = 0; s < n_series; s++)
		add_cell(sums, d + s * n_blocks, n_blocks);
}

struct stats_few stats_few_known(const struct noise_sums *sums)
{
	struct stats_few ret = {
		.sd = NAN, .df = (double)sums->df, .cells = sums->dixon_cells, .p = NAN};
	double n = (double)sums->dixon_cells;

	if (sums->df > 0)
		ret.sd = sqrt(sums->squares / ret.df);
	if (sums->dixon_cells >= STATS_FEW_MIN_CELLS)
		ret.p = gsl_cdf_ugaussian_Q((sums->dixon / n - 0.5) * sqrt(12 * n));
	return ret;
}

bool stats_few_bunch(const struct stats_few *few)
{
	return few->p <= STATS_FEW_ALPHA;
}

void stats_few_widen(
	const struct stats_few *few, size_t n_pilot, double conf, struct stats_paired *ratio)
{
	size_t n = ratio->adjusted.n, told = n_pilot < n ? n_pilot : n;
	struct interval wide;

	if (!stats_few_bunch(few) || told >= STATS_FEW_ENOUGH || !ratio->adjusted.defined)
		return;
	wide = stats_interval_exp(
		stats_interval_t(ratio->log_mean, few->sd / sqrt((double)n), few->df, n, conf));
	if (!wide.defined || !(wide.hi > ratio->adjusted.hi))
		return;
	ratio->adjusted = wide;
	ratio->log_sd = few->sd;
	ratio->rho = 0;
	ratio->n_eff = (double)n;
}
