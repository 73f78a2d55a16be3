# SPDX-License-Identifier: GPL-3.0-or-later
"""The sum of two vectors."""

import wl

SIZES = {"small": 100_000, "seed": 1_000_000}


class Sum:
    def __init__(self, tf, n, seed):
        import numpy
        rng = numpy.random.default_rng(seed)
        self.tf = tf
        self.a, self.b = (tf.constant(rng.random(n, dtype=numpy.float32)) for _ in range(2))

    def step(self, n):
        self.c = self.tf.add(self.a, self.b)

    def result(self):
        return [self.c.numpy()]

    def check(self):
        if not (self.c.numpy() == self.a.numpy() + self.b.numpy()).all():
            raise wl.Failed("the sum is not that of NumPy")


wl.main(wl.Workload(
    name="tf-vector-add",
    summary="sum of two vectors, tf.add",
    sizes=SIZES,
    setup=Sum,
    work=lambda n: (n, 12 * n),
    trains=False,
    verify_steps=1,
))
