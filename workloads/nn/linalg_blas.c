/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/linalg.h"

#include <cblas.h>

#include "workloads/wl.h"

void linalg_gemm(size_t m, size_t n, size_t k, struct matrix a, struct matrix b, float *c,
	size_t ldc, bool accumulate)
{
	cblas_sgemm(CblasRowMajor, a.transposed ? CblasTrans : CblasNoTrans,
		b.transposed ? CblasTrans : CblasNoTrans, (blasint)m, (blasint)n, (blasint)k, 1.0f,
		a.at, (blasint)a.ld, b.at, (blasint)b.ld, accumulate ? 1.0f : 0.0f, c,
		(blasint)ldc);
}

void linalg_add(size_t n, const float *a, const float *b, float *c)
{
	cblas_scopy((blasint)n, a, 1, c, 1);
	cblas_saxpy((blasint)n, 1.0f, b, 1, c, 1);
}

static const char *path(void)
{
	return openblas_get_corename();
}

const struct wl_backend wl_backend = {.variant = "blas", .path = path};
