# SPDX-License-Identifier: GPL-3.0-or-later
"""Convolution of one colour image with 32 filters 3 × 3, same padding."""

import wl

CHANNELS, FILTERS = 3, 32
SIZES = {"small": 48, "seed": 256}


class Convolution:
    def __init__(self, tf, n, seed):
        import numpy
        rng = numpy.random.default_rng(seed)
        self.tf = tf
        self.image = tf.constant(rng.random((1, n, n, CHANNELS), dtype=numpy.float32) * 2 - 1)
        self.filters = tf.constant(
            rng.random((3, 3, CHANNELS, FILTERS), dtype=numpy.float32) * 2 - 1)

    def step(self, n):
        self.maps = self.tf.nn.conv2d(self.image, self.filters, strides=1, padding="SAME")

    def result(self):
        return [self.maps.numpy()]

    def check(self):
        """The corners and the middle, by the definition, in double precision."""
        import numpy
        n = self.image.shape[1]
        padded = numpy.pad(self.image.numpy()[0].astype(float), ((1, 1), (1, 1), (0, 0)))
        filters = self.filters.numpy().astype(float)
        for y, x in ((0, 0), (0, n - 1), (n - 1, 0), (n - 1, n - 1), (n // 2, n // 2)):
            exact = numpy.tensordot(padded[y:y + 3, x:x + 3], filters, 3)
            error = numpy.abs(self.maps.numpy()[0, y, x] - exact).max()
            if not error < 1e-5:
                raise wl.Failed(f"the convolution at {y}, {x} is off by {error:g}")


def work(n):
    values = n * n * (CHANNELS + FILTERS) + 9 * CHANNELS * FILTERS
    return 2 * n * n * 9 * CHANNELS * FILTERS, 4 * values


wl.main(wl.Workload(
    name="tf-conv2d",
    summary="convolution of one colour image with 32 filters 3×3, same padding, tf.nn.conv2d",
    sizes=SIZES,
    setup=Convolution,
    work=work,
    trains=False,
    verify_steps=1,
))
