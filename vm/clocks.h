/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What two readings of a guest's clock, between readings of the host's, say about the time between
 * them. The guest's part is hostile input.
 */
#ifndef VM_CLOCKS_H
#define VM_CLOCKS_H

#include "vm/vm.h"

struct vm_span {
	uint64_t host_ns;  /* from the middle of one exchange to the middle of the other */
	uint64_t guest_ns; /* between the guest's readings */
	uint64_t error_ns; /* half of both round trips: host_ns is off by no more */
};

/* Fills the span between two readings, with a program run in between that the guest says began and
 * ended then. -EPROTO when the guest's clock stood still, went back or jumped by more than
 * TIME_MAX_NS, or when the program did not begin and end, in that order, between the readings.
 */
int vm_clock_span(const struct vm_clock *before, const struct vm_clock *after, uint64_t begin_ns,
	uint64_t end_ns, struct vm_span *ret, struct err *err);

#endif
