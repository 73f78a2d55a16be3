/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/clocks.h"

#include <errno.h>

#include "base/clock.h"

static uint64_t host_middle_ns(const struct vm_clock *c)
{
	return c->host_before_ns + (c->host_after_ns - c->host_before_ns) / 2;
}

static uint64_t round_trip_ns(const struct vm_clock *c)
{
	return c->host_after_ns - c->host_before_ns;
}

int vm_clock_span(const struct vm_clock *before, const struct vm_clock *after, uint64_t begin_ns,
	uint64_t end_ns, struct vm_span *ret, struct err *err)
{
	char back[DURATION_TEXT_MAX];

	if (after->guest_ns < before->guest_ns)
		return err_set(err, EPROTO, "the guest's clock went back by %s",
			duration_text(before->guest_ns - after->guest_ns, back));
	if (after->guest_ns == before->guest_ns)
		return err_set(err, EPROTO, "the guest's clock stood still");
	if (after->guest_ns - before->guest_ns > TIME_MAX_NS)
		return err_set(err, EPROTO, "the guest's clock jumped by %.2g s",
			(double)(after->guest_ns - before->guest_ns) / NS_PER_S);
	if (begin_ns < before->guest_ns || end_ns < begin_ns || after->guest_ns < end_ns)
		return err_set(err, EPROTO,
			"by the guest's clock the program did not begin and end when it was run");
	*ret = (struct vm_span){.host_ns = host_middle_ns(after) - host_middle_ns(before),
		.guest_ns = after->guest_ns - before->guest_ns,
		.error_ns = (round_trip_ns(before) + round_trip_ns(after)) / 2};
	return 0;
}
