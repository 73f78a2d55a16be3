/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/mobilenet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/nn/conv.h"
#include "workloads/nn/depthwise.h"
#include "workloads/nn/layers.h"
#include "workloads/nn/linalg.h"
#include "workloads/wl.h"

enum { STREAM_WEIGHTS = 400 };

/* Bytes of a strip between the layers of a block, a share of L2; and of small images as many at a
 * time as make the matrix products worth their packing. */
enum { STRIP_BYTES = 224 << 10, GROUP_PIXELS = 392 };

enum { BLOCK_LAYERS = 3 };

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
	size_t shrunk = out_size(&depthwise);

	if (expand > 1)
		add_layer(net, (struct mobilenet_layer){
				       MOBILENET_POINTWISE, size, in, wide, 1, .relu6 = 1});
	add_layer(net, depthwise);
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

static struct depthwise_shape depthwise_shape(const struct mobilenet_layer *l)
{
	return (struct depthwise_shape){
		.h = l->size, .w = l->size, .c = l->in, .stride = l->stride};
}

/* ---- strips ---- */

/* How a block is cut: so many rows of its result at a time, or, where that is all of them, so many
 * images. */
struct cut {
	size_t rows, images;
};

static struct cut cut_block(const struct mobilenet *net, const struct mobilenet_layer *l)
{
	const struct mobilenet_layer *depthwise = &l[1];
	size_t fit = STRIP_BYTES / (depthwise->size * depthwise->in * sizeof(float));
	size_t rows = fit > 3 ? (fit - 3) / depthwise->stride + 1 : 1;
	size_t images = GROUP_PIXELS / (depthwise->size * depthwise->size);

	if (rows < out_size(depthwise) && images < 2)
		return (struct cut){rows, 1};
	images = images ? images : 1;
	return (struct cut){out_size(depthwise), images < net->batch ? images : net->batch};
}

/* Rows of the depthwise layer's input that a strip needs at most. */
static size_t wide_rows(const struct mobilenet_layer *l, struct cut cut)
{
	size_t rows = (cut.rows - 1) * l[1].stride + 3;

	return rows < l[1].size ? rows : l[1].size;
}

static const struct mobilenet_layer *last_layer(const struct mobilenet *net)
{
	return &net->layer[net->layers - 1];
}

static size_t larger(size_t a, size_t b)
{
	return a > b ? a : b;
}

void mobilenet_init(struct mobilenet *net, size_t size, size_t batch, uint64_t seed)
{
	const struct mobilenet_layer *last;
	struct conv_shape stem;
	size_t between = 0, wide = 0, thin = 0;

	mobilenet_plan(net, size, batch);
	for (int i = 0; i + BLOCK_LAYERS <= net->layers; i += BLOCK_LAYERS) {
		const struct mobilenet_layer *l = &net->layer[i];
		struct cut cut = cut_block(net, l);
		size_t out = out_size(&l[1]);

		between = larger(between, batch * out * out * l[2].out);
		wide = larger(wide, cut.images * wide_rows(l, cut) * l[1].size * l[1].in);
		thin = larger(thin, cut.images * cut.rows * out * l[1].in);
	}
	last = last_layer(net);
	wide = larger(wide, batch * last->size * last->size * last->out);
	stem = conv_shape(&net->layer[0]);
	net->weights = wl_alloc(net->parameters, sizeof(float));
	net->front = wl_alloc(between, sizeof(float));
	net->back = wl_alloc(between, sizeof(float));
	net->wide = wl_alloc(wide, sizeof(float));
	net->thin = wl_alloc(thin, sizeof(float));
	net->scratch = wl_alloc(conv_scratch(&stem), sizeof(float));
	fill_weights(net, seed);
}

/* pixels × out = pixels × in, without bias. */
static void pointwise(const struct mobilenet_layer *l, size_t pixels, const float *x, float *y)
{
	linalg_gemm(pixels, l->out, l->in, (struct matrix){x, l->in, false},
		(struct matrix){l->weights, l->out, false}, y, l->out, false);
}

/* Rows [from, to) of a block's first layer; of several images all rows. */
static void widen(const struct mobilenet *net, const struct mobilenet_layer *l, const float *x,
	size_t images, size_t from, size_t to, float *y)
{
	size_t out = out_size(l), pixels = images * (to - from) * out;
	struct conv_shape conv = conv_shape(l);

	if (l->kind == MOBILENET_POINTWISE)
		pointwise(l, pixels, x + from * l->size * l->in, y);
	for (size_t i = 0; l->kind == MOBILENET_CONV && i < images; i++)
		conv_forward_rows(&conv, x + i * l->size * l->size * l->in, l->weights, from, to,
			y + i * out * out * l->out, net->scratch);
	bias_relu6(pixels, l->out, y, l->bias);
}

/* y = y + bias (+ the block's input). */
static void finish(const struct mobilenet_layer *l, size_t pixels, const float *restrict input,
	float *restrict y)
{
	bias_add(pixels, l->out, y, l->bias);
	for (size_t i = 0; l->shortcut && i < pixels * l->out; i++)
		y[i] += input[i];
}

/* Rows [top, bottom) of some images' results; the strip above has left rows [first, have) of the
 * depthwise layer's input in net->wide. */
static void run_strip(struct mobilenet *net, const struct mobilenet_layer *l, const float *x,
	float *y, size_t images, size_t top, size_t bottom, size_t have)
{
	struct depthwise_shape shape = depthwise_shape(&l[1]);
	size_t first = depthwise_first(&shape, top), last = depthwise_last(&shape, bottom);
	size_t row = shape.w * shape.c, out = out_size(&l[1]);
	size_t pixels = images * (bottom - top) * out;

	widen(net, &l[0], x, images, have, last, net->wide + (have - first) * row);
	for (size_t i = 0; i < images; i++)
		depthwise_relu6(&shape, net->wide + i * shape.h * row, l[1].weights, l[1].bias, top,
			bottom, net->thin + i * out * out * shape.c);
	y += top * out * l[2].out;
	pointwise(&l[2], pixels, net->thin, y);
	finish(&l[2], pixels, x + top * out * l[0].in, y);
}

/* A block of some images. */
static void run_block(struct mobilenet *net, const struct mobilenet_layer *l, struct cut cut,
	const float *x, float *y, size_t images)
{
	struct depthwise_shape shape = depthwise_shape(&l[1]);
	size_t row = shape.w * shape.c, out = out_size(&l[1]), have = 0, was = 0;

	for (size_t top = 0; top < out; top += cut.rows) {
		size_t bottom = top + cut.rows < out ? top + cut.rows : out;
		size_t first = depthwise_first(&shape, top);

		/* The rows that two strips share are few. */
		memmove(net->wide, net->wide + (first - was) * row,
			(have - first) * row * sizeof(float));
		run_strip(net, l, x, y, images, top, bottom, have);
		have = depthwise_last(&shape, bottom);
		was = first;
	}
}

void mobilenet_forward(struct mobilenet *net, const float *images, float *features)
{
	const struct mobilenet_layer *last = last_layer(net);
	size_t pixels = last->size * last->size;
	const float *x = images;
	float *y = net->front;

	for (const struct mobilenet_layer *l = net->layer; l < last; l += BLOCK_LAYERS) {
		struct cut cut = cut_block(net, l);
		size_t in = l->size * l->size * l->in;
		size_t out = out_size(&l[1]) * out_size(&l[1]) * l[2].out;

		for (size_t i = 0; i < net->batch; i += cut.images)
			run_block(net, l, cut, x + i * in, y + i * out,
				cut.images < net->batch - i ? cut.images : net->batch - i);
		x = y;
		y = y == net->front ? net->back : net->front;
	}
	pointwise(last, net->batch * pixels, x, net->wide);
	bias_relu6(net->batch * pixels, last->out, net->wide, last->bias);
	for (size_t i = 0; i < net->batch; i++)
		global_average_pool(pixels, MOBILENET_FEATURES,
			net->wide + i * pixels * MOBILENET_FEATURES,
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
	free(net->wide);
	free(net->thin);
	free(net->scratch);
}
