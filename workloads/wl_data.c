/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What workloads use of the frame: random numbers, memory, digests, JSON strings. */
#include "workloads/wl.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* ---- random numbers ---- */

static uint64_t mix(uint64_t z)
{
	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return z ^ (z >> 31);
}

void wl_rng_init(struct wl_rng *rng, uint64_t seed, uint64_t stream)
{
	rng->state = mix(mix(seed + 0x9e3779b97f4a7c15u) ^ mix(stream + 0x632be59bd9b4e019u));
}

uint64_t wl_rng_u64(struct wl_rng *rng)
{
	rng->state += 0x9e3779b97f4a7c15u;
	return mix(rng->state);
}

uint32_t wl_rng_below(struct wl_rng *rng, uint32_t n)
{
	return (uint32_t)(((wl_rng_u64(rng) >> 32) * n) >> 32);
}

float wl_rng_float(struct wl_rng *rng)
{
	/* Mantissa bits below the exponent of [2, 4): one exact subtraction, where floating point
	 * may be emulated. */
	uint32_t bits = 0x40000000u | (uint32_t)(wl_rng_u64(rng) >> 41);
	float x;

	memcpy(&x, &bits, sizeof(x));
	return x - 3.0f;
}

void wl_rng_fill(struct wl_rng *rng, float *out, size_t n, float scale)
{
	for (size_t i = 0; i < n; i++)
		out[i] = wl_rng_float(rng) * scale;
}

/* ---- memory ---- */

void *wl_alloc(size_t n, size_t size)
{
	size_t bytes;
	void *p = NULL;

	if (!__builtin_mul_overflow(n, size, &bytes) && bytes <= SIZE_MAX - 64)
		p = aligned_alloc(64, (bytes + 64) & ~(size_t)63);
	if (!p) {
		fprintf(stderr, "%s: cannot allocate %zu × %zu bytes\n",
			program_invocation_short_name, n, size);
		exit(WL_EXIT_FAILED);
	}
	return memset(p, 0, bytes);
}

/* ---- digest ---- */

void wl_digest_value(struct wl_digest *digest, double value)
{
	if (digest->count < WL_MAX_VALUES)
		digest->values[digest->count++] = value;
}

void wl_digest_tensor(struct wl_digest *digest, const float *x, size_t n)
{
	const unsigned char *bytes = (const unsigned char *)x;
	double squares = 0, positive = 0, weighted = 0;
	uint64_t hash = digest->hash;

	for (size_t i = 0; i < n * sizeof(*x); i++)
		hash = (hash ^ bytes[i]) * 0x100000001b3u;
	digest->hash = hash;
	for (size_t i = 0; i < n; i++) {
		double v = x[i];

		squares += v * v;
		positive += v < 0 ? 0 : v;
		weighted += fabs(v) * (double)(i % 97 + 1);
	}
	wl_digest_value(digest, sqrt(squares / (double)n));
	wl_digest_value(digest, positive / (double)n);
	wl_digest_value(digest, weighted / (double)n);
}

/* ---- JSON ---- */

void wl_json_string(FILE *out, const char *s)
{
	putc('"', out);
	for (; *s; s++) {
		unsigned char c = (unsigned char)*s;

		if (c == '"' || c == '\\')
			fprintf(out, "\\%c", c);
		else if (c < 0x20 || c >= 0x7f)
			fprintf(out, "\\u%04x", c);
		else
			putc(c, out);
	}
	putc('"', out);
}
