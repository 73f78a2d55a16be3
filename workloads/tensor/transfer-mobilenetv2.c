/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Transfer learning: a frozen MobileNetV2 as feature extractor, a dense layer of 10 trained on top.
 */
#include "workloads/wl.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/nn/layers.h"
#include "workloads/nn/mobilenet.h"
#include "workloads/nn/optimizer.h"
#include "workloads/nn/samples.h"

enum { STREAM_HEAD = 500, CLASSES = 10, HEAD = (MOBILENET_FEATURES + 1) * CLASSES };

struct shape {
	size_t size;  /* height and width of the images */
	size_t batch; /* images per step */
	size_t chunk; /* images per pass through the network; divides batch */
	size_t count; /* images in the set */
	float rate;
};

struct transfer {
	struct shape shape;
	size_t next;
	double loss;
	struct mobilenet net;
	struct samples data;
	struct optimizer head;
	float *images, *features, *logits, *dlogits;
	uint8_t *labels;
};

static void *setup(const void *arg, uint64_t seed)
{
	const struct shape *shape = arg;
	struct samples_shape data = {.count = shape->count,
		.h = shape->size,
		.w = shape->size,
		.c = 3,
		.classes = CLASSES,
		.patch = shape->size / 8};
	struct transfer *s = wl_alloc(1, sizeof(*s));
	struct wl_rng rng;

	s->shape = *shape;
	mobilenet_init(&s->net, shape->size, shape->chunk, seed);
	samples_init(&s->data, &data, seed);
	optimizer_init(&s->head, OPTIMIZER_ADAM, shape->rate, HEAD);
	s->images = wl_alloc(shape->chunk * s->data.size, sizeof(float));
	s->features = wl_alloc(shape->batch * MOBILENET_FEATURES, sizeof(float));
	s->logits = wl_alloc(shape->batch * CLASSES, sizeof(float));
	s->dlogits = wl_alloc(shape->batch * CLASSES, sizeof(float));
	s->labels = wl_alloc(shape->batch, 1);
	wl_rng_init(&rng, seed, STREAM_HEAD);
	wl_rng_fill(&rng, s->head.values, MOBILENET_FEATURES * CLASSES,
		sqrtf(3.0f / MOBILENET_FEATURES));
	return s;
}

static void extract_features(struct transfer *s)
{
	for (size_t i = 0; i < s->shape.batch; i += s->shape.chunk) {
		for (size_t j = 0; j < s->shape.chunk; j++)
			s->labels[i + j] = samples_load(
				&s->data, s->next + i + j, s->images + j * s->data.size);
		mobilenet_forward(&s->net, s->images, s->features + i * MOBILENET_FEATURES);
	}
	s->next = (s->next + s->shape.batch) % s->shape.count;
}

static void iterate(void *state)
{
	struct transfer *s = state;
	struct dense_shape dense = {s->shape.batch, MOBILENET_FEATURES, CLASSES};
	size_t weights = MOBILENET_FEATURES * CLASSES;

	extract_features(s);
	dense_forward(&dense, s->features, s->head.values, s->head.values + weights, s->logits);
	s->loss = softmax_sparse(s->shape.batch, CLASSES, s->logits, s->labels, s->dlogits);
	dense_backward(&dense, s->features, s->head.values, s->dlogits, s->head.gradients,
		s->head.gradients + weights, NULL);
	optimizer_step(&s->head);
}

static double loss(const void *state)
{
	return ((const struct transfer *)state)->loss;
}

static void digest(const void *state, struct wl_digest *digest)
{
	const struct transfer *s = state;

	wl_digest_value(digest, s->loss);
	wl_digest_tensor(digest, s->head.values, HEAD);
	wl_digest_tensor(digest, s->features, s->shape.batch * MOBILENET_FEATURES);
}

/* Counts the layers' and the head's products; bytes are the images, the network's weights and what
 * the optimiser touches. */
static struct wl_work work(const void *arg)
{
	const struct shape *shape = arg;
	uint64_t head = 2 * 2 * shape->batch * MOBILENET_FEATURES * CLASSES;
	struct mobilenet net;

	mobilenet_plan(&net, shape->size, shape->chunk);
	return (struct wl_work){.flop = mobilenet_flop(&net) * (shape->batch / shape->chunk) + head,
		.bytes = shape->batch * shape->size * shape->size * 3 +
			 net.parameters * sizeof(float) + optimizer_bytes(OPTIMIZER_ADAM, HEAD)};
}

static void release(void *state)
{
	struct transfer *s = state;

	mobilenet_release(&s->net);
	samples_release(&s->data);
	optimizer_release(&s->head);
	free(s->images);
	free(s->features);
	free(s->logits);
	free(s->dlogits);
	free(s->labels);
	free(s);
}

static const struct wl_size sizes[] = {
	{"small",
		&(const struct shape){
			.size = 32, .batch = 1, .chunk = 1, .count = 1, .rate = 1e-3f}},
	{"seed",
		&(const struct shape){
			.size = 224, .batch = 32, .chunk = 4, .count = 32, .rate = 1e-3f}},
	{0},
};

const struct wl_workload workload = {
	.name = "transfer-mobilenetv2",
	.summary = "training step of a dense layer on a frozen MobileNetV2",
	.sizes = sizes,
	.verify_steps = 2,
	.setup = setup,
	.iterate = iterate,
	.loss = loss,
	.digest = digest,
	.work = work,
	.release = release,
};
