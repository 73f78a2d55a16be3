/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mlp: a perceptron of two dense layers, ReLU between them, trained with softmax (out > 1, labels
 * below out) or sigmoid (out = 1, labels 0 and 1) cross-entropy; and, for the two workloads that
 * train it on a stored set, the hooks of a wl_workload (mlp_train_*, shape: struct
 * mlp_train_shape).
 */
#ifndef NN_MLP_H
#define NN_MLP_H

#include <stddef.h>
#include <stdint.h>

#include "workloads/nn/optimizer.h"
#include "workloads/nn/samples.h"
#include "workloads/wl.h"

struct mlp_shape {
	size_t batch, in, hidden, out;
	enum optimizer_rule rule;
	float rate;
};

struct mlp {
	struct mlp_shape shape;
	struct optimizer optimizer;
	float *w1, *b1, *w2, *b2; /* parts of the optimizer's parameters */
	float *hidden, *dhidden, *logits, *dlogits;
};

void mlp_init(struct mlp *m, const struct mlp_shape *shape);
/* Weights as fresh from the seed, optimizer without a past. */
void mlp_reset(struct mlp *m, uint64_t seed);
/* One training step on x[batch × in]; returns the loss before it. */
double mlp_step(struct mlp *m, const float *x, const uint8_t *labels);
/* Counts the matrix products; bytes are those of x and what the optimiser touches. */
struct wl_work mlp_work(const struct mlp_shape *shape);
void mlp_release(struct mlp *m);

struct mlp_train_shape {
	struct mlp_shape model;
	struct samples_shape data;
};

void *mlp_train_setup(const void *shape, uint64_t seed);
void mlp_train_iterate(void *state);
double mlp_train_loss(const void *state);
void mlp_train_digest(const void *state, struct wl_digest *digest);
struct wl_work mlp_train_work(const void *shape);
void mlp_train_release(void *state);

/* The hooks as members of a struct wl_workload. */
#define MLP_TRAIN_HOOKS                                                                            \
	.setup = mlp_train_setup, .iterate = mlp_train_iterate, .loss = mlp_train_loss,            \
	.digest = mlp_train_digest, .work = mlp_train_work, .release = mlp_train_release

#endif
