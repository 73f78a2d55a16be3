/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/stopping.h"

#include <math.h>

#include <gsl/gsl_cdf.h>

#include "stats/serial.h"

static double half_width(const struct stats_paired *pilot, double t, size_t n)
{
	struct stats_serial_effect effect = stats_serial_two_stage(pilot->rho, pilot->pilot, n);

	return t * pilot->log_sd * effect.widening / sqrt((double)n);
}

double stats_stopping_blocks(const struct stats_paired *pilot, double half, double conf)
{
	size_t enough = STATS_STOPPING_MAX, short_of = pilot->raw.n;
	double t;

	if (!pilot->adjusted.defined || !(half > 0) || !(conf > 0 && conf < 1))
		return NAN;
	t = gsl_cdf_tdist_Pinv((1 + conf) / 2, pilot->adjusted.df);
	if (half_width(pilot, t, short_of) <= half)
		return (double)short_of;
	if (!(half_width(pilot, t, enough) <= half))
		return INFINITY;
	/* The width falls with every block. */
	while (enough - short_of > 1) {
		size_t n = short_of + (enough - short_of) / 2;

		if (half_width(pilot, t, n) <= half)
			enough = n;
		else
			short_of = n;
	}
	return (double)enough;
}
