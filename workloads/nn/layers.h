/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * layers: the parts of the networks. Tensors are dense and row-major, images are height × width ×
 * channels (NHWC), gradients are of the mean loss over the batch. No function allocates.
 */
#ifndef NN_LAYERS_H
#define NN_LAYERS_H

#include <stddef.h>
#include <stdint.h>

/* y[batch × out] = x[batch × in]·w[in × out] + b[out]. */
struct dense_shape {
	size_t batch, in, out;
};

void dense_forward(
	const struct dense_shape *s, const float *x, const float *w, const float *b, float *y);

/* Gradients of w, b and, unless dx is NULL, of x, from that of y; all three are overwritten. */
void dense_backward(const struct dense_shape *s, const float *x, const float *w, const float *dy,
	float *dw, float *db, float *dx);

/* rows × n: each row += b. */
void bias_add(size_t rows, size_t n, float *y, const float *b);
/* The same, then max(0, ·), respectively min(6, max(0, ·)). */
void bias_relu(size_t rows, size_t n, float *y, const float *b);
void bias_relu6(size_t rows, size_t n, float *y, const float *b);
/* db += the sum of the rows of dy. */
void bias_backward(size_t rows, size_t n, const float *dy, float *db);
/* y = max(0, y). */
void relu_forward(size_t n, float *y);
/* dy = 0 where the layer's output y is 0. */
void relu_backward(size_t n, const float *y, float *dy);

/* 2 × 2 maximum of an h × w × c image; an odd last row or column is dropped. winner[] receives,
 * for each output, which of the four it was (0 … 3; the first of equals). */
void maxpool_forward(size_t h, size_t w, size_t c, const float *x, float *y, uint8_t *winner);
/* dx (h × w × c) is overwritten. */
void maxpool_backward(
	size_t h, size_t w, size_t c, const float *dy, const uint8_t *winner, float *dx);

/* y[c] = the mean over the pixels of an image. */
void global_average_pool(size_t pixels, size_t c, const float *x, float *y);

/* Cross-entropy of softmax(logits), mean over the batch; dlogits is its gradient. Targets are
 * probabilities, batch × classes (categorical), or class numbers (sparse). */
double softmax_categorical(
	size_t batch, size_t classes, const float *logits, const float *targets, float *dlogits);
double softmax_sparse(
	size_t batch, size_t classes, const float *logits, const uint8_t *labels, float *dlogits);
/* Cross-entropy of sigmoid(logit) against a label 0 or 1; mean over the batch. */
double sigmoid_binary(size_t batch, const float *logits, const uint8_t *labels, float *dlogits);

#endif
