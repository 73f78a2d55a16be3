"""How long until ratios are known to ±2 %, and what an interval is worth: `toll run --precision`
beside hyperfine with qemu-user in front of the program, ten runs each, the design people use.

Both measure the same five programs, natively and translated, turn by turn; hyperfine's do a fixed
number of iterations, for a time that is fixed would be no measure. What a claimed half-width
is worth is seen by doing all of it again: the spread of the repeated ratios, as the half-width it
implies (1.96 standard deviations), ÷ the one that was claimed, typically (geometric mean over the
cells, root mean square over repeats). An honest interval has 1, or a little less: Student's t is wider
than 1.96.

toll's datum is a steady iteration, hyperfine's a process from start to end, so their ratios are not
the same quantity; each is compared with itself only.
"""
import json
import os
import shutil
import time
from math import exp, log, sqrt
from statistics import mean, stdev, variance

from line import Bound, Failure, Line, Promise, run, shown
from processes import hyperfine

PROGRAMS = ("matmul", "conv2d", "mlp-train-binary", "cnn-train-adam", "vector-add")
TARGET = 0.02
RUNS = 10
T18 = 2.101  # Student's t, 97.5 %, 2 · RUNS - 2 degrees of freedom


def program_of(bench, arch, name):
    program = (bench.build / "workloads" / arch / f"{name}.portable").absolute()
    return [program, "--iterations", 20, "--min-time", 0, "--seed", 1]


def design(bench, arch):
    """hyperfine's: cell -> (ln ratio, claimed half-width in ln), and the wall time."""
    begin = time.monotonic()
    prefix = ["taskset", "-c", str(bench.cpu)]
    translator = bench.build / "images" / bench.arch / "qemu" / f"qemu-{arch}"
    cells = {}
    for name in PROGRAMS:
        native, translated = (
            [log(t) for t in hyperfine([*prefix], RUNS, shown(argv), 300)]
            for argv in (program_of(bench, bench.arch, name),
                         [translator.absolute(), *program_of(bench, arch, name)]))
        cells[name] = (mean(translated) - mean(native),
                       T18 * sqrt((variance(native) + variance(translated)) / RUNS))
    return cells, time.monotonic() - begin


def toll_run(bench, arch, budget_s):
    """toll's: likewise, and the run's summary."""
    output = bench.folder("target")
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    argv = [bench.toll, "run", "--workload", ",".join(PROGRAMS), "--variant", "portable", "--env",
            f"user-{arch}", "--precision", f"{100 * TARGET:g}", "--budget", f"{budget_s}s",
            "--executions", "*=1", "--output", output, "--quiet"]
    begin = time.monotonic()
    _, out = run(argv, 3 * budget_s)
    wall_s = time.monotonic() - begin
    try:
        with open(os.path.join(out.strip().splitlines()[-1], "summary.json"), encoding="utf-8") as file:
            summary = json.load(file)
    except (OSError, ValueError, IndexError):
        raise Failure(f"'{shown(argv)}' left no summary.json") from None
    cells = {}
    for cell in summary["cells"]:
        if cell["env"] != "native" and cell["status"] == "ok" and None not in cell["ratio"]["ci95"]:
            low, high = cell["ratio"]["ci95"]
            cells[cell["workload"]] = (log(low * high) / 2, log(high / low) / 2)
    if len(cells) < len(PROGRAMS):
        raise Failure(f"'{shown(argv)}' gave {len(cells)} of {len(PROGRAMS)} ratios with an interval")
    return cells, wall_s, summary["blocks_done"], argv


def worth(repeats):
    """The half-width that the spread implies ÷ the claimed one."""
    logs = []
    for name in PROGRAMS:
        real = 1.96 * stdev(r[name][0] for r in repeats)
        claimed = sqrt(mean(r[name][1] ** 2 for r in repeats))
        logs.append(log(real / claimed))
    return exp(mean(logs))


def within(cells):
    return sum(exp(width) - 1 <= TARGET for _, width in cells.values())


def widths(repeats):
    return ", ".join(
        f"{name} ±{100 * (exp(sqrt(mean(r[name][1] ** 2 for r in repeats))) - 1):.1f} %"
        for name in PROGRAMS)


def translated(bench):
    return "aarch64" if bench.arch == "x86_64" else "x86_64"


def measure_reached(bench):
    """One run that stops by itself, and one design."""
    cells, wall_s, blocks, argv = toll_run(bench, translated(bench), bench.choose(1500, 10))
    peer, peer_s = design(bench, translated(bench))
    yield Line(
        "target-reached", within(cells), "cells", Bound(low=len(PROGRAMS)),
        f"of {len(PROGRAMS)} within ±{100 * TARGET:g} % after {wall_s:.0f} s ({blocks} blocks): "
        f"{widths([cells])}; hyperfine, {RUNS} runs, claims {within(peer)} after {peer_s:.0f} s: "
        f"{widths([peer])}", shown(argv))


def measure_worth(bench):
    """Both again and again, toll for as long as it may take."""
    budget_s, repeats = bench.choose(150, 10), bench.choose(4, 2)
    ours, theirs = [], []
    for _ in range(repeats):
        ours.append(toll_run(bench, translated(bench), budget_s))
        theirs.append(design(bench, translated(bench)))
    cells, peers = [o[0] for o in ours], [t[0] for t in theirs]
    yield Line(
        "target-worth", worth(cells), "ratio", Bound(high=1.5),
        f"real ÷ claimed half-width over {repeats} repeats of {mean(o[1] for o in ours):.0f} s and "
        f"{mean(o[2] for o in ours):.0f} blocks: {widths(cells)}; hyperfine's {worth(peers):.2f}, "
        f"repeats of {mean(t[1] for t in theirs):.0f} s: {widths(peers)}", shown(ours[0][3]))


PROMISES = [Promise(("target-reached",), measure_reached), Promise(("target-worth",), measure_worth)]
