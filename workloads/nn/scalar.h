/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * scalar: exponential and logarithm in single precision, from IEEE operations in a fixed order: the
 * same bits on every machine, which the C library's do not promise. Reduction and series are the
 * textbook ones (Muller, Elementary Functions, 2016, chapters 3 and 11).
 */
#ifndef NN_SCALAR_H
#define NN_SCALAR_H

#include <stdint.h>
#include <string.h>

/* e^x within 2 ulp for x in [-87, 88]; x is clamped to that range. */
static inline float nn_expf(float x)
{
	const float round = 0x1.8p23f; /* adding and subtracting it rounds to a whole number */
	float n, r, p, scale;
	int32_t bits;

	x = x < -87.0f ? -87.0f : x > 88.0f ? 88.0f : x;
	n = __builtin_fmaf(x, 0x1.715476p+0f, round) - round;
	r = __builtin_fmaf(n, -0x1.62e4p-1f, x); /* ln 2 in two parts */
	r = __builtin_fmaf(n, -0x1.7f7d1cp-20f, r);
	p = 1.0f / 5040;
	p = __builtin_fmaf(p, r, 1.0f / 720);
	p = __builtin_fmaf(p, r, 1.0f / 120);
	p = __builtin_fmaf(p, r, 1.0f / 24);
	p = __builtin_fmaf(p, r, 1.0f / 6);
	p = __builtin_fmaf(p, r, 0.5f);
	p = __builtin_fmaf(p, r, 1.0f);
	p = __builtin_fmaf(p, r, 1.0f);
	bits = ((int32_t)n + 127) << 23;
	memcpy(&scale, &bits, sizeof(scale));
	return p * scale;
}

/* Natural logarithm within 3 ulp (or 1e-7 near 1) for positive normal x. */
static inline float nn_logf(float x)
{
	int32_t bits, exponent;
	float m, s, z, p;

	memcpy(&bits, &x, sizeof(bits));
	exponent = (bits - 0x3f3504f3) >> 23; /* so that m lies in [√½, √2) */
	bits -= exponent * (1 << 23);
	memcpy(&m, &bits, sizeof(m));
	s = (m - 1.0f) / (m + 1.0f); /* log m = 2·artanh s */
	z = s * s;
	p = __builtin_fmaf(z, 2.0f / 9, 2.0f / 7);
	p = __builtin_fmaf(z, p, 2.0f / 5);
	p = __builtin_fmaf(z, p, 2.0f / 3);
	p = __builtin_fmaf(z * p, s, 2.0f * s);
	return __builtin_fmaf((float)exponent, 0x1.62e43p-1f, p);
}

#endif
