/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training on generated batches, made by a producer thread ahead of the step. */
#include "workloads/nn/input.h"

static const struct wl_size sizes[] = {
	{"small", &(const struct input_shape){.model = {.batch = 32,
						      .in = 128,
						      .hidden = 256,
						      .out = 10,
						      .rule = OPTIMIZER_SGD,
						      .rate = 1e-1f},
			  .prefetch = true}},
	{"seed", &(const struct input_shape){.model = {.batch = 32,
						     .in = 256,
						     .hidden = 512,
						     .out = 10,
						     .rule = OPTIMIZER_SGD,
						     .rate = 1e-1f},
			 .prefetch = true}},
	{0},
};

const struct wl_workload workload = {
	.name = "input-prefetch",
	.summary = "training step (dense 256-512, ReLU, dense 10, softmax, SGD), its batch made by "
		   "a producer thread ahead of the step",
	.sizes = sizes,
	.verify_steps = 2,
	INPUT_HOOKS,
};
