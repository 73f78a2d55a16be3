# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfer learning: a frozen MobileNetV2 without stored weights, and a dense layer of 10 trained
on top."""

import nn
import wl

SIZES = {
    "small": nn.Shape(batch=1, count=1, h=32, w=32, c=3, patch=4),
    "seed": nn.Shape(batch=32, count=32, h=224, w=224, c=3, patch=28),
}
FEATURES = 1280
# Expansion, channels, repetitions and first stride of the blocks (Sandler and others, CVPR 2018,
# table 2).
BLOCKS = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2),
          (6, 320, 1, 1))
PARAMETERS = 2_257_984  # of it without its classifier


def draw_weights(base, seed):
    """Uniform weights of a variance that keeps activations of the order of 1: 2 / fan-in where ReLU
    follows (He), 1 / fan-in where it does not. Those that Keras draws let them vanish."""
    import numpy
    rng = numpy.random.default_rng(seed)
    for variable in base.trainable_variables:
        if "kernel" not in variable.name:
            continue
        fan_in = numpy.prod(variable.shape[:2 if "depthwise" in variable.path else 3])
        gain = 3 if "project" in variable.path else 6
        limit = numpy.float32((gain / fan_in) ** 0.5)
        variable.assign((rng.random(variable.shape, dtype=numpy.float32) * 2 - 1) * limit)


def setup(tf, shape, seed):
    base = tf.keras.applications.MobileNetV2(
        input_shape=shape.image, include_top=False, weights=None)
    draw_weights(base, seed)
    base.trainable = False
    model = tf.keras.Sequential([
        tf.keras.layers.Input(shape.image),
        base,
        tf.keras.layers.GlobalAveragePooling2D(),
        tf.keras.layers.Dense(shape.classes, activation="softmax"),
    ])
    model.compile(optimizer="adam", loss="sparse_categorical_crossentropy")
    return nn.Fitted(model, nn.Samples(shape, seed).batch)


def multiply_adds(size):
    """Of the network for one image, size × size."""
    size, channels = -(-size // 2), 32
    total = size**2 * 9 * 3 * channels
    for expand, out, repeat, first_stride in BLOCKS:
        for stride in (first_stride, *[1] * (repeat - 1)):
            wide = channels * expand
            total += size**2 * channels * wide * (expand > 1)
            size = -(-size // stride)
            total += size**2 * wide * (9 + out)
            channels = out
    return total + size**2 * channels * FEATURES


def work(shape):
    head = 2 * 2 * shape.batch * FEATURES * shape.classes
    return (2 * shape.batch * multiply_adds(shape.h) + head,
            shape.batch * shape.values + 4 * PARAMETERS
            + nn.optimizer_bytes((FEATURES + 1) * shape.classes))


wl.main(wl.Workload(
    name="tf-transfer-mobilenetv2",
    summary="training step of a dense layer on a frozen MobileNetV2",
    sizes=SIZES,
    setup=setup,
    work=work,
))
