#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs with guests that end badly: Ctrl-C and kill -9 leave no QEMU behind, and can be resumed."""
import json
import os
import random
import signal
import time

from guests import qemus, roots, work
from toll import (OTHER, Tap, finish, lines_of, only_run, start, toll, wait_for)

tap = Tap()
SELECTION = ("--profile", "smoke", "--workload", "vector-add,mlp-train-binary", "--variant", "blas",
             "--env", f"user-{OTHER},vm-*-tcg", "--blocks", "2", "--budget", "10m")
BOOT_S = 60


def begun(output):
    child = start("run", *SELECTION, "--output", output)
    return child, lambda: only_run(output)


def nothing_left():
    return not qemus() and not list(roots.iterdir())


def complete(run):
    """Every arm of every block has one sample that counts, and each cell its blocks."""
    plan = json.loads((run / "plan.json").read_text())
    summary = json.loads((run / "summary.json").read_text())
    wanted = {a["cell"] for a in plan["arms"] if a["status"] == "ok"}
    return all(c["status"] == "ok" and c["blocks"] == 2 for c in summary["cells"]
               if c["cell"] in wanted) and summary["blocks_done"] == summary["blocks_planned"]


# ---- Ctrl-C, to the whole group as a terminal sends it ----

for when, condition in (
        ("while a guest boots", lambda run: bool(qemus())),
        ("while programs run in guests",
         lambda run: run and any(".vm-" in s["cell"] for s in lines_of(run)))):
    output = work / f"int{tap.run}"
    child, folder = begun(output)
    ready = wait_for(lambda: condition(folder()), BOOT_S) and bool(qemus())
    stored = len(lines_of(folder()))
    begin = time.monotonic()
    os.killpg(child.pid, signal.SIGINT)
    result = finish(child, deadline=30)
    seconds = time.monotonic() - begin
    tap.ok(ready and result.code == 130, f"Ctrl-C {when}: exit 130", result)
    tap.ok(seconds < 10, f"Ctrl-C {when}: it ends within a few seconds ({seconds:.1f} s)", result)
    tap.ok(nothing_left(), f"Ctrl-C {when}: no QEMU and no private folder is left",
           f"{qemus()} {list(roots.iterdir())}")
    tap.ok(len(lines_of(folder())) >= stored and f"--resume {folder().name}" in result.err,
           f"Ctrl-C {when}: samples are kept, and it says how to go on", result)

# ---- kill -9 ----

# At two random instants, then resumed to the end.
dice = random.Random(int(time.time()))
run = folder()
for attempt in range(2):
    child = start("run", "--resume", run.name, "--output", output)
    seen = wait_for(qemus, BOOT_S)
    delay = dice.uniform(0, 6)
    time.sleep(delay)
    child.send_signal(signal.SIGKILL)
    before = (run / "samples.jsonl").read_bytes()
    finish(child)
    gone = wait_for(nothing_left, 5)
    tap.ok(seen and gone, f"kill -9 {delay:.1f} s after the first QEMU: nothing is left 5 s later",
           f"seen: {seen}, left: {qemus()} {list(roots.iterdir())}")
result = toll("run", "--resume", run.name, "--output", output, deadline=200)
tap.ok((run / "samples.jsonl").read_bytes().startswith(before[: before.rfind(b"\n") + 1]),
       "nothing that was stored is lost")
tap.ok(result.code == 0 and complete(run), "--resume completes the run",
       f"{result}\n{(run / 'samples.jsonl').read_text()[-2000:]}")
tap.ok(nothing_left(), "and leaves nothing behind")

# ---- a disturbance ----

# The machine sleeps during an execution of the second block, as far as what is stored says.
output = work / "asleep"
BLOCKS = ("--workload", "vector-add", "--variant", "portable", "--env", f"user-{OTHER}",
          "--profile", "smoke")
result = toll("run", *BLOCKS, "--blocks", "3", "--output", output)
run = only_run(output)
measured = json.loads((run / "summary.json").read_text())["blocks_done"]
lines = (run / "samples.jsonl").read_text().splitlines()
asleep = [json.loads(line) for line in lines]
for line in asleep:
    if line["schema"].startswith("toll.sample/") and line["block"] == 2:
        line["suspended_ns"] = 10**9
(run / "samples.jsonl").write_text("".join(json.dumps(line) + "\n" for line in asleep))
again = toll("run", "--resume", run.name, "--output", output)
summary = json.loads((run / "summary.json").read_text())
tap.ok(result.code == again.code == 0 and
       summary["blocks_done"] == summary["blocks_planned"] > measured >= 3 and
       2 in [b["block"] for b in summary["spoiled"]] and
       {c["blocks"] for c in summary["cells"]} == {3},
       "for a block that is left out one more is measured",
       f"{measured} {summary['blocks_done']} {summary['spoiled']}\n{result}\n{again}")
tap.ok("more, for the blocks that are left out" in again.err, "which is said", again)
tap.done()
