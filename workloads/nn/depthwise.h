/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * depthwise: convolution 3 × 3 of each channel by itself, zeros around, with what follows it in
 * MobileNet: y = min(6, max(0, x * weights + bias)). Images are height × width × channels.
 */
#ifndef NN_DEPTHWISE_H
#define NN_DEPTHWISE_H

#include <stddef.h>

enum { DEPTHWISE_MAX_CHANNELS = 1024 };

struct depthwise_shape {
	size_t h, w, c; /* of the input */
	size_t stride;
};

/* Height and width of the result: ⌈h ÷ stride⌉. */
size_t depthwise_out(const struct depthwise_shape *s, size_t size);

/* The rows of the input that rows [top, bottom) of the result depend on. */
size_t depthwise_first(const struct depthwise_shape *s, size_t top);
size_t depthwise_last(const struct depthwise_shape *s, size_t bottom);

/* Rows [top, bottom) of the result, y beginning with row `top`. x begins with the input's row
 * depthwise_first(top), and need not go beyond depthwise_last(bottom). weights: 9 × c, bias: c.
 * Each element sums its taps in order, with fused multiply-adds. */
void depthwise_relu6(const struct depthwise_shape *s, const float *x, const float *weights,
	const float *bias, size_t top, size_t bottom, float *y);

#endif
