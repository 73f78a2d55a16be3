/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Simulated hosts: times of a cell and of its reference as a run would store them, with a known
 * ratio, under noise of a known kind.
 *
 * An iteration takes
 *
 *	ln t = ln base + ln ratio (the cell only) + s (sqrt(share) u + sqrt(1 - share) v) + host
 *
 * u is drawn per arm and block (a boot), v per iteration, both from the law of the world; `share`
 * is the share of an iteration's variance that lies between boots. With `correlation`, u and the v
 * of one iteration number are first-order autoregressions from block to block, so that D is one,
 * too. `host` is the speed of the machine at that moment, times how much of it the arm feels; the
 * sentinel beside each execution feels it as well.
 *
 * Both arms have the same law and scale, so that the ratio of geometric means, of medians and of
 * arithmetic means is one and the same number, `ratio`, whatever a method estimates. Where an arm
 * feels the host's speed more than the other (spells), they differ, and world_truth() computes
 * each.
 */
#ifndef TESTS_VALIDATION_WORLD_H
#define TESTS_VALIDATION_WORLD_H

#include <stddef.h>

#include <gsl/gsl_rng.h>

#define WORLD_ITERATIONS 10 /* of an execution */
#define WORLD_BLOCKS_MAX 64
#define WORLD_RATIO 4.0

enum law {
	LAW_NORMAL,    /* of the time: ln t = ln(1 + s x), x normal */
	LAW_LOGNORMAL, /* of the time: ln t = s x */
	LAW_T3,	       /* ln t = s x / sqrt(3), x Student's t with 3 degrees of freedom */
	LAW_SPIKES,    /* ln t = s x; in 3 % of draws 10 s are added */
};

/* The machine runs at two speeds, for SPELL_MIN to SPELL_MAX seconds at a time. Times are times
 * exp(slow · what an arm feels) in the slow spells. */
struct spells {
	double slow; /* 0: one speed */
	double cell, reference, sentinel;
};

struct world {
	const char *name;
	enum law law;
	double sigma;	    /* standard deviation of ln t of an iteration, of u and v together */
	double correlation; /* between successive blocks */
	double drift;	    /* ln of how much slower the host is at the end of the run, both arms */
	struct spells spells;
	/* In words, for RESULTS.md: table.py reads them from the source. */
	const char *what, *estimand;
};

extern const struct world worlds[]; /* ends with a NULL name */
const struct world *world_find(const char *name);

enum { CELL, REFERENCE, ARMS };

/* What one run of one program leaves behind. */
struct series {
	size_t blocks;
	double ns[ARMS][WORLD_BLOCKS_MAX][WORLD_ITERATIONS];
	double sentinel_ns[ARMS][WORLD_BLOCKS_MAX][2];
};

void world_run(
	const struct world *world, gsl_rng *rng, size_t blocks, double share, struct series *ret);

/* The same with each arm executed `rounds` times in a block (1 to WORLD_ROUNDS_MAX), evenly spread
 * over it: ret[round]. u is that of the block in all of them, v of each. */
#define WORLD_ROUNDS_MAX 4
void world_run_rounds(const struct world *world, gsl_rng *rng, size_t blocks, double share,
	size_t rounds, struct series *ret);

/* Several programs (1 to WORLD_PROGRAMS_MAX) of one run, one after the other in each block: they
 * feel the same host, and have `common` of the variance between boots in common. ret[program]. */
#define WORLD_PROGRAMS_MAX 16
void world_run_suite(const struct world *world, gsl_rng *rng, size_t blocks, double share,
	double common, size_t programs, struct series *ret);

/* What methods estimate: the limit of exp(mean D), and the ratio of expected times. */
struct truth {
	double geometric, arithmetic;
};
struct truth world_truth(const struct world *world, double share);

#endif
