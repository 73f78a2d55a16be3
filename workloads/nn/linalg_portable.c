/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Blocked matrix product after Goto and van de Geijn (ACM TOMS 34:3, 2008): B is packed in panels
 * of NR columns that stay in the last-level cache, A in panels of MR rows that stay in L2, and the
 * micro-kernel keeps an MR × NR tile of C in registers.
 */
#include "workloads/nn/linalg.h"

#include "workloads/nn/vec.h"
#include "workloads/wl.h"

enum {
	MR = 6,
	NR = 16,
	VECTORS = NR / LANES,
	KC = 256,  /* part of the result's definition: see linalg.h */
	MC = 96,   /* MC × KC floats: 96 KiB, a share of L2 */
	NC = 1024, /* KC × NC floats: 1 MiB, a share of L3 */
};

static float packed_a[MC * KC] __attribute__((aligned(64)));
static float packed_b[KC * NC] __attribute__((aligned(64)));

static size_t min_size(size_t a, size_t b)
{
	return a < b ? a : b;
}

static float element(struct matrix x, size_t row, size_t col)
{
	return x.transposed ? x.at[col * x.ld + row] : x.at[row * x.ld + col];
}

static struct matrix submatrix(struct matrix x, size_t row, size_t col)
{
	x.at += x.transposed ? col * x.ld + row : row * x.ld + col;
	return x;
}

/* Copies a rows × cols part of x to `out`: panels of `width` rows, each column by column, padded
 * with zeros to whole panels. Packing B is packing the rows of its transpose. */
static void pack(struct matrix x, size_t rows, size_t cols, size_t width, float *out)
{
	for (size_t row = 0; row < rows; row += width) {
		size_t used = min_size(width, rows - row);

		for (size_t col = 0; col < cols; col++, out += width) {
			if (x.transposed && used == width) {
				__builtin_memcpy(
					out, x.at + col * x.ld + row, width * sizeof(*out));
				continue;
			}
			for (size_t i = 0; i < width; i++)
				out[i] = i < used ? element(x, row + i, col) : 0.0f;
		}
	}
}

static inline vec fma_vec(float a, vec b, vec c)
{
	for (int i = 0; i < LANES; i++)
		c[i] = __builtin_fmaf(a, b[i], c[i]);
	return c;
}

/* tile = the product of an MR-row panel of A and an NR-column panel of B, depth k. The loops over
 * the tile must vanish, or its sums live in memory. */
static void micro_kernel(
	size_t k, const float *restrict a, const float *restrict b, vec tile[restrict MR][VECTORS])
{
	vec acc[MR][VECTORS] = {0};

	for (size_t p = 0; p < k; p++, a += MR, b += NR) {
		const vec *bv = (const vec *)b;

#pragma GCC unroll 8
		for (int i = 0; i < MR; i++)
#pragma GCC unroll 8
			for (int j = 0; j < VECTORS; j++)
				acc[i][j] = fma_vec(a[i], bv[j], acc[i][j]);
	}
#pragma GCC unroll 8
	for (int i = 0; i < MR; i++)
#pragma GCC unroll 8
		for (int j = 0; j < VECTORS; j++)
			tile[i][j] = acc[i][j];
}

/* Writes the used part of a tile to C. */
static void store_tile(
	const float *tile, size_t rows, size_t cols, float *c, size_t ldc, bool accumulate)
{
	for (size_t i = 0; i < rows; i++, tile += NR, c += ldc)
		for (size_t j = 0; j < cols; j++)
			c[j] = accumulate ? c[j] + tile[j] : tile[j];
}

/* The packed blocks' product, into C's m × n block. */
static void macro_kernel(size_t m, size_t n, size_t k, float *c, size_t ldc, bool accumulate)
{
	vec tile[MR][VECTORS];

	for (size_t j = 0; j < n; j += NR)
		for (size_t i = 0; i < m; i += MR) {
			micro_kernel(k, packed_a + i * k, packed_b + j * k, tile);
			store_tile((const float *)tile, min_size(MR, m - i), min_size(NR, n - j),
				c + i * ldc + j, ldc, accumulate);
		}
}

void linalg_gemm(size_t m, size_t n, size_t k, struct matrix a, struct matrix b, float *c,
	size_t ldc, bool accumulate)
{
	struct matrix bt = {b.at, b.ld, !b.transposed};

	for (size_t j = 0; j < n; j += NC) {
		size_t nc = min_size(NC, n - j);

		for (size_t p = 0; p < k; p += KC) {
			size_t kc = min_size(KC, k - p);

			pack(submatrix(bt, j, p), nc, kc, NR, packed_b);
			for (size_t i = 0; i < m; i += MC) {
				size_t mc = min_size(MC, m - i);

				pack(submatrix(a, i, p), mc, kc, MR, packed_a);
				macro_kernel(mc, nc, kc, c + i * ldc + j, ldc, accumulate || p > 0);
			}
		}
	}
}

void linalg_add(size_t n, const float *restrict a, const float *restrict b, float *restrict c)
{
	for (size_t i = 0; i < n; i++)
		c[i] = a[i] + b[i];
}

static const char *path(void)
{
	return WL_ISA;
}

const struct wl_backend wl_backend = {.variant = "portable", .path = path};
