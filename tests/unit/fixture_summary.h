/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A run that looks like a real one, made up: thirteen workloads in seven environments, with every
 * kind of trouble a report has to show. Nothing in it was measured. Deterministic.
 */
#ifndef TESTS_UNIT_FIXTURE_SUMMARY_H
#define TESTS_UNIT_FIXTURE_SUMMARY_H

#include "model/aa_record.h"
#include "model/sample.h"
#include "model/summary.h"
#include "model/workload.h"

struct fixture {
	struct summary summary;
	struct samples samples;
	struct workloads workloads;
	struct aa_record record;
};

/* Text that ends up in reports comes from guests, programs and manifests. */
#define FIXTURE_HOSTILE                                                                            \
	"</td></svg><script>alert(1)</script>&lt;|`id`'\"\\ \t{/Bold x}_a^b %s @x # "              \
	"[l](javascript:1)"
#define FIXTURE_HOSTILE_NAME "<b>&'\"`id`\\"

void fixture_init(struct fixture *f);
/* The pairs of environments, from the cells: fixture_init() calls it. */
void fixture_add_pairs(struct summary *s);
/* Workloads beside their counterparts: likewise. */
void fixture_add_counterparts(struct summary *s);
/* Four runs of this host, one more that cannot be read. */
void fixture_add_record(struct aa_record *record);
/* A number from 0 to 1 that depends on nothing but a and b. */
double fixture_noise(uint64_t a, uint64_t b);
/* A ratio of this half-width. */
struct ratio fixture_ratio(double point, double share);
/* Names, reasons, host facts and probe documents that try to break out of where they are shown. */
void fixture_make_hostile(struct fixture *f);
void fixture_release(struct fixture *f);

#endif
