/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * How often a cell is executed in a block, by its environment: "native=3,user-*=2" names patterns
 * over environment ids, of which the first that matches counts; other environments are executed
 * once. "2" alone is "*=2". OTHER stands for the architecture that is not the host's: "user-OTHER"
 * is the translator of foreign programs on any host.
 */
#ifndef PLAN_EXECUTIONS_H
#define PLAN_EXECUTIONS_H

#include <stdint.h>

#include "base/err.h"
#include "base/str.h"

/* Whether a list can be read, and every pattern of it matches one of the environments. NULL and ""
 * are lists without entries. */
int executions_check(const char *list, const struct argv *environments, struct err *err);
/* 1 … EXECUTIONS_MAX. The list was checked. */
uint64_t executions_of(const char *list, const char *environment);

#endif
