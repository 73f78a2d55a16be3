/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * known-toll: a workload whose iteration lasts 20 ms by the clock, times the factor in the variable
 * KNOWN_TOLL. It never sleeps, and how fast the machine is does not matter. A command layer that
 * sets the variable is an environment whose overhead is known. The clock is CLOCK_MONOTONIC_RAW,
 * which goes right in a guest whose CLOCK_MONOTONIC was made to run off; programs time themselves
 * by the latter.
 */
#include "workloads/wl.h"

#include <stdlib.h>
#include <time.h>

#define ITERATION_NS 20e6

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

static void *setup(const void *shape, uint64_t seed)
{
	struct spin *s = wl_alloc(1, sizeof(*s));
	const char *factor = getenv("KNOWN_TOLL");

	(void)shape;
	(void)seed;
	s->ns = ITERATION_NS * (factor ? strtod(factor, NULL) : 1);
	return s;
}

static void iterate(void *state)
{
	struct spin *s = state;
	double end = now_ns() + s->ns;

	while (now_ns() < end)
		;
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
