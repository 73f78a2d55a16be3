/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * spoiled.h - which blocks a disturbance of the host has spoiled.
 *
 * The rules are fixed before anything is measured and look at the kernel's counters alone, never at
 * a time that is compared: leaving blocks out by them cannot favour anybody. A spoiled block is
 * left out in all arms, one that its disturbance missed too, because the others are compared with
 * it.
 *
 * - suspended: the machine slept during an execution. Its clocks disagree about how long that was.
 * - throttled: the core or its package was throttled for heat during an execution: not the machine
 *   that was asked about, and it hits what runs longest.
 * - stolen: the hypervisor gave the CPU to others for more than STATS_SPOILED_STEAL of an
 * execution's time, in STATS_SPOILED_STEAL_TICKS ticks or more. A tick is 10 ms and is counted
 * whole: one says little about an execution of 50 ms.
 *
 *   On the shared virtual machine that this was written on, half-second windows of nine minutes of
 *   measuring lost 0.8 % to others in the mean, 6 % at the 99th percentile and 19 % at worst: no
 *   block would have been left out. A quarter makes an execution a third longer for
 *   nothing of its own.
 *
 *   What happens in more than half of the blocks is no disturbance of a run but how this host runs
 *   programs: then it spoils none, as a run whose every block is left out says nothing, and one of
 *   its few calm blocks tells of a host that is not there.
 *
 * Less than that is noise like any other: it is in the interval. Load and frequency are stored and
 * shown, and have no rule: the load average is of a minute and counts the program that is measured,
 * and a governor that changes the frequency is part of how this host runs programs.
 *
 * Conventions (purity, undefined values, memory): stats/describe.h. NaN: not known, spoils nothing.
 */
#ifndef STATS_SPOILED_H
#define STATS_SPOILED_H

#include <stdbool.h>
#include <stddef.h>

#define STATS_SPOILED_STEAL 0.25
#define STATS_SPOILED_STEAL_TICKS 3
#define STATS_SPOILED_TICK_NS 1e7

/* X(symbol, name, text): in the order in which they are looked for. */
#define STATS_SPOILED_REASONS(X)                                                                   \
	X(NOT, "none", "")                                                                         \
	X(SUSPENDED, "suspended", "the machine was suspended")                                     \
	X(THROTTLED, "throttled", "the CPU was throttled for heat")                                \
	X(STOLEN, "stolen", "a hypervisor gave the CPU to others")

enum stats_spoiled_reason {
#define X(symbol, name, text) STATS_SPOILED_##symbol,
	STATS_SPOILED_REASONS(X)
#undef X
		STATS_SPOILED_COUNT
};

/* NULL-terminated, in the order of the enum. */
extern const char *const stats_spoiled_names[];
const char *stats_spoiled_text(enum stats_spoiled_reason reason);

/* What was counted during one execution of a block. */
struct stats_conditions {
	double wall_ns, steal_ns, throttles, suspended_ns;
};

/* Why this one would spoil its block. */
enum stats_spoiled_reason stats_spoiled_by(const struct stats_conditions *c);

/* Of a block's executions: the first reason that any of them gives, in the order of the reasons,
 * and into *ret_which (may be NULL) which gives it first. */
enum stats_spoiled_reason stats_spoiled(
	const struct stats_conditions *c, size_t n, size_t *ret_which);

/* So many of a run's n blocks would be spoiled by theft: does it spoil none of them? */
bool stats_spoiled_theft_is_usual(size_t stolen, size_t n);

#endif
