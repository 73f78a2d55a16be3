/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole models against the double-precision reference: the loss of a step, its gradient against
 * finite differences of the reference loss (independent of any backward code), and the features of
 * MobileNetV2 layer by layer from the paper's table.
 */
#include <math.h>
#include <stdlib.h>

#include "tests/unit/tap.h"
#include "tests/workloads/reference.h"
#include "workloads/nn/cnn.h"
#include "workloads/nn/layers.h"
#include "workloads/nn/mlp.h"
#include "workloads/nn/mobilenet.h"
#include "workloads/wl.h"

/* The loss of a model whose parameters are `w`. */
typedef double loss_fn(const void *model, const double *w);

/* max over some of the parameters of |analytic - numeric|, relative to the largest analytic one. */
static double gradient_error(
	loss_fn *loss, const void *model, double *w, const float *gradient, size_t n, size_t step)
{
	double error = 0, scale = 0;

	for (size_t i = 0; i < n; i += step) {
		const double h = 1e-6;
		double was = w[i], up, down;

		w[i] = was + h;
		up = loss(model, w);
		w[i] = was - h;
		down = loss(model, w);
		w[i] = was;
		error = fmax(error, fabs((up - down) / (2 * h) - gradient[i]));
		scale = fmax(scale, fabs(gradient[i]));
	}
	return scale > 0 ? error / scale : INFINITY;
}

/* y[rows × out] = x·w + b, parameters in the order w, b. */
static void reference_dense(
	size_t rows, size_t in, size_t out, const double *x, const double *w, double *y)
{
	ref_product(rows, out, in, x, w, y);
	for (size_t i = 0; i < rows * out; i++)
		y[i] += w[in * out + i % out];
}

/* ---- perceptron ---- */

struct mlp_case {
	struct mlp model;
	double *x;
	uint8_t *labels;
};

static double mlp_reference_loss(const void *arg, const double *w)
{
	const struct mlp_case *c = arg;
	const struct mlp_shape *s = &c->model.shape;
	double *hidden = ref_alloc(s->batch * s->hidden), *logits = ref_alloc(s->batch * s->out),
	       loss;

	reference_dense(s->batch, s->in, s->hidden, c->x, w, hidden);
	ref_clamp(s->batch * s->hidden, hidden, 0, INFINITY);
	reference_dense(s->batch, s->hidden, s->out, hidden, w + (s->in + 1) * s->hidden, logits);
	loss = s->out > 1 ? ref_softmax_loss(s->batch, s->out, logits, c->labels)
			  : ref_sigmoid_loss(s->batch, logits, c->labels);
	free(hidden), free(logits);
	return loss;
}

static void test_mlp(size_t batch, size_t in, size_t hidden, size_t out)
{
	struct mlp_shape shape = {batch, in, hidden, out, OPTIMIZER_SGD, 0.1f};
	struct mlp_case c = {0};
	struct wl_rng rng;
	float *x = wl_alloc(batch * in, sizeof(float));
	double *before, loss, after;

	mlp_init(&c.model, &shape);
	mlp_reset(&c.model, 3);
	wl_rng_init(&rng, 5, 1);
	wl_rng_fill(&rng, x, batch * in, 1.0f);
	c.x = ref_copy(x, batch * in);
	c.labels = wl_alloc(batch, 1);
	for (size_t i = 0; i < batch; i++)
		c.labels[i] = (uint8_t)wl_rng_below(&rng, out > 1 ? (uint32_t)out : 2);
	before = ref_copy(c.model.optimizer.values, c.model.optimizer.count);
	loss = mlp_step(&c.model, x, c.labels);
	is_near(loss, mlp_reference_loss(&c, before), 1e-5, "loss of a %zu-%zu-%zu perceptron", in,
		hidden, out);
	is_near(gradient_error(mlp_reference_loss, &c, before, c.model.optimizer.gradients,
			c.model.optimizer.count, 1),
		0, 1e-4, "its gradient agrees with finite differences");
	after = mlp_step(&c.model, x, c.labels);
	ok(after < loss, "a step on the same batch lowers the loss (%g to %g)", loss, after);
	mlp_release(&c.model);
	free(x), free(c.x), free(c.labels), free(before);
}

/* ---- convolutional classifier ---- */

static double cnn_reference_loss(const void *arg, const double *w)
{
	const struct cnn *s = arg;
	struct ref_conv conv = {s->conv.h, s->conv.w, s->conv.in, s->conv.out, 3, 1, s->conv.pad};
	size_t h = ref_conv_size(conv.h, &conv), width = ref_conv_size(conv.w, &conv);
	size_t batch = s->shape.batch, pooled = h / 2 * (width / 2) * conv.out;
	size_t weights = 9 * conv.in * conv.out;
	double *x = ref_copy(s->images, batch * conv.h * conv.w * conv.in);
	double *map = ref_alloc(h * width * conv.out), *features = ref_alloc(batch * pooled);
	double *logits = ref_alloc(batch * s->dense.out), loss;

	for (size_t i = 0; i < batch; i++) {
		ref_conv(&conv, x + i * conv.h * conv.w * conv.in, w, w + weights, map);
		ref_clamp(h * width * conv.out, map, 0, INFINITY);
		ref_maxpool(h, width, conv.out, map, features + i * pooled);
	}
	reference_dense(batch, pooled, s->dense.out, features, w + weights + conv.out, logits);
	loss = ref_softmax_loss(batch, s->dense.out, logits, s->labels);
	free(x), free(map), free(features), free(logits);
	return loss;
}

static void test_cnn(const struct cnn_shape *shape)
{
	struct cnn *s = cnn_setup(shape, 3);
	double *before = ref_copy(s->optimizer.values, s->optimizer.count);

	cnn_iterate(s);
	is_near(cnn_loss(s), cnn_reference_loss(s, before), 1e-5,
		"loss of the classifier on %zu × %zu × %zu", shape->data.h, shape->data.w,
		shape->data.c);
	is_near(gradient_error(cnn_reference_loss, s, before, s->optimizer.gradients,
			s->optimizer.count, 7),
		0, 1e-4, "its gradient agrees with finite differences");
	free(before);
	cnn_release(s);
}

/* Batches go round the set: after count ÷ batch of them the first comes again. */
static void test_cnn_goes_round(void)
{
	struct cnn_shape shape = {
		.data = {.count = 6, .h = 6, .w = 6, .c = 1, .classes = 3, .patch = 2},
		.batch = 2,
		.filters = 4,
		.rule = OPTIMIZER_SGD,
		.rate = 0};
	struct cnn *s = cnn_setup(&shape, 3);
	double losses[6];

	for (int i = 0; i < 6; i++) {
		cnn_iterate(s);
		losses[i] = cnn_loss(s);
	}
	ok(losses[0] == losses[3] && losses[1] == losses[4] && losses[2] == losses[5],
		"without learning, the losses repeat when the set begins again");
	ok(losses[0] != losses[1] && losses[1] != losses[2], "and its batches differ");
	cnn_release(s);
}

/* ---- MobileNetV2 ---- */

/* An image on its way through the reference. */
struct image {
	size_t size, channels;
	double *x;
	const double *weights; /* the next layer's */
};

static void convolve(
	struct image *im, size_t kernel, size_t stride, size_t out, int depthwise, double high)
{
	struct ref_conv c = {im->size, im->size, im->channels, out, kernel, stride, kernel / 2};
	size_t size = ref_conv_size(im->size, &c);
	size_t weights = kernel * kernel * (depthwise ? 1 : im->channels) * out;
	double *y = ref_alloc(size * size * out);

	(depthwise ? ref_depthwise : ref_conv)(&c, im->x, im->weights, im->weights + weights, y);
	if (high > 0)
		ref_clamp(size * size * out, y, 0, high);
	free(im->x);
	*im = (struct image){size, out, y, im->weights + weights + out};
}

static void inverted_residual(struct image *im, size_t expand, size_t out, size_t stride)
{
	size_t in = im->channels, n = im->size * im->size * in;
	double *kept = ref_alloc(n);

	memcpy(kept, im->x, n * sizeof(*kept));
	if (expand != 1)
		convolve(im, 1, 1, in * expand, 0, 6);
	convolve(im, 3, stride, in * expand, 1, 6);
	convolve(im, 1, 1, out, 0, 0);
	for (size_t i = 0; stride == 1 && in == out && i < n; i++)
		im->x[i] += kept[i];
	free(kept);
}

/* Table 2 of the paper: t, c, n, s. */
static void reference_mobilenet(struct image *im, double *features)
{
	static const size_t table[7][4] = {{1, 16, 1, 1}, {6, 24, 2, 2}, {6, 32, 3, 2},
		{6, 64, 4, 2}, {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

	convolve(im, 3, 2, 32, 0, 6);
	for (int i = 0; i < 7; i++)
		for (size_t j = 0; j < table[i][2]; j++)
			inverted_residual(im, table[i][0], table[i][1], j == 0 ? table[i][3] : 1);
	convolve(im, 1, 1, 1280, 0, 6);
	for (size_t i = 0; i < im->size * im->size * 1280; i++)
		features[i % 1280] += im->x[i] / (double)(im->size * im->size);
}

static void test_mobilenet(size_t size)
{
	enum { BATCH = 2 };
	struct mobilenet net;
	struct wl_rng rng;
	size_t pixels = size * size * 3;
	float *x = wl_alloc(BATCH * pixels, sizeof(float)), features[BATCH * MOBILENET_FEATURES];
	double *dx, *weights, *expected = ref_alloc(BATCH * MOBILENET_FEATURES), active = 0;

	mobilenet_init(&net, size, BATCH, 3);
	wl_rng_init(&rng, 5, 1);
	wl_rng_fill(&rng, x, BATCH * pixels, 1.0f);
	dx = ref_copy(x, BATCH * pixels);
	weights = ref_copy(net.weights, net.parameters);
	for (size_t i = 0; i < BATCH; i++) {
		struct image im = {size, 3, ref_alloc(pixels), weights};

		memcpy(im.x, dx + i * pixels, pixels * sizeof(double));
		reference_mobilenet(&im, expected + i * MOBILENET_FEATURES);
		is_int(im.weights - weights, net.parameters,
			"every layer's weights are used, image %zu", i);
		free(im.x);
	}
	mobilenet_forward(&net, x, features);
	is_near(ref_distance(features, expected, BATCH * MOBILENET_FEATURES), 0, 1e-5,
		"features of MobileNetV2 on %zu × %zu", size, size);
	for (size_t i = 0; i < BATCH * MOBILENET_FEATURES; i++)
		active += expected[i] > 0.01 && expected[i] < 5.99;
	ok(active > 0.3 * BATCH * MOBILENET_FEATURES,
		"features neither vanish nor saturate (%g active)", active);
	mobilenet_release(&net);
	free(x), free(dx), free(weights), free(expected);
}

/* Known figures: Keras counts 2,257,984 parameters without the classifier, 4 of them per channel
 * for normalisation, of 17,056 channels; folding leaves 1. The paper has 300 million multiply-adds.
 */
static void test_mobilenet_size(void)
{
	struct mobilenet net;

	mobilenet_plan(&net, 224, 1);
	is_int(net.layers, 52, "MobileNetV2 has 52 convolutions");
	is_int(net.parameters, 2257984 - 3 * 17056, "parameters of MobileNetV2 without classifier");
	is_near((double)mobilenet_flop(&net) / 2e6, 300, 3, "its multiply-adds, in millions");
}

/* ---- losses ---- */

static void test_categorical_is_sparse(void)
{
	enum { BATCH = 5, CLASSES = 7 };
	float logits[BATCH * CLASSES], targets[BATCH * CLASSES] = {0};
	float sparse[BATCH * CLASSES], categorical[BATCH * CLASSES];
	uint8_t labels[BATCH];
	struct wl_rng rng;
	double *reference;
	int differing = 0;

	wl_rng_init(&rng, 9, 1);
	wl_rng_fill(&rng, logits, BATCH * CLASSES, 20.0f);
	for (int i = 0; i < BATCH; i++) {
		labels[i] = (uint8_t)wl_rng_below(&rng, CLASSES);
		targets[i * CLASSES + labels[i]] = 1;
	}
	reference = ref_copy(logits, BATCH * CLASSES);
	is_near(softmax_sparse(BATCH, CLASSES, logits, labels, sparse),
		ref_softmax_loss(BATCH, CLASSES, reference, labels), 1e-5, "sparse cross-entropy");
	is_near(softmax_categorical(BATCH, CLASSES, logits, targets, categorical),
		ref_softmax_loss(BATCH, CLASSES, reference, labels), 1e-5,
		"categorical cross-entropy");
	for (int i = 0; i < BATCH * CLASSES; i++)
		differing += fabsf(sparse[i] - categorical[i]) > 1e-7f;
	is_int(differing, 0, "both have the same gradient");
	free(reference);
}

int main(void)
{
	printf("# %s, %s\n", wl_backend.variant, wl_backend.path());
	test_categorical_is_sparse();
	test_mlp(4, 5, 7, 3);
	test_mlp(3, 10, 17, 1);
	test_mlp(32, 13, 16, 10);
	test_cnn(&(const struct cnn_shape){
		.data = {.count = 5, .h = 9, .w = 8, .c = 3, .classes = 4, .patch = 2},
		.batch = 3,
		.filters = 5,
		.rate = 0.1f});
	test_cnn(&(const struct cnn_shape){
		.data = {.count = 4, .h = 8, .w = 11, .c = 1, .classes = 10, .patch = 2},
		.batch = 4,
		.filters = 8,
		.pad = 1,
		.categorical = true,
		.rule = OPTIMIZER_ADAM,
		.rate = 1e-3f});
	test_cnn_goes_round();
	test_mobilenet_size();
	test_mobilenet(32);
	test_mobilenet(23);
	test_mobilenet(160); /* in strips of rows */
	return done_testing();
}
