#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""VMs that ran on another machine: what is compared with what, and what reports say of it."""
import json

from canned import FOREIGN, SAME, STACK, VM, VM_OTHER, Canned, cell, log_ratios, paired
from toll import OTHER, Tap, make_home, manifest, scratch, toll

tap = Tap()
work = scratch()
NAMES = ("alpha", "beta")
home = make_home(work / "home", [manifest(n) for n in NAMES])
RATIOS = {SAME: 1.5, FOREIGN: 6.0, VM: 2.0, VM_OTHER: 3.0, STACK: 4.0}
URI = "qemu+ssh://me@there.example/system"
THERE = {"qemu": "8.2.1", "libvirt": "10.1.0", "ran_on": "there.example"}
HERE = {"qemu": "7.2.9", "libvirt": "9.0.0", "ran_on": None}


def canned(boots, connect=URI, environments=tuple(RATIOS)):
    """boots: what of each boot record is read back, by environment."""
    run = Canned(6, 4)
    for name in NAMES:
        for env in ("native", *environments):
            run.arm(name, env)
    run.fill(RATIOS)
    run.plan["connect"] = connect
    for (env, _, block), boot in run.boots.items():
        boot.update(boots(env, block))
    return run


def stored(name, run):
    """The run's summary, what its report says, and what is printed of it."""
    folder = run.write(work / name)
    done = toll("report", folder, "--output", work / name, home=home, deadline=100)
    merged = toll("merge", folder, "-o", work / name / "merged", home=home)
    if done.code or merged.code:
        tap.ok(False, f"{name}: reports are written", f"{done}\n{merged}")
    return (json.loads((folder / "summary.json").read_text()), (folder / "report.md").read_text(),
            (folder / "report.html").read_text(), " ".join(done.out.split()),
            " ".join(merged.out.split()))


def ratio_of(summary, env):
    return next(c for c in summary["cells"] if c["cell"] == cell("alpha", env))["ratio"]


def pairs(summary):
    return {frozenset((p["a"], p["b"])) for p in summary["pairs"]}


# ---- all VMs there ----

run = canned(lambda env, block: THERE)
summary, md, html, text, merged = stored("there", run)
away = [c for c in summary["cells"] if c["env"].startswith("vm-")]
tap.ok(len(away) == 6 and all(c["ran_on"] == "there.example" and c["status"] == "ok" and
                              c["steady"]["mean_ns"] > 0 for c in away),
       "cells say which machine their VM ran on, and have their times", away[:1])
tap.same({c["env"] for c in summary["cells"] if c["ratio"]["point"] is not None},
         {"native", SAME, FOREIGN}, "only what ran here has a ratio to native times here")
tap.same({g["env"] for g in summary["geomean"]}, {SAME, FOREIGN}, "and a geometric mean")
tap.same(summary["factors"] and {f["kind"] for f in summary["factors"]}, {"user"},
         "a layer's cost is not told from two machines")
tap.same({p for p in pairs(summary) if any(e.startswith("vm-") for e in p)},
         {frozenset((VM_OTHER, STACK))}, "VMs are compared with each other only")
point, adjusted, _ = paired(log_ratios(run, "alpha", VM_OTHER, to=STACK))
pair = next(p for p in summary["pairs"] if p["workload"] == "alpha" and p["a"] == VM_OTHER)
tap.near(pair["ratio"]["point"], point, "as they are on one machine")
tap.same({b["env"]: (b["qemu"], b["libvirt"], b["ran_on"]) for b in summary["boots"]},
         {VM: tuple(THERE.values()), VM_OTHER: tuple(THERE.values())},
         "boots are summarized with the versions there")
for what, said in (("terminal", text), ("Markdown", md), ("HTML", html)):
    tap.ok(f"{VM_OTHER} ran on there.example (QEMU 8.2.1, libvirt 10.1.0), reached by {URI}" in said and
           "Times of two machines make no overhead" in said,
           f"{what}: the machine, its QEMU and libvirt, the connection, and what that means", said)
tap.ok(f"{FOREIGN} is fastest for" not in text and "for 2 only one way has a time here" in text and
       "VM instead" not in text, "no VM there is the fastest, or slower than what is fastest", text)
tap.ok("ran on there.example (QEMU 8.2.1" in merged, "merge says it too", merged)
tap.ok("on another machine" in md, "the table says why a cell has a time instead of a ratio")

# ---- nothing foreign here ----

summary, md, html, text, _ = stored("alone", canned(lambda env, block: THERE, environments=(VM, VM_OTHER)))
tap.ok(f"no environment for a foreign architecture on this machine" in text and
       f"No {OTHER} program" not in text, "what ran elsewhere does not count as not timed", text)

# ---- this machine ----

summary, md, html, text, _ = stored("here", canned(lambda env, block: HERE, "qemu:///system"))
tap.same({c["env"] for c in summary["cells"] if c["ratio"]["point"] is not None},
         {"native", *RATIOS}, "through a daemon of this machine everything has a ratio")
tap.ok("another machine" not in text + md and "VMs run through" in md and "qemu:///system" in md,
       "and nothing is said but the connection", text)
tap.ok(f"{VM_OTHER} ran on QEMU 7.2.9; the QEMU in PATH here is another one: QEMU 7.2." in text,
       "another QEMU than the one in PATH is said", text)
run = canned(lambda env, block: {**HERE, "qemu": "7.2"}, None)
tap.ok("in PATH" not in stored("same", run)[3], "the same one is not")

# ---- several machines behind one name ----

summary, md, html, text, _ = stored(
    "several", canned(lambda env, block: {**THERE, "ran_on": f"node{block % 2}"}))
tap.same({b["ran_on"] for b in summary["boots"]}, {"several"}, "machines that differ are said to be several")
tap.same({p for p in pairs(summary) if any(e.startswith("vm-") for e in p)}, set(),
         "and nothing on them is compared")

tap.done()
