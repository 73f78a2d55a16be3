#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of runs in which something is missing: there is one for each, with every figure."""
import json
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from canned import FOREIGN, KVM, SAME, STACK, VM, VM_OTHER, Canned
from toll import Tap, make_home, manifest, scratch, toll, wait_for

tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha"), manifest("beta")])
ALL = ("native", SAME, FOREIGN, VM, VM_OTHER, STACK)
RATIOS = {SAME: 1.5, FOREIGN: 6.0, VM: 9.0, VM_OTHER: 12.0, STACK: 50.0}


def canned(blocks, names=("alpha",), environments=ALL, status="ok", reason=None):
    run = Canned(blocks)
    for name in names:
        for env in environments:
            refused = status == "refused" or env == KVM
            run.arm(name, env, status="refused" if refused else "ok",
                    reason=(reason or "not here") if refused else None)
    run.fill(RATIOS)
    return run


def ended(run, status, environments):
    """The executions in these environments end so, all of them."""
    for key, s in run.samples.items():
        if key[0].split(".", 3)[3] in environments:
            s.update(status=status, reason=f"because {status}")
            for body in ("iter_wall_ns", "iter_cpu_ns", "work", "digest", "path"):
                s.pop(body, None)
    return run


def other_paths(run):
    for key, s in run.samples.items():
        s["path"] = key[0].split(".", 3)[3]
    return run


def same_times(run):
    for s in run.samples.values():
        s.update(iter_wall_ns=[1000000] * 3, guest_wall_ns=s["guest_wall_ns"] and s["host_wall_ns"])
    return run


def one_iteration(run):
    for s in run.samples.values():
        s.update(iter_wall_ns=[1000000], iter_cpu_ns=[1000000])
    return run


def no_samples(run):
    run.samples.clear()
    run.boots.clear()
    return run


def long_reasons(run):
    for a in run.plan["arms"]:
        if a["status"] == "refused":
            a["reason"] = "'quoted' \"twice\" <b>&amp;\\n_under_ *star* | pipe ` µ " * 4
    return run


RUNS = {
    "of one block": canned(1),
    "of two blocks": canned(2, ("alpha", "beta")),
    "with only native": canned(3, environments=("native",)),
    "with only VMs": canned(3, environments=("native", VM, VM_OTHER)),
    "with only VMs, of one block": canned(1, environments=("native", VM, VM_OTHER)),
    "with other code paths everywhere": other_paths(canned(3)),
    "with other code paths, of one block": other_paths(canned(1)),
    "in which everything is refused": canned(3, status="refused"),
    "in which everything crashed": ended(canned(3), "crash", ALL),
    "in which native crashed": ended(canned(3), "crash", ("native",)),
    "in which only native is well": ended(canned(3), "timeout", ALL[1:]),
    "without any sample": no_samples(canned(3)),
    "without any noise": same_times(canned(6)),
    "of one iteration each": one_iteration(canned(6)),
    "with reasons full of markup": long_reasons(canned(2, environments=ALL + (KVM,))),
}


def report(numbered):
    i, run = numbered
    folder = run.write(work / f"out{i}")
    result = toll("report", folder, "--output", work / f"out{i}", home=home, deadline=100)
    return folder, result, work / f"out{i}/plots" / folder.name


with ThreadPoolExecutor(2) as pool:
    for name, (folder, result, plots) in zip(RUNS, pool.map(report, enumerate(RUNS.values()))):
        page = folder / "report.html"
        lone = "of one block" in name
        tap.ok(("Of one block there is no interval" in (folder / "report.md").read_text()) == lone
               and ("Of one block there is no interval" in result.out) == lone,
               f"a run {name}: intervals that cannot be are {'said' if lone else 'not said'} to be "
               "missing", result)
        few = name in ("of two blocks", "with only VMs", "with other code paths everywhere",
                       "with reasons full of markup")
        said = "Intervals of fewer than five blocks (here"
        tap.ok((said in " ".join((folder / "report.md").read_text().split())) == few and
               (said in " ".join(result.out.split())) == few,
               f"a run {name}: intervals are {'said' if few else 'not said'} to rest on few blocks",
               result)
        text = page.read_text() if page.exists() else ""
        tap.ok(result.code == 0 and (folder / "report.md").exists() and "</html>" in text,
               f"a run {name} has a report", result)
        shown = re.sub(r"<[^>]*>", " ", text)
        tap.ok(text and not re.search(r"\b(nan|inf)\b", shown, re.I),
               f"a run {name}: no number is shown that is none",
               re.findall(r".{30}\b(?:nan|inf)\b.{30}", shown, re.I)[:3])
        tap.ok("<b>&amp;" not in text and ("markup" not in name or "&lt;b&gt;&amp;amp;" in text),
               f"a run {name}: no markup comes from a reason")
        drawn = sorted(p.stem for p in plots.glob("*.png"))
        on_page = re.findall(r'<figure id="figure-(\w+)"', text)
        tap.ok(set(drawn) <= set(on_page) and len(on_page) == len(set(on_page)) == 7,
               f"a run {name}: every figure stands on the page once, drawn or not", on_page)
        empty = [p.name for p in plots.glob("*.png") if p.stat().st_size < 1000]
        tap.ok(not empty, f"a run {name}: no figure is empty",
               empty)

# ---- suites ----

suites = make_home(work / "suites", [manifest("alpha", suite="tensorflow"), manifest("beta", suite="tensor")])
run = canned(2, ("alpha", "beta")).write(work, "20250102T030498Z-0a1b2c")
result = toll("report", run, home=suites)
tap.same((json.loads((run / "summary.json").read_text())["suite"], "suites tensorflow,tensor." in
          (run / "report.md").read_text()), ("tensorflow,tensor", True),
         "a suite whose name begins another's is listed beside it")
result = toll("report", run, home=make_home(work / "none", []))
tap.same((json.loads((run / "summary.json").read_text())["suite"], ", suite" in
          (run / "report.md").read_text()), ("", False), "suites that are not known are not named")

# ---- memory ----

run = canned(2)
for s in run.samples.values():
    if s["cell"].endswith(f".{VM}"):
        s["max_rss_kib"] = None
run = run.write(work, "20250102T030497Z-0a1b2c")
result = toll("report", run, home=home)
summary = json.loads((run / "summary.json").read_text())
tap.same({c["cell"].split(".", 3)[3]: c["max_rss_kib"] for c in summary["cells"]},
         {env: None if env == VM else 1024 for env in ALL}, "memory that is not known is null")
rows = [line for line in (run / "report.md").read_text().splitlines() if "1.0 MiB" in line]
tap.ok(len(rows) == len(ALL) - 1 and "0.0 MiB" not in (run / "report.md").read_text(),
       "and has no number in the report", rows)

# ---- --open ----

shown = canned(2).write(work, "20250102T030499Z-0a1b2c")
bin_dir = work / "bin"
bin_dir.mkdir()


def opened(script):
    """toll report --open, where this script is what opens files; what it wrote into 'said'."""
    (bin_dir / "xdg-open").write_text(f"#!/bin/sh\ncd '{work}'\n{script}\n")
    (bin_dir / "xdg-open").chmod(0o755)
    (work / "said").unlink(missing_ok=True)
    return toll("report", shown, "--open", home=home, env={"PATH": f"{bin_dir}:{os.environ['PATH']}"})


def browser_lives():
    """Of the process whose number stands in 'said', which is ended."""
    wait_for(lambda: (work / "said").exists() and (work / "said").read_text().endswith("\n"), 10)
    pid = int((work / "said").read_text())
    try:
        # One that ended may not have been reaped yet.
        lives = ") Z" not in Path(f"/proc/{pid}/stat").read_text()
        os.kill(pid, signal.SIGKILL)
        return lives
    except (FileNotFoundError, ProcessLookupError):
        return False


result = opened('sleep 60 >/dev/null 2>&1 & echo $! >said; sleep 0.2')
tap.ok(result.code == 0 and browser_lives(), "a browser that was started stays open", result)
result = opened('echo $$ >said; exec sleep 60')
tap.ok(result.code == 0 and browser_lives(), "also one that the opener becomes", result)
result = opened('exit 3')
tap.ok(result.code == 1 and "exit status 3" in result.err and f"{shown}/report.html" in result.err,
       "a report that cannot be shown is an error that says where it is", result)
tap.done()
