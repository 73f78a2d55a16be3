# SPDX-License-Identifier: GPL-3.0-or-later
"""What TensorFlow can see from where it runs: GPUs, other devices, the CPU's features.

`probe` of its record: {"gpus":[S…],"devices":[S…],"tensorflow":{"version":S,"cuda":B,"rocm":B},
"cpu":{"machine":S,"features":[S…],"threads":N}}.
"""

import platform

import wl


class Listing:
    def __init__(self, tf, shape, seed):
        self.tf = tf

    def step(self, n):
        self.devices = self.tf.config.list_physical_devices()

    def result(self):
        return [[len(self.devices)]]

    def check(self):
        if not self.devices:
            raise wl.Failed("TensorFlow lists no device, not even a CPU")


def probe(tf):
    build = tf.sysconfig.get_build_info()
    devices = tf.config.list_physical_devices()
    return {"gpus": [d.name for d in devices if d.device_type == "GPU"],
            "devices": [f"{d.device_type} {d.name}" for d in devices],
            "tensorflow": {"version": tf.__version__, "cuda": bool(build["is_cuda_build"]),
                           "rocm": bool(build["is_rocm_build"])},
            "cpu": {"machine": platform.machine(), "features": wl.cpu_features(),
                    "threads": tf.config.threading.get_intra_op_parallelism_threads()}}


wl.main(wl.Workload(
    name="tf-devices",
    summary="what TensorFlow sees: GPUs, other devices, the CPU's features",
    sizes={"small": None, "seed": None},
    setup=Listing,
    work=lambda shape: (0, 0),
    trains=False,
    verify_steps=1,
    probe=probe,
))
