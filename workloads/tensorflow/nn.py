# SPDX-License-Identifier: GPL-3.0-or-later
"""nn: labelled data and training for the networks of the TensorFlow workloads.

Data are synthetic, in place of MNIST, CIFAR and their like: every class has a random pattern, a
sample is its class's pattern and noise, stored as bytes as the originals are.
"""

import dataclasses

import wl

# In byte steps around 128, so that their sum stays inside 0 … 255.
PATTERN = 80
NOISE = 40


@dataclasses.dataclass(frozen=True)
class Shape:
    """Of a classifier's training: `count` samples of h × w × c values in `classes`."""
    batch: int
    count: int
    h: int
    w: int
    c: int
    classes: int = 10
    patch: int = 4  # the pattern is constant over patch × patch pixels
    hidden: int = 0  # of a perceptron
    filters: int = 32  # of a convolution
    same: bool = False  # its padding

    @property
    def image(self):
        return (self.h, self.w, self.c)

    @property
    def values(self):
        return self.h * self.w * self.c


class Samples:
    def __init__(self, shape, seed):
        import numpy
        rng = numpy.random.default_rng(seed)
        self.shape = shape
        self.labels = rng.integers(0, shape.classes, shape.count, dtype=numpy.int32)
        self.bytes = rng.integers(128 - NOISE, 128 + NOISE, (shape.count, *shape.image),
                                  dtype=numpy.uint8)
        for patterns in self.patterns(rng):
            chosen = self.labels == patterns[0]
            self.bytes[chosen] += patterns[1]

    def patterns(self, rng):
        """Class and pattern, modulo 256 as what they are added to."""
        import numpy
        h, w, c = self.shape.image
        p = min(self.shape.patch, h, w) if h > 1 else 1
        for number in range(self.shape.classes):
            coarse = rng.integers(-PATTERN, PATTERN + 1, (-(-h // p), -(-w // p), c), dtype=numpy.int8)
            fine = coarse.repeat(p, axis=0).repeat(p, axis=1)[:h, :w]
            yield number, fine.astype(numpy.uint8)

    def batch(self, n):
        """The n-th batch, modulo the set: values in [-1, 1] and labels."""
        import numpy
        at = numpy.arange(n * self.shape.batch, (n + 1) * self.shape.batch) % self.shape.count
        x = self.bytes[at].astype(numpy.float32) * numpy.float32(2 / 255) - numpy.float32(1)
        return x, self.labels[at]


def cnn(tf, shape):
    """Convolution 3 × 3 with ReLU, 2 × 2 max pooling, dense with softmax."""
    layers = tf.keras.layers
    return tf.keras.Sequential([
        layers.Input(shape.image),
        layers.Conv2D(shape.filters, 3, padding="same" if shape.same else "valid",
                      activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(shape.classes, activation="softmax"),
    ])


def mlp(tf, shape, outputs, activation):
    """Two dense layers, ReLU between them."""
    layers = tf.keras.layers
    return tf.keras.Sequential([
        layers.Input((shape.values,)),
        layers.Dense(shape.hidden, activation="relu"),
        layers.Dense(outputs, activation=activation),
    ])


class Fitted:
    """Training as Model.fit() does it, batch by batch: one step is train_on_batch(). `model` is
    compiled; `make(n)` gives the n-th batch."""

    def __init__(self, model, make):
        self.model, self.make = model, make

    def step(self, n):
        x, y = self.make(wl.first_batch(n))
        return self.model.train_on_batch(x, y)

    def result(self):
        return [v.numpy() for v in self.model.trainable_variables]


class Taped:
    """Training with a loop of one's own: a step is a traced function with a gradient tape."""

    def __init__(self, tf, model, loss, optimizer, make):
        self.model, self.make = model, make
        optimizer.build(model.trainable_variables)

        @tf.function
        def train(x, y):
            with tf.GradientTape() as tape:
                value = loss(y, model(x, training=True))
            gradients = tape.gradient(value, model.trainable_variables)
            optimizer.apply_gradients(zip(gradients, model.trainable_variables))
            return value
        self.train = train

    def step(self, n):
        x, y = self.make(wl.first_batch(n))
        return self.train(x, y).numpy()

    result = Fitted.result


# ---- work, from shapes alone: two operations for each multiply-add ----


def cnn_work(shape, moments=2):
    """Counts the matrix products: the convolution forward and for its weights, the dense layer
    forward and for both gradients. Bytes are the batch and what the optimiser touches."""
    h, w = (shape.h, shape.w) if shape.same else (shape.h - 2, shape.w - 2)
    taps = 9 * shape.c * shape.filters
    pooled = (h // 2) * (w // 2) * shape.filters
    parameters = taps + shape.filters + (pooled + 1) * shape.classes
    flop = 2 * shape.batch * (2 * h * w * taps + 3 * pooled * shape.classes)
    return flop, shape.batch * shape.values + optimizer_bytes(parameters, moments)


def mlp_work(shape, outputs, moments=2):
    first, second = shape.values * shape.hidden, shape.hidden * outputs
    parameters = first + shape.hidden + second + outputs
    return (2 * shape.batch * (2 * first + 3 * second),
            shape.batch * shape.values + optimizer_bytes(parameters, moments))


def optimizer_bytes(parameters, moments=2):
    """An optimizer reads gradients, and reads and writes parameters and its moments: Adam has two,
    SGD none."""
    return 4 * parameters * (3 + 2 * moments)


# ---- training on generated batches ----


@dataclasses.dataclass(frozen=True)
class Stream:
    """Batches made as they are needed, of a perceptron with `inputs` inputs; every class has a
    centre, a sample lies around its class's."""
    batch: int
    inputs: int
    hidden: int
    classes: int = 10
    ahead: int = 0  # batches that tf.data makes ahead of the step; 0: it makes them in line


# That of the C programs. Every step has a batch of its own: by a tenth of it the loss of the fourth
# would be above that of the first for one seed in nine.
STREAM_RATE = 0.1


class Streamed:
    """Training from tf.data, whose generator makes batch after batch."""

    def __init__(self, tf, shape, seed):
        layers = tf.keras.layers
        self.model = tf.keras.Sequential([
            layers.Input((shape.inputs,)),
            layers.Dense(shape.hidden, activation="relu"),
            layers.Dense(shape.classes, activation="softmax"),
        ])
        self.model.compile(optimizer=tf.keras.optimizers.SGD(STREAM_RATE),
                           loss="sparse_categorical_crossentropy")
        self.batches = iter(self.pipeline(tf, shape, seed))

    @staticmethod
    def pipeline(tf, shape, seed):
        signature = (tf.TensorSpec((shape.batch, shape.inputs), tf.float32),
                     tf.TensorSpec((shape.batch,), tf.int32))
        dataset = tf.data.Dataset.from_generator(lambda: generate(shape, seed),
                                                 output_signature=signature)
        return dataset.prefetch(shape.ahead) if shape.ahead else dataset

    def step(self, n):
        x, y = next(self.batches)
        return self.model.train_on_batch(x, y)

    result = Fitted.result


def generate(shape, seed):
    import numpy
    rng = numpy.random.default_rng(seed)
    centres = rng.random((shape.classes, shape.inputs), dtype=numpy.float32) * 2 - 1
    while True:
        labels = rng.integers(0, shape.classes, shape.batch, dtype=numpy.int32)
        noise = rng.random((shape.batch, shape.inputs), dtype=numpy.float32) - numpy.float32(0.5)
        yield centres[labels] + noise, labels


def stream_work(shape):
    as_set = Shape(batch=shape.batch, count=0, h=1, w=shape.inputs, c=1, hidden=shape.hidden)
    return mlp_work(as_set, shape.classes, moments=0)
