/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Errors are values with context and nothing to free.
 *
 * A function that can fail returns 0 or -errno and takes `struct err *err` as its last
 * parameter; NULL is allowed and drops the text. The leaf that sees the failure calls
 * err_set(), each caller on the way up may put what it was doing in front with err_wrap().
 * Only cmd_*.c and main.c print.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

#include <errno.h>

#define ERR_TEXT_MAX 512

struct err {
	int code; /* positive errno, 0: no error */
	char text[ERR_TEXT_MAX];
};

/* Writes the message and returns -code, so that `return err_set(err, EINVAL, "…")` reads well.
 * A text longer than ERR_TEXT_MAX is cut. */
int err_set(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Like err_set() with ": strerror(code)" behind the text. */
int err_sys(struct err *err, int code, const char *fmt, ...) __attribute__((format(printf, 3, 4)));

/* Puts "text: " in front of what err holds and returns -err->code (-EIO when err is NULL). */
int err_wrap(struct err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* The two codes that stand for more than a system error. */
#define ERR_INPUT EINVAL	  /* bad usage or bad input: exit 2 */
#define ERR_INTERRUPTED ECANCELED /* a signal asked the program to stop */

#endif
