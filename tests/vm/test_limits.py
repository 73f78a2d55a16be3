#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A sweep over real guests: two amounts of memory, one too small, and two numbers of vCPUs."""
import json
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/cli"))
from toll import HOST, Tap, lines_of, only_run, scratch, toll  # noqa: E402

VM = f"vm-{HOST}-tcg"
tap = Tap()
work = scratch()


def swept(what, *options):
    """Runs the toy, which uses 600 MiB; returns what became of each environment, and the boots."""
    result = toll("exec", f"--{HOST}", TOP / f"build/tests/guest-toy-{HOST}", "--env", VM,
                  "--blocks", "1", "--seed", "3", "--patience", "3", *options,
                  "--output", work / what, "--", "memory", "600", deadline=200)
    run = only_run(work / what)
    summary = json.loads((run / "summary.json").read_text()) if run else {"cells": []}
    tap.ok(run and result.code == 0, f"{what}: measured", result)
    return {c["env"]: c for c in summary["cells"]}, lines_of(run, "toll.boot/1") if run else []


cells, boots = swept("memory", "--memory", "1G,256M")
few, enough = cells.get(f"{VM}@memory256", {}), cells.get(f"{VM}@memory1024", {})
tap.ok(few.get("status") == "out-of-memory" and "256 MiB" in few["reason"],
       "a guest of 256 MiB is out of memory, and it is said how much it has", few)
tap.ok(enough.get("status") == "ok" and enough["host_cpu_ns"] > 0,
       "one of 1 GiB is not, in the same run", enough)
tap.same(sorted({b["env"] for b in boots}), [f"{VM}@memory1024", f"{VM}@memory256"],
         "each is a boot of its own")

cells, boots = swept("vcpus", "--memory", "1G", "--vcpus", "1,2")
two = cells.get(f"{VM}@vcpus2-memory1024", {})
refused = two.get("status") == "refused"
if refused and "this host has 1" in two["reason"]:
    tap.skip("two vCPUs", two["reason"])
else:
    tap.ok(two.get("status") == "ok" and two["ratio"]["reference"].endswith(".native"),
           "two vCPUs are compared with the same native program", two)
    tap.same({b["env"]: b["vcpus"] for b in boots if b["status"] == "ok"},
             {f"{VM}@memory1024": 1, f"{VM}@vcpus2-memory1024": 2},
             "as many as were asked for are read back")
tap.done()
