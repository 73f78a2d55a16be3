# SPDX-License-Identifier: GPL-3.0-or-later
"""Training on generated batches, made by tf.data ahead of the step."""

import nn
import wl

AHEAD = 4

SIZES = {
    "small": nn.Stream(batch=32, inputs=128, hidden=256, ahead=AHEAD),
    "seed": nn.Stream(batch=32, inputs=256, hidden=512, ahead=AHEAD),
}

wl.main(wl.Workload(
    name="tf-input-prefetch",
    summary="training step (dense 256-512, ReLU, dense 10, softmax, SGD), "
    "its batch made by tf.data ahead of the step",
    sizes=SIZES,
    setup=nn.Streamed,
    work=nn.stream_work,
    verify_steps=4,
))
