/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The sections of the validation. Each prints rows of CSV:
 *
 *	section,case,blocks,share,method,trials,count,width
 *
 * count of the trials did what the section counts; width is the median half-width of the intervals
 * over their middle, or what the section says. Everything is drawn from the seed, the section and
 * the row: a row comes out the same alone and among others.
 */
#ifndef TESTS_VALIDATION_VALIDATE_H
#define TESTS_VALIDATION_VALIDATE_H

#include <stdbool.h>
#include <stdint.h>

#include <gsl/gsl_rng.h>

struct settings {
	size_t trials;
	uint64_t seed;
	const char *only;     /* cases that match this glob */
	const char *traces;   /* the folder of recorded traces */
	const size_t *blocks; /* ends with 0; NULL: each section's own */
};

struct row {
	const char *section, *label;
	size_t blocks;
	double share; /* NaN: none */
	const char *method;
	size_t trials, count;
	double width; /* NaN: none */
};

void row_print(const struct row *row);

/* How often intervals of a row contain the truth, and how wide they are. */
struct tally {
	size_t covered, defined;
	double *width; /* half of it as a share of the middle, of those that are defined */
};

void tally_init(struct tally *t, size_t trials);
/* NaN: no interval, which contains nothing. */
void tally_count(struct tally *t, double lo, double hi, double truth);
/* Prints the row with what was counted, its median width and out of so many trials, unless no
 * interval was defined, and releases it. */
void tally_print(struct tally *t, struct row row);

bool settings_want(const struct settings *s, const char *label);
/* The generator of a row. */
gsl_rng *row_rng(const struct settings *s, const char *section, const char *label, size_t blocks,
	double share);

/* Does the interval contain the truth? All methods, all worlds. */
int section_coverage(const struct settings *s);
/* The same of what is reported when arms are executed several times in a block. */
int section_repeats(const struct settings *s);
/* Coverage of geometric means over programs that share a host; share is what they have in common
 * of the variance between boots. */
int section_suites(const struct settings *s);
/* Candidates for serially correlated blocks: coverage, and width over that of raw. */
int section_rules(const struct settings *s);
/* How often duplicate arms look different. */
int section_aa(const struct settings *s);
/* How often an effect is seen; `expected` rows are the noncentral t's. */
int section_power(const struct settings *s);
/* Warm-up: how often none is found where there is none, and the bias of what is left where there is
 * some. */
int section_warmup(const struct settings *s);
/* Coverage after a pilot decided the length; blocks is the median length. */
int section_stopping(const struct settings *s);
/* Recorded traces: serial correlation, the sentinel as covariate, coverage by resampling. */
int section_traces(const struct settings *s);
/* Its part on long runs of one cell, cut into short ones. */
int trace_windows(const struct settings *s);

#endif
