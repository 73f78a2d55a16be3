/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * From stored samples to the rules of stats/clock.h and stats/spoiled.h.
 */
#ifndef RUN_AUDIT_H
#define RUN_AUDIT_H

#include "model/sample.h"
#include "stats/clock.h"
#include "stats/spoiled.h"

/* How two clocks counted an execution in a VM; the span is that of the iterations from `steady` on.
 * Without a guest's clock every number is 0. */
struct stats_clock audit_clock(const struct sample *s, size_t steady);
/* Why a program's times are none. */
#define AUDIT_OVERRUN "its start and its iterations took longer than it did, by one clock"
/* Why an execution that ended well has no time all the same: its guest's clock is broken, or it
 * took less than its parts (sample_overruns()). False: it has one, as the number that a program of
 * packages prints always is, which need not be the time of anything. */
bool audit_refuses(const struct sample *s, char reason[static REASON_MAX]);
struct stats_conditions audit_conditions(const struct sample *s);
/* What happened, in words: "a hypervisor gave the CPU to others: 120 ms of 310 ms". */
void audit_disturbance_text(
	const struct sample *s, enum stats_spoiled_reason reason, char ret[static REASON_MAX]);

#endif
