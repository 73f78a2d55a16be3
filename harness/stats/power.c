/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/power.h"

#include <math.h>
#include <stdbool.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_randist.h>

/* Nodes of the quadrature over s. */
#define NODES 128
/* Half the range of s, in its large-df standard deviations; the mass outside is below 1e-12. */
#define RANGE 10

/* s / sigma at the nodes, with their probabilities: independent of lambda. */
struct spread {
	double s[NODES], weight[NODES];
	double critical;
};

static bool spread_init(struct spread *spread, double df, double alpha)
{
	double width = RANGE / sqrt(2 * df);
	double total = 0;
	gsl_integration_glfixed_table *table;

	if (!(df >= 1) || !isfinite(df) || !(alpha > 0 && alpha < 1))
		return false;
	table = gsl_integration_glfixed_table_alloc(NODES);
	if (!table)
		return false;
	for (size_t i = 0; i < NODES; i++) {
		double s, w;

		gsl_integration_glfixed_point(fmax(0, 1 - width), 1 + width, i, &s, &w, table);
		spread->s[i] = s;
		/* The density of s when df s^2 is chi-square, up to a factor. */
		spread->weight[i] = w * s * gsl_ran_chisq_pdf(df * s * s, df);
		total += spread->weight[i];
	}
	gsl_integration_glfixed_table_free(table);
	for (size_t i = 0; i < NODES; i++)
		spread->weight[i] /= total;
	spread->critical = gsl_cdf_tdist_Qinv(alpha / 2, df);
	return total > 0 && isfinite(spread->critical);
}

static double power_at(const struct spread *spread, double lambda)
{
	double power = 0;

	for (size_t i = 0; i < NODES; i++) {
		double bound = spread->critical * spread->s[i];

		power += spread->weight[i] * (gsl_cdf_ugaussian_Q(bound - lambda) +
						     gsl_cdf_ugaussian_P(-bound - lambda));
	}
	return fmin(power, 1);
}

double stats_t_power(double lambda, double df, double alpha)
{
	struct spread spread;

	if (!isfinite(lambda) || !spread_init(&spread, df, alpha))
		return NAN;
	return power_at(&spread, fabs(lambda));
}

double stats_detectable(double df, double alpha, double power)
{
	struct spread spread;
	double lo = 0, hi = 1;

	if (!(power > alpha && power < 1) || !spread_init(&spread, df, alpha))
		return NAN;
	while (power_at(&spread, hi) < power) {
		hi *= 2;
		if (!isfinite(hi))
			return NAN;
	}
	for (int i = 0; i < 60; i++) {
		double mid = lo + (hi - lo) / 2;

		if (power_at(&spread, mid) < power)
			lo = mid;
		else
			hi = mid;
	}
	return hi;
}
