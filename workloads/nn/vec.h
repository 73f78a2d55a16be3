/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * vec: vectors as wide as the machine's registers, in GCC's types. What is computed with them does
 * not depend on the width: each lane is an element by itself.
 */
#ifndef NN_VEC_H
#define NN_VEC_H

#ifdef __AVX2__
enum { LANES = 8 };
#else
enum { LANES = 4 };
#endif

typedef float vec __attribute__((vector_size(LANES * sizeof(float))));

typedef int vec_mask __attribute__((vector_size(LANES * sizeof(int))));

/* From and to memory of any alignment. */
static inline vec vec_load(const float *at)
{
	vec v;

	__builtin_memcpy(&v, at, sizeof(v));
	return v;
}

static inline void vec_store(float *at, vec v)
{
	__builtin_memcpy(at, &v, sizeof(v));
}

/* a · b + c, rounded once. */
static inline vec vec_fma(vec a, vec b, vec c)
{
	for (int i = 0; i < LANES; i++)
		c[i] = __builtin_fmaf(a[i], b[i], c[i]);
	return c;
}

/* Lanes of a where the mask's bits are set, else of b. */
static inline vec vec_select(vec_mask mask, vec a, vec b)
{
	return (vec)(((vec_mask)a & mask) | ((vec_mask)b & ~mask));
}

/* min(high, max(low, v)); NaN becomes low. */
static inline vec vec_clip(vec v, float low, float high)
{
	v = vec_select(v > low, v, (vec){0} + low);
	return vec_select(v < high, v, (vec){0} + high);
}

#endif
