/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * reference: the networks' parts again, from their definitions, in double precision and plain
 * loops: what the workloads' kernels are checked against. Shares no code with them.
 */
#ifndef TESTS_WORKLOADS_REFERENCE_H
#define TESTS_WORKLOADS_REFERENCE_H

#include <stddef.h>
#include <stdint.h>

/* Heap memory, zeroed; aborts when there is none. */
double *ref_alloc(size_t n);
/* A copy in double precision, to be freed. */
double *ref_copy(const float *x, size_t n);

/* max |x - y| / max |y|, or max |x| where y is all zeros; infinite where x is not finite. */
double ref_distance(const float *x, const double *y, size_t n);

/* c[m × n] = a[m × k]·b[k × n] */
void ref_product(size_t m, size_t n, size_t k, const double *a, const double *b, double *c);

/* y[h' × w' × out] = x[h × w × in] * weights[kernel × kernel × in × out] + bias[out] (or NULL),
 * with `pad` zeros around; h' = (h + 2·pad - kernel) / stride + 1. */
struct ref_conv {
	size_t h, w, in, out, kernel, stride, pad;
};
size_t ref_conv_size(size_t size, const struct ref_conv *c);
void ref_conv(const struct ref_conv *c, const double *x, const double *weights, const double *bias,
	double *y);
/* The same for each channel by itself: weights[kernel × kernel × in], out is not used. */
void ref_depthwise(const struct ref_conv *c, const double *x, const double *weights,
	const double *bias, double *y);

/* 2 × 2 maximum; an odd last row or column is dropped. */
void ref_maxpool(size_t h, size_t w, size_t c, const double *x, double *y);

void ref_clamp(size_t n, double *x, double low, double high);

/* Mean cross-entropies. */
double ref_softmax_loss(size_t batch, size_t classes, const double *logits, const uint8_t *labels);
double ref_sigmoid_loss(size_t batch, const double *logits, const uint8_t *labels);

#endif
