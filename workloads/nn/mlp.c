/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/mlp.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "workloads/nn/layers.h"

enum { STREAM_WEIGHTS = 200 };

static size_t parameters(const struct mlp_shape *s)
{
	return (s->in + 1) * s->hidden + (s->hidden + 1) * s->out;
}

void mlp_init(struct mlp *m, const struct mlp_shape *shape)
{
	m->shape = *shape;
	optimizer_init(&m->optimizer, shape->rule, shape->rate, parameters(shape));
	m->w1 = m->optimizer.values;
	m->b1 = m->w1 + shape->in * shape->hidden;
	m->w2 = m->b1 + shape->hidden;
	m->b2 = m->w2 + shape->hidden * shape->out;
	m->hidden = wl_alloc(shape->batch * shape->hidden, sizeof(float));
	m->dhidden = wl_alloc(shape->batch * shape->hidden, sizeof(float));
	m->logits = wl_alloc(shape->batch * shape->out, sizeof(float));
	m->dlogits = wl_alloc(shape->batch * shape->out, sizeof(float));
}

/* Uniform weights of variance 2 / fan-in and 1 / fan-in (He, Glorot), zero biases. */
void mlp_reset(struct mlp *m, uint64_t seed)
{
	const struct mlp_shape *s = &m->shape;
	struct wl_rng rng;

	optimizer_reset(&m->optimizer);
	memset(m->optimizer.values, 0, m->optimizer.count * sizeof(float));
	wl_rng_init(&rng, seed, STREAM_WEIGHTS);
	wl_rng_fill(&rng, m->w1, s->in * s->hidden, sqrtf(6.0f / (float)s->in));
	wl_rng_fill(&rng, m->w2, s->hidden * s->out, sqrtf(3.0f / (float)s->hidden));
}

double mlp_step(struct mlp *m, const float *x, const uint8_t *labels)
{
	const struct mlp_shape *s = &m->shape;
	struct dense_shape first = {s->batch, s->in, s->hidden},
			   second = {s->batch, s->hidden, s->out};
	float *dw1 = m->optimizer.gradients, *db1 = dw1 + s->in * s->hidden;
	float *dw2 = db1 + s->hidden, *db2 = dw2 + s->hidden * s->out;
	double loss;

	dense_forward(&first, x, m->w1, m->b1, m->hidden);
	relu_forward(s->batch * s->hidden, m->hidden);
	dense_forward(&second, m->hidden, m->w2, m->b2, m->logits);
	loss = s->out > 1 ? softmax_sparse(s->batch, s->out, m->logits, labels, m->dlogits)
			  : sigmoid_binary(s->batch, m->logits, labels, m->dlogits);
	dense_backward(&second, m->hidden, m->w2, m->dlogits, dw2, db2, m->dhidden);
	relu_backward(s->batch * s->hidden, m->hidden, m->dhidden);
	dense_backward(&first, x, m->w1, m->dhidden, dw1, db1, NULL);
	optimizer_step(&m->optimizer);
	return loss;
}

struct wl_work mlp_work(const struct mlp_shape *s)
{
	uint64_t products = 2 * s->in * s->hidden + 3 * s->hidden * s->out;

	return (struct wl_work){.flop = 2 * s->batch * products,
		.bytes =
			s->batch * s->in * sizeof(float) + optimizer_bytes(s->rule, parameters(s))};
}

void mlp_release(struct mlp *m)
{
	optimizer_release(&m->optimizer);
	free(m->hidden);
	free(m->dhidden);
	free(m->logits);
	free(m->dlogits);
}

/* ---- training on a stored set ---- */

struct mlp_train {
	struct mlp model;
	struct samples data;
	size_t next;
	double loss;
	float *x;
	uint8_t *labels;
};

void *mlp_train_setup(const void *arg, uint64_t seed)
{
	const struct mlp_train_shape *shape = arg;
	struct mlp_train *s = wl_alloc(1, sizeof(*s));

	mlp_init(&s->model, &shape->model);
	samples_init(&s->data, &shape->data, seed);
	s->x = wl_alloc(shape->model.batch * shape->model.in, sizeof(float));
	s->labels = wl_alloc(shape->model.batch, 1);
	mlp_reset(&s->model, seed);
	return s;
}

void mlp_train_iterate(void *state)
{
	struct mlp_train *s = state;
	size_t batch = s->model.shape.batch;

	for (size_t i = 0; i < batch; i++)
		s->labels[i] = samples_load(&s->data, s->next + i, s->x + i * s->data.size);
	s->next = (s->next + batch) % s->data.shape.count;
	s->loss = mlp_step(&s->model, s->x, s->labels);
}

double mlp_train_loss(const void *state)
{
	return ((const struct mlp_train *)state)->loss;
}

void mlp_train_digest(const void *state, struct wl_digest *digest)
{
	const struct mlp_train *s = state;

	wl_digest_value(digest, s->loss);
	wl_digest_tensor(digest, s->model.optimizer.values, s->model.optimizer.count);
}

struct wl_work mlp_train_work(const void *shape)
{
	return mlp_work(&((const struct mlp_train_shape *)shape)->model);
}

void mlp_train_release(void *state)
{
	struct mlp_train *s = state;

	mlp_release(&s->model);
	samples_release(&s->data);
	free(s->x);
	free(s->labels);
	free(s);
}
