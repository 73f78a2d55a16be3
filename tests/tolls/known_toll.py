# SPDX-License-Identifier: GPL-3.0-or-later
"""The workload known-toll, for tests that measure what is known beforehand: where its programs are,
how long a spin is, and its manifest."""
import json
import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
SPIN_NS = float(re.search(r"^#define ITERATION_NS (\S+)$",
                          (TOP / "tests/tolls/known-toll.c").read_text(), re.M)[1])


def program(arch):
    return TOP / "build/tests/tolls" / arch / "known-toll.portable"


def write_manifest(workloads):
    """Into that folder, which is made."""
    workloads.mkdir()
    (workloads / "known-toll.json").write_text(json.dumps({
        "name": "known-toll", "suite": "tensor", "summary": "spins by the clock",
        "iteration": "one spin", "variants": [{"name": "portable"}],
        "sizes": {"small": {"shape": f"{SPIN_NS / 1e6:g} ms", "memory_mib": 8}},
        "original": {"iterations": 1, "what": "one spin"}, "tolerance": 0}))
