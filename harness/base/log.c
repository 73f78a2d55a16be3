/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/str.h"

static enum log_level threshold = LOG_NOTE;
static void (*before_message)(void);
static int log_fd = -1;

void log_set_level(enum log_level level)
{
	threshold = level;
}

void log_set_before(void (*before)(void))
{
	before_message = before;
}

void log_set_file(int fd)
{
	log_fd = fd;
}

static void log_to_file(const char *text)
{
	char line[1200], when[24];
	int n;

	clock_utc_text(when);
	n = snprintf(line, sizeof(line), "%s %s\n", when, text);
	if (n >= (int)sizeof(line))
		n = (int)sizeof(line) - 1;
	/* A full disk must not stop the program on its way to saying so. */
	if (write(log_fd, line, (size_t)n) < 0)
		log_fd = -1;
}

static void log_at(enum log_level level, const char *fmt, va_list ap)
{
	static const char *const prefix[] = {"", "", "warning: ", "error: "};
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	if (log_fd >= 0)
		log_to_file(text);
	if (level < threshold)
		return;
	if (before_message)
		before_message();
	fprintf(stderr, "toll: %s%s\n", prefix[level], text);
}

#define LOG_FUNCTION(name, level)                                                                  \
	void name(const char *fmt, ...)                                                            \
	{                                                                                          \
		va_list ap;                                                                        \
                                                                                                   \
		va_start(ap, fmt);                                                                 \
		log_at(level, fmt, ap);                                                            \
		va_end(ap);                                                                        \
	}

LOG_FUNCTION(log_debug, LOG_DEBUG)
LOG_FUNCTION(log_note, LOG_NOTE)
LOG_FUNCTION(log_warn, LOG_WARN)
LOG_FUNCTION(log_error, LOG_ERROR)
