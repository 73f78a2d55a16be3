/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * input: training fed by generated batches, made in line or by a producer thread that runs ahead.
 * Batch t depends on the seed and t alone, so both ways train the same model. The functions are the
 * hooks of a wl_workload; the shape argument is a struct input_shape.
 */
#ifndef NN_INPUT_H
#define NN_INPUT_H

#include <stdbool.h>

#include "workloads/nn/mlp.h"
#include "workloads/wl.h"

struct input_shape {
	struct mlp_shape model;
	bool prefetch; /* a producer thread, INPUT_AHEAD batches at most ahead */
};

enum { INPUT_AHEAD = 4 };

void *input_setup(const void *shape, uint64_t seed);
/* Takes or makes the next batch, and trains on it. */
void input_iterate(void *state);
double input_loss(const void *state);
void input_digest(const void *state, struct wl_digest *digest);
struct wl_work input_work(const void *shape);
void input_release(void *state);

/* The hooks as members of a struct wl_workload. */
#define INPUT_HOOKS                                                                                \
	.setup = input_setup, .iterate = input_iterate, .loss = input_loss,                        \
	.digest = input_digest, .work = input_work, .release = input_release

#endif
