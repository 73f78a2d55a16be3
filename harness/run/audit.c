/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "run/audit.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "model/workload.h"

static double sum_from(const struct sample *s, size_t first)
{
	double sum = 0;

	for (size_t i = first; i < s->iterations; i++)
		sum += (double)s->iter_wall_ns[i];
	return sum;
}

struct stats_clock audit_clock(const struct sample *s, size_t steady)
{
	if (!s->guest_wall_ns)
		return (struct stats_clock){0};
	return (struct stats_clock){.host_ns = (double)s->host_wall_ns,
		.guest_ns = (double)s->guest_wall_ns,
		.error_ns = (double)s->clock_error_ns,
		.span_ns = sum_from(s, steady)};
}

static bool may_print_time(const struct sample *s)
{
	struct cell_parts parts;

	return cell_parse(s->cell, &parts, NULL) == 0 &&
	       !strcmp(parts.variant, WORKLOAD_PACKAGE_VARIANT);
}

bool audit_refuses(const struct sample *s, char reason[static REASON_MAX])
{
	struct stats_clock clock = audit_clock(s, 0);
	char guest[DURATION_TEXT_MAX], host[DURATION_TEXT_MAX];

	if (s->guest_wall_ns && stats_clock_is_broken(&clock)) {
		snprintf(reason, REASON_MAX,
			"the guest's clock counted %s while %s passed: no time can be had from it",
			duration_text(s->guest_wall_ns, guest),
			duration_text(s->host_wall_ns, host));
		return true;
	}
	if (!sample_overruns(s) || may_print_time(s))
		return false;
	snprintf(reason, REASON_MAX, "%s", AUDIT_OVERRUN);
	return true;
}

struct stats_conditions audit_conditions(const struct sample *s)
{
	return (struct stats_conditions){.wall_ns = (double)s->host_wall_ns,
		.steal_ns = s->disturbance.steal_ns,
		.throttles = s->disturbance.throttles,
		.suspended_ns = s->disturbance.suspended_ns};
}

void audit_disturbance_text(
	const struct sample *s, enum stats_spoiled_reason reason, char ret[static REASON_MAX])
{
	const struct disturbance *d = &s->disturbance;
	const char *text = stats_spoiled_text(reason);
	char a[DURATION_TEXT_MAX], b[DURATION_TEXT_MAX];

	switch (reason) {
	case STATS_SPOILED_SUSPENDED:
		snprintf(ret, REASON_MAX, "%s for %s", text,
			duration_text((uint64_t)d->suspended_ns, a));
		break;
	case STATS_SPOILED_THROTTLED:
		snprintf(ret, REASON_MAX, "%s, %.0f times", text, d->throttles);
		break;
	case STATS_SPOILED_STOLEN:
		snprintf(ret, REASON_MAX, "%s for %s of %s", text,
			duration_text((uint64_t)d->steal_ns, a), duration_text(s->host_wall_ns, b));
		break;
	default:
		snprintf(ret, REASON_MAX, "%s", text);
	}
}
