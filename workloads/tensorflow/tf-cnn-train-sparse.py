# SPDX-License-Identifier: GPL-3.0-or-later
"""The 28 × 28 classifier with class numbers as labels: sparse cross-entropy, a gradient tape."""

import nn
import wl

SIZES = {
    "small": nn.Shape(batch=12, count=12, h=14, w=14, c=1),
    "seed": nn.Shape(batch=100, count=1000, h=28, w=28, c=1),
}


def setup(tf, shape, seed):
    return nn.Taped(tf, nn.cnn(tf, shape), tf.keras.losses.SparseCategoricalCrossentropy(),
                    tf.keras.optimizers.Adam(1e-3), nn.Samples(shape, seed).batch)


wl.main(wl.Workload(
    name="tf-cnn-train-sparse",
    summary="training step: conv 3×3, max pooling, dense, softmax; sparse cross-entropy, Adam, "
    "gradient tape",
    sizes=SIZES,
    setup=setup,
    work=nn.cnn_work,
))
