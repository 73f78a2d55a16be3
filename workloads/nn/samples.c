/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/samples.h"

#include <stdlib.h>

#include "workloads/wl.h"

enum { STREAM_PATTERN = 1, STREAM_SAMPLE };

/* Amplitudes in byte steps; with the middle at 128 their sum stays inside 0 … 255. */
#define PATTERN 80
#define NOISE 40

/* The patterns, classes × size, patch by patch. */
static int8_t *make_patterns(const struct samples_shape *sh, uint64_t seed)
{
	size_t size = sh->h * sh->w * sh->c, patches = (sh->w + sh->patch - 1) / sh->patch;
	int8_t *patterns = wl_alloc(sh->classes, size);

	for (size_t class = 0; class < sh->classes; class ++)
		for (size_t i = 0; i < size; i++) {
			size_t y = i / sh->c / sh->w / sh->patch, x = i / sh->c % sh->w / sh->patch;
			size_t patch = (y * patches + x) * sh->c + i % sh->c;
			struct wl_rng rng;

			wl_rng_init(&rng, seed, (patch * 256 + class) * 8 + STREAM_PATTERN);
			patterns[class * size + i] = (int8_t)(wl_rng_float(&rng) * PATTERN);
		}
	return patterns;
}

/* Pattern and noise, in whole numbers: a set of the original size has some 10^8 values, and they
 * are made anew in every execution. One random word serves eight of them. */
static void make_sample(struct wl_rng *rng, const int8_t *pattern, uint8_t *out, size_t size)
{
	uint64_t bits = 0;

	for (size_t i = 0; i < size; i++, bits >>= 8) {
		if (i % 8 == 0)
			bits = wl_rng_u64(rng);
		out[i] = (uint8_t)(128 + pattern[i] + (int)((bits & 255) * 2 * NOISE >> 8) - NOISE);
	}
}

void samples_init(struct samples *s, const struct samples_shape *shape, uint64_t seed)
{
	int8_t *patterns = make_patterns(shape, seed);
	struct wl_rng rng;

	s->shape = *shape;
	s->size = shape->h * shape->w * shape->c;
	s->values = wl_alloc(shape->count, s->size);
	s->labels = wl_alloc(shape->count, 1);
	wl_rng_init(&rng, seed, STREAM_SAMPLE);
	for (size_t n = 0; n < shape->count; n++) {
		s->labels[n] = (uint8_t)wl_rng_below(&rng, (uint32_t)shape->classes);
		make_sample(
			&rng, patterns + s->labels[n] * s->size, s->values + n * s->size, s->size);
	}
	free(patterns);
}

uint8_t samples_load(const struct samples *s, size_t index, float *restrict out)
{
	const uint8_t *in;

	index %= s->shape.count;
	in = s->values + index * s->size;
	for (size_t i = 0; i < s->size; i++)
		out[i] = (float)in[i] * (2.0f / 255) - 1.0f;
	return s->labels[index];
}

void samples_release(struct samples *s)
{
	free(s->values);
	free(s->labels);
}
