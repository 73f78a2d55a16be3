# SPDX-License-Identifier: GPL-3.0-or-later
"""wl: the frame of every TensorFlow workload; to these scripts what wl.h is to the C programs.

A script describes itself as a Workload and calls main(), which does, in this order:

  1. parse options (bad option: message on stderr, exit 2). TensorFlow is imported only behind
     that: --help and --describe answer at once;
  2. import TensorFlow, with --threads compute threads, and call setup();
  3. the timed region: at least two steps, verify_steps and --iterations, more until those after
     the first have taken --min-time, none beyond verify_steps and two begun after --max-time. The
     first is cold, and never the only one: TensorFlow traces the step into a graph and optimises
     it, oneDNN makes its kernels. Between the first verify_steps steps, with the clock stopped,
     losses and then the result are taken, so what is verified is what is timed;
  4. print one JSON line, the record `toll.record/1`, on stdout.

Start-up, as the record has it (main_ns), ends before setup(): it is the interpreter's and
TensorFlow's import.

Training must train: the loss must have fallen in the last of the first verify_steps steps, which
get the same batch where there is a stored set. Data come from NumPy's generator and the seed, uniform numbers only, so that
they are the same on every architecture; results differ by rounding, because TensorFlow chooses
its kernels by the CPU.

Exit status: 0 a record was printed; 2 bad usage; 3 the workload failed (a result that is not
finite or not right, a loss that does not fall), said on stderr, nothing on stdout.
"""

import argparse
import dataclasses
import hashlib
import json
import math
import os
import platform
import resource
import sys
import time
from typing import Callable

VARIANT = "tensorflow"
MAX_ITERATIONS = 4096
MAX_SEED = 2**53 - 1
MAX_THREADS = 256
EXIT_USAGE = 2
EXIT_FAILED = 3
# The widest vectors first; names as NumPy has them, which reads CPUID and the auxiliary vector.
VECTORS = ("AVX512_SKX", "AVX2", "AVX", "SSE42", "SSE2", "SVE", "ASIMD")


class Failed(Exception):
    """The workload cannot go on; the text says why."""


@dataclasses.dataclass(frozen=True)
class Workload:
    name: str
    summary: str
    sizes: dict  # name: shape, any value that setup() and work() know; the first is the default
    # setup(tf, shape, seed) returns an object with
    #   step(n)    one operation or training step, the n-th, from 0; returns its loss, measured
    #              before the update, or None where nothing is trained. Its batch is
    #              first_batch(n) of a stored set, or the next of a stream;
    #   result()   arrays, that the digest is made of;
    #   check()    raises Failed where the result is not right; only for what is not trained.
    setup: Callable
    work: Callable  # work(shape) returns (flop, bytes) of a step, as in wl.h
    trains: bool = True
    verify_steps: int = 2
    probe: Callable = None  # probe(tf) returns the record's `probe`


def first_batch(n, verify_steps=2):
    """The number of step n's batch: the steps that are verified all have batch 0."""
    return max(0, n - verify_steps + 1)


# ---- options ----


def whole_number(low, high):
    def parse(text):
        if not text.isascii() or not text.isdigit() or not low <= int(text) <= high:
            raise argparse.ArgumentTypeError(
                f"'{text}': expected a whole number from {low} to {high}")
        return int(text)
    return parse


def seconds(text):
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not 0 <= value <= 86400:
        raise argparse.ArgumentTypeError(f"'{text}': expected seconds from 0 to 86400")
    return int(value * 1e9)


def parse_options(workload):
    default = next(iter(workload.sizes))
    parser = argparse.ArgumentParser(
        prog=f"{workload.name}.{VARIANT}", description=workload.summary, allow_abbrev=False)
    add = parser.add_argument
    add("--size", choices=workload.sizes, default=default,
        help=f"shapes to use (default {default})")
    add("--iterations", type=whole_number(1, MAX_ITERATIONS), default=1, metavar="N",
        help="run at least N timed iterations (the first "
        f"{max(workload.verify_steps, 2)} are always run)")
    add("--min-time", type=seconds, default=0, metavar="S",
        help="and until those after the first, which is cold, have taken S seconds (default 0)")
    add("--max-time", type=seconds, default=3600 * 10**9, metavar="S",
        help="begin none after S seconds (default 3600)")
    add("--seed", type=whole_number(0, MAX_SEED), default=1, metavar="N",
        help="seed of the synthetic data (default 1)")
    add("--threads", type=whole_number(1, MAX_THREADS), default=1, metavar="N",
        help="compute threads (default 1)")
    add("--describe", action="store_true", help="print what this program is, as JSON, and exit")
    return parser.parse_args()


def describe(workload):
    sizes = {name: work_of(workload, shape) for name, shape in workload.sizes.items()}
    print(json.dumps({"workload": workload.name, "variant": VARIANT, "arch": platform.machine(),
                      "summary": workload.summary, "trains": workload.trains,
                      "verify_steps": workload.verify_steps, "sizes": sizes}))


def work_of(workload, shape):
    flop, size = workload.work(shape)
    return {"flop": int(flop), "bytes": int(size)}


# ---- TensorFlow ----


def import_tensorflow(threads, seed):
    """Imports it with that many compute threads; what it says goes to stderr, errors only."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    os.environ["OMP_NUM_THREADS"] = str(threads)
    import tensorflow as tf
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    tf.keras.utils.set_random_seed(seed % 2**32)
    return tf


def cpu_features():
    from numpy._core._multiarray_umath import __cpu_features__ as features
    return sorted(name for name, has in features.items() if has)


def path(tf):
    """The code path taken: TensorFlow and oneDNN choose by what the CPU has."""
    features = cpu_features()
    widest = next((name for name in VECTORS if name in features), "none")
    return f"TensorFlow {tf.__version__}, {widest}"


# ---- verification ----


class Verification:
    def __init__(self, workload):
        self.workload = workload
        self.losses = []
        self.values = []
        self.hash = hashlib.blake2b(digest_size=8)

    def after(self, model, n, loss):
        """What is looked at after the n-th step, counted from 1, with the clock stopped."""
        if self.workload.trains:
            self.losses.append(float(loss))
        if n < self.workload.verify_steps:
            return
        if self.workload.trains:
            self.values.append(self.losses[-1])
        else:
            model.check()
        for array in model.result():
            self.add(array)
        self.judge()

    def add(self, array):
        """The same three sums as wl_digest_tensor() takes."""
        import numpy
        flat = numpy.ascontiguousarray(array, dtype=numpy.float32).reshape(-1)
        self.hash.update(flat.tobytes())
        exact = flat.astype(numpy.float64)
        weights = numpy.arange(exact.size) % 97 + 1
        self.values += [float(numpy.sqrt(numpy.mean(exact * exact))),
                        float(numpy.mean(numpy.maximum(exact, 0))),
                        float(numpy.mean(numpy.abs(exact) * weights))]

    def judge(self):
        for what, values in (("loss", self.losses), ("digest value", self.values)):
            for i, value in enumerate(values):
                if not math.isfinite(value):
                    raise Failed(f"{what} {i} is not finite")
        if self.workload.trains and not self.losses[-1] < self.losses[0]:
            raise Failed(f"the loss has not fallen: {self.losses[0]:g} in the first step, "
                         f"{self.losses[-1]:g} in step {len(self.losses)}")


# ---- the run ----


class Timing:
    def __init__(self):
        self.wall, self.cpu = [], []
        self.begin = self.end = time.monotonic_ns()

    def goes_on(self, verify_steps, options):
        done = len(self.wall)
        if done < max(verify_steps, 2):
            return True
        if done == MAX_ITERATIONS or self.end - self.begin >= options.max_time:
            return False
        return done < options.iterations or sum(self.wall[1:]) < options.min_time


def measure(workload, model, options, verification):
    timing = Timing()
    while timing.goes_on(workload.verify_steps, options):
        n = len(timing.wall)
        cpu, wall = time.process_time_ns(), time.monotonic_ns()
        loss = model.step(n)
        timing.end = time.monotonic_ns()
        timing.cpu.append(time.process_time_ns() - cpu)
        timing.wall.append(timing.end - wall)
        if n < workload.verify_steps:
            verification.after(model, n + 1, loss)
    return timing


def peak_rss_kib():
    """Its own count, which begins at exec: rusage begins with the peak of whoever started this. 0 where
    the kernel does not say."""
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            return next((int(line.split()[1]) for line in status if line.startswith("VmHWM:")), 0)
    except OSError:
        return 0


def usage():
    """What this process took: around it, in a root image, is a sandbox that nobody sees through."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return {"user_ns": int(used.ru_utime * 1e9), "sys_ns": int(used.ru_stime * 1e9),
            "max_rss_kib": peak_rss_kib()}


def record(workload, options, main_ns, timing, verification, code_path):
    r = {"schema": "toll.record/1", "workload": workload.name, "variant": VARIANT,
         "arch": platform.machine(), "size": options.size, "seed": options.seed,
         "threads": options.threads, "main_ns": main_ns, "begin_ns": timing.begin,
         "end_ns": timing.end, "iter_wall_ns": timing.wall, "iter_cpu_ns": timing.cpu,
         **usage(), "work": work_of(workload, workload.sizes[options.size]), "path": code_path,
         "digest": {"values": verification.values, "hash": verification.hash.hexdigest()}}
    if workload.trains:
        r["losses"] = verification.losses
    return r


def main(workload):
    options = parse_options(workload)
    if options.describe:
        return describe(workload)
    try:
        tf = import_tensorflow(options.threads, options.seed)
        main_ns = time.monotonic_ns()
        model = workload.setup(tf, workload.sizes[options.size], options.seed)
        verification = Verification(workload)
        timing = measure(workload, model, options, verification)
        r = record(workload, options, main_ns, timing, verification, path(tf))
        if workload.probe:
            r["probe"] = workload.probe(tf)
        print(json.dumps(r, separators=(",", ":")), flush=True)
    except (Failed, ImportError, MemoryError, OSError) as error:
        print(f"{workload.name}.{VARIANT}: {error}", file=sys.stderr)
        sys.exit(EXIT_FAILED)
