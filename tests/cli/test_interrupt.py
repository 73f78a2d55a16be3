#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs that are cut short: signals, --resume, two processes on one run. Programs are scripts."""
import json
import os
import shutil
import signal

from canned import FOREIGN, VM, Canned, cell
from toll import (HOST, OTHER, Tap, finish, lines_of, make_home, manifest, only_run, scratch, start, toll,
                  wait_for)

# A program that works for a tenth of a second.
RECORD = ('{"schema":"toll.record/1","workload":"x","main_ns":0,"iter_wall_ns":[2000,1000,1000],'
          '"iter_cpu_ns":[2000,1000,1000],"work":{"flop":1,"bytes":0},"path":"p",'
          '"digest":{"values":[1.5],"hash":"0a"}}')
SLOW = f"#!/bin/sh\nsleep 0.1\necho '{RECORD}'\n"
tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha"), manifest("beta")],
                 {"alpha": SLOW, "beta": SLOW})
NATIVE = ("--profile", "full", "--env", "native", "--blocks", "4", "--executions", "2", "--seed",
          "3")
# The first program is measured twice.
EXPECTED = sorted((block, cell(w, "native"), arm, execution) for block in range(1, 5)
                  for w, arm in (("alpha", "main"), ("alpha", "aa"), ("beta", "main"))
                  for execution in (1, 2))


def keys(folder):
    """(block, cell, arm, execution) of the samples that count: what a discarded block held does
    not."""
    kept = []
    for line in (folder / "samples.jsonl").read_text().splitlines():
        d = json.loads(line)
        if d["schema"] == "toll.discard/1":
            kept = [k for k in kept if k[0] != d["block"]]
        elif d["schema"] == "toll.sample/1":
            kept.append((d["block"], d["cell"], d["arm"], d["execution"]))
    return sorted(kept)


def asked_for(folder):
    """Those of the four blocks of NATIVE; the host may spoil one, for which there is one more."""
    return [k for k in keys(folder) if k[0] <= 4]


# ---- stopped before anything is measured ----

tools = work / "tools"
tools.mkdir()
asked = work / "asked"
for arch in (HOST, OTHER):
    translator = tools / f"qemu-{arch}-static"
    translator.write_text(f"#!/bin/sh\n: >{asked}\nsleep 5\necho 'qemu 1.0'\n")
    translator.chmod(0o755)
output = work / "early"
for args in (("run", "--profile", "full", "--blocks", "1", "--env", "user-*", "--output", output),
             ("plan", "--profile", "full", "--env", "user-*"), ("plan", "--json", "--env", "user-*"),
             ("list", "environments"), ("doctor",)):
    asked.unlink(missing_ok=True)
    child = start(*args, home=home, env={"PATH": f"{tools}:{os.environ['PATH']}"})
    seen = wait_for(asked.exists, 30)
    child.send_signal(signal.SIGINT)
    result = finish(child)
    tap.ok(seen and result.code == 130 and not result.out and only_run(output) is None,
           f"{' '.join(args[:2])}: stopped while environments are tried, it calls none refused",
           result)

# ---- real processes, interrupted ----

for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)):
    output = work / f"signal{code}"
    child = start("run", *NATIVE, "--output", output, home=home)
    seen = wait_for(lambda: only_run(output) and len(lines_of(only_run(output))) >= 3, 30)
    child.send_signal(number)
    result = finish(child)
    name = signal.Signals(number).name
    folder = only_run(output)
    stored = keys(folder)
    tap.ok(seen and result.code == code and len(stored) >= 3, f"{name}: exit {code}, samples kept",
           result)
    tap.ok(len(stored) < len(EXPECTED), f"{name}: it does not go on to the end", stored)
    how = result.err.split("go on with: toll compare ")
    tap.ok(len(how) == 2, f"{name}: it says how to go on", result)
    tap.ok("warning" not in result.err and result.err.count("\n") < 8,
           f"{name}: few words are made", result.err)
    tap.ok(not (folder / "summary.json").exists(), f"{name}: there is no summary yet")
    program = home / f"build/workloads/{HOST}/alpha.portable"
    program.write_text(SLOW + "# built again\n")
    result = toll("run", *how[-1].split("\n")[0].split(), home=home)
    tap.ok(result.code == 2 and str(program) in result.err and "new run" in result.err and
           keys(folder) == stored, f"{name}: --resume refuses a program of another build", result)
    program.write_text(SLOW)
    described = home / "workloads/beta.json"
    described.rename(work / "beta.json")
    result = toll("run", *how[-1].split("\n")[0].split(), home=home)
    tap.ok(result.code == 2 and "'beta.portable'" in result.err and keys(folder) == stored,
           f"{name}: --resume misses a manifest that is gone", result)
    (work / "beta.json").rename(described)
    result = toll("run", *how[-1].split("\n")[0].split(), home=home)
    tap.ok(result.code == 0 and asked_for(folder) == EXPECTED and result.folder() == folder,
           f"{name}: --resume runs what is missing, and only that", f"{keys(folder)}\n{result}")
    tap.ok((folder / "summary.json").exists(), f"{name}: and then there is a summary")
result = toll("run", "--resume", folder.name, "--output", output, home=home)
tap.ok(result.code == 0 and asked_for(folder) == EXPECTED, "--resume of a finished run adds nothing",
       result)
for option, value in (("env", "user-*"), ("workload", "alpha"), ("variant", "portable"),
                      ("suite", "toy"), ("size", "small"), ("profile", "quick"), ("blocks", "9"),
                      ("executions", "3"), ("vcpus", "2"), ("memory", "1G"), ("threads", "1"),
                      ("patience", "5"), ("seed", "4"), ("environments", "/dev/null"),
                      ("shard", "1/2"), ("replay", folder), ("cpu", f"{OTHER}=max")):
    result = toll("run", f"--{option}={value}", "--resume", folder.name, "--output", output, home=home)
    tap.ok(result.code == 2 and f"--{option} is for a run that begins" in result.err,
           f"--resume refuses --{option}, which would change nothing", result)

output = work / "group"
child = start("compare", *NATIVE, "--output", output, home=home)
wait_for(lambda: only_run(output) and len(lines_of(only_run(output))) >= 2, 30)
os.killpg(child.pid, signal.SIGINT)
result = finish(child)
tap.ok(result.code == 130 and not (only_run(output) / "report.html").exists(),
       "Ctrl-C reaches the whole group: compare ends with 130 and writes no report", result)

output = work / "kill9"
child = start("run", *NATIVE, "--output", output, home=home)
wait_for(lambda: only_run(output) and len(lines_of(only_run(output))) >= 3, 30)
child.kill()
finish(child)
folder = only_run(output)
before = keys(folder)
result = toll("run", "--resume", "latest", "--output", output, home=home)
tap.ok(result.code == 0 and len(before) >= 3 and asked_for(folder) == EXPECTED,
       "after kill -9 the samples are there, and --resume latest completes the run", result)

# ---- two at once ----

output = work / "two"
child = start("run", *NATIVE, "--output", output, home=home)
wait_for(lambda: only_run(output) and len(lines_of(only_run(output))) >= 1, 30)
folder = only_run(output)
result = toll("run", "--resume", folder.name, "--output", output, home=home)
tap.ok(result.code in (1, 2) and "another toll" in result.err and folder.name in result.err,
       "a second process is refused the run that is being measured", result)
result = toll("stats", folder.name, "--output", output, home=home)
tap.ok(result.code == 0, "but may read it", result)
other = toll("run", "--profile", "full", "--env", "native", "--blocks", "1", "--output", output,
             home=home)
tap.ok(other.code == 0 and other.folder() != folder, "and may measure another run",
       f"{[s for s in lines_of(other.folder()) if s.get('status') != 'ok']}\n{other}")
result = finish(child)
tap.ok(result.code == 0 and asked_for(folder) == EXPECTED, "the first is not disturbed", result)

# ---- stored runs with parts missing ----


def stored(name, environments=(FOREIGN, VM)):
    run = Canned()
    for env in ("native", *environments):
        run.arm("alpha", env)
    run.fill({FOREIGN: 5.0, VM: 9.0})
    source = run.write(work / f"{name}-canned")
    result = toll("run", "--replay", source, "--profile", "full", "--blocks", "6", "--workload",
                  "alpha", "--env", ",".join(environments), "--output", work / name, home=home)
    assert result.code == 0, result
    folder = only_run(work / name)
    return folder, keys(folder), (folder / "summary.json").read_bytes()


def resume(folder):
    return toll("run", "--resume", folder.name, "--output", folder.parents[1], home=home)


def cut(folder, keep, torn=""):
    """Leaves the lines for which keep(document) holds, and a part of one."""
    path = folder / "samples.jsonl"
    lines = [line for line in path.read_text().splitlines() if keep(json.loads(line))]
    path.write_text("".join(line + "\n" for line in lines) + torn)
    (folder / "summary.json").unlink(missing_ok=True)


def cells_of(text):
    """Of a summary, what does not depend on the wall clock of toll itself."""
    return json.loads(text)["cells"]


folder, whole, summary = stored("torn", (FOREIGN,))
last = (folder / "samples.jsonl").read_text().splitlines()[-2]
cut(folder, lambda d: d["schema"] == "toll.sample/1" and
    not (d["block"] == 6 and d["cell"] == cell("alpha", FOREIGN)), torn=last[:40])
size = (folder / "samples.jsonl").stat().st_size
result = toll("stats", folder, "--output", work / "torn", home=home)
tap.ok(result.code == 0 and "torn line of 40 bytes" in result.err and
       (folder / "samples.jsonl").stat().st_size == size,
       "stats tolerates a torn last line, says so and leaves it", result)
result = resume(folder)
tap.ok(result.code == 0 and "torn line" in result.err and keys(folder) == whole,
       "--resume drops it and runs that execution again", result)
tap.ok(cells_of((folder / "summary.json").read_text()) == cells_of(summary),
       "the cells are those of the uninterrupted run")

folder, whole, summary = stored("native-lost")
cut(folder, lambda d: d["schema"] == "toll.boot/1" or
    not (d.get("block") == 6 and d.get("cell") == cell("alpha", "native")))
result = resume(folder)
tap.ok(result.code == 0 and keys(folder) == whole and not lines_of(folder, "toll.discard/1") and
       len(lines_of(folder, "toll.boot/1")) == 6,
       "a missing native execution is run, and no VM is booted for it", result)
tap.ok(cells_of((folder / "summary.json").read_text()) == cells_of(summary),
       "the cells are those of the uninterrupted run")

folder, whole, summary = stored("vm-lost")
cut(folder, lambda d: d["schema"] == "toll.boot/1" or
    not (d.get("block") == 6 and d.get("cell") == cell("alpha", VM)))
result = resume(folder)
discards = lines_of(folder, "toll.discard/1")
tap.ok(result.code == 0 and keys(folder) == whole and [d["block"] for d in discards] == [6] and
       len([d for d in lines_of(folder) if d["block"] == 6]) == 2 + 3,
       "with an execution in a VM missing the block is run again as a whole", result)
tap.ok(cells_of((folder / "summary.json").read_text()) == cells_of(summary),
       "the cells are those of the uninterrupted run")
boots = [d["boot"] for d in lines_of(folder, "toll.boot/1")]
tap.ok(len(boots) == len(set(boots)) == 7, "a boot's number is never used again", boots)

# A timeout in the block that is run again must be run again with it.
folder, whole, summary = stored("timeout-lost")
path = folder / "samples.jsonl"
text = path.read_text().splitlines()
for i, line in enumerate(text):
    d = json.loads(line)
    if d.get("cell") == cell("alpha", FOREIGN) and d["block"] == 6:
        d.update(status="timeout", reason="not done within 1 s")
        for key in ("iter_wall_ns", "iter_cpu_ns", "work", "path", "digest"):
            d.pop(key)
        text[i] = json.dumps(d)
path.write_text("\n".join(text) + "\n")
cut(folder, lambda d: not (d.get("block") == 6 and d.get("cell") == cell("alpha", VM)))
result = resume(folder)
tap.ok(result.code == 0 and keys(folder) == whole,
       "what was given up in a block that is run again is run again", result)

folder, whole, summary = stored("no-samples", (FOREIGN,))
(folder / "samples.jsonl").unlink()
(folder / "summary.json").unlink()
result = resume(folder)
tap.ok(result.code == 0 and keys(folder) == whole, "a run without any sample is run", result)

folder, whole, summary = stored("budget", (FOREIGN,))
cut(folder, lambda d: d.get("block", 0) < 3)
result = toll("run", "--resume", folder.name, "--budget", "1ns", "--output", folder.parents[1],
              home=home)
left = keys(folder)
tap.ok(result.code == 0 and "budget ends" in result.err and len(left) < len(whole),
       "--resume measures for the --budget it is given", result)
result = resume(folder)
tap.ok(result.code == 0 and keys(folder) == whole, "and without one for the run's own", result)

folder, whole, summary = stored("gone", (FOREIGN,))
cut(folder, lambda d: d.get("block", 0) < 3)
shutil.rmtree(work / "gone-canned")
before = (folder / "samples.jsonl").read_bytes()
result = resume(folder)
tap.ok(result.code == 2 and "--replay" in result.err and
       (folder / "samples.jsonl").read_bytes() == before,
       "what a replay answers from is gone: exit 2, nothing is changed", result)
tap.done()
