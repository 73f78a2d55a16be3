/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Convolution of one colour image with 32 filters 3 × 3, same padding. */
#include "workloads/nn/conv.h"

#include <stdlib.h>

#include "workloads/wl.h"

struct conv2d {
	struct conv_shape shape;
	float *x, *weights, *y, *scratch;
};

static size_t inputs(const struct conv_shape *s)
{
	return s->h * s->w * s->in;
}

static size_t outputs(const struct conv_shape *s)
{
	return conv_out_h(s) * conv_out_w(s) * s->out;
}

static void *setup(const void *arg, uint64_t seed)
{
	const struct conv_shape *shape = arg;
	struct conv2d *s = wl_alloc(1, sizeof(*s));
	struct wl_rng rng;

	s->shape = *shape;
	s->x = wl_alloc(inputs(shape), sizeof(float));
	s->weights = wl_alloc(conv_weights(shape), sizeof(float));
	s->y = wl_alloc(outputs(shape), sizeof(float));
	s->scratch = wl_alloc(conv_scratch(shape), sizeof(float));
	wl_rng_init(&rng, seed, 0);
	wl_rng_fill(&rng, s->x, inputs(shape), 1.0f);
	wl_rng_fill(&rng, s->weights, conv_weights(shape), 1.0f);
	return s;
}

static void iterate(void *state)
{
	struct conv2d *s = state;

	conv_forward(&s->shape, s->x, s->weights, s->y, s->scratch);
}

static void digest(const void *state, struct wl_digest *digest)
{
	const struct conv2d *s = state;

	wl_digest_tensor(digest, s->y, outputs(&s->shape));
}

static struct wl_work work(const void *arg)
{
	const struct conv_shape *s = arg;

	return (struct wl_work){.flop = (uint64_t)conv_flop(s),
		.bytes = (inputs(s) + conv_weights(s) + outputs(s)) * sizeof(float)};
}

static void release(void *state)
{
	struct conv2d *s = state;

	free(s->x);
	free(s->weights);
	free(s->y);
	free(s->scratch);
	free(s);
}

static const struct wl_size sizes[] = {
	{"small",
		&(const struct conv_shape){
			.h = 48, .w = 48, .in = 3, .out = 32, .kernel = 3, .stride = 1, .pad = 1}},
	{"seed", &(const struct conv_shape){.h = 256,
			 .w = 256,
			 .in = 3,
			 .out = 32,
			 .kernel = 3,
			 .stride = 1,
			 .pad = 1}},
	{0},
};

const struct wl_workload workload = {
	.name = "conv2d",
	.summary = "convolution of one colour image with 32 filters 3×3, same padding",
	.sizes = sizes,
	.verify_steps = 1,
	.setup = setup,
	.iterate = iterate,
	.digest = digest,
	.work = work,
	.release = release,
};
