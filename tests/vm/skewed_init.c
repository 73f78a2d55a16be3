/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The guest's agent with a clock that runs off: before it says anything it sets how much every
 * timer tick adds to the clock. How much stands in `skew` below, in microseconds, 10000 for an
 * honest clock; the test writes another number into the file. The kernel takes it up with its next
 * second. CLOCK_MONOTONIC_RAW keeps going right.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <time.h>

#include "vm/guest/guest.h"

#define main agent_main
#include "vm/guest/init.c"
#undef main

static const volatile char skew[] = "TOLL-SKEW=10000";

int main(void)
{
	struct timex t = {.modes = ADJ_TICK};
	char text[sizeof(skew)];

	for (size_t i = 0; i < sizeof(skew); i++)
		text[i] = skew[i];
	t.tick = atol(strchr(text, '=') + 1);
	if (adjtimex(&t) < 0)
		agent_die("cannot set", "the clock", 0);
	nanosleep(&(struct timespec){.tv_sec = 1, .tv_nsec = 100000000}, NULL);
	return agent_main();
}
