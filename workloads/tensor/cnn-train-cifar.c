/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The same classifier on 32 × 32 colour images, as CIFAR-10 has them. */
#include "workloads/nn/cnn.h"

static const struct wl_size sizes[] = {
	{"small",
		&(const struct cnn_shape){
			.data = {.count = 4, .h = 16, .w = 16, .c = 3, .classes = 10, .patch = 4},
			.batch = 4,
			.filters = 32,
			.rule = OPTIMIZER_ADAM,
			.rate = 1e-3f}},
	{"seed", &(const struct cnn_shape){.data = {.count = 50000,
						   .h = 32,
						   .w = 32,
						   .c = 3,
						   .classes = 10,
						   .patch = 4},
			 .batch = 32,
			 .filters = 32,
			 .rule = OPTIMIZER_ADAM,
			 .rate = 1e-3f}},
	{0},
};

const struct wl_workload workload = {
	.name = "cnn-train-cifar",
	.summary = "training step on 32 × 32 colour images: conv 3×3, max pooling, dense, softmax, "
		   "Adam",
	.sizes = sizes,
	.verify_steps = 2,
	CNN_HOOKS,
};
