/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/layers.h"

#include <string.h>

#include "workloads/nn/linalg.h"
#include "workloads/nn/scalar.h"

void dense_forward(
	const struct dense_shape *s, const float *x, const float *w, const float *b, float *y)
{
	linalg_gemm(s->batch, s->out, s->in, (struct matrix){x, s->in, false},
		(struct matrix){w, s->out, false}, y, s->out, false);
	bias_add(s->batch, s->out, y, b);
}

void dense_backward(const struct dense_shape *s, const float *x, const float *w, const float *dy,
	float *dw, float *db, float *dx)
{
	linalg_gemm(s->in, s->out, s->batch, (struct matrix){x, s->in, true},
		(struct matrix){dy, s->out, false}, dw, s->out, false);
	memset(db, 0, s->out * sizeof(*db));
	bias_backward(s->batch, s->out, dy, db);
	if (dx)
		linalg_gemm(s->batch, s->in, s->out, (struct matrix){dy, s->out, false},
			(struct matrix){w, s->out, true}, dx, s->in, false);
}

void bias_add(size_t rows, size_t n, float *restrict y, const float *restrict b)
{
	for (; rows--; y += n)
		for (size_t j = 0; j < n; j++)
			y[j] += b[j];
}

void bias_relu(size_t rows, size_t n, float *restrict y, const float *restrict b)
{
	for (; rows--; y += n)
		for (size_t j = 0; j < n; j++) {
			float v = y[j] + b[j];

			y[j] = v > 0.0f ? v : 0.0f;
		}
}

void bias_relu6(size_t rows, size_t n, float *restrict y, const float *restrict b)
{
	for (; rows--; y += n)
		for (size_t j = 0; j < n; j++) {
			float v = y[j] + b[j];

			v = v > 0.0f ? v : 0.0f;
			y[j] = v < 6.0f ? v : 6.0f;
		}
}

void bias_backward(size_t rows, size_t n, const float *restrict dy, float *restrict db)
{
	for (; rows--; dy += n)
		for (size_t j = 0; j < n; j++)
			db[j] += dy[j];
}

void relu_forward(size_t n, float *y)
{
	for (size_t i = 0; i < n; i++)
		y[i] = y[i] > 0.0f ? y[i] : 0.0f;
}

void relu_backward(size_t n, const float *restrict y, float *restrict dy)
{
	for (size_t i = 0; i < n; i++)
		dy[i] = y[i] > 0.0f ? dy[i] : 0.0f;
}

/* One output pixel: the maximum of four input pixels, channel by channel. */
static void pool_pixel(
	size_t c, const float *restrict x, size_t row, float *restrict y, uint8_t *restrict winner)
{
	for (size_t i = 0; i < c; i++) {
		float top = x[i] >= x[i + c] ? x[i] : x[i + c];
		float bottom = x[i + row] >= x[i + row + c] ? x[i + row] : x[i + row + c];
		uint8_t at_top = x[i] >= x[i + c] ? 0 : 1;
		uint8_t at_bottom = x[i + row] >= x[i + row + c] ? 2 : 3;

		y[i] = top >= bottom ? top : bottom;
		winner[i] = top >= bottom ? at_top : at_bottom;
	}
}

void maxpool_forward(size_t h, size_t w, size_t c, const float *x, float *y, uint8_t *winner)
{
	for (size_t i = 0; i < h / 2; i++)
		for (size_t j = 0; j < w / 2; j++, y += c, winner += c)
			pool_pixel(c, x + (2 * i * w + 2 * j) * c, w * c, y, winner);
}

static void unpool_pixel(size_t c, const float *restrict dy, const uint8_t *restrict winner,
	float *restrict dx, size_t row)
{
	for (size_t i = 0; i < c; i++) {
		dx[i] = winner[i] == 0 ? dy[i] : 0.0f;
		dx[i + c] = winner[i] == 1 ? dy[i] : 0.0f;
		dx[i + row] = winner[i] == 2 ? dy[i] : 0.0f;
		dx[i + row + c] = winner[i] == 3 ? dy[i] : 0.0f;
	}
}

void maxpool_backward(
	size_t h, size_t w, size_t c, const float *dy, const uint8_t *winner, float *dx)
{
	if (h % 2)
		memset(dx + (h - 1) * w * c, 0, w * c * sizeof(*dx));
	for (size_t i = 0; i < h / 2; i++) {
		for (size_t j = 0; j < w / 2; j++, dy += c, winner += c)
			unpool_pixel(c, dy, winner, dx + (2 * i * w + 2 * j) * c, w * c);
		for (size_t r = 2 * i; w % 2 && r < 2 * i + 2; r++)
			memset(dx + (r * w + w - 1) * c, 0, c * sizeof(*dx));
	}
}

void global_average_pool(size_t pixels, size_t c, const float *x, float *y)
{
	memset(y, 0, c * sizeof(*y));
	bias_backward(pixels, c, x, y);
	for (size_t i = 0; i < c; i++)
		y[i] /= (float)pixels;
}

/* probability = softmax(logits); returns log Σ exp(logits). */
static float softmax(size_t classes, const float *logits, float *probability)
{
	float top = logits[0], sum = 0;

	for (size_t i = 1; i < classes; i++)
		top = logits[i] > top ? logits[i] : top;
	for (size_t i = 0; i < classes; i++)
		sum += probability[i] = nn_expf(logits[i] - top);
	for (size_t i = 0; i < classes; i++)
		probability[i] /= sum;
	return top + nn_logf(sum);
}

double softmax_categorical(
	size_t batch, size_t classes, const float *logits, const float *targets, float *dlogits)
{
	double loss = 0;

	for (size_t s = 0; s < batch;
		s++, logits += classes, targets += classes, dlogits += classes) {
		float log_sum = softmax(classes, logits, dlogits);

		for (size_t i = 0; i < classes; i++) {
			loss += (double)targets[i] * (log_sum - logits[i]);
			dlogits[i] = (dlogits[i] - targets[i]) / (float)batch;
		}
	}
	return loss / (double)batch;
}

double softmax_sparse(
	size_t batch, size_t classes, const float *logits, const uint8_t *labels, float *dlogits)
{
	double loss = 0;

	for (size_t s = 0; s < batch; s++, logits += classes, dlogits += classes) {
		loss += softmax(classes, logits, dlogits) - logits[labels[s]];
		dlogits[labels[s]] -= 1.0f;
		for (size_t i = 0; i < classes; i++)
			dlogits[i] /= (float)batch;
	}
	return loss / (double)batch;
}

double sigmoid_binary(size_t batch, const float *logits, const uint8_t *labels, float *dlogits)
{
	double loss = 0;

	for (size_t s = 0; s < batch; s++) {
		float z = logits[s], e = nn_expf(z < 0 ? z : -z); /* e^-|z| */
		float p = z < 0 ? e / (1 + e) : 1 / (1 + e);

		/* log(1 + e^z) - label·z, without overflow */
		loss += (z > 0 ? z : 0) + nn_logf(1 + e) - (labels[s] ? z : 0);
		dlogits[s] = (p - (float)labels[s]) / (float)batch;
	}
	return loss / (double)batch;
}
