/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Which rule for serially correlated blocks? Candidates side by side on normal autoregressions; the
 * width is the mean half-width over that of the plain t interval, so that the rows of correlation 0
 * show what a rule costs where it is not needed.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

#include "stats/describe.h"
#include "stats/interval.h"
#include "stats/serial.h"
#include "tests/validation/validate.h"

#define BLOCKS_MAX 64
#define SERIES 60 /* cells of a run, for the rules that use more than one */

static const size_t block_counts[] = {3, 5, 6, 10, 20, 40, 0};
static const double correlations[] = {0, 0.15, 0.3, 0.6};

static double t95(double df)
{
	return gsl_cdf_tdist_Pinv(0.975, df);
}

static double plain(const double *d, size_t n)
{
	return t95((double)n - 1) * stats_sd(d, n) / sqrt((double)n);
}

/* n (1 - r) / (1 + r), r in [0, .9] (Bayley & Hammersley 1946); NaN counts as 0. */
static double effective_n(size_t n, double r)
{
	r = r > 0 ? fmin(r, 0.9) : 0;
	return (double)n * (1 - r) / (1 + r);
}

static double half_width(const double *d, size_t n, const struct stats_serial *known)
{
	struct interval i = stats_ratio_paired(d, n, 0.95, known).adjusted;

	return log(i.hi / i.lo) / 2;
}

/* Effective n by r1 + 1/n, n - 1 degrees of freedom. */
static double effective(const double *d, size_t n)
{
	double n_eff = effective_n(n, stats_lag1_corrected(d, n));

	return t95((double)n - 1) * stats_sd(d, n) / sqrt(n_eff);
}

/* The full correction of Marriott & Pope (1954). */
static double marriott_pope(const double *d, size_t n)
{
	double r = stats_lag1(d, n);

	r = isnan(r) ? 0 : r + (1 + 3 * r) / (double)n;
	return t95((double)n - 1) * stats_sd(d, n) / sqrt(effective_n(n, r));
}

/* The same, with as many degrees of freedom as effective blocks. */
static double effective_df(const double *d, size_t n)
{
	double r = stats_lag1(d, n), n_eff;

	r = isnan(r) ? 0 : r + (1 + 3 * r) / (double)n;
	n_eff = fmax(2, effective_n(n, r));
	return t95(n_eff - 1) * stats_sd(d, n) / sqrt(n_eff);
}

/* Equal-weighted cosines, B = 0.4 n^(2/3) (Lazarus, Lewis, Stock & Watson 2018): t with B degrees
 * of freedom. */
static double cosines(const double *d, size_t n)
{
	size_t terms = (size_t)fmax(1, round(0.4 * pow((double)n, 2. / 3)));
	double omega = 0;

	for (size_t j = 1; j <= terms; j++) {
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += d[i] * cos(M_PI * (double)j * ((double)i + 0.5) / (double)n);
		omega += 2 * sum * sum / (double)n / (double)terms;
	}
	return t95((double)terms) * sqrt(omega / (double)n);
}

/* Bartlett's kernel over all lags with the critical value of fixed-b asymptotics at b = 1
 * (Kiefer & Vogelsang 2002, 2005: 4.771). */
static double fixed_b(const double *d, size_t n)
{
	double mean = stats_mean(d, n), omega = 0;

	for (size_t lag = 0; lag < n; lag++) {
		double sum = 0;

		for (size_t i = lag; i < n; i++)
			sum += (d[i] - mean) * (d[i - lag] - mean);
		omega += (lag ? 2 * (1 - (double)lag / (double)n) : 1) * sum / (double)n;
	}
	return 4.771 * sqrt(fmax(omega, 0) / (double)n);
}

/* Means of successive pairs as if independent; an odd last block is left out of the spread. */
static double batches(const double *d, size_t n)
{
	double pair[BLOCKS_MAX / 2];

	for (size_t i = 0; i < n / 2; i++)
		pair[i] = (d[2 * i] + d[2 * i + 1]) / 2;
	return n < 4 ? NAN : plain(pair, n / 2);
}

/* stats/serial.h, the cell alone. */
static double reported(const double *d, size_t n)
{
	return half_width(d, n, NULL);
}

static const struct {
	const char *name;
	double (*half_width)(const double *d, size_t n);
} rules[] = {
	{"plain", plain},
	{"effective-n", effective},
	{"marriott-pope", marriott_pope},
	{"effective-df", effective_df},
	{"cosines", cosines},
	{"fixed-b", fixed_b},
	{"pair-means", batches},
	{"toll-first", reported},
	{"toll-15", NULL}, /* the same with others */
	{"toll-60", NULL},
};

#define RULES (sizeof(rules) / sizeof(rules[0]))

static void simulate(gsl_rng *rng, double correlation, double *d, size_t n)
{
	d[0] = gsl_ran_ugaussian(rng);
	for (size_t i = 1; i < n; i++)
		d[i] = correlation * d[i - 1] +
		       sqrt(1 - correlation * correlation) * gsl_ran_ugaussian(rng);
}

static void one_row(const struct settings *s, double correlation, const char *label, size_t n)
{
	gsl_rng *rng = row_rng(s, "rules", label, n, NAN);
	size_t covered[RULES] = {0};
	double width[RULES] = {0};

	for (size_t trial = 0; trial < s->trials; trial++) {
		double run[SERIES * BLOCKS_MAX];
		struct stats_serial known[2];

		for (size_t k = 0; k < SERIES; k++)
			simulate(rng, correlation, run + k * n, n);
		known[0] = stats_serial_pool(run, SERIES / 4, n);
		known[1] = stats_serial_pool(run, SERIES, n);
		for (size_t k = 0; k < RULES; k++) {
			double half = rules[k].half_width
					      ? rules[k].half_width(run, n)
					      : half_width(run, n, &known[k == RULES - 1]);

			covered[k] += fabs(stats_mean(run, n)) <= half;
			width[k] += half;
		}
	}
	for (size_t k = 0; k < RULES; k++)
		if (!isnan(width[k]))
			row_print(&(struct row){"rules", label, n, NAN, rules[k].name, s->trials,
				covered[k], width[k] / width[0]});
	gsl_rng_free(rng);
}

int section_rules(const struct settings *s)
{
	for (size_t i = 0; i < sizeof(correlations) / sizeof(correlations[0]); i++) {
		char label[32];

		snprintf(label, sizeof(label), "ar1-%g", correlations[i]);
		if (!settings_want(s, label))
			continue;
		for (const size_t *b = s->blocks ? s->blocks : block_counts; *b; b++)
			one_row(s, correlations[i], label, *b);
	}
	return 0;
}
