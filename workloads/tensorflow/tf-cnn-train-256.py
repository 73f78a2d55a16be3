# SPDX-License-Identifier: GPL-3.0-or-later
"""One large step: 256 × 256 colour images, same padding."""

import nn
import wl

SIZES = {
    "small": nn.Shape(batch=2, count=2, h=24, w=24, c=3, patch=8, same=True),
    "seed": nn.Shape(batch=32, count=32, h=256, w=256, c=3, patch=8, same=True),
}


def setup(tf, shape, seed):
    model = nn.cnn(tf, shape)
    # The dense layer has as many inputs as there are pixels: a larger rate overshoots.
    model.compile(optimizer=tf.keras.optimizers.SGD(1e-5), loss="sparse_categorical_crossentropy")
    return nn.Fitted(model, nn.Samples(shape, seed).batch)


wl.main(wl.Workload(
    name="tf-cnn-train-256",
    summary="training step on 256 × 256 colour images: conv 3×3, max pooling, dense, softmax, SGD",
    sizes=SIZES,
    setup=setup,
    work=lambda shape: nn.cnn_work(shape, moments=0),
))
