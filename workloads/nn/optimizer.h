/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * optimizer: all parameters of a model in one array, their gradients in another, and the rule that
 * turns the second into changes of the first.
 */
#ifndef NN_OPTIMIZER_H
#define NN_OPTIMIZER_H

#include <stddef.h>

enum optimizer_rule {
	OPTIMIZER_SGD,	/* w -= rate·g */
	OPTIMIZER_ADAM, /* Kingma and Ba 2015, algorithm 1 in its efficient form; β 0.9 and 0.999 */
};

struct optimizer {
	enum optimizer_rule rule;
	float rate;
	size_t count;
	float *values, *gradients;
	float *mean, *square;  /* Adam's moments, else NULL */
	double decay1, decay2; /* β1^t, β2^t */
};

/* Allocates zeroed parameters and gradients. */
void optimizer_init(struct optimizer *o, enum optimizer_rule rule, float rate, size_t count);
/* Forgets the steps taken; parameters stay. */
void optimizer_reset(struct optimizer *o);
void optimizer_step(struct optimizer *o);
/* Bytes a step reads and writes: parameters, gradients, moments. */
size_t optimizer_bytes(enum optimizer_rule rule, size_t count);
void optimizer_release(struct optimizer *o);

#endif
