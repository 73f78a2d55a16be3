/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * In which order a block runs its arms: a function of the plan and the block's number alone, so
 * that resuming does not change it and the summary can tell how balanced it was.
 *
 * An arm that is executed several times in a block has its executions spread over it: the host's
 * speed changes for seconds at a time, and executions far apart see it at several speeds. A block
 * is as many rounds as its most repeated arm has executions; in each round every program
 * (workload.variant) is visited once, in the block's random order. Pass p of a program is the visit
 * in which its arms with p executions or more run, in an order of its own, a row of a Williams
 * design (stats/order.h). The round in which a program has its pass p rotates with the program's
 * place in the block: every round is as long as any other, and two executions of an arm are a whole
 * round apart, or several.
 *
 * A block of a pilot is such a block, turn for turn; the further executions of its arms
 * (plan_executions()) come behind it, in rounds of their own that are ordered likewise. So what all
 * blocks are compared by was measured in the same way in all of them.
 */
#ifndef RUN_SCHEDULE_H
#define RUN_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "model/plan.h"

/* One execution to be run. */
struct turn {
	size_t arm;	    /* of the plan */
	uint64_t execution; /* of the arm in this block, from 1: the pass it runs in */
};

struct schedule {
	const struct plan *plan;
	size_t *program; /* of each arm, from 0; those that cannot run are numbered too; heap */
	size_t programs;
	uint64_t passes; /* the most arm->executions of those that can run; 0: none can */
	size_t turns;	 /* of a block, at most */
};

void schedule_init(struct schedule *s, const struct plan *plan);
void schedule_release(struct schedule *s);

/* The turns of a block, from 1, in their order, into ret, which has room for s->turns; *ret_n is
 * how many they are. False, ret undefined, when there are more arms than can be ordered. */
bool schedule_block(const struct schedule *s, uint64_t block, struct turn *ret, size_t *ret_n);

/* How far the order of the arms of a program in a pass was from balance over the first `blocks`
 * blocks: the largest count minus the smallest, of the program and pass where it is worst. A
 * pilot's further executions have no part in it. */
struct schedule_imbalance {
	size_t position, carryover;
};
struct schedule_imbalance schedule_imbalance(const struct schedule *s, size_t blocks);

#endif
