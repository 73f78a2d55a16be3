/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/clock.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

uint64_t clock_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

uint64_t deadline_in(uint64_t ns)
{
	uint64_t now = clock_now_ns();

	return ns > DEADLINE_NONE - now ? DEADLINE_NONE : now + ns;
}

bool deadline_passed(uint64_t deadline_ns)
{
	return deadline_ns != DEADLINE_NONE && clock_now_ns() >= deadline_ns;
}

int deadline_poll_ms(uint64_t deadline_ns)
{
	const uint64_t max_ms = 3600000;
	uint64_t now, ms;

	if (deadline_ns == DEADLINE_NONE)
		return -1;
	now = clock_now_ns();
	if (now >= deadline_ns)
		return 0;
	ms = (deadline_ns - now + NS_PER_MS - 1) / NS_PER_MS;
	return (int)(ms > max_ms ? max_ms : ms);
}

uint64_t deadline_earlier(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

void clock_sleep_until(uint64_t deadline_ns)
{
	struct timespec ts = {.tv_sec = (time_t)(deadline_ns / NS_PER_S),
		.tv_nsec = (long)(deadline_ns % NS_PER_S)};

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &ts, NULL);
}

int duration_parse(const char *text, uint64_t *ret_ns, struct err *err)
{
	static const struct {
		const char *unit;
		double ns;
	} units[] = {{"", 1e9}, {"s", 1e9}, {"ms", 1e6}, {"us", 1e3}, {"ns", 1}, {"m", 60e9},
		{"min", 60e9}, {"h", 3600e9}};
	char *end;
	double value = strtod(text, &end);

	if (end == text || !isfinite(value) || value < 0)
		return err_set(
			err, ERR_INPUT, "'%s' is not a duration; write 90s, 5m or 250ms", text);
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++) {
		if (strcmp(end, units[i].unit))
			continue;
		if (value * units[i].ns > 1e18)
			return err_set(err, ERR_INPUT, "duration '%s' is too long", text);
		*ret_ns = (uint64_t)(value * units[i].ns + 0.5);
		return 0;
	}
	return err_set(err, ERR_INPUT, "'%s' has an unknown unit; use ns, us, ms, s, m or h", text);
}

const char *duration_text(uint64_t ns, char buf[static DURATION_TEXT_MAX])
{
	static const struct {
		double ns;
		const char *unit;
	} units[] = {{1e9, "s"}, {1e6, "ms"}, {1e3, "µs"}, {1, "ns"}};
	size_t u = 0;
	double value;

	if (ns >= 120 * NS_PER_S) {
		uint64_t s = (ns + NS_PER_S / 2) / NS_PER_S;

		if (s >= 7200)
			snprintf(buf, DURATION_TEXT_MAX, "%d h %d min", (int)(s / 3600),
				(int)(s % 3600 / 60));
		else
			snprintf(buf, DURATION_TEXT_MAX, "%d min %d s", (int)(s / 60),
				(int)(s % 60));
		return buf;
	}
	while (u < 3 && (double)ns < units[u].ns * 0.9995)
		u++;
	value = (double)ns / units[u].ns;
	snprintf(buf, DURATION_TEXT_MAX, "%.*f %s",
		value < 9.995 && u < 3 ? 2 : value < 99.95 && u < 3, value, units[u].unit);
	return buf;
}

static void utc_format(const char *fmt, char *buf, size_t size)
{
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(buf, size, fmt, &tm);
}

void clock_utc_compact(char buf[static 17])
{
	utc_format("%Y%m%dT%H%M%SZ", buf, 17);
}

void clock_utc_text(char buf[static 24])
{
	utc_format("%Y-%m-%d %H:%M:%S UTC", buf, 24);
}
