/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/mobilenet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/nn/conv.h"
#include "workloads/nn/layers.h"
#include "workloads/nn/linalg.h"
#include "workloads/wl.h"

enum { STREAM_WEIGHTS = 400 };

/* Expansion factor, output channels, repetitions, stride of the first. */
static const struct {
	size_t expand, out;
	int repeat;
	size_t stride;
} blocks[] = {
	{1, 16, 1, 1},
	{6, 24, 2, 2},
	{6, 32, 3, 2},
	{6, 64, 4, 2},
	{6, 96, 3, 1},
	{6, 160, 3, 2},
	{6, 320, 1, 1},
};

static size_t out_size(const struct mobilenet_layer *l)
{
	return (l->size + l->stride - 1) / l->stride;
}

static size_t weight_count(const struct mobilenet_layer *l)
{
	switch (l->kind) {
	case MOBILENET_CONV:
		return 9 * l->in * l->out;
	case MOBILENET_POINTWISE:
		return l->in * l->out;
	case MOBILENET_DEPTHWISE:
		return 9 * l->in;
	}
	return 0;
}

static struct mobilenet_layer *add_layer(struct mobilenet *net, struct mobilenet_layer layer)
{
	if (net->layers == MOBILENET_MAX_LAYERS)
		abort();
	net->layer[net->layers] = layer;
	net->parameters += weight_count(&layer) + layer.out;
	return &net->layer[net->layers++];
}

/* Adds an inverted residual block; returns the size of its output. */
static size_t add_block(
	struct mobilenet *net, size_t size, size_t in, size_t out, size_t expand, size_t stride)
{
	size_t wide = in * expand;
	struct mobilenet_layer depthwise = {
		MOBILENET_DEPTHWISE, size, wide, wide, stride, .relu6 = 1};
	struct mobilenet_layer *first;
	size_t shrunk = out_size(&depthwise);

	if (expand > 1) {
		first = add_layer(net, (struct mobilenet_layer){
					       MOBILENET_POINTWISE, size, in, wide, 1, .relu6 = 1});
		add_layer(net, depthwise);
	} else {
		first = add_layer(net, depthwise);
	}
	first->opens = 1;
	add_layer(net, (struct mobilenet_layer){MOBILENET_POINTWISE, shrunk, wide, out, 1,
			       .shortcut = stride == 1 && in == out});
	return shrunk;
}

void mobilenet_plan(struct mobilenet *net, size_t size, size_t batch)
{
	size_t channels = 32;
	struct mobilenet_layer *stem;

	*net = (struct mobilenet){.size = size, .batch = batch};
	stem = add_layer(
		net, (struct mobilenet_layer){MOBILENET_CONV, size, 3, channels, 2, .relu6 = 1});
	size = out_size(stem);
	for (size_t b = 0; b < sizeof(blocks) / sizeof(*blocks); b++)
		for (int i = 0; i < blocks[b].repeat; i++) {
			size = add_block(net, size, channels, blocks[b].out, blocks[b].expand,
				i == 0 ? blocks[b].stride : 1);
			channels = blocks[b].out;
		}
	add_layer(net, (struct mobilenet_layer){MOBILENET_POINTWISE, size, channels,
			       MOBILENET_FEATURES, 1, .relu6 = 1});
}

static struct conv_shape conv_shape(const struct mobilenet_layer *l)
{
	return (struct conv_shape){.h = l->size,
		.w = l->size,
		.in = l->in,
		.out = l->out,
		.kernel = 3,
		.stride = l->stride,
		.pad = 1};
}

/* Uniform weights of variance 2 / fan-in before ReLU6 and 1 / fan-in elsewhere, so that the
 * activations neither vanish nor saturate; the biases stand for the folded normalisation. */
static void fill_weights(struct mobilenet *net, uint64_t seed)
{
	float *at = net->weights;
	struct wl_rng rng;

	wl_rng_init(&rng, seed, STREAM_WEIGHTS);
	for (int i = 0; i < net->layers; i++) {
		struct mobilenet_layer *l = &net->layer[i];
		size_t fan_in = weight_count(l) / l->out;

		l->weights = at;
		wl_rng_fill(
			&rng, at, weight_count(l), sqrtf((l->relu6 ? 6.0f : 3.0f) / (float)fan_in));
		at += weight_count(l);
		l->bias = at;
		wl_rng_fill(&rng, at, l->out, 0.1f);
		at += l->out;
	}
}

void mobilenet_init(struct mobilenet *net, size_t size, size_t batch, uint64_t seed)
{
	struct conv_shape stem;
	size_t largest = 0, kept = 0;

	mobilenet_plan(net, size, batch);
	for (int i = 0; i < net->layers; i++) {
		const struct mobilenet_layer *l = &net->layer[i];
		size_t in = l->size * l->size * l->in, out = out_size(l) * out_size(l) * l->out;

		largest = out > largest ? out : largest;
		kept = l->opens && in > kept ? in : kept;
	}
	stem = conv_shape(&net->layer[0]);
	net->weights = wl_alloc(net->parameters, sizeof(float));
	net->front = wl_alloc(batch * largest, sizeof(float));
	net->back = wl_alloc(batch * largest, sizeof(float));
	net->kept = wl_alloc(batch * kept, sizeof(float));
	net->scratch = wl_alloc(conv_scratch(&stem), sizeof(float));
	fill_weights(net, seed);
}

/* y = the layer's linear part of x. */
static void apply(
	const struct mobilenet *net, const struct mobilenet_layer *l, const float *x, float *y)
{
	size_t in = l->size * l->size * l->in, out = out_size(l) * out_size(l) * l->out;
	struct conv_shape conv = conv_shape(l);

	if (l->kind == MOBILENET_POINTWISE) {
		linalg_gemm(net->batch * l->size * l->size, l->out, l->in,
			(struct matrix){x, l->in, false},
			(struct matrix){l->weights, l->out, false}, y, l->out, false);
		return;
	}
	for (size_t i = 0; i < net->batch; i++, x += in, y += out) {
		if (l->kind == MOBILENET_CONV)
			conv_forward(&conv, x, l->weights, y, net->scratch);
		else
			depthwise_forward(l->size, l->size, l->in, l->stride, x, l->weights, y);
	}
}

static void add_shortcut(size_t n, const float *restrict kept, float *restrict y)
{
	for (size_t i = 0; i < n; i++)
		y[i] += kept[i];
}

void mobilenet_forward(struct mobilenet *net, const float *images, float *features)
{
	const struct mobilenet_layer *last = &net->layer[net->layers - 1];
	size_t pixels = last->size * last->size;
	const float *x = images;
	float *y = net->front;

	for (int i = 0; i < net->layers; i++) {
		const struct mobilenet_layer *l = &net->layer[i];
		size_t rows = net->batch * out_size(l) * out_size(l);

		if (l->opens)
			memcpy(net->kept, x,
				net->batch * l->size * l->size * l->in * sizeof(float));
		apply(net, l, x, y);
		(l->relu6 ? bias_relu6 : bias_add)(rows, l->out, y, l->bias);
		if (l->shortcut)
			add_shortcut(rows * l->out, net->kept, y);
		x = y;
		y = y == net->front ? net->back : net->front;
	}
	for (size_t i = 0; i < net->batch; i++)
		global_average_pool(pixels, MOBILENET_FEATURES, x + i * pixels * MOBILENET_FEATURES,
			features + i * MOBILENET_FEATURES);
}

uint64_t mobilenet_flop(const struct mobilenet *net)
{
	uint64_t flop = 0;

	for (int i = 0; i < net->layers; i++)
		flop += 2 * net->batch * out_size(&net->layer[i]) * out_size(&net->layer[i]) *
			weight_count(&net->layer[i]);
	return flop;
}

void mobilenet_release(struct mobilenet *net)
{
	free(net->weights);
	free(net->front);
	free(net->back);
	free(net->kept);
	free(net->scratch);
}
