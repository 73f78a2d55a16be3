/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * samples: synthetic labelled data in place of MNIST, CIFAR and their like: every class has a
 * random pattern, a sample is its class's pattern and noise, stored as bytes as the originals are.
 */
#ifndef NN_SAMPLES_H
#define NN_SAMPLES_H

#include <stddef.h>
#include <stdint.h>

struct samples_shape {
	size_t count;	/* samples in the set */
	size_t h, w, c; /* of one sample; a plain vector is 1 × n × 1 */
	size_t classes; /* at most 256 */
	size_t patch;	/* the pattern is constant over patch × patch pixels */
};

struct samples {
	struct samples_shape shape;
	size_t size; /* values per sample */
	uint8_t *values, *labels;
};

void samples_init(struct samples *s, const struct samples_shape *shape, uint64_t seed);
/* Sample `index`, modulo the set's count, scaled to [-1, 1]. Returns its label. */
uint8_t samples_load(const struct samples *s, size_t index, float *out);
void samples_release(struct samples *s);

#endif
