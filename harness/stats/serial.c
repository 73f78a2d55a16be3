/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/serial.h"

#include <math.h>
#include <stdlib.h>

#include "stats/describe.h"

/* Residuals smaller than this share of d's own deviations are rounding. */
#define EXACT_SHARE 1e-24

/* ---- what is known ---- */

static double rho_at(size_t i)
{
	return STATS_SERIAL_MIN + STATS_SERIAL_STEP * (double)i;
}

/* x' V^-1 y for an autoregression with innovations of variance 1, x and y less their shift. NULL
 * stands for ones. */
static double product(const double *x, const double *y, double shift, size_t n, double rho)
{
	double last_x = x ? x[0] - shift : 1, last_y = y ? y[0] - shift : 1;
	double sum = last_x * last_y * (1 - rho * rho);

	for (size_t i = 1; i < n; i++) {
		double next_x = x ? x[i] - shift : 1, next_y = y ? y[i] - shift : 1;

		sum += (next_x - rho * last_x) * (next_y - rho * last_y);
		last_x = next_x;
		last_y = next_y;
	}
	return sum;
}

/* The restricted log likelihood of one rho; NaN where d does not vary. */
static double log_likelihood(const double *d, double mean, size_t n, double rho)
{
	double dd = product(d, d, mean, n, rho);
	double a = product(NULL, NULL, 0, n, rho), b = product(NULL, d, mean, n, rho);
	double rss = dd - b * b / a;

	if (!(rss > EXACT_SHARE * dd))
		return NAN;
	return (log1p(-rho * rho) - log(a) - ((double)n - 1) * log(rss)) / 2;
}

/* Adds weight · ln L of n values; false where they say nothing. */
static bool learn(double *log_belief, const double *d, size_t n, double weight)
{
	double mean = stats_mean(d, n), learned[STATS_SERIAL_POINTS];

	if (n < 3 || isnan(mean))
		return false;
	for (size_t i = 0; i < STATS_SERIAL_POINTS; i++) {
		learned[i] = weight * log_likelihood(d, mean, n, rho_at(i));
		if (!isfinite(learned[i]))
			return false;
	}
	for (size_t i = 0; i < STATS_SERIAL_POINTS; i++)
		log_belief[i] += learned[i];
	return true;
}

struct stats_serial stats_serial_prior(void)
{
	struct stats_serial ret = {.counted = 0};

	for (size_t i = 0; i < STATS_SERIAL_POINTS; i++)
		ret.log_belief[i] = -fabs(rho_at(i));
	return ret;
}

void stats_serial_add(struct serial_sums *sums, const double *d, size_t n_series, size_t n_blocks)
{
	double *row = calloc(n_blocks ? n_blocks : 1, sizeof(*row));

	for (size_t s = 0; row && s < n_series; s++) {
		size_t n = 0;

		for (size_t b = 0; b < n_blocks; b++) {
			if (!isnan(d[s * n_blocks + b]))
				row[n++] = d[s * n_blocks + b];
		}
		if (learn(sums->log_likelihood, row, n, 1))
			sums->values += n;
	}
	free(row);
}

static void believe(struct stats_serial *belief, const struct serial_sums *sums, double weight)
{
	for (size_t i = 0; i < STATS_SERIAL_POINTS; i++)
		belief->log_belief[i] += weight * sums->log_likelihood[i];
}

struct stats_serial stats_serial_known(
	const struct serial_sums *own, const struct serial_sums *earlier)
{
	struct stats_serial ret = stats_serial_prior();
	double values = (double)own->values, missing = fmax(0, STATS_SERIAL_POOL_WORTH - values);

	if (own->values)
		ret.counted = fmin(1, STATS_SERIAL_POOL_WORTH / values);
	believe(&ret, own, ret.counted);
	if (earlier && earlier->values)
		believe(&ret, earlier, fmin(1, missing / (double)earlier->values));
	return ret;
}

struct stats_serial stats_serial_pool(const double *d, size_t n_series, size_t n_blocks)
{
	struct serial_sums sums = {0};

	stats_serial_add(&sums, d, n_series, n_blocks);
	return stats_serial_known(&sums, NULL);
}

double stats_serial_rho(const struct stats_serial *known, const double *d, size_t n)
{
	struct stats_serial belief = known ? *known : stats_serial_prior();
	double largest = -INFINITY, sum = 0, mean = 0;

	learn(belief.log_belief, d, n, 1 - belief.counted);
	for (size_t i = 0; i < STATS_SERIAL_POINTS; i++)
		largest = fmax(largest, belief.log_belief[i]);
	for (size_t i = 0; i < STATS_SERIAL_POINTS; i++) {
		double share = exp(belief.log_belief[i] - largest);

		sum += share;
		mean += share * rho_at(i);
	}
	return fmax(0, mean / sum);
}

/* ---- what it does ---- */

/* Sum of row i of V. */
static double row_sum(size_t i, size_t n, double rho)
{
	return (1 + rho - pow(rho, (double)(i + 1)) - pow(rho, (double)(n - i))) / (1 - rho);
}

/* 1'V 1 / n, that is u'V u with u = 1/sqrt(n). */
static double mean_inflation(double rho, size_t n)
{
	double whole = (1 + rho) / (1 - rho), edge = 2 * rho / ((1 - rho) * (1 - rho));

	return whole - edge * (1 - pow(rho, (double)n)) / (double)n;
}

/* tr(M V) = n - u'V u and tr(M V M V) = tr(V V) - 2 u'V V u + (u'V u)^2. */
/* 1'V 1 / n of n values behind a pilot's. */
static double two_stage_inflation(double rho, struct stats_pilot pilot, size_t n)
{
	double own = (double)pilot.n, after = (double)(n - pilot.n), r = pow(rho, pilot.later);
	double between = (1 - pow(rho, own)) / (1 - rho) * r * (1 - pow(r, after)) / (1 - r);

	if (n == pilot.n)
		return mean_inflation(rho, n);
	return (own * mean_inflation(rho, pilot.n) + after * mean_inflation(r, n - pilot.n) +
		       2 * between) /
	       (double)n;
}

struct stats_serial_effect stats_serial_two_stage(double rho, struct stats_pilot pilot, size_t n)
{
	size_t n_pilot = pilot.n;
	double mean = 0, square = 0, trace = (double)n_pilot, power = 1, left;
	double df = (double)n_pilot - 1;

	if (n_pilot < 2 || n < n_pilot || !(pilot.later > 0) ||
		!(rho >= 0 && rho <= STATS_SERIAL_MAX))
		return (struct stats_serial_effect){NAN, NAN};
	for (size_t i = 0; i < n_pilot; i++) {
		double sum = row_sum(i, n_pilot, rho);

		mean += sum / (double)n_pilot;
		square += sum * sum / (double)n_pilot;
	}
	for (size_t lag = 1; lag < n_pilot; lag++) {
		power *= rho * rho;
		trace += 2 * (double)(n_pilot - lag) * power;
	}
	left = (double)n_pilot - mean;
	return (struct stats_serial_effect){
		.widening = fmax(1, sqrt(two_stage_inflation(rho, pilot, n) * df / left)),
		/* 1 at least, in theory, and of two values 1 but for rounding */
		.df = fmin(df, fmax(1, left * left / (trace - 2 * square + mean * mean))),
	};
}

struct stats_serial_effect stats_serial_effect(double rho, size_t n)
{
	return stats_serial_two_stage(rho, (struct stats_pilot){n, 1}, n);
}
