/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * vm/clocks: two readings of a guest's clock, honest and hostile.
 */
#include "vm/clocks.h"

#include <errno.h>
#include <string.h>

#include "base/clock.h"
#include "tap.h"

#define MS NS_PER_MS

/* Pings that took 2 and 4 ms, 100 ms apart. */
static const struct vm_clock before = {1000 * MS, 501 * MS, 1002 * MS};
static const struct vm_clock after = {1100 * MS, 602 * MS, 1104 * MS};

static void honest(void)
{
	struct vm_span span = {0};

	ok(!vm_clock_span(&before, &after, 510 * MS, 600 * MS, &span, NULL),
		"two readings make a span");
	is_int((long)span.host_ns, 101 * MS, "the host's from middle to middle");
	is_int((long)span.guest_ns, 101 * MS, "the guest's between its readings");
	is_int((long)span.error_ns, 3 * MS, "off by half of both round trips at most");
	ok(!vm_clock_span(&before, &after, 501 * MS, 602 * MS, &span, NULL),
		"a program may take all of it");
}

static void refused(
	const char *what, uint64_t guest_after, uint64_t begin, uint64_t end, const char *words)
{
	struct vm_clock later = after;
	struct vm_span span = {.host_ns = 7};
	struct err err = {0};

	later.guest_ns = guest_after;
	ok(vm_clock_span(&before, &later, begin, end, &span, &err) == -EPROTO &&
			strstr(err.text, words),
		"%s: %s", what, err.text);
	is_int((long)span.host_ns, 7, "... and nothing is said about its time");
}

int main(void)
{
	honest();
	refused("a clock that goes back", 500 * MS, 500 * MS, 500 * MS, "went back by 1.00 ms");
	refused("a clock that goes back to 0", 0, 0, 0, "went back by 501 ms");
	refused("a clock that stands still", 501 * MS, 501 * MS, 501 * MS, "stood still");
	refused("10^18 ns in 100 ms", UINT64_C(1000000000000000000), 510 * MS, 600 * MS,
		"jumped by");
	refused("the largest number there is", UINT64_MAX, 510 * MS, 600 * MS, "jumped by");
	refused("a program that ends before it begins", 602 * MS, 600 * MS, 510 * MS,
		"begin and end");
	refused("a program that began before it was asked for", 602 * MS, 500 * MS, 510 * MS,
		"begin and end");
	refused("a program that ended later than its answer", 602 * MS, 510 * MS, 603 * MS,
		"begin and end");
	return done_testing();
}
