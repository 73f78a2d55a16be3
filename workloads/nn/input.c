/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "workloads/nn/input.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { STREAM_CENTRE = 300, STREAM_BATCH = 1000 };

struct batch {
	float *x;
	uint8_t *labels;
};

/* A bounded queue of batches: `made` and `taken` count them, batch t lies in slot t mod AHEAD. A
 * slot stays the consumer's until the step on it is done. */
struct queue {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	pthread_t producer;
	bool running, stop;
	uint64_t made, taken;
};

struct input {
	struct input_shape shape;
	struct mlp model;
	uint64_t seed, next;
	double loss;
	float *centres; /* out × in: the middle of each class */
	struct batch slots[INPUT_AHEAD];
	struct queue queue;
};

/* Nearly normal, variance 1: the sum of twelve uniform numbers (Irwin-Hall). */
static float normal(struct wl_rng *rng)
{
	float sum = 0;

	for (int i = 0; i < 12; i++)
		sum += wl_rng_float(rng);
	return sum * 0.5f;
}

static void make_batch(const struct input *s, uint64_t number, struct batch *batch)
{
	const struct mlp_shape *sh = &s->shape.model;
	struct wl_rng rng;

	wl_rng_init(&rng, s->seed, STREAM_BATCH + number);
	for (size_t i = 0; i < sh->batch; i++) {
		const float *centre;

		batch->labels[i] = (uint8_t)wl_rng_below(&rng, (uint32_t)sh->out);
		centre = s->centres + batch->labels[i] * sh->in;
		for (size_t j = 0; j < sh->in; j++)
			batch->x[i * sh->in + j] = centre[j] + 0.5f * normal(&rng);
	}
}

/* ---- the producer ---- */

static void *produce(void *state)
{
	struct input *s = state;
	struct queue *q = &s->queue;

	pthread_mutex_lock(&q->lock);
	for (;;) {
		while (!q->stop && q->made - q->taken == INPUT_AHEAD)
			pthread_cond_wait(&q->changed, &q->lock);
		if (q->stop)
			break;
		pthread_mutex_unlock(&q->lock);
		make_batch(s, q->made, &s->slots[q->made % INPUT_AHEAD]);
		pthread_mutex_lock(&q->lock);
		q->made++;
		pthread_cond_broadcast(&q->changed);
	}
	pthread_mutex_unlock(&q->lock);
	return NULL;
}

static void producer_stop(struct input *s)
{
	struct queue *q = &s->queue;

	if (!q->running)
		return;
	pthread_mutex_lock(&q->lock);
	q->stop = true;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
	pthread_join(q->producer, NULL);
	q->running = false;
}

static void producer_start(struct input *s)
{
	struct queue *q = &s->queue;
	int rc;

	q->stop = false;
	q->made = q->taken = 0;
	rc = pthread_create(&q->producer, NULL, produce, s);
	if (rc) {
		fprintf(stderr, "%s: cannot start the producer thread: %s\n",
			program_invocation_short_name, strerror(rc));
		exit(WL_EXIT_FAILED);
	}
	q->running = true;
}

static struct batch *queue_head(struct input *s)
{
	struct queue *q = &s->queue;

	pthread_mutex_lock(&q->lock);
	while (q->made == q->taken)
		pthread_cond_wait(&q->changed, &q->lock);
	pthread_mutex_unlock(&q->lock);
	return &s->slots[q->taken % INPUT_AHEAD];
}

static void queue_pop(struct input *s)
{
	struct queue *q = &s->queue;

	pthread_mutex_lock(&q->lock);
	q->taken++;
	pthread_cond_broadcast(&q->changed);
	pthread_mutex_unlock(&q->lock);
}

/* ---- the workload ---- */

void *input_setup(const void *arg, uint64_t seed)
{
	const struct input_shape *shape = arg;
	const struct mlp_shape *sh = &shape->model;
	struct input *s = wl_alloc(1, sizeof(*s));
	struct wl_rng rng;

	s->shape = *shape;
	s->seed = seed;
	mlp_init(&s->model, sh);
	s->centres = wl_alloc(sh->out * sh->in, sizeof(float));
	wl_rng_init(&rng, seed, STREAM_CENTRE);
	wl_rng_fill(&rng, s->centres, sh->out * sh->in, 1.0f);
	for (int i = 0; i < INPUT_AHEAD; i++) {
		s->slots[i].x = wl_alloc(sh->batch * sh->in, sizeof(float));
		s->slots[i].labels = wl_alloc(sh->batch, 1);
	}
	pthread_mutex_init(&s->queue.lock, NULL);
	pthread_cond_init(&s->queue.changed, NULL);
	mlp_reset(&s->model, seed);
	if (shape->prefetch)
		producer_start(s);
	return s;
}

void input_iterate(void *state)
{
	struct input *s = state;
	struct batch *batch = &s->slots[0];

	if (s->shape.prefetch)
		batch = queue_head(s);
	else
		make_batch(s, s->next++, batch);
	s->loss = mlp_step(&s->model, batch->x, batch->labels);
	if (s->shape.prefetch)
		queue_pop(s);
}

double input_loss(const void *state)
{
	return ((const struct input *)state)->loss;
}

void input_digest(const void *state, struct wl_digest *digest)
{
	const struct input *s = state;

	wl_digest_value(digest, s->loss);
	wl_digest_tensor(digest, s->model.optimizer.values, s->model.optimizer.count);
}

struct wl_work input_work(const void *shape)
{
	return mlp_work(&((const struct input_shape *)shape)->model);
}

void input_release(void *state)
{
	struct input *s = state;

	producer_stop(s);
	pthread_mutex_destroy(&s->queue.lock);
	pthread_cond_destroy(&s->queue.changed);
	for (int i = 0; i < INPUT_AHEAD; i++) {
		free(s->slots[i].x);
		free(s->slots[i].labels);
	}
	free(s->centres);
	mlp_release(&s->model);
	free(s);
}
