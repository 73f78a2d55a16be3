/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Messages for people: to stderr, and to the run's log.txt once it is open. Results never come
 * through here. Modules below cmd_* use log_note() for what happened on the way (a retry, a
 * discarded block); an error is returned, not logged.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>

enum log_level { LOG_DEBUG, LOG_NOTE, LOG_WARN, LOG_ERROR };

/* Messages below `level` go to the log file only. The default is LOG_NOTE. */
void log_set_level(enum log_level level);
/* Called before a message is written to stderr: the progress bar clears its line there. */
void log_set_before(void (*before)(void));
/* From now on every message is appended, with a time stamp, to this descriptor (-1: none). */
void log_set_file(int fd);

void log_debug(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void log_error(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
