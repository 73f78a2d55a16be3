/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * mobilenet: MobileNetV2 of width 1 without its classifier, inference only (Sandler and others,
 * CVPR 2018, table 2): a convolution 3 × 3 stride 2, seventeen inverted residual blocks (1 × 1 to
 * expand, depthwise 3 × 3, 1 × 1 to project, a shortcut where the shape stays), a convolution 1 × 1
 * to 1280 channels, ReLU6 throughout but after projections, global average pooling. Batch
 * normalisation is folded into weights and biases, as inference engines do. The weights are
 * synthetic, of a variance that keeps activations of the order of 1.
 *
 * The table of layers is that of 17 blocks of three, whose middle one is depthwise, and the last
 * layer: the first convolution widens the first block's input, as expansions do the others'. A
 * block is computed in strips of a few rows through all its three layers, or of a few images where
 * these are small, so that what is between the layers, several times as much as its input, does not
 * leave the cache (Chen and others, "Fused-Layer CNN Accelerators", MICRO 2016).
 */
#ifndef NN_MOBILENET_H
#define NN_MOBILENET_H

#include <stddef.h>
#include <stdint.h>

enum { MOBILENET_FEATURES = 1280, MOBILENET_MAX_LAYERS = 64 };

enum mobilenet_kind { MOBILENET_CONV, MOBILENET_POINTWISE, MOBILENET_DEPTHWISE };

struct mobilenet_layer {
	enum mobilenet_kind kind;
	size_t size; /* height and width of the input */
	size_t in, out, stride;
	int relu6;
	int shortcut; /* of a block's last layer: adds the block's input */
	const float *weights, *bias;
};

struct mobilenet {
	size_t size;  /* height and width of the images */
	size_t batch; /* images per call */
	int layers;
	struct mobilenet_layer layer[MOBILENET_MAX_LAYERS];
	size_t parameters;
	float *weights;
	float *front, *back; /* what blocks take and give */
	float *wide, *thin;  /* strips of what is between a block's layers */
	float *scratch;
};

/* Fills size, batch and the table of layers, without allocating: enough for the counts below. */
void mobilenet_plan(struct mobilenet *net, size_t size, size_t batch);
/* mobilenet_plan(), then memory and weights. */
void mobilenet_init(struct mobilenet *net, size_t size, size_t batch, uint64_t seed);
/* features[batch × 1280] of x[batch × size × size × 3]. */
void mobilenet_forward(struct mobilenet *net, const float *x, float *features);
/* Floating-point operations of one call: two per multiply-add of the layers. */
uint64_t mobilenet_flop(const struct mobilenet *net);
void mobilenet_release(struct mobilenet *net);

#endif
