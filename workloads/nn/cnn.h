/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * cnn: the small image classifier of four workloads, with its data: convolution 3 × 3 with bias and
 * ReLU, 2 × 2 max pooling, dense layer, softmax. Its functions are the hooks of a wl_workload; the
 * shape argument is a struct cnn_shape.
 *
 * A step convolves image by image, so that its memory does not grow with the batch but for the
 * pooled features, and unfolds each image again for the gradient instead of keeping it.
 */
#ifndef NN_CNN_H
#define NN_CNN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "workloads/nn/conv.h"
#include "workloads/nn/layers.h"
#include "workloads/nn/optimizer.h"
#include "workloads/nn/samples.h"
#include "workloads/wl.h"

struct cnn_shape {
	struct samples_shape data;
	size_t batch, filters;
	size_t pad;	  /* 0 valid, 1 same */
	bool categorical; /* targets as probabilities instead of class numbers */
	enum optimizer_rule rule;
	float rate;
};

/* Its state: what setup returns. */
struct cnn {
	struct cnn_shape shape;
	struct conv_shape conv;
	struct dense_shape dense;
	size_t next; /* first sample of the next batch */
	double loss;
	struct samples data;
	struct optimizer optimizer;
	/* Parts of the optimizer's parameters and gradients. */
	float *conv_w, *conv_b, *dense_w, *dense_b;
	float *conv_dw, *conv_db, *dense_dw, *dense_db;
	float *images, *maps, *scratch;
	float *features, *dfeatures; /* batch × pooled */
	uint8_t *winner;
	float *logits, *dlogits, *targets;
	uint8_t *labels;
};

void *cnn_setup(const void *shape, uint64_t seed);
/* One training step on the next batch of the set. */
void cnn_iterate(void *state);
double cnn_loss(const void *state);
void cnn_digest(const void *state, struct wl_digest *digest);
/* Counts the matrix products; bytes are the batch, and what the optimiser touches. */
struct wl_work cnn_work(const void *shape);
void cnn_release(void *state);

/* The hooks as members of a struct wl_workload. */
#define CNN_HOOKS                                                                                  \
	.setup = cnn_setup, .iterate = cnn_iterate, .loss = cnn_loss, .digest = cnn_digest,        \
	.work = cnn_work, .release = cnn_release

#endif
