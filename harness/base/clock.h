/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Time: the host's monotonic clock, deadlines on it, and durations as people write them.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define NS_PER_US UINT64_C(1000)
#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_S UINT64_C(1000000000)
/* 10^15, 11 days: a greater number is no time of an execution or a boot, whoever states it. */
#define TIME_MAX_NS UINT64_C(1000000000000000)

/* CLOCK_MONOTONIC in nanoseconds. */
uint64_t clock_now_ns(void);

/* A deadline is a point on clock_now_ns(); DEADLINE_NONE never passes. */
#define DEADLINE_NONE UINT64_MAX
uint64_t deadline_in(uint64_t ns);
bool deadline_passed(uint64_t deadline_ns);
/* Milliseconds left, rounded up, for poll(2): 0 once passed, at most 3,600,000; -1 for NONE. */
int deadline_poll_ms(uint64_t deadline_ns);
uint64_t deadline_earlier(uint64_t a, uint64_t b);

/* Sleeps until the deadline; returns early when a signal arrives. */
void clock_sleep_until(uint64_t deadline_ns);

/* "90s", "1.5m", "2h", "250ms", "10us" or plain seconds "4.5". Returns -EINVAL with the text. */
int duration_parse(const char *text, uint64_t *ret_ns, struct err *err);

#define DURATION_TEXT_MAX 32
/* Three significant digits and a unit: "1.23 ms", "4 min 5 s". Returns buf. */
const char *duration_text(uint64_t ns, char buf[static DURATION_TEXT_MAX]);

/* UTC as "YYYYMMDDTHHMMSSZ" (17 bytes with the NUL). */
void clock_utc_compact(char buf[static 17]);
/* UTC as "YYYY-MM-DD HH:MM:SS UTC" (24 bytes with the NUL). */
void clock_utc_text(char buf[static 24]);

#endif
