# SPDX-License-Identifier: GPL-3.0-or-later
"""Transfer learning: a frozen MobileNetV2 without stored weights, and a dense layer of 10 trained
on top."""

import nn
import wl

SIZES = {
    "small": nn.Shape(batch=1, count=1, h=96, w=96, c=3, patch=12),
    "seed": nn.Shape(batch=32, count=32, h=224, w=224, c=3, patch=28),
}
FEATURES = 1280
# Multiply-adds of the network for an image of 224 × 224 (Sandler and others, CVPR 2018, table 4);
# they go with the number of pixels.
MULTIPLY_ADDS = 300e6
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


def work(shape):
    head = 2 * 2 * shape.batch * FEATURES * shape.classes
    network = 2 * MULTIPLY_ADDS * shape.h * shape.w / 224**2
    return (shape.batch * network + head,
            shape.batch * shape.values + 4 * PARAMETERS
            + nn.optimizer_bytes((FEATURES + 1) * shape.classes))


wl.main(wl.Workload(
    name="tf-transfer-mobilenetv2",
    summary="training step of a dense layer on a frozen MobileNetV2",
    sizes=SIZES,
    setup=setup,
    work=work,
))
