/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/optimizer.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/wl.h"

#define BETA1 0.9f
#define BETA2 0.999f
#define EPSILON 1e-7f

void optimizer_init(struct optimizer *o, enum optimizer_rule rule, float rate, size_t count)
{
	*o = (struct optimizer){.rule = rule, .rate = rate, .count = count};
	o->values = wl_alloc(count, sizeof(float));
	o->gradients = wl_alloc(count, sizeof(float));
	if (rule == OPTIMIZER_ADAM) {
		o->mean = wl_alloc(count, sizeof(float));
		o->square = wl_alloc(count, sizeof(float));
	}
	optimizer_reset(o);
}

void optimizer_reset(struct optimizer *o)
{
	o->decay1 = o->decay2 = 1;
	if (o->rule == OPTIMIZER_ADAM) {
		memset(o->mean, 0, o->count * sizeof(float));
		memset(o->square, 0, o->count * sizeof(float));
	}
}

static void sgd_step(size_t n, float rate, float *restrict w, const float *restrict g)
{
	for (size_t i = 0; i < n; i++)
		w[i] -= rate * g[i];
}

static void adam_step(size_t n, float rate, float *restrict w, const float *restrict g,
	float *restrict m, float *restrict v)
{
	for (size_t i = 0; i < n; i++) {
		m[i] = BETA1 * m[i] + (1 - BETA1) * g[i];
		v[i] = BETA2 * v[i] + (1 - BETA2) * g[i] * g[i];
		w[i] -= rate * m[i] / (sqrtf(v[i]) + EPSILON);
	}
}

void optimizer_step(struct optimizer *o)
{
	if (o->rule == OPTIMIZER_SGD) {
		sgd_step(o->count, o->rate, o->values, o->gradients);
		return;
	}
	o->decay1 *= BETA1;
	o->decay2 *= BETA2;
	adam_step(o->count, (float)(o->rate * sqrt(1 - o->decay2) / (1 - o->decay1)), o->values,
		o->gradients, o->mean, o->square);
}

size_t optimizer_bytes(enum optimizer_rule rule, size_t count)
{
	size_t arrays = rule == OPTIMIZER_ADAM ? 4 : 2, written = rule == OPTIMIZER_ADAM ? 3 : 1;

	return (arrays + written) * count * sizeof(float);
}

void optimizer_release(struct optimizer *o)
{
	free(o->values);
	free(o->gradients);
	free(o->mean);
	free(o->square);
}
