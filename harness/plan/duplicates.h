/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What is measured twice, as if it were two environments, so that a run knows its noise (A/A).
 *
 * Of each kind of environment in a plan one is duplicated: native; the VMs of each accelerator,
 * those with further layers on them included; translators; and every command, for what one says of
 * the noise another one does not. A stack is of the kind of its lowest layer. Of several, the one
 * of the fewest layers is duplicated, of these that of the other architecture: translating foreign
 * code is what the host's speed shows most in.
 *
 * In it the programs that the profile lists are duplicated, or, where it is measured with none of
 * these, the first one whose results are compared, or else the first: a run of any selection, and
 * any shard, knows its noise. Of a sweep the first point is: the noise of one is enough to know.
 */
#ifndef PLAN_DUPLICATES_H
#define PLAN_DUPLICATES_H

#include "model/plan.h"
#include "model/workload.h"

/* Puts behind each arm of those its duplicate; the plan has none yet. Arms that cannot run are as
 * if they were not there. `programs`: glob list over "workload.variant". */
void duplicates_add(struct plan *plan, const char *programs, const struct workloads *workloads);

#endif
