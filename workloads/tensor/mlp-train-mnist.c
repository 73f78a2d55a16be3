/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A perceptron on vectors of 784 bytes, as MNIST has them. */
#include "workloads/nn/mlp.h"

static const struct wl_size sizes[] = {
	{"small", &(const struct mlp_train_shape){.model = {.batch = 32,
							  .in = 784,
							  .hidden = 32,
							  .out = 10,
							  .rule = OPTIMIZER_ADAM,
							  .rate = 1e-3f},
			  .data = {.count = 640,
				  .h = 28,
				  .w = 28,
				  .c = 1,
				  .classes = 10,
				  .patch = 4}}},
	{"seed", &(const struct mlp_train_shape){.model = {.batch = 32,
							 .in = 784,
							 .hidden = 128,
							 .out = 10,
							 .rule = OPTIMIZER_ADAM,
							 .rate = 1e-3f},
			 .data = {.count = 60000,
				 .h = 28,
				 .w = 28,
				 .c = 1,
				 .classes = 10,
				 .patch = 4}}},
	{0},
};

const struct wl_workload workload = {
	.name = "mlp-train-mnist",
	.summary = "training step: dense 784-128, ReLU, dense 10, softmax, Adam",
	.sizes = sizes,
	.verify_steps = 2,
	MLP_TRAIN_HOOKS,
};
