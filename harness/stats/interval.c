/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/interval.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "stats/describe.h"

struct interval stats_interval_undefined(void)
{
	return (struct interval){.point = NAN, .lo = NAN, .hi = NAN, .df = NAN};
}

static bool is_confidence(double conf)
{
	return conf > 0 && conf < 1;
}

struct interval stats_interval_t(double point, double se, double df, size_t n, double conf)
{
	struct interval ret = stats_interval_undefined();
	double half;

	ret.n = n;
	if (!isfinite(point))
		return ret;
	ret.point = point;
	if (!isfinite(se) || se < 0 || !isfinite(df) || !(df > 0) || !is_confidence(conf))
		return ret;
	half = gsl_cdf_tdist_Pinv(0.5 + conf / 2, df) * se;
	if (!isfinite(half) || !isfinite(point - half) || !isfinite(point + half))
		return ret;
	ret.lo = point - half;
	ret.hi = point + half;
	ret.df = df;
	ret.defined = true;
	return ret;
}

struct interval stats_interval_exp(struct interval log_interval)
{
	struct interval ret = stats_interval_undefined();

	ret.n = log_interval.n;
	if (!isfinite(exp(log_interval.point)))
		return ret;
	ret.point = exp(log_interval.point);
	if (!log_interval.defined || !isfinite(exp(log_interval.hi)))
		return ret;
	ret.lo = exp(log_interval.lo);
	ret.hi = exp(log_interval.hi);
	ret.df = log_interval.df;
	ret.defined = true;
	return ret;
}

double stats_interval_p(const struct interval *ratio, double conf)
{
	double half, t;

	if (!ratio->defined || !(ratio->df > 0) || !(ratio->lo > 0))
		return NAN;
	half = log(ratio->hi / ratio->lo) / 2;
	t = gsl_cdf_tdist_Pinv((1 + conf) / 2, ratio->df);
	if (!(half > 0))
		return ratio->point == 1 ? 1 : 0;
	return 2 * gsl_cdf_tdist_Q(fabs(log(ratio->point)) * t / half, ratio->df);
}

struct stats_paired stats_ratio_two_stage(const double *d, size_t n, struct stats_pilot pilot,
	double conf, const struct stats_serial *known)
{
	size_t told = pilot.n < n ? pilot.n : n;
	double mean = stats_mean(d, n), sd = stats_sd(d, told), se = sd / sqrt((double)n);
	double rho = stats_serial_rho(known, d, told);
	struct stats_pilot first = {told, pilot.later};
	struct stats_serial_effect effect = stats_serial_two_stage(rho, first, n);
	struct interval own = stats_interval_exp(
		stats_interval_t(mean, se * effect.widening, effect.df, n, conf));

	return (struct stats_paired){
		.raw = stats_interval_exp(stats_interval_t(mean, se, (double)told - 1, n, conf)),
		.own = own,
		.adjusted = own,
		.log_mean = mean,
		.log_sd = sd,
		.lag1 = stats_lag1_corrected(d, n),
		.rho = rho,
		.n_eff = (double)n / (effect.widening * effect.widening),
		.pilot = first,
	};
}

struct stats_paired stats_ratio_paired(
	const double *d, size_t n, double conf, const struct stats_serial *known)
{
	return stats_ratio_two_stage(d, n, (struct stats_pilot){n, 1}, conf, known);
}

double stats_paired_p(const struct stats_paired *ratio, double conf)
{
	double p = stats_interval_p(&ratio->adjusted, conf);

	return isnan(p) ? p : fmax(p, stats_interval_p(&ratio->own, conf));
}

/* The largest k with 2 P(Binomial(n, 1/2) <= k - 1) <= alpha, 0 if there is none. */
static size_t sign_rank(size_t n, double alpha)
{
	size_t lo = 0, hi = n / 2;

	while (lo < hi) {
		size_t k = hi - (hi - lo) / 2;

		if (2 * gsl_cdf_binomial_P((unsigned int)(k - 1), 0.5, (unsigned int)n) <= alpha)
			lo = k;
		else
			hi = k - 1;
	}
	return lo;
}

struct interval stats_sign_interval(const double *x, size_t n, double conf)
{
	struct interval ret = stats_interval_undefined();
	double *sorted;
	size_t k;

	ret.n = n;
	ret.point = stats_median(x, n);
	if (isnan(ret.point) || !is_confidence(conf) || n > INT_MAX)
		return ret;
	k = sign_rank(n, 1 - conf);
	if (!k)
		return ret;
	sorted = malloc(n * sizeof(*sorted));
	if (!sorted)
		return ret;
	memcpy(sorted, x, n * sizeof(*sorted));
	gsl_sort(sorted, 1, n);
	ret.lo = sorted[k - 1];
	ret.hi = sorted[n - k];
	ret.defined = true;
	free(sorted);
	return ret;
}

/* A mean, the square of its standard error, and the degrees of freedom of that. */
struct estimate {
	double mean, variance, df;
};

static struct stats_welch welch(
	const struct estimate *x, const struct estimate *y, size_t n, double conf)
{
	struct stats_welch ret = {.ratio = stats_interval_undefined(), .t = NAN, .p = NAN};
	double diff = x->mean - y->mean, se = sqrt(x->variance + y->variance), df;

	ret.ratio.n = n;
	if (isfinite(diff))
		ret.ratio.point = exp(diff);
	if (!isfinite(diff) || !isfinite(se))
		return ret;
	if (se > 0) {
		/* Shares of se^2 rather than squares of variances, which could underflow. */
		double sx = x->variance / (x->variance + y->variance);
		double sy = y->variance / (x->variance + y->variance);

		df = 1 / (sx * sx / x->df + sy * sy / y->df);
		ret.t = diff / se;
		ret.p = 2 * gsl_cdf_tdist_Q(fabs(ret.t), df);
	} else {
		df = x->df + y->df;
		ret.t = diff == 0 ? 0 : copysign(INFINITY, diff);
		ret.p = diff == 0 ? 1 : 0;
	}
	ret.ratio = stats_interval_exp(stats_interval_t(diff, se, df, n, conf));
	return ret;
}

static struct estimate estimate_of(const double *x, size_t n)
{
	return (struct estimate){
		stats_mean(x, n), pow(stats_sd(x, n), 2) / (double)n, (double)n - 1};
}

struct stats_welch stats_ratio_welch(
	const double *x, size_t nx, const double *y, size_t ny, double conf)
{
	struct estimate a = estimate_of(x, nx), b = estimate_of(y, ny);

	return welch(&a, &b, nx + ny, conf);
}

static struct estimate adjusted_estimate(const struct stats_paired *p)
{
	return (struct estimate){p->log_mean, p->log_sd * p->log_sd / p->n_eff, p->adjusted.df};
}

struct stats_welch stats_welch_paired(
	const struct stats_paired *x, const struct stats_paired *y, double conf)
{
	struct estimate a = adjusted_estimate(x), b = adjusted_estimate(y);

	return welch(&a, &b, x->adjusted.n + y->adjusted.n, conf);
}

bool stats_holm(const double *p, size_t n, double *ret)
{
	size_t *where = calloc(n ? n : 1, sizeof(*where));
	size_t *rank = calloc(n ? n : 1, sizeof(*rank));
	double *tested = calloc(n ? n : 1, sizeof(*tested));
	bool good = where && rank && tested;
	double largest = 0;
	size_t m = 0;

	for (size_t i = 0; good && i < n; i++) {
		good = isnan(p[i]) || (p[i] >= 0 && p[i] <= 1);
		if (good && !isnan(p[i])) {
			where[m] = i;
			tested[m++] = p[i];
		}
	}
	if (good) {
		gsl_sort_index(rank, tested, 1, m);
		for (size_t i = 0; i < n; i++)
			ret[i] = NAN;
		for (size_t i = 0; i < m; i++) {
			largest = fmax(largest, fmin(1, (double)(m - i) * tested[rank[i]]));
			ret[where[rank[i]]] = largest;
		}
	}
	free(where);
	free(rank);
	free(tested);
	return good;
}
