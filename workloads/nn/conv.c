/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/conv.h"

#include <string.h>

#include "workloads/nn/linalg.h"

/* Pixels unfolded at a time: enough rows for the matrix product, few enough to stay in L2. */
enum { STRIP_PIXELS = 1024 };

size_t conv_out_h(const struct conv_shape *s)
{
	return (s->h + 2 * s->pad - s->kernel) / s->stride + 1;
}

size_t conv_out_w(const struct conv_shape *s)
{
	return (s->w + 2 * s->pad - s->kernel) / s->stride + 1;
}

/* Inputs of one output pixel. */
static size_t window(const struct conv_shape *s)
{
	return s->kernel * s->kernel * s->in;
}

size_t conv_weights(const struct conv_shape *s)
{
	return window(s) * s->out;
}

static size_t strip_rows(const struct conv_shape *s)
{
	size_t rows = STRIP_PIXELS / conv_out_w(s);

	return rows ? rows : 1;
}

size_t conv_scratch(const struct conv_shape *s)
{
	return strip_rows(s) * conv_out_w(s) * window(s);
}

double conv_flop(const struct conv_shape *s)
{
	return 2.0 * (double)(conv_out_h(s) * conv_out_w(s)) * (double)conv_weights(s);
}

/* One row of the window for one row of output pixels: `out` is the first pixel's, `step` floats
 * apart; `line` is the image's row, or NULL outside of it. */
static void unfold_line(
	const struct conv_shape *s, const float *restrict line, float *restrict out, size_t step)
{
	size_t n = s->kernel * s->in;

	for (size_t ox = 0; ox < conv_out_w(s); ox++, out += step) {
		size_t left = ox * s->stride; /* in the padded row */

		if (line && left >= s->pad && left + s->kernel <= s->w + s->pad) {
			const float *from = line + (left - s->pad) * s->in;

			for (size_t i = 0; i < n; i++)
				out[i] = from[i];
			continue;
		}
		for (size_t kx = 0; kx < s->kernel; kx++) {
			size_t x = left + kx - s->pad; /* wraps around when outside */

			for (size_t i = 0; i < s->in; i++)
				out[kx * s->in + i] = line && x < s->w ? line[x * s->in + i] : 0.0f;
		}
	}
}

/* The windows of output rows [top, bottom), one per line of the matrix `out`. */
static void unfold(
	const struct conv_shape *s, const float *x, size_t top, size_t bottom, float *out)
{
	size_t step = window(s);

	for (size_t oy = top; oy < bottom; oy++, out += conv_out_w(s) * step)
		for (size_t ky = 0; ky < s->kernel; ky++) {
			size_t y = oy * s->stride + ky - s->pad;

			unfold_line(s, y < s->h ? x + y * s->w * s->in : NULL,
				out + ky * s->kernel * s->in, step);
		}
}

void conv_forward_rows(const struct conv_shape *s, const float *x, const float *weights,
	size_t from, size_t to, float *y, float *scratch)
{
	size_t width = conv_out_w(s);

	for (size_t top = from; top < to; top += strip_rows(s)) {
		size_t bottom = top + strip_rows(s) < to ? top + strip_rows(s) : to;

		unfold(s, x, top, bottom, scratch);
		linalg_gemm((bottom - top) * width, s->out, window(s),
			(struct matrix){scratch, window(s), false},
			(struct matrix){weights, s->out, false}, y + (top - from) * width * s->out,
			s->out, false);
	}
}

void conv_forward(
	const struct conv_shape *s, const float *x, const float *weights, float *y, float *scratch)
{
	conv_forward_rows(s, x, weights, 0, conv_out_h(s), y, scratch);
}

void conv_backward(
	const struct conv_shape *s, const float *x, const float *dy, float *dw, float *scratch)
{
	size_t rows = conv_out_h(s), width = conv_out_w(s);

	for (size_t top = 0; top < rows; top += strip_rows(s)) {
		size_t bottom = top + strip_rows(s) < rows ? top + strip_rows(s) : rows;

		unfold(s, x, top, bottom, scratch);
		linalg_gemm(window(s), s->out, (bottom - top) * width,
			(struct matrix){scratch, window(s), true},
			(struct matrix){dy + top * width * s->out, s->out, false}, dw, s->out,
			true);
	}
}
