# SPDX-License-Identifier: GPL-3.0-or-later
"""A small perceptron with one sigmoid output, trained as Model.fit() does."""

import nn
import wl

SHAPE = nn.Shape(batch=32, count=1000, h=1, w=10, c=1, classes=2, patch=1, hidden=128)


def setup(tf, shape, seed):
    samples = nn.Samples(shape, seed)
    model = nn.mlp(tf, shape, 1, "sigmoid")
    model.compile(optimizer="adam", loss="binary_crossentropy")

    def batch(n):
        x, labels = samples.batch(n)
        return x.reshape(shape.batch, -1), labels.reshape(-1, 1)

    return nn.Fitted(model, batch)


wl.main(wl.Workload(
    name="tf-mlp-train-binary",
    summary="training step: dense 10-128, ReLU, dense 1, sigmoid, Adam",
    sizes={"small": SHAPE, "seed": SHAPE},
    setup=setup,
    work=lambda shape: nn.mlp_work(shape, 1),
))
