/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * linalg: the linear algebra the workloads stand on, with one implementation per variant:
 * linalg_portable.c (our own, plain C with GCC's vector types) and linalg_blas.c (OpenBLAS). Each
 * also defines `wl_backend`. Matrices are row-major, `ld` is the distance between rows in floats.
 * Not reentrant: one thread computes.
 */
#ifndef NN_LINALG_H
#define NN_LINALG_H

#include <stdbool.h>
#include <stddef.h>

/* An operand: m × k after the optional transposition. */
struct matrix {
	const float *at;
	size_t ld;
	bool transposed; /* stored as its transpose */
};

/* C = A·B, or C += A·B where `accumulate`: C is m × n, A is m × k, B is k × n. C must not overlap
 * A or B. m, n, k > 0. Portable: each element sums its products in order of k in blocks of 256,
 * with fused multiply-adds, whatever the machine. */
void linalg_gemm(size_t m, size_t n, size_t k, struct matrix a, struct matrix b, float *c,
	size_t ldc, bool accumulate);

/* c = a + b, n floats; c overlaps neither. */
void linalg_add(size_t n, const float *a, const float *b, float *c);

#endif
