# SPDX-License-Identifier: GPL-3.0-or-later
"""The 28 × 28 classifier: categorical cross-entropy, Adam, a gradient tape."""

import nn
import wl

SIZES = {
    "small": nn.Shape(batch=8, count=8, h=14, w=14, c=1),
    "seed": nn.Shape(batch=32, count=3200, h=28, w=28, c=1),
}


def setup(tf, shape, seed):
    samples = nn.Samples(shape, seed)

    def batch(n):
        x, labels = samples.batch(n)
        return x, tf.keras.utils.to_categorical(labels, shape.classes)

    return nn.Taped(tf, nn.cnn(tf, shape), tf.keras.losses.CategoricalCrossentropy(),
                    tf.keras.optimizers.Adam(1e-3), batch)


wl.main(wl.Workload(
    name="tf-cnn-train-adam",
    summary="training step: conv 3×3, max pooling, dense, softmax; categorical cross-entropy, "
    "Adam, gradient tape",
    sizes=SIZES,
    setup=setup,
    work=nn.cnn_work,
))
