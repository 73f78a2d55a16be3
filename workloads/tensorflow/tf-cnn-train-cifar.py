# SPDX-License-Identifier: GPL-3.0-or-later
"""The classifier on 32 × 32 colour images, trained as Model.fit() does."""

import nn
import wl

SIZES = {
    "small": nn.Shape(batch=4, count=4, h=16, w=16, c=3),
    "seed": nn.Shape(batch=32, count=50_000, h=32, w=32, c=3),
}


def setup(tf, shape, seed):
    model = nn.cnn(tf, shape)
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return nn.Fitted(model, nn.Samples(shape, seed).batch)


wl.main(wl.Workload(
    name="tf-cnn-train-cifar",
    summary="training step on 32 × 32 colour images: conv 3×3, max pooling, dense, softmax, Adam",
    sizes=SIZES,
    setup=setup,
    work=nn.cnn_work,
))
