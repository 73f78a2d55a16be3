/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The 28 × 28 classifier: categorical cross-entropy, Adam. */
#include "workloads/nn/cnn.h"

static const struct wl_size sizes[] = {
	{"small",
		&(const struct cnn_shape){
			.data = {.count = 8, .h = 14, .w = 14, .c = 1, .classes = 10, .patch = 4},
			.batch = 8,
			.filters = 32,
			.categorical = true,
			.rule = OPTIMIZER_ADAM,
			.rate = 1e-3f}},
	{"seed", &(const struct cnn_shape){.data = {.count = 3200,
						   .h = 28,
						   .w = 28,
						   .c = 1,
						   .classes = 10,
						   .patch = 4},
			 .batch = 32,
			 .filters = 32,
			 .categorical = true,
			 .rule = OPTIMIZER_ADAM,
			 .rate = 1e-3f}},
	{0},
};

const struct wl_workload workload = {
	.name = "cnn-train-adam",
	.summary = "training step: conv 3×3, max pooling, dense, softmax; categorical "
		   "cross-entropy, Adam",
	.sizes = sizes,
	.verify_steps = 2,
	CNN_HOOKS,
};
