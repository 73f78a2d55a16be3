#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Overheads that are known beforehand are found again: command layers stretch a program by 1.000,
1.020, 1.37 and 25, natively and through QEMU's user mode.

The program spins by the clock, so how fast or even a host is moves nothing. What reading the clock
costs is known to two microseconds, 0.01 % of an iteration, which the intervals are widened by. What takes
the CPU away does move it, so there are up to four runs, of which one must find all of them."""
import json
import shutil
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/cli"))
from known_toll import program as known_toll, write_manifest  # noqa: E402
from toll import HOST, OTHER, Tap, only_run, scratch, toll  # noqa: E402

TOLLS = (1.000, 1.020, 1.37, 25)
POINT, CLOCK, ATTEMPTS = 0.003, 0.0001, 4

tap = Tap()
home = scratch()


def layer(factor, arch):
    """A command layer that runs programs of that architecture and sets the factor."""
    name = f"stretch{factor * 1000:.0f}"
    command = ["env"] if arch == HOST else [f"qemu-{arch}-static"]
    return {"name": name, "runs": arch, "summary": f"{factor} times as long", "command": command,
            "variables": {"KNOWN_TOLL": str(factor)}, "version": [command[0], "--version"],
            "get": "it is there"}


for arch in (HOST, OTHER):
    programs = home / "build/workloads" / arch
    programs.mkdir(parents=True)
    shutil.copy(known_toll(arch), programs)
write_manifest(home / "workloads")
layers = [(factor, arch, layer(factor, arch)) for factor in TOLLS for arch in (HOST, OTHER)]
environments = home / "environments.json"
environments.write_text(json.dumps({"environments": [row for _, _, row in layers]}))


def measure(output):
    """The cells of one run, by environment."""
    result = toll("run", "--profile", "full", "--executions", "1", "--blocks", "10", "--budget", "4m",
                  "--seed", "3", "--env", "stretch*", "--environments", environments, "--output",
                  output, home=home, deadline=300)
    run = only_run(output)
    if not tap.ok(run and result.code == 0, "a run of command layers whose overhead is known", result):
        tap.done()
    return {c["env"]: c for c in json.loads((run / "summary.json").read_text())["cells"]}


def found(cell, truth):
    """Is the point right, and is the truth in the interval?"""
    ratio = cell["ratio"]
    if cell["status"] != "ok" or None in ratio["ci95"]:
        return False, False
    low, high = ratio["ci95"]
    return (abs(ratio["point"] / truth - 1) <= POINT,
            low * (1 - CLOCK) <= truth <= high * (1 + CLOCK))


for attempt in range(ATTEMPTS):
    cells = measure(home / str(attempt))
    run = [(truth, arch, cells[f"{row['name']}-{arch}"]) for truth, arch, row in layers]
    missed = [truth for truth, _, cell in run if not all(found(cell, truth))]
    if not missed:
        break
    print(f"# run {attempt + 1} does not find {missed}")
for truth, arch, cell in run:
    point, interval = found(cell, truth)
    name = f"{truth} {'natively' if arch == HOST else 'through QEMU'}"
    tap.ok(point, f"{name}: {cell['ratio']['point']}", cell)
    tap.ok(interval, f"{name}: in {cell['ratio']['ci95']}", cell["ratio"])
tap.done()
