/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * conv: two-dimensional convolution (in the networks' sense: correlation) of one NHWC image, as
 * matrix products over strips of unfolded pixels (im2col).
 */
#ifndef NN_CONV_H
#define NN_CONV_H

#include <stddef.h>

struct conv_shape {
	size_t h, w, in; /* image height, width, channels */
	size_t out;	 /* filters */
	size_t kernel;	 /* kernel × kernel */
	size_t stride;
	size_t pad; /* zeros on each of the four sides */
};

/* Height and width of the result. */
size_t conv_out_h(const struct conv_shape *s);
size_t conv_out_w(const struct conv_shape *s);
/* Floats of weights: kernel × kernel × in × out, in this order. */
size_t conv_weights(const struct conv_shape *s);
/* Floats of working memory for conv_forward() and conv_backward(). */
size_t conv_scratch(const struct conv_shape *s);
/* Floating-point operations of one of its passes: two per multiply-add. */
double conv_flop(const struct conv_shape *s);

/* y[out_h × out_w × out] = x[h × w × in] * weights. */
void conv_forward(
	const struct conv_shape *s, const float *x, const float *weights, float *y, float *scratch);
/* The same for rows [from, to) of the result alone: y begins with row `from`. */
void conv_forward_rows(const struct conv_shape *s, const float *x, const float *weights,
	size_t from, size_t to, float *y, float *scratch);
/* dw += the gradient of the weights, from that of y. */
void conv_backward(
	const struct conv_shape *s, const float *x, const float *dy, float *dw, float *scratch);

#endif
