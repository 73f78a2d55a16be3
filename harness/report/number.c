/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/number.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

#define NONE "–"

static double round_to_three(double value)
{
	char text[32];

	snprintf(text, sizeof(text), "%.2e", value);
	return strtod(text, NULL);
}

/* Groups the digits of a whole number: 7010 is "7,010". */
static void grouped(double whole, char *buf, size_t size)
{
	char digits[40];
	size_t n = (size_t)snprintf(digits, sizeof(digits), "%.0f", whole), used = 0;

	for (size_t i = 0; i < n && used + 2 < size; i++) {
		if (i && digits[i - 1] != '-' && (n - i) % 3 == 0)
			buf[used++] = ',';
		buf[used++] = digits[i];
	}
	buf[used] = '\0';
}

const char *number_text(double value, char buf[static NUMBER_TEXT_MAX])
{
	double rounded, size;

	if (!isfinite(value)) {
		snprintf(buf, NUMBER_TEXT_MAX, NONE);
		return buf;
	}
	rounded = round_to_three(value);
	size = fabs(rounded);
	if (size >= 1e15)
		snprintf(buf, NUMBER_TEXT_MAX, "%.2e", value);
	else if (size >= 100)
		grouped(rounded, buf, NUMBER_TEXT_MAX);
	else if (size >= 10)
		snprintf(buf, NUMBER_TEXT_MAX, "%.1f", value);
	else if (size >= 0.1 || size == 0)
		snprintf(buf, NUMBER_TEXT_MAX, "%.2f", value);
	else
		snprintf(buf, NUMBER_TEXT_MAX, "%.2g", value);
	return buf;
}

const char *count_text(double count, char buf[static NUMBER_TEXT_MAX])
{
	if (isfinite(count) && fabs(count) < 1000)
		snprintf(buf, NUMBER_TEXT_MAX, "%.0f", count);
	else
		number_text(count, buf);
	return buf;
}

const char *ratio_text(double ratio, char buf[static NUMBER_TEXT_MAX])
{
	number_text(ratio, buf);
	if (isfinite(ratio))
		strncat(buf, "×", NUMBER_TEXT_MAX - strlen(buf) - 1);
	return buf;
}

const char *interval_text(const struct ratio *ratio, char buf[static NUMBER_TEXT_MAX])
{
	char lo[NUMBER_TEXT_MAX], hi[NUMBER_TEXT_MAX];

	if (!ratio->defined)
		snprintf(buf, NUMBER_TEXT_MAX, "no interval");
	else
		snprintf(buf, NUMBER_TEXT_MAX, "[%.24s, %.24s]", number_text(ratio->lo, lo),
			number_text(ratio->hi, hi));
	return buf;
}

double ratio_half_width(const struct ratio *ratio)
{
	if (!ratio->defined || !(ratio->lo > 0))
		return NAN;
	return sqrt(ratio->hi / ratio->lo) - 1;
}

const char *percent_text(double share, char buf[static NUMBER_TEXT_MAX])
{
	double percent = 100 * share;

	if (!isfinite(share))
		snprintf(buf, NUMBER_TEXT_MAX, NONE);
	else
		snprintf(buf, NUMBER_TEXT_MAX, fabs(percent) < 9.95 ? "%.1f %%" : "%.0f %%",
			percent);
	return buf;
}

const char *plus_minus_text(double share, char buf[static NUMBER_TEXT_MAX])
{
	char percent[NUMBER_TEXT_MAX];

	if (!isfinite(share))
		snprintf(buf, NUMBER_TEXT_MAX, "±?");
	else
		snprintf(buf, NUMBER_TEXT_MAX, "±%.32s", percent_text(share, percent));
	return buf;
}

/* Beyond two days hours and minutes say nothing more. */
static const char *long_time_text(double ns, char buf[static NUMBER_TEXT_MAX])
{
	double days = ns / 1e9 / 86400;
	bool years = days >= 730;
	char number[NUMBER_TEXT_MAX];

	snprintf(buf, NUMBER_TEXT_MAX, "%.32s %s",
		number_text(years ? days / 365.25 : days, number), years ? "years" : "days");
	return buf;
}

const char *time_text(double ns, char buf[static NUMBER_TEXT_MAX])
{
	char text[DURATION_TEXT_MAX];

	if (!isfinite(ns) || ns < 0)
		snprintf(buf, NUMBER_TEXT_MAX, NONE);
	else if (ns >= 2 * 86400e9)
		long_time_text(ns, buf);
	else
		snprintf(buf, NUMBER_TEXT_MAX, "%s", duration_text((uint64_t)llround(ns), text));
	return buf;
}

bool ratio_has_point(const struct ratio *ratio)
{
	return isfinite(ratio->point) && ratio->point > 0;
}

size_t text_columns(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}
