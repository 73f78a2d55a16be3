/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sum of two vectors. */
#include "workloads/wl.h"

#include <stdlib.h>

#include "workloads/nn/linalg.h"

struct shape {
	size_t n;
};

struct vector_add {
	size_t n;
	float *a, *b, *c;
};

static void *setup(const void *arg, uint64_t seed)
{
	const struct shape *shape = arg;
	struct vector_add *s = wl_alloc(1, sizeof(*s));
	struct wl_rng rng;

	s->n = shape->n;
	s->a = wl_alloc(s->n, sizeof(float));
	s->b = wl_alloc(s->n, sizeof(float));
	s->c = wl_alloc(s->n, sizeof(float));
	wl_rng_init(&rng, seed, 0);
	wl_rng_fill(&rng, s->a, s->n, 1.0f);
	wl_rng_fill(&rng, s->b, s->n, 1.0f);
	return s;
}

static void iterate(void *state)
{
	struct vector_add *s = state;

	linalg_add(s->n, s->a, s->b, s->c);
}

static void digest(const void *state, struct wl_digest *digest)
{
	const struct vector_add *s = state;

	wl_digest_tensor(digest, s->c, s->n);
}

static struct wl_work work(const void *arg)
{
	uint64_t n = ((const struct shape *)arg)->n;

	return (struct wl_work){.flop = n, .bytes = 3 * n * sizeof(float)};
}

static void release(void *state)
{
	struct vector_add *s = state;

	free(s->a);
	free(s->b);
	free(s->c);
	free(s);
}

static const struct wl_size sizes[] = {
	{"small", &(const struct shape){100000}},
	{"seed", &(const struct shape){1000000}},
	{0},
};

const struct wl_workload workload = {
	.name = "vector-add",
	.summary = "sum of two single-precision vectors",
	.sizes = sizes,
	.verify_steps = 1,
	.setup = setup,
	.iterate = iterate,
	.digest = digest,
	.work = work,
	.release = release,
};
