/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the duplicate arms of all stored runs of one host say together: are its 95 % intervals what
 * they claim to be?
 *
 * A trial is the interval of one duplicated cell in one run: main ÷ duplicate, whose truth is 1. It
 * claims to exclude 1 in 5 % of cases (1 - confidence). The ratio of a whole environment, the noise
 * floor of a report, is no trial: it is an interval for one typical cell about the mean of several,
 * and excludes 1 less often (tests/validation/RESULTS.md).
 *
 * The trials of one run are not independent: they share the blocks, the host's speed in them, and
 * the correlation and sentinel slope that all cells of the run estimate together. So the runs are
 * the clusters of a cluster sample, and the bounds on the rate are exact binomial ones for as many
 * independent trials as the clustered ones tell as much as (stats/proportion.h: Clopper & Pearson
 * 1934, Korn & Graubard 1998).
 *
 * Counted are runs of one host (host.json's id), measured and not replayed. VMs that ran on another
 * machine say nothing about this host's noise and are left out.
 */
#ifndef MODEL_AA_RECORD_H
#define MODEL_AA_RECORD_H

#include <stddef.h>

#include "model/plan.h"

enum aa_verdict {
	AA_UNKNOWN,    /* the upper bound is above AA_RATE_OPEN: too few runs to say anything */
	AA_AS_CLAIMED, /* the bounds rule out AA_RATE_OPEN and not the claimed rate, or are below
			  that */
	AA_TOO_NARROW, /* the lower bound is above the claimed rate */
};

/* The rate claimed. */
#define AA_RATE 0.05

/* A rate that must be ruled out before anything good is said: three times the one claimed. */
#define AA_RATE_OPEN 0.15

/* The trials of one kind of duplicate (native, user, vm, command), or of all. */
struct aa_tally {
	char kind[16]; /* "all" for the sum */
	size_t runs;   /* that have any */
	size_t intervals, excluded;
	double rate, lo, hi; /* of exclusion, 95 % bounds; NaN without any interval */
	double effective;    /* independent trials that they tell as much as */
	enum aa_verdict verdict;
};

#define AA_KINDS_MAX 8

struct aa_unreadable {
	char run[RUN_ID_MAX];
	char *why; /* heap */
};

struct aa_record {
	struct aa_tally all, kinds[AA_KINDS_MAX];
	size_t nkinds;
	/* Runs below the folder that are not in it, and why: no summary yet, another host,
	 * replayed. */
	size_t unfinished, of_others, replayed;
	struct aa_unreadable *unreadable; /* damaged: counted, named, left out */
	size_t nunreadable;
};

void aa_record_release(struct aa_record *record);

#endif
