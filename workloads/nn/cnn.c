/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/cnn.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_WEIGHTS = 100 };

static struct conv_shape conv_shape(const struct cnn_shape *s)
{
	return (struct conv_shape){.h = s->data.h,
		.w = s->data.w,
		.in = s->data.c,
		.out = s->filters,
		.kernel = 3,
		.stride = 1,
		.pad = s->pad};
}

static struct dense_shape dense_shape(const struct cnn_shape *s)
{
	struct conv_shape conv = conv_shape(s);
	size_t pooled = (conv_out_h(&conv) / 2) * (conv_out_w(&conv) / 2) * s->filters;

	return (struct dense_shape){.batch = s->batch, .in = pooled, .out = s->data.classes};
}

static size_t parameters(const struct cnn_shape *s)
{
	struct conv_shape conv = conv_shape(s);
	struct dense_shape dense = dense_shape(s);

	return conv_weights(&conv) + conv.out + dense.in * dense.out + dense.out;
}

static void divide_parameters(struct cnn *s)
{
	size_t conv = conv_weights(&s->conv), dense = s->dense.in * s->dense.out;
	float *w = s->optimizer.values, *g = s->optimizer.gradients;

	s->conv_w = w;
	s->conv_b = w + conv;
	s->dense_w = s->conv_b + s->conv.out;
	s->dense_b = s->dense_w + dense;
	s->conv_dw = g;
	s->conv_db = g + conv;
	s->dense_dw = s->conv_db + s->conv.out;
	s->dense_db = s->dense_dw + dense;
}

/* Uniform weights of variance 2 / fan-in and 1 / fan-in (He, Glorot), zero biases. */
static void draw_weights(struct cnn *s, uint64_t seed)
{
	float fan_in = (float)(9 * s->conv.in);
	struct wl_rng rng;

	wl_rng_init(&rng, seed, STREAM_WEIGHTS);
	wl_rng_fill(&rng, s->conv_w, conv_weights(&s->conv), sqrtf(6.0f / fan_in));
	wl_rng_fill(&rng, s->dense_w, s->dense.in * s->dense.out, sqrtf(3.0f / (float)s->dense.in));
}

void *cnn_setup(const void *arg, uint64_t seed)
{
	const struct cnn_shape *shape = arg;
	struct cnn *s = wl_alloc(1, sizeof(*s));
	size_t batch = shape->batch, classes = shape->data.classes;
	size_t pixels = shape->data.h * shape->data.w;

	s->shape = *shape;
	s->conv = conv_shape(shape);
	s->dense = dense_shape(shape);
	samples_init(&s->data, &shape->data, seed);
	optimizer_init(&s->optimizer, shape->rule, shape->rate, parameters(shape));
	divide_parameters(s);
	s->images = wl_alloc(batch * pixels * s->conv.in, sizeof(float));
	s->maps =
		wl_alloc(conv_out_h(&s->conv) * conv_out_w(&s->conv) * s->conv.out, sizeof(float));
	s->scratch = wl_alloc(conv_scratch(&s->conv), sizeof(float));
	s->features = wl_alloc(batch * s->dense.in, sizeof(float));
	s->dfeatures = wl_alloc(batch * s->dense.in, sizeof(float));
	s->winner = wl_alloc(batch * s->dense.in, 1);
	s->logits = wl_alloc(batch * classes, sizeof(float));
	s->dlogits = wl_alloc(batch * classes, sizeof(float));
	s->targets = wl_alloc(batch * classes, sizeof(float));
	s->labels = wl_alloc(batch, 1);
	draw_weights(s, seed);
	return s;
}

static void load_batch(struct cnn *s)
{
	size_t classes = s->dense.out;

	memset(s->targets, 0, s->shape.batch * classes * sizeof(float));
	for (size_t i = 0; i < s->shape.batch; i++) {
		s->labels[i] = samples_load(&s->data, s->next + i, s->images + i * s->data.size);
		s->targets[i * classes + s->labels[i]] = 1.0f;
	}
	s->next = (s->next + s->shape.batch) % s->shape.data.count;
}

static void forward_image(struct cnn *s, size_t i)
{
	size_t h = conv_out_h(&s->conv), w = conv_out_w(&s->conv);

	conv_forward(&s->conv, s->images + i * s->data.size, s->conv_w, s->maps, s->scratch);
	bias_relu(h * w, s->conv.out, s->maps, s->conv_b);
	maxpool_forward(h, w, s->conv.out, s->maps, s->features + i * s->dense.in,
		s->winner + i * s->dense.in);
}

/* The maximum passes the gradient on only where ReLU did, that is where the feature is not 0. */
static void backward_image(struct cnn *s, size_t i)
{
	size_t h = conv_out_h(&s->conv), w = conv_out_w(&s->conv);
	float *dfeatures = s->dfeatures + i * s->dense.in;

	relu_backward(s->dense.in, s->features + i * s->dense.in, dfeatures);
	maxpool_backward(h, w, s->conv.out, dfeatures, s->winner + i * s->dense.in, s->maps);
	bias_backward(h * w, s->conv.out, s->maps, s->conv_db);
	conv_backward(&s->conv, s->images + i * s->data.size, s->maps, s->conv_dw, s->scratch);
}

void cnn_iterate(void *state)
{
	struct cnn *s = state;
	size_t batch = s->shape.batch, classes = s->dense.out;

	load_batch(s);
	for (size_t i = 0; i < batch; i++)
		forward_image(s, i);
	dense_forward(&s->dense, s->features, s->dense_w, s->dense_b, s->logits);
	s->loss = s->shape.categorical
			  ? softmax_categorical(batch, classes, s->logits, s->targets, s->dlogits)
			  : softmax_sparse(batch, classes, s->logits, s->labels, s->dlogits);
	dense_backward(&s->dense, s->features, s->dense_w, s->dlogits, s->dense_dw, s->dense_db,
		s->dfeatures);
	memset(s->conv_dw, 0, conv_weights(&s->conv) * sizeof(float));
	memset(s->conv_db, 0, s->conv.out * sizeof(float));
	for (size_t i = 0; i < batch; i++)
		backward_image(s, i);
	optimizer_step(&s->optimizer);
}

double cnn_loss(const void *state)
{
	return ((const struct cnn *)state)->loss;
}

void cnn_digest(const void *state, struct wl_digest *digest)
{
	const struct cnn *s = state;

	wl_digest_value(digest, s->loss);
	wl_digest_tensor(digest, s->optimizer.values, s->optimizer.count);
}

struct wl_work cnn_work(const void *arg)
{
	const struct cnn_shape *s = arg;
	struct conv_shape conv = conv_shape(s);
	struct dense_shape dense = dense_shape(s);
	double conv_passes = 2 * (double)s->batch * conv_flop(&conv);
	double dense_passes = 3 * 2.0 * (double)(s->batch * dense.in * dense.out);

	return (struct wl_work){.flop = (uint64_t)(conv_passes + dense_passes),
		.bytes = s->batch * conv.h * conv.w * conv.in +
			 optimizer_bytes(s->rule, parameters(s))};
}

void cnn_release(void *state)
{
	struct cnn *s = state;

	samples_release(&s->data);
	optimizer_release(&s->optimizer);
	free(s->images);
	free(s->maps);
	free(s->scratch);
	free(s->features);
	free(s->dfeatures);
	free(s->winner);
	free(s->logits);
	free(s->dlogits);
	free(s->targets);
	free(s->labels);
	free(s);
}
