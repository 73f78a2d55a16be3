/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "stats/spoiled.h"

const char *const stats_spoiled_names[] = {
#define X(symbol, name, text) name,
	STATS_SPOILED_REASONS(X)
#undef X
		NULL,
};

const char *stats_spoiled_text(enum stats_spoiled_reason reason)
{
	static const char *const texts[] = {
#define X(symbol, name, text) text,
		STATS_SPOILED_REASONS(X)
#undef X
	};

	return texts[reason];
}

/* Comparisons with NaN are false. */
enum stats_spoiled_reason stats_spoiled_by(const struct stats_conditions *c)
{
	if (c->suspended_ns > 0)
		return STATS_SPOILED_SUSPENDED;
	if (c->throttles > 0)
		return STATS_SPOILED_THROTTLED;
	if (c->steal_ns > STATS_SPOILED_STEAL * c->wall_ns &&
		c->steal_ns >= STATS_SPOILED_STEAL_TICKS * STATS_SPOILED_TICK_NS)
		return STATS_SPOILED_STOLEN;
	return STATS_SPOILED_NOT;
}

enum stats_spoiled_reason stats_spoiled(
	const struct stats_conditions *c, size_t n, size_t *ret_which)
{
	enum stats_spoiled_reason first = STATS_SPOILED_NOT;

	for (size_t i = 0; i < n; i++) {
		enum stats_spoiled_reason one = stats_spoiled_by(&c[i]);

		if (one == STATS_SPOILED_NOT || (first != STATS_SPOILED_NOT && one >= first))
			continue;
		first = one;
		if (ret_which)
			*ret_which = i;
	}
	return first;
}

bool stats_spoiled_theft_is_usual(size_t stolen, size_t n)
{
	return 2 * stolen > n;
}
