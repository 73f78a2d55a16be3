/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One large step: 256 × 256 colour images, same padding. */
#include "workloads/nn/cnn.h"

static const struct wl_size sizes[] = {
	{"small",
		&(const struct cnn_shape){
			.data = {.count = 2, .h = 24, .w = 24, .c = 3, .classes = 10, .patch = 8},
			.batch = 2,
			.filters = 32,
			.pad = 1,
			.rule = OPTIMIZER_SGD,
			.rate = 1e-3f}},
	{"seed", &(const struct cnn_shape){.data = {.count = 32,
						   .h = 256,
						   .w = 256,
						   .c = 3,
						   .classes = 10,
						   .patch = 8},
			 .batch = 32,
			 .filters = 32,
			 .pad = 1,
			 .rule = OPTIMIZER_SGD,
			 .rate = 1e-5f}},
	{0},
};

const struct wl_workload workload = {
	.name = "cnn-train-256",
	.summary = "training step on 256 × 256 colour images: conv 3×3, max pooling, dense, "
		   "softmax, SGD",
	.sizes = sizes,
	.verify_steps = 2,
	CNN_HOOKS,
};
