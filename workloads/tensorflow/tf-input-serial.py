# SPDX-License-Identifier: GPL-3.0-or-later
"""Training on generated batches, made by tf.data in line."""

import nn
import wl

SIZES = {
    "small": nn.Stream(batch=32, inputs=128, hidden=256),
    "seed": nn.Stream(batch=32, inputs=256, hidden=512),
}

wl.main(wl.Workload(
    name="tf-input-serial",
    summary="training step (dense 256-512, ReLU, dense 10, softmax, SGD), "
    "its batch made by tf.data in line",
    sizes=SIZES,
    setup=nn.Streamed,
    work=nn.stream_work,
    verify_steps=4,
))
