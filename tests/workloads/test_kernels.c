/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Single kernels against the double-precision reference, with odd shapes among them. */
#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/tap.h"
#include "tests/workloads/reference.h"
#include "workloads/nn/conv.h"
#include "workloads/nn/depthwise.h"
#include "workloads/nn/layers.h"
#include "workloads/nn/linalg.h"
#include "workloads/nn/optimizer.h"
#include "workloads/nn/scalar.h"
#include "workloads/wl.h"

static float *random_floats(size_t n, uint64_t stream)
{
	float *x = wl_alloc(n, sizeof(*x));
	struct wl_rng rng;

	wl_rng_init(&rng, 7, stream);
	wl_rng_fill(&rng, x, n, 1.0f);
	return x;
}

/* How far a sum of k rounded products may lie from the true one, relative to the largest. */
static double sum_tolerance(size_t k)
{
	return FLT_EPSILON * (2 + sqrt((double)k));
}

static float *transpose(const float *x, size_t rows, size_t cols)
{
	float *t = wl_alloc(rows * cols, sizeof(*t));

	for (size_t i = 0; i < rows; i++)
		for (size_t j = 0; j < cols; j++)
			t[j * rows + i] = x[i * cols + j];
	return t;
}

static void test_gemm_shape(size_t m, size_t n, size_t k)
{
	float *a = random_floats(m * k, 1), *b = random_floats(k * n, 2),
	      *c = random_floats(m * n, 3);
	float *at = transpose(a, m, k), *bt = transpose(b, k, n);
	double *da = ref_copy(a, m * k), *db = ref_copy(b, k * n), *before = ref_copy(c, m * n);
	double *expected = ref_alloc(m * n);

	ref_product(m, n, k, da, db, expected);
	for (int form = 0; form < 4; form++) {
		struct matrix left =
			form & 1 ? (struct matrix){at, m, true} : (struct matrix){a, k, false};
		struct matrix right =
			form & 2 ? (struct matrix){bt, k, true} : (struct matrix){b, n, false};

		linalg_gemm(m, n, k, left, right, c, n, false);
		is_near(ref_distance(c, expected, m * n), 0, sum_tolerance(k),
			"%zu × %zu × %zu product, A%s B%s", m, n, k, form & 1 ? "ᵀ" : "",
			form & 2 ? "ᵀ" : "");
	}
	for (size_t i = 0; i < m * n; i++) {
		c[i] = (float)before[i];
		expected[i] += before[i];
	}
	linalg_gemm(
		m, n, k, (struct matrix){a, k, false}, (struct matrix){b, n, false}, c, n, true);
	is_near(ref_distance(c, expected, m * n), 0, sum_tolerance(k),
		"%zu × %zu × %zu product added to C", m, n, k);
	free(a), free(b), free(c), free(at), free(bt), free(da), free(db), free(before),
		free(expected);
}

static void test_gemm(void)
{
	static const size_t shapes[][3] = {{1, 1, 1}, {6, 16, 256}, {7, 17, 257}, {5, 3, 2},
		{97, 33, 300}, {1, 1030, 9}, {200, 1, 31}, {160, 160, 160}, {32, 10, 5408},
		{13, 1, 128}};

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		test_gemm_shape(shapes[i][0], shapes[i][1], shapes[i][2]);
}

/* C inside a larger matrix: what lies beyond its columns stays. */
static void test_gemm_leading_dimension(void)
{
	enum { M = 9, N = 19, K = 11, LD = 24 };
	float *a = random_floats(M * K, 1), *b = random_floats(K * N, 2), c[M * LD];
	int touched = 0;

	for (int i = 0; i < M * LD; i++)
		c[i] = 42.0f;
	linalg_gemm(
		M, N, K, (struct matrix){a, K, false}, (struct matrix){b, N, false}, c, LD, false);
	for (int i = 0; i < M; i++)
		for (int j = N; j < LD; j++)
			touched += c[i * LD + j] != 42.0f;
	is_int(touched, 0, "a product leaves the columns beyond its own alone");
	free(a), free(b);
}

static void test_add(void)
{
	static const size_t lengths[] = {1, 3, 8, 1001};

	for (size_t i = 0; i < sizeof(lengths) / sizeof(*lengths); i++) {
		size_t n = lengths[i], wrong = 0;
		float *a = random_floats(n, 1), *b = random_floats(n, 2), *c = random_floats(n, 3);

		linalg_add(n, a, b, c);
		for (size_t j = 0; j < n; j++)
			wrong += c[j] != (float)((double)a[j] + (double)b[j]);
		is_int(wrong, 0, "sum of vectors of %zu is correctly rounded", n);
		free(a), free(b), free(c);
	}
}

static void test_scalar(void)
{
	double exp_error = 0, log_error = 0;

	for (int i = -8700; i <= 8800; i++) {
		float x = (float)i / 100;

		exp_error = fmax(exp_error, fabs(nn_expf(x) / exp(x) - 1));
	}
	for (int i = 1; i < 20000; i++) {
		float x = (float)i * (float)i / 1e5f;

		log_error = fmax(log_error, fabs(nn_logf(x) - log(x)) / fmax(1, fabs(log(x))));
	}
	is_near(exp_error, 0, 2 * FLT_EPSILON, "exponential within 2 ulp from -87 to 88");
	is_near(log_error, 0, 1.5 * FLT_EPSILON, "logarithm within 3 ulp from 1e-5 to 4000");
	ok(nn_expf(-1000) > 0 && isfinite(nn_expf(1000)), "exponential stays finite and positive");
}

static struct ref_conv reference_shape(const struct conv_shape *s)
{
	return (struct ref_conv){s->h, s->w, s->in, s->out, s->kernel, s->stride, s->pad};
}

/* The gradient of the weights is the correlation of x with dy: entry (k, i, f) sums over pixels. */
static void reference_conv_gradient(
	const struct conv_shape *s, const double *x, const double *dy, double *dw)
{
	struct ref_conv r = reference_shape(s);
	double *unit = ref_alloc(conv_weights(s)),
	       *y = ref_alloc(conv_out_h(s) * conv_out_w(s) * s->out);

	for (size_t i = 0; i < conv_weights(s); i++) {
		unit[i] = 1;
		ref_conv(&r, x, unit, NULL, y);
		unit[i] = 0;
		for (size_t p = 0; p < conv_out_h(s) * conv_out_w(s) * s->out; p++)
			dw[i] += y[p] * dy[p];
	}
	free(unit), free(y);
}

static void test_conv_shape(const struct conv_shape *s)
{
	struct ref_conv r = reference_shape(s);
	size_t in = s->h * s->w * s->in, out = conv_out_h(s) * conv_out_w(s) * s->out;
	float *x = random_floats(in, 1), *w = random_floats(conv_weights(s), 2);
	float *y = random_floats(out, 3), *dw = random_floats(conv_weights(s), 4);
	float *scratch = wl_alloc(conv_scratch(s), sizeof(float));
	double *dx = ref_copy(x, in), *dweights = ref_copy(w, conv_weights(s)),
	       *expected = ref_alloc(out);
	double *dy = ref_copy(y, out), *gradient = ref_copy(dw, conv_weights(s));

	is_int(conv_out_w(s), ref_conv_size(s->w, &r), "width after a convolution of width %zu",
		s->w);
	reference_conv_gradient(s, dx, dy, gradient);
	conv_backward(s, x, y, dw, scratch);
	is_near(ref_distance(dw, gradient, conv_weights(s)), 0, sum_tolerance(out / s->out),
		"gradient of the weights is added, %zu × %zu × %zu", s->h, s->w, s->in);
	ref_conv(&r, dx, dweights, NULL, expected);
	conv_forward(s, x, w, y, scratch);
	is_near(ref_distance(y, expected, out), 0, sum_tolerance(9 * s->in),
		"convolution of %zu × %zu × %zu, %zu filters, stride %zu, pad %zu", s->h, s->w,
		s->in, s->out, s->stride, s->pad);
	if (conv_out_h(s) > 2)
		conv_forward_rows(s, x, w, 1, 2, y + conv_out_w(s) * s->out, scratch);
	is_near(ref_distance(y, expected, out), 0, sum_tolerance(9 * s->in), "… and a row of it");
	free(x), free(w), free(y), free(dw), free(scratch), free(dx), free(dweights),
		free(expected);
	free(dy), free(gradient);
}

static void test_conv(void)
{
	static const struct conv_shape shapes[] = {
		{5, 5, 1, 1, 3, 1, 0},
		{7, 9, 3, 5, 3, 1, 1},
		{8, 8, 3, 32, 3, 2, 1},
		{9, 11, 2, 4, 3, 2, 1},
		{1, 1, 4, 3, 3, 1, 1},
		{14, 14, 1, 32, 3, 1, 0},
		{40, 70, 3, 8, 3, 1, 1}, /* more than a strip */
		{6, 7, 2, 3, 1, 1, 0},
		{9, 9, 2, 3, 5, 1, 2},
	};

	for (size_t i = 0; i < sizeof(shapes) / sizeof(*shapes); i++)
		test_conv_shape(&shapes[i]);
}

/* Row by row `strip` of them, each from no more of the image than it says that it needs. */
static void depthwise_in_strips(const struct depthwise_shape *s, size_t strip, const float *x,
	const float *weights, const float *bias, float *y)
{
	size_t rows = depthwise_out(s, s->h), width = depthwise_out(s, s->w);

	for (size_t top = 0; top < rows; top += strip) {
		size_t bottom = top + strip < rows ? top + strip : rows;
		size_t first = depthwise_first(s, top), last = depthwise_last(s, bottom);
		size_t row = s->w * s->c;
		float *part = wl_alloc((last - first) * row, sizeof(*part));

		memcpy(part, x + first * row, (last - first) * row * sizeof(*part));
		depthwise_relu6(s, part, weights, bias, top, bottom, y + top * width * s->c);
		free(part);
	}
}

static void test_depthwise_shape(size_t h, size_t w, size_t c, size_t stride)
{
	const struct depthwise_shape s = {h, w, c, stride};
	struct ref_conv r = {h, w, c, c, 3, stride, 1};
	size_t out = ref_conv_size(h, &r) * ref_conv_size(w, &r) * c;
	float *x = random_floats(h * w * c, 1), *weights = random_floats(9 * c, 2);
	float *y = random_floats(out, 3), *bias = random_floats(c, 4);
	double *dx, *dw = ref_copy(weights, 9 * c), *db = ref_copy(bias, c),
		    *expected = ref_alloc(out);

	for (size_t i = 0; i < h * w * c; i++)
		x[i] *= 6; /* so that both ends are met */
	dx = ref_copy(x, h * w * c);
	is_int(depthwise_out(&s, h) * depthwise_out(&s, w) * c, out,
		"size after a depthwise convolution, stride %zu", stride);
	ref_depthwise(&r, dx, dw, db, expected);
	for (size_t i = 0; i < out; i++)
		expected[i] = fmin(6, fmax(0, expected[i]));
	for (size_t strip = h; strip; strip = strip > 2 ? 2 : strip - 1) {
		depthwise_in_strips(&s, strip, x, weights, bias, y);
		is_near(ref_distance(y, expected, out), 0, sum_tolerance(9),
			"depthwise convolution of %zu × %zu × %zu, stride %zu, %zu rows at a time",
			h, w, c, stride, strip);
	}
	free(x), free(weights), free(y), free(bias), free(dx), free(dw), free(db), free(expected);
}

static void test_depthwise(void)
{
	test_depthwise_shape(1, 1, 7, 1);
	test_depthwise_shape(1, 1, 960, 2);
	test_depthwise_shape(8, 8, 32, 1);
	test_depthwise_shape(8, 6, 33, 2);
	test_depthwise_shape(7, 5, 3, 2);
	test_depthwise_shape(5, 2, 16, 1);
	test_depthwise_shape(5, 2, 16, 2);
	test_depthwise_shape(4, 3, 9, 2);
	test_depthwise_shape(6, 90, 40, 1); /* more than a tile */
}

/* Pooling passes each gradient to one of the four inputs, the one that was the maximum. */
static void test_maxpool_shape(size_t h, size_t w, size_t c)
{
	size_t in = h * w * c, out = h / 2 * (w / 2) * c, wrong = 0;
	float *x = random_floats(in, 1), *y = random_floats(out, 2), *dy = random_floats(out, 3);
	float *dx = random_floats(in, 4);
	double *reference = ref_copy(x, in), *expected = ref_alloc(out), sum = 0, passed = 0;
	uint8_t *winner = wl_alloc(out, 1);

	ref_maxpool(h, w, c, reference, expected);
	maxpool_forward(h, w, c, x, y, winner);
	is_near(ref_distance(y, expected, out), 0, 0, "maximum over 2 × 2 of %zu × %zu × %zu", h, w,
		c);
	maxpool_backward(h, w, c, dy, winner, dx);
	for (size_t i = 0; i < out; i++)
		sum += (double)dy[i] * y[i];
	for (size_t i = 0; i < in; i++) {
		passed += (double)dx[i] * x[i];
		wrong += dx[i] != 0;
	}
	is_near(passed, sum, 1e-9 * (double)in, "its gradient goes to the maximum, %zu × %zu × %zu",
		h, w, c);
	is_int(wrong, out, "and to nothing else");
	free(x), free(y), free(dy), free(dx), free(reference), free(expected), free(winner);
}

static void test_average_pool(void)
{
	enum { PIXELS = 49, C = 5 };
	float *x = random_floats(PIXELS * C, 1), y[C];
	double expected[C] = {0};

	for (int i = 0; i < PIXELS * C; i++)
		expected[i % C] += x[i] / (double)PIXELS;
	global_average_pool(PIXELS, C, x, y);
	is_near(ref_distance(y, expected, C), 0, sum_tolerance(PIXELS), "average over the pixels");
	free(x);
}

/* Adam by its paper, in double precision, for three steps of changing gradients. */
static void test_adam(void)
{
	enum { N = 19, STEPS = 3 };
	const double beta1 = 0.9f, beta2 = 0.999f, rate = 0.01f;
	double w[N], m[N] = {0}, v[N] = {0};
	struct optimizer o;
	struct wl_rng rng;

	optimizer_init(&o, OPTIMIZER_ADAM, (float)rate, N);
	wl_rng_init(&rng, 7, 1);
	wl_rng_fill(&rng, o.values, N, 1.0f);
	for (int i = 0; i < N; i++)
		w[i] = o.values[i];
	for (int t = 1; t <= STEPS; t++) {
		wl_rng_fill(&rng, o.gradients, N, 1.0f);
		optimizer_step(&o);
		for (int i = 0; i < N; i++) {
			double g = o.gradients[i];

			m[i] = beta1 * m[i] + (1 - beta1) * g;
			v[i] = beta2 * v[i] + (1 - beta2) * g * g;
			w[i] -= rate * m[i] / (1 - pow(beta1, t)) /
				(sqrt(v[i] / (1 - pow(beta2, t))) + 1e-7);
		}
	}
	is_near(ref_distance(o.values, w, N), 0, 1e-5,
		"three steps of Adam are those of its paper");
	optimizer_release(&o);
}

static void test_sgd(void)
{
	struct optimizer o;

	optimizer_init(&o, OPTIMIZER_SGD, 0.5f, 2);
	o.values[0] = 1;
	o.gradients[0] = 2;
	o.gradients[1] = -1;
	optimizer_step(&o);
	ok(o.values[0] == 0 && o.values[1] == 0.5f,
		"a step of gradient descent goes down the slope");
	optimizer_release(&o);
}

int main(void)
{
	printf("# %s, %s\n", wl_backend.variant, wl_backend.path());
	test_gemm();
	test_gemm_leading_dimension();
	test_add();
	test_scalar();
	test_conv();
	test_depthwise();
	test_maxpool_shape(4, 6, 3);
	test_maxpool_shape(5, 7, 32);
	test_maxpool_shape(2, 3, 1);
	test_average_pool();
	test_adam();
	test_sgd();
	return done_testing();
}
