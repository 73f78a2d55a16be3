/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * tap.h - assertions that print the Test Anything Protocol, for tests/unit/test_*.c.
 *
 *	int main(void)
 *	{
 *		ok(list_is_empty(&l), "a new list is empty");
 *		is_int(sum(2, 3), 5, "sum adds");
 *		is_str(name, "native", "the empty stack is called %s", "native");
 *		is_near(mean(v, 3), 2.0, 1e-12, "mean of 1 2 3");
 *		skip("no aarch64 compiler");
 *		return done_testing();
 *	}
 *
 * Every assertion prints `ok N - NAME` or `not ok N - NAME`; a failure adds lines that start with
 * '#': file:line, and what was got and expected. The name is a printf format. Each assertion
 * returns whether it held, so that a test can stop where going on makes no sense. `skip` counts as
 * a passed line that carries its reason. `done_testing` prints the plan `1..N`, counted and never
 * typed, and returns main's exit status: 0, or 1 if anything failed or nothing was asserted.
 *
 * One translation unit per test program: the counters are static. Output is flushed line by line,
 * so that a crash or a fork neither loses nor repeats a line.
 */
#ifndef TESTS_UNIT_TAP_H
#define TESTS_UNIT_TAP_H

#include <inttypes.h>
#include <math.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

static struct {
	int run;
	int failed;
} tap_state __attribute__((unused));

#define TAP_UNUSED __attribute__((unused))
#define TAP_PRINTF(f, a) __attribute__((unused, format(printf, f, a)))

/* Prints the result line; on failure also where it happened. */
static bool tap_line(bool held, const char *file, int line, const char *fmt, va_list ap)
{
	tap_state.run++;
	if (!held)
		tap_state.failed++;
	printf("%s %d - ", held ? "ok" : "not ok", tap_state.run);
	vprintf(fmt, ap);
	putchar('\n');
	if (!held)
		printf("#   failed at %s:%d\n", file, line);
	fflush(stdout);
	return held;
}

TAP_PRINTF(4, 5)
static bool tap_ok(bool held, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tap_line(held, file, line, fmt, ap);
	va_end(ap);
	return held;
}

TAP_PRINTF(5, 6)
static bool tap_is_int(
	intmax_t got, intmax_t expected, const char *file, int line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (!tap_line(got == expected, file, line, fmt, ap))
		printf("#        got: %jd\n#   expected: %jd\n", got, expected);
	va_end(ap);
	fflush(stdout);
	return got == expected;
}

/* Prints a string as one diagnostic line: quoted, with control characters escaped. */
TAP_UNUSED static void tap_print_str(const char *label, const char *s)
{
	printf("# %10s: ", label);
	if (!s) {
		puts("(null)");
		return;
	}
	putchar('"');
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '\n')
			fputs("\\n", stdout);
		else if (c < 0x20 || c == 0x7f)
			printf("\\x%02x", c);
		else
			putchar(c);
	}
	puts("\"");
}

TAP_PRINTF(5, 6)
static bool tap_is_str(
	const char *got, const char *expected, const char *file, int line, const char *fmt, ...)
{
	bool same = got && expected ? !strcmp(got, expected) : got == expected;
	va_list ap;

	va_start(ap, fmt);
	if (!tap_line(same, file, line, fmt, ap)) {
		tap_print_str("got", got);
		tap_print_str("expected", expected);
	}
	va_end(ap);
	fflush(stdout);
	return same;
}

/* Holds when |got - expected| <= tolerance, or both are the same infinity; never for NaN. */
TAP_PRINTF(6, 7)
static bool tap_is_near(double got, double expected, double tolerance, const char *file, int line,
	const char *fmt, ...)
{
	bool near = got == expected || fabs(got - expected) <= tolerance;
	va_list ap;

	va_start(ap, fmt);
	if (!tap_line(near, file, line, fmt, ap))
		printf("#        got: %.17g\n#   expected: %.17g\n# difference: %.3g, "
		       "tolerance %.3g\n",
			got, expected, got - expected, tolerance);
	va_end(ap);
	fflush(stdout);
	return near;
}

TAP_PRINTF(1, 2) static void tap_skip(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("ok %d # SKIP ", ++tap_state.run);
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
	fflush(stdout);
}

/* warn_unused_result: a main() that forgets to return it would always pass. */
__attribute__((unused, warn_unused_result)) static int done_testing(void)
{
	printf("1..%d\n", tap_state.run);
	fflush(stdout);
	return tap_state.failed || !tap_state.run ? 1 : 0;
}

#define ok(cond, ...) tap_ok((cond), __FILE__, __LINE__, __VA_ARGS__)
#define is_int(got, expected, ...)                                                                 \
	tap_is_int((intmax_t)(got), (intmax_t)(expected), __FILE__, __LINE__, __VA_ARGS__)
#define is_str(got, expected, ...) tap_is_str((got), (expected), __FILE__, __LINE__, __VA_ARGS__)
#define is_near(got, expected, tolerance, ...)                                                     \
	tap_is_near((got), (expected), (tolerance), __FILE__, __LINE__, __VA_ARGS__)
#define skip(...) tap_skip(__VA_ARGS__)

#endif
