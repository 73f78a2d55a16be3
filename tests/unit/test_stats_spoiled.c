/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * stats/spoiled: the rules by which blocks are left out.
 */
#include "stats/spoiled.h"

#include <math.h>
#include <string.h>

#include "tap.h"

static const struct stats_conditions calm = {.wall_ns = 1e8};
static const struct stats_conditions unknown = {1e8, NAN, NAN, NAN};

static enum stats_spoiled_reason of(struct stats_conditions one)
{
	return stats_spoiled_by(&one);
}

static void single_executions(void)
{
	is_int(stats_spoiled_by(&calm), STATS_SPOILED_NOT, "nothing happened");
	is_int(stats_spoiled_by(&unknown), STATS_SPOILED_NOT, "what is not shown spoils nothing");
	is_int(of((struct stats_conditions){.wall_ns = 1e8, .suspended_ns = 2e6}),
		STATS_SPOILED_SUSPENDED, "the machine slept");
	is_int(of((struct stats_conditions){.wall_ns = 1e8, .throttles = 1}),
		STATS_SPOILED_THROTTLED, "the CPU was throttled once");
	is_int(of((struct stats_conditions){.wall_ns = 1e8, .steal_ns = 3e7}), STATS_SPOILED_STOLEN,
		"30 of 100 ms stolen");
	is_int(of((struct stats_conditions){.wall_ns = 1e8, .steal_ns = 2e7}), STATS_SPOILED_NOT,
		"20 %% is noise");
	is_int(of((struct stats_conditions){.wall_ns = 3e7, .steal_ns = 2e7}), STATS_SPOILED_NOT,
		"two ticks tell too little, whatever their share");
	is_int(of((struct stats_conditions){.wall_ns = 0, .steal_ns = 3e7}), STATS_SPOILED_STOLEN,
		"an execution without a duration can be stolen from");
}

static void blocks(void)
{
	struct stats_conditions v[] = {calm, unknown, {.wall_ns = 1e8, .steal_ns = 9e7}, calm,
		{.wall_ns = 1e8, .throttles = 2}, {.wall_ns = 1e8, .throttles = 1}};
	size_t which = 99;

	is_int(stats_spoiled(v, 2, &which), STATS_SPOILED_NOT, "a calm block");
	is_int((long)which, 99, "... names nobody");
	is_int(stats_spoiled(v, 4, &which), STATS_SPOILED_STOLEN, "one execution spoils its block");
	is_int((long)which, 2, "... and is named");
	is_int(stats_spoiled(v, 6, &which), STATS_SPOILED_THROTTLED,
		"of several reasons the first in their order counts");
	is_int((long)which, 4, "... of the first execution that gives it");
	is_int(stats_spoiled(NULL, 0, NULL), STATS_SPOILED_NOT, "a block without executions");
}

static void words(void)
{
	size_t n = 0;

	while (stats_spoiled_names[n])
		n++;
	is_int((long)n, STATS_SPOILED_COUNT, "every reason has a name");
	for (enum stats_spoiled_reason r = STATS_SPOILED_NOT + 1; r < STATS_SPOILED_COUNT; r++)
		ok(strlen(stats_spoiled_text(r)) > 10, "%s is: %s", stats_spoiled_names[r],
			stats_spoiled_text(r));
}

int main(void)
{
	single_executions();
	blocks();
	words();
	return done_testing();
}
