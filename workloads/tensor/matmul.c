/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single-precision product of two n × n matrices. */
#include "workloads/wl.h"

#include <stdlib.h>

#include "workloads/nn/linalg.h"

struct shape {
	size_t n;
};

struct matmul {
	size_t n;
	float *a, *b, *c;
};

static void *setup(const void *arg, uint64_t seed)
{
	const struct shape *shape = arg;
	struct matmul *s = wl_alloc(1, sizeof(*s));
	size_t count = shape->n * shape->n;
	struct wl_rng rng;

	s->n = shape->n;
	s->a = wl_alloc(count, sizeof(float));
	s->b = wl_alloc(count, sizeof(float));
	s->c = wl_alloc(count, sizeof(float));
	wl_rng_init(&rng, seed, 0);
	wl_rng_fill(&rng, s->a, count, 1.0f);
	wl_rng_fill(&rng, s->b, count, 1.0f);
	return s;
}

static void iterate(void *state)
{
	struct matmul *s = state;
	size_t n = s->n;

	linalg_gemm(n, n, n, (struct matrix){s->a, n, false}, (struct matrix){s->b, n, false}, s->c,
		n, false);
}

static void digest(const void *state, struct wl_digest *digest)
{
	const struct matmul *s = state;

	wl_digest_tensor(digest, s->c, s->n * s->n);
}

static struct wl_work work(const void *arg)
{
	uint64_t n = ((const struct shape *)arg)->n;

	return (struct wl_work){.flop = 2 * n * n * n, .bytes = 3 * n * n * sizeof(float)};
}

static void release(void *state)
{
	struct matmul *s = state;

	free(s->a);
	free(s->b);
	free(s->c);
	free(s);
}

static const struct wl_size sizes[] = {
	{"small", &(const struct shape){128}},
	{"bench", &(const struct shape){1024}},
	{"seed", &(const struct shape){2048}},
	{0},
};

const struct wl_workload workload = {
	.name = "matmul",
	.summary = "single-precision matrix product, n × n",
	.sizes = sizes,
	.verify_steps = 1,
	.setup = setup,
	.iterate = iterate,
	.digest = digest,
	.work = work,
	.release = release,
};
