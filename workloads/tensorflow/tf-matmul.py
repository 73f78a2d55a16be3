# SPDX-License-Identifier: GPL-3.0-or-later
"""The product of two square matrices."""

import wl

SIZES = {"small": 128, "bench": 1024, "seed": 2048}
ROWS = 8  # that are checked


class Product:
    def __init__(self, tf, n, seed):
        import numpy
        rng = numpy.random.default_rng(seed)
        self.tf = tf
        self.a, self.b = (
            tf.constant(rng.random((n, n), dtype=numpy.float32) * 2 - 1) for _ in range(2))

    def step(self, n):
        self.c = self.tf.linalg.matmul(self.a, self.b)

    def result(self):
        return [self.c.numpy()]

    def check(self):
        """Some rows against a product in double precision; an element's rounding error grows
        with the root of the number of its terms."""
        import numpy
        n = self.a.shape[0]
        rows = numpy.linspace(0, n - 1, ROWS, dtype=int)
        exact = self.a.numpy()[rows].astype(float) @ self.b.numpy().astype(float)
        error = numpy.abs(self.c.numpy()[rows] - exact).max()
        if not error < 1e-6 * n ** 0.5 * 4:
            raise wl.Failed(f"an element of the product is off by {error:g}")


wl.main(wl.Workload(
    name="tf-matmul",
    summary="single-precision matrix product, n × n, tf.linalg.matmul",
    sizes=SIZES,
    setup=Product,
    work=lambda n: (2 * n**3, 12 * n**2),
    trains=False,
    verify_steps=1,
))
