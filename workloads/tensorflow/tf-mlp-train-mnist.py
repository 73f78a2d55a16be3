# SPDX-License-Identifier: GPL-3.0-or-later
"""A perceptron on vectors of 784 bytes, as MNIST has them, trained as Model.fit() does."""

import nn
import wl

SIZES = {
    "small": nn.Shape(batch=32, count=640, h=28, w=28, c=1, hidden=32),
    "seed": nn.Shape(batch=32, count=60_000, h=28, w=28, c=1, hidden=128),
}


def setup(tf, shape, seed):
    samples = nn.Samples(shape, seed)
    model = nn.mlp(tf, shape, shape.classes, "softmax")
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")

    def batch(n):
        x, labels = samples.batch(n)
        return x.reshape(shape.batch, -1), labels

    return nn.Fitted(model, batch)


wl.main(wl.Workload(
    name="tf-mlp-train-mnist",
    summary="training step: dense 784-128, ReLU, dense 10, softmax, Adam",
    sizes=SIZES,
    setup=setup,
    work=lambda shape: nn.mlp_work(shape, shape.classes),
))
