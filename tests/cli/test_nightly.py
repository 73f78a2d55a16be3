#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`toll nightly`: the lock, the comparison with stored runs, and its exit code."""
import fcntl
import math
import os
import signal

from canned import FOREIGN, SAME, Canned, cell
from toll import Tap, finish, make_home, manifest, scratch, start, toll, wait_for

tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha"), manifest("beta")])


def night(seed, slower=1.0, status=None):
    run = Canned(6, seed)
    for name in ("alpha", "beta"):
        for env in ("native", SAME, FOREIGN):
            run.arm(name, env)
    run.fill({SAME: 1.5, FOREIGN: 6.0}, noise=0.02)
    for block in range(1, 7):
        s = run.samples[cell("alpha", FOREIGN), False, block]
        s["iter_wall_ns"] = [int(t * slower) for t in s["iter_wall_ns"]]
        s["host_wall_ns"] = sum(s["iter_wall_ns"]) + 500_000
        if status:
            run.samples[cell("beta", SAME), False, block].update(status=status, reason="x")
    return run


def history(name, nights, **differing):
    """An output folder with stored runs of replays, all of one host, profile and size."""
    for i in range(nights):
        run = night(100 + i)
        run.plan.update(replay="/canned", profile="full", **differing)
        run.write(work / name, f"202501{i + 1:02d}T030405Z-0a1b2c")
    return work / name


def nightly(output, run, **how):
    source = run.write(work / f"source{tap.run}")
    result = toll("nightly", "--replay", source, "--blocks", "6", "--workload", "alpha,beta",
                  "--env", "user-*", "--output", output, home=home, **how)
    folder = result.folder() if result.out else None
    text = folder / "nightly.md" if folder else None
    return result, text.read_text() if text and text.exists() else ""


result, text = nightly(history("few", 4), night(1, slower=1.6))
tap.ok(result.code == 0 and "4 stored runs" in text and "**slower**" in text and
       "Before 5 stored runs" in text,
       "before five stored runs a slower cell is said, and is no regression", f"{result}\n{text}")
result, text = nightly(history("same", 5), night(1))
tap.ok(result.code == 0 and "5 stored runs" in text and "0 slower" in text and
       "4 unchanged" in text, "a night like the others: exit 0", f"{result}\n{text}")
output = history("slow", 5)
result, text = nightly(output, night(1, slower=1.6))
rows = [line for line in text.splitlines() if "**slower**" in line]
tap.ok(result.code == 3 and len(rows) == 1 and cell("alpha", FOREIGN) in rows[0],
       "a cell that became slower: exit 3, and nightly.md names it alone", f"{result}\n{text}")
change = float(rows[0].split("|")[2].split()[0]) if rows else math.nan
tap.near(change, 1.6, "the change is told", 0.05)
plots = output / "plots" / result.folder().name
tap.ok((plots / "history.svg").exists(), "the figure of the history is drawn")
result, text = nightly(history("faster", 5), night(1, slower=0.6))
tap.ok(result.code == 0 and "1 faster" in text, "a cell that became faster: exit 0",
       f"{result}\n{text}")
result, text = nightly(history("little", 5), night(1, slower=1.05))
tap.ok(result.code == 0 and "0 slower" in text, "five percent are below the floor", text)
result, text = nightly(history("failed", 5), night(1, status="crash"))
tap.ok(result.code == 1 and "0 slower" in text, "a cell that fails: exit 1", f"{result}\n{text}")
result, text = nightly(history("other-size", 5, size="seed"), night(1, slower=1.6))
tap.ok(result.code == 0 and "0 stored runs" in text, "runs of another size are not compared", text)

output = history("locked", 5)
with open(output / "results/.nightly.lock", "w", encoding="utf-8") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    result, text = nightly(output, night(1))
    tap.ok(result.code in (1, 2) and "another nightly" in result.err and not text,
           "a second nightly of one folder is refused", result)
tools = work / "tools"
tools.mkdir()
(tools / "gnuplot").write_text(f"#!/bin/sh\n: >{work}/drawing\nexec sleep 60\n")
(tools / "gnuplot").chmod(0o755)
source = night(1, slower=1.6).write(work / "source-stopped")
child = start("nightly", "--replay", source, "--blocks", "6", "--workload", "alpha,beta", "--env",
              "user-*", "--output", history("stopped", 5), home=home,
              env={"PATH": f"{tools}:{os.environ['PATH']}"})
seen = wait_for((work / "drawing").exists, 60)
child.send_signal(signal.SIGTERM)
result = finish(child)
tap.ok(seen and result.code == 143, "one that is stopped while it reports: exit 143", result)
(output / "results/20250101T030405Z-0a1b2c/samples.jsonl").write_text("rubbish\n")
result, text = nightly(output, night(1))
tap.ok(result.code == 0 and "samples.jsonl:1:" in result.err and "4 stored runs" in text,
       "a stored run that cannot be read is left out, with the reason", f"{result}\n{text}")
tap.done()
