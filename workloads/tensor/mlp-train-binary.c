/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small perceptron with one sigmoid output. */
#include "workloads/nn/mlp.h"

static const struct wl_size sizes[] = {
	{"small", &(const struct mlp_train_shape){.model = {.batch = 32,
							  .in = 10,
							  .hidden = 128,
							  .out = 1,
							  .rule = OPTIMIZER_ADAM,
							  .rate = 1e-2f},
			  .data = {.count = 1000,
				  .h = 1,
				  .w = 10,
				  .c = 1,
				  .classes = 2,
				  .patch = 1}}},
	{"seed", &(const struct mlp_train_shape){.model = {.batch = 32,
							 .in = 10,
							 .hidden = 128,
							 .out = 1,
							 .rule = OPTIMIZER_ADAM,
							 .rate = 1e-2f},
			 .data = {.count = 1000,
				 .h = 1,
				 .w = 10,
				 .c = 1,
				 .classes = 2,
				 .patch = 1}}},
	{0},
};

const struct wl_workload workload = {
	.name = "mlp-train-binary",
	.summary = "training step: dense 10-128, ReLU, dense 1, sigmoid, Adam",
	.sizes = sizes,
	.verify_steps = 2,
	MLP_TRAIN_HOOKS,
};
