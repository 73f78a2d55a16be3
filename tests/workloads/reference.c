/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/workloads/reference.h"

#include <math.h>
#include <stdlib.h>

double *ref_alloc(size_t n)
{
	double *p = calloc(n, sizeof(*p));

	if (!p)
		abort();
	return p;
}

double *ref_copy(const float *x, size_t n)
{
	double *copy = ref_alloc(n);

	for (size_t i = 0; i < n; i++)
		copy[i] = x[i];
	return copy;
}

double ref_distance(const float *x, const double *y, size_t n)
{
	double difference = 0, scale = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isfinite(x[i]))
			return INFINITY;
		difference = fmax(difference, fabs(x[i] - y[i]));
		scale = fmax(scale, fabs(y[i]));
	}
	return scale > 0 ? difference / scale : difference;
}

void ref_product(size_t m, size_t n, size_t k, const double *a, const double *b, double *c)
{
	for (size_t i = 0; i < m; i++)
		for (size_t j = 0; j < n; j++) {
			c[i * n + j] = 0;
			for (size_t p = 0; p < k; p++)
				c[i * n + j] += a[i * k + p] * b[p * n + j];
		}
}

size_t ref_conv_size(size_t size, const struct ref_conv *c)
{
	return (size + 2 * c->pad - c->kernel) / c->stride + 1;
}

/* x at a position that may lie in the padding. */
static double at(const struct ref_conv *c, const double *x, long row, long col, size_t channel)
{
	if (row < 0 || col < 0 || row >= (long)c->h || col >= (long)c->w)
		return 0;
	return x[((size_t)row * c->w + (size_t)col) * c->in + channel];
}

static double conv_sum(const struct ref_conv *c, const double *x, const double *weights, long row,
	long col, size_t filter)
{
	double sum = 0;

	for (size_t ky = 0; ky < c->kernel; ky++)
		for (size_t kx = 0; kx < c->kernel; kx++)
			for (size_t i = 0; i < c->in; i++)
				sum += at(c, x, row + (long)ky, col + (long)kx, i) *
				       weights[((ky * c->kernel + kx) * c->in + i) * c->out +
					       filter];
	return sum;
}

void ref_conv(const struct ref_conv *c, const double *x, const double *weights, const double *bias,
	double *y)
{
	size_t h = ref_conv_size(c->h, c), w = ref_conv_size(c->w, c);

	for (size_t i = 0; i < h; i++)
		for (size_t j = 0; j < w; j++)
			for (size_t f = 0; f < c->out; f++)
				*y++ = (bias ? bias[f] : 0) +
				       conv_sum(c, x, weights, (long)(i * c->stride) - (long)c->pad,
					       (long)(j * c->stride) - (long)c->pad, f);
}

void ref_depthwise(const struct ref_conv *c, const double *x, const double *weights,
	const double *bias, double *y)
{
	size_t h = ref_conv_size(c->h, c), w = ref_conv_size(c->w, c);

	for (size_t i = 0; i < h; i++)
		for (size_t j = 0; j < w; j++)
			for (size_t f = 0; f < c->in; f++, y++) {
				*y = bias ? bias[f] : 0;
				for (size_t k = 0; k < c->kernel * c->kernel; k++)
					*y += weights[k * c->in + f] *
					      at(c, x,
						      (long)(i * c->stride + k / c->kernel) -
							      (long)c->pad,
						      (long)(j * c->stride + k % c->kernel) -
							      (long)c->pad,
						      f);
			}
}

void ref_maxpool(size_t h, size_t w, size_t c, const double *x, double *y)
{
	for (size_t i = 0; i < h / 2; i++)
		for (size_t j = 0; j < w / 2; j++)
			for (size_t f = 0; f < c; f++) {
				double best = -INFINITY;

				for (size_t k = 0; k < 4; k++)
					best = fmax(best,
						x[((2 * i + k / 2) * w + 2 * j + k % 2) * c + f]);
				*y++ = best;
			}
}

void ref_clamp(size_t n, double *x, double low, double high)
{
	for (size_t i = 0; i < n; i++)
		x[i] = fmin(high, fmax(low, x[i]));
}

double ref_softmax_loss(size_t batch, size_t classes, const double *logits, const uint8_t *labels)
{
	double loss = 0;

	for (size_t s = 0; s < batch; s++, logits += classes) {
		double sum = exp(logits[0]);

		for (size_t i = 1; i < classes; i++)
			sum += exp(logits[i]);
		loss += log(sum) - logits[labels[s]];
	}
	return loss / (double)batch;
}

double ref_sigmoid_loss(size_t batch, const double *logits, const uint8_t *labels)
{
	double loss = 0;

	for (size_t s = 0; s < batch; s++)
		loss += log1p(exp(labels[s] ? -logits[s] : logits[s]));
	return loss / (double)batch;
}
