/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Training on generated batches, made in line. */
#include "workloads/nn/input.h"

static const struct wl_size sizes[] = {
	{"small", &(const struct input_shape){.model = {.batch = 32,
						      .in = 128,
						      .hidden = 256,
						      .out = 10,
						      .rule = OPTIMIZER_SGD,
						      .rate = 1e-1f},
			  .prefetch = false}},
	{"seed", &(const struct input_shape){.model = {.batch = 32,
						     .in = 256,
						     .hidden = 512,
						     .out = 10,
						     .rule = OPTIMIZER_SGD,
						     .rate = 1e-1f},
			 .prefetch = false}},
	{0},
};

const struct wl_workload workload = {
	.name = "input-serial",
	.summary = "training step (dense 256-512, ReLU, dense 10, softmax, SGD), its batch made in "
		   "line",
	.sizes = sizes,
	.verify_steps = 2,
	INPUT_HOOKS,
};
