/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * known-toll: a workload whose iteration lasts 20 ms by the clock, times the factor in the variable
 * KNOWN_TOLL. It never sleeps, and how fast the machine is does not matter. A command layer that
 * sets the variable is an environment whose overhead is known. The clock is CLOCK_MONOTONIC_RAW,
 * which goes right in a guest whose CLOCK_MONOTONIC was made to run off; programs time themselves
 * by the latter. Reading the clocks is part of a timed iteration, and costs most where each reading
 * is a translated system call: where a toll is asked for an iteration spins for so much less.
 */
#include "workloads/wl.h"

#include <stdlib.h>
#include <time.h>

#define ITERATION_NS 20e6
#define SHORT_NS 2e6
#define READINGS 25 /* 50 ms */

struct spin {
	double ns; /* of one iteration */
	float iterations;
};

static double now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC_RAW, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

static void spin(double ns)
{
	double end = now_ns() + ns;

	while (now_ns() < end)
		;
}

/* How much longer than its spin a timed iteration is at least: the clocks are read as wl.c reads
 * them, but for the one that may run off. */
static double cost_of_clocks(void)
{
	double least = SHORT_NS;

	for (int i = 0; i < READINGS; i++) {
		struct timespec cpu;
		double begin = now_ns(), cost;

		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &cpu);
		spin(SHORT_NS);
		cost = now_ns() - begin - SHORT_NS;
		if (cost < least)
			least = cost;
	}
	return least;
}

static void *setup(const void *shape, uint64_t seed)
{
	struct spin *s = wl_alloc(1, sizeof(*s));
	const char *factor = getenv("KNOWN_TOLL");

	(void)shape;
	(void)seed;
	s->ns = ITERATION_NS;
	if (factor)
		s->ns = ITERATION_NS * strtod(factor, NULL) - cost_of_clocks();
	return s;
}

static void iterate(void *state)
{
	struct spin *s = state;

	spin(s->ns);
	s->iterations++;
}

static void digest(const void *state, struct wl_digest *digest)
{
	const struct spin *s = state;

	wl_digest_tensor(digest, &s->iterations, 1);
}

static struct wl_work work(const void *shape)
{
	(void)shape;
	return (struct wl_work){.flop = 1, .bytes = sizeof(float)};
}

static const char *path(void)
{
	return "clock";
}

static const struct wl_size sizes[] = {{"small", ""}, {0}};

const struct wl_workload workload = {
	.name = "known-toll",
	.summary = "spins by the clock",
	.sizes = sizes,
	.verify_steps = 1,
	.setup = setup,
	.iterate = iterate,
	.digest = digest,
	.work = work,
	.release = free,
};

const struct wl_backend wl_backend = {.variant = "portable", .path = path};
