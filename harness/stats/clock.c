/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/clock.h"

#include <math.h>
#include <stdlib.h>

#include "stats/describe.h"

static bool has_times(const struct stats_clock *c)
{
	return isfinite(c->host_ns) && isfinite(c->guest_ns) && c->host_ns > 0 && c->guest_ns > 0;
}

double stats_clock_skew(const struct stats_clock *c)
{
	return has_times(c) ? c->guest_ns / c->host_ns - 1 : NAN;
}

double stats_clock_deviation(const struct stats_clock *c)
{
	double error = isfinite(c->error_ns) ? c->error_ns / c->host_ns : 0;

	return has_times(c) ? fmax(0, fabs(stats_clock_skew(c)) - error) : NAN;
}

bool stats_clock_is_broken(const struct stats_clock *c)
{
	double error = isfinite(c->error_ns) ? c->error_ns : 0;

	return !has_times(c) || c->guest_ns - error >= STATS_CLOCK_BROKEN * c->host_ns ||
	       (c->guest_ns + error) * STATS_CLOCK_BROKEN <= c->host_ns;
}

bool stats_clock_is_off(const struct stats_clock *c, size_t n)
{
	double *deviation = calloc(n + 1, sizeof(*deviation));
	size_t good = 0;
	bool off;

	if (!deviation)
		return false;
	for (size_t i = 0; i < n; i++)
		if (!stats_clock_is_broken(&c[i]))
			deviation[good++] = stats_clock_deviation(&c[i]);
	off = good && stats_median(deviation, good) > STATS_CLOCK_TOLERANCE;
	free(deviation);
	return off;
}

double stats_clock_doubt(const struct stats_clock *c)
{
	double scaled = c->span_ns * c->host_ns / c->guest_ns;
	double outside = c->span_ns, inside = c->span_ns + c->host_ns - c->guest_ns;
	double least = fmin(outside, inside), most = fmax(outside, inside);

	if (!has_times(c) || !(c->span_ns > 0) || !(least > 0))
		return NAN;
	return fmax(scaled / least, most / scaled) - 1;
}
