/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/depthwise.h"

#include "workloads/nn/vec.h"

/* Bytes of the input that are worked on at a time, a share of L1: channels pass over the same
 * pixels one vector after the other. */
enum { TILE_BYTES = 24 << 10 };

static const float outside[3 * DEPTHWISE_MAX_CHANNELS];

size_t depthwise_out(const struct depthwise_shape *s, size_t size)
{
	return (size + s->stride - 1) / s->stride;
}

size_t depthwise_first(const struct depthwise_shape *s, size_t top)
{
	return top ? top * s->stride - 1 : 0;
}

size_t depthwise_last(const struct depthwise_shape *s, size_t bottom)
{
	size_t last = (bottom - 1) * s->stride + 2;

	return last < s->h ? last : s->h;
}

static float relu6(float v)
{
	v = v > 0.0f ? v : 0.0f;
	return v < 6.0f ? v : 6.0f;
}

/* The three rows of the input under one row of the result. */
struct rows {
	const float *at[3]; /* of its first column; a row outside is zeros … */
	size_t step[3];	    /* … that are not moved on: floats from column to column, or 0 */
};

static struct rows rows_under(
	const struct depthwise_shape *s, const float *x, size_t first, size_t row)
{
	struct rows rows;

	for (size_t k = 0; k < 3; k++) {
		size_t at = row * s->stride + k - 1; /* wraps around when outside */

		rows.at[k] = at < s->h ? x + (at - first) * s->w * s->c : outside;
		rows.step[k] = at < s->h ? s->c : 0;
	}
	return rows;
}

/* Channels [from, c) of the pixel in column `col`, wherever it is. */
static void one_pixel(const struct depthwise_shape *s, const struct rows *rows, size_t col,
	size_t from, const float *weights, const float *bias, float *y)
{
	const float *tap[9];

	for (size_t k = 0; k < 9; k++) {
		size_t at = col * s->stride + k % 3 - 1;

		tap[k] = at < s->w ? rows->at[k / 3] + at * rows->step[k / 3] : outside;
	}
	for (size_t i = from; i < s->c; i++) {
		float sum = tap[0][i] * weights[i];

		for (size_t k = 1; k < 9; k++)
			sum = __builtin_fmaf(tap[k][i], weights[k * s->c + i], sum);
		y[i] = relu6(sum + bias[i]);
	}
}

/* One vector of channels of n pixels that have a neighbour on both sides; rows->at and y are of the
 * first one's left neighbour, respectively of it. */
static void vector_of_pixels(const struct depthwise_shape *s, const struct rows *rows,
	const float *weights, const float *bias, float *y, size_t n)
{
	const float *r0 = rows->at[0], *r1 = rows->at[1], *r2 = rows->at[2];
	size_t c = s->c;
	vec w[9], b = vec_load(bias);

	for (size_t k = 0; k < 9; k++)
		w[k] = vec_load(weights + k * c);
	for (; n--; y += c) {
		vec sum = vec_load(r0) * w[0];

		sum = vec_fma(vec_load(r0 + c), w[1], sum);
		sum = vec_fma(vec_load(r0 + 2 * c), w[2], sum);
		sum = vec_fma(vec_load(r1), w[3], sum);
		sum = vec_fma(vec_load(r1 + c), w[4], sum);
		sum = vec_fma(vec_load(r1 + 2 * c), w[5], sum);
		sum = vec_fma(vec_load(r2), w[6], sum);
		sum = vec_fma(vec_load(r2 + c), w[7], sum);
		sum = vec_fma(vec_load(r2 + 2 * c), w[8], sum);
		vec_store(y, vec_clip(sum + b, 0.0f, 6.0f));
		r0 += s->stride * rows->step[0];
		r1 += s->stride * rows->step[1];
		r2 += s->stride * rows->step[2];
	}
}

/* Columns [from, to) of one row, all inside. */
static void inner_pixels(const struct depthwise_shape *s, const struct rows *rows, size_t from,
	size_t to, const float *weights, const float *bias, float *y)
{
	size_t vectors = s->c / LANES * LANES;

	for (size_t i = 0; i < vectors; i += LANES) {
		struct rows at = *rows;

		for (size_t k = 0; k < 3; k++)
			at.at[k] += (from * s->stride - 1) * rows->step[k] + i;
		vector_of_pixels(s, &at, weights + i, bias + i, y + from * s->c + i, to - from);
	}
	for (size_t col = from; vectors < s->c && col < to; col++)
		one_pixel(s, rows, col, vectors, weights, bias, y + col * s->c);
}

void depthwise_relu6(const struct depthwise_shape *s, const float *x, const float *weights,
	const float *bias, size_t top, size_t bottom, float *y)
{
	size_t width = depthwise_out(s, s->w), first = depthwise_first(s, top);
	/* Columns [1, inner) have neighbours on both sides. */
	size_t inner = s->w < 3 ? 1 : (s->w - 2) / s->stride + 1;
	size_t tile = TILE_BYTES / (3 * sizeof(float) * s->c * s->stride) + 2;

	for (size_t row = top; row < bottom; row++, y += width * s->c) {
		struct rows rows = rows_under(s, x, first, row);

		for (size_t col = 1; col < inner; col += tile)
			inner_pixels(s, &rows, col, col + tile < inner ? col + tile : inner,
				weights, bias, y);
		one_pixel(s, &rows, 0, 0, weights, bias, y);
		for (size_t col = inner; col < width; col++)
			one_pixel(s, &rows, col, 0, weights, bias, y + col * s->c);
	}
}
