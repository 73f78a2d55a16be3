/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/warmup.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "stats/describe.h"
#include "stats/pelt.h"

/* Points around a spike; runs up to half as long are smoothed. */
#define WINDOW 5
_Static_assert(STATS_WARMUP_MIN_N >= WINDOW, "the filter needs a full window");

/* Differences on either side of a point from which its noise is measured. */
#define REACH 10

/* Robust standard deviation of the noise around y[i], blind to level shifts. */
static double noise_sd(const double *y, size_t n, size_t i)
{
	size_t begin = i > REACH ? i - REACH : 0;
	size_t end = i + REACH < n ? i + REACH : n - 1;
	double diff[2 * REACH];
	size_t count = 0;

	for (size_t j = begin; j < end; j++)
		diff[count++] = fabs(y[j + 1] - y[j]);
	gsl_sort(diff, 1, count);
	return 1.4826 * gsl_stats_median_from_sorted_data(diff, 1, count) / M_SQRT2;
}

/* Copies y into ret with spikes put back to the median around them. n >= WINDOW. */
static void smooth_spikes(const double *y, size_t n, double *ret)
{
	memcpy(ret, y, n * sizeof(*ret));
	for (size_t i = WINDOW / 2; i < n; i++) {
		size_t begin = i + WINDOW / 2 < n ? i - WINDOW / 2 : n - WINDOW;
		double window[WINDOW];
		double median, distance;

		memcpy(window, y + begin, sizeof(window));
		gsl_sort(window, 1, WINDOW);
		median = window[WINDOW / 2];
		distance = fabs(y[i] - median);
		if (distance > STATS_WARMUP_TOLERANCE && distance > 5 * noise_sd(y, n, i))
			ret[i] = median;
	}
}

/* Judges the segments that begin at 0, change[0], …, change[n_changes - 1]. */
static struct stats_warmup judge(const double *y, size_t n, const size_t *change, size_t n_changes)
{
	struct stats_warmup ret = {.class = STATS_WARMUP_FLAT, .changes = n_changes};
	size_t last = n_changes ? change[n_changes - 1] : 0;
	double last_mean = stats_mean(y + last, n - last);
	double last_sd = n - last > 1 ? stats_sd(y + last, n - last) : 0;
	double tolerance = fmax(STATS_WARMUP_TOLERANCE, last_sd);
	bool faster = false;

	for (size_t s = 0; s < n_changes; s++) {
		size_t begin = s ? change[s - 1] : 0;
		double diff = stats_mean(y + begin, change[s] - begin) - last_mean;

		if (fabs(diff) <= tolerance)
			continue;
		ret.steady = change[s];
		faster |= diff < 0;
	}
	if (ret.steady > n - (n + 3) / 4) {
		ret.class = STATS_WARMUP_NO_STEADY_STATE;
		ret.steady = 0;
	} else if (ret.steady > 0) {
		ret.class = faster ? STATS_WARMUP_SLOW_DOWN : STATS_WARMUP_WARM_UP;
	}
	return ret;
}

struct stats_warmup stats_warmup_classify(const double *time, size_t n)
{
	struct stats_warmup ret = {.class = STATS_WARMUP_TOO_FEW};
	double *y, *smooth;
	size_t *change;

	if (n < STATS_WARMUP_MIN_N)
		return ret;
	y = calloc(n, sizeof(*y));
	smooth = calloc(n, sizeof(*smooth));
	change = calloc(n, sizeof(*change));
	if (y && smooth && change && stats_log(time, n, y)) {
		double penalty = STATS_WARMUP_PENALTY * log((double)n);
		size_t n_changes;

		smooth_spikes(y, n, smooth);
		if (stats_pelt(smooth, n, penalty, STATS_WARMUP_SD_FLOOR, change, &n_changes))
			ret = judge(smooth, n, change, n_changes);
	}
	free(change);
	free(smooth);
	free(y);
	return ret;
}

const char *stats_warmup_name(enum stats_warmup_class class)
{
	static const char *const names[] = {
#define X(symbol, name, meaning) [STATS_WARMUP_##symbol] = (name),
		STATS_WARMUP_CLASSES(X)
#undef X
	};

	return (size_t) class < sizeof(names) / sizeof(names[0]) ? names[class] : NULL;
}

size_t stats_warmup_left_out(const struct stats_warmup *w, size_t n)
{
	bool cold = n > 1 && w->class != STATS_WARMUP_NO_STEADY_STATE;

	return w->steady ? w->steady : cold;
}
