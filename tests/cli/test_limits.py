#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sweeps over vCPUs, memory and threads: what is planned, what is refused, and what a report says."""
import json
import math

import canned as c
from canned import FOREIGN, VM, Canned, cell
from toll import Tap, lines_of, make_home, manifest, only_run, scratch, toll

tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha", threads=True), manifest("beta")])
SELECTION = ("--profile", "full", "--env", f"{FOREIGN},{VM}")

# ---- what is no sweep ----

for options, message in ((("--memory", "0"), "--memory '0'"), (("--memory", "5T"), "1M to 1T"),
                         (("--memory", "512"), "512M,2G"), (("--vcpus", "0"), "1 to 256"),
                         (("--vcpus", "1,1"), "twice"), (("--vcpus", "1,"), "''"),
                         (("--threads", "x"), "'x' is no number"),
                         (("--vcpus", "2", "--env", FOREIGN), "--vcpus is a limit of VMs"),
                         (("--memory", "1G", "--env", "native"), "--memory is a limit of VMs")):
    result = toll("plan", "--profile", "full", *options, home=home)
    tap.ok(result.code == 2 and message in result.err, f"{' '.join(options)}: exit 2, and why", result)

# ---- plans ----


def plan(*options):
    result = toll("plan", *SELECTION, *options, "--json", home=home)
    return {a["cell"]: a for a in (result.json() or {"arms": []})["arms"] if not a["duplicate"]}


arms = plan("--vcpus", "1,2", "--memory", "1G,2G")
tap.same(sorted(a.split(".", 3)[3] for a in arms if a.startswith("alpha.")),
         sorted(["native", FOREIGN] + [f"{VM}@{x}" for x in
                ("memory1024", "vcpus2-memory1024", "memory2048", "vcpus2-memory2048")]),
         "vCPUs and memory are swept in VMs, at every combination")
arms = plan("--threads", "1,2")
tap.same(sorted(a.split(".", 3)[3] for a in arms if a.startswith("alpha.")),
         sorted(["native", "native@threads2", FOREIGN, f"{FOREIGN}@threads2", VM,
                 f"{VM}@vcpus2-threads2"]),
         "threads everywhere, and VMs have as many vCPUs")
one = arms[cell("beta", "native@threads2")]
tap.ok(one["status"] == "refused" and "one thread" in one["reason"],
       "a program of one thread is refused with that reason", one)
arms = plan("--vcpus", "250", "--threads", "250")
tap.ok(all("this host has" in arms[cell("alpha", f"{env}@threads250")]["reason"]
           for env in ("native", FOREIGN)), "so are more CPUs than the host has", arms)

# ---- a run, by the null environment ----

RATIOS = {"native@threads2": 0.55, FOREIGN: 6.0, f"{FOREIGN}@threads2": 3.6, VM: 9.0,
          f"{VM}@vcpus2": 9.2, f"{VM}@threads2": 9.1, f"{VM}@vcpus2-threads2": 5.0}
source = Canned()
for env in ("native", *RATIOS):
    source.arm("alpha", env)
    if env in ("native", FOREIGN):
        source.arm("alpha", env, duplicate=True)
source.arm("alpha", f"{VM}@memory512")
source.fill(RATIOS, noise=0.01)
for s in source.samples.values():
    s["host_cpu_ns"] = int(s["host_wall_ns"] * (1.5 if "@vcpus2" in s["cell"] else 1.0))
for block in range(1, 7):
    source.sample("alpha", f"{VM}@memory512", block, status="out-of-memory", reason="none left")
canned = source.write(work / "canned")


def replay(what, *options):
    result = toll("run", *SELECTION, "--workload", "alpha", "--replay", canned, "--blocks", "6",
                  "--executions", "1", *options, "--output", work / what, home=home)
    run = only_run(work / what)
    return result, run, {x["env"]: x for x in json.loads((run / "summary.json").read_text())["cells"]}


result, run, cells = replay("sweep", "--vcpus", "1,2", "--threads", "1,2")
tap.ok(result.code == 0 and sorted(cells) == sorted(["native", *RATIOS]) and
       all(x["status"] == "ok" for x in cells.values()), "every point is measured", f"{cells} {result}")
blocks = {}
for s in lines_of(run):
    blocks.setdefault(s["block"], set()).add(s["cell"])
tap.ok(len(blocks) == 6 and all(len(x) == len(RATIOS) + 1 for x in blocks.values()),
       "all of them in every block")
tap.same(sorted({b["env"] for b in lines_of(run, "toll.boot/1")}), sorted({VM, f"{VM}@vcpus2"}),
         "points that differ in threads share a boot")
for env in (FOREIGN, VM, f"{VM}@vcpus2", f"{VM}@vcpus2-threads2", f"{FOREIGN}@threads2"):
    reference = "native@threads2" if "threads2" in env else "native"
    want = sum(c.log_ratios(source, "alpha", env, to=reference)) / 6
    tap.same(cells[env]["ratio"]["reference"], cell("alpha", reference), f"{env}: its reference")
    tap.near(cells[env]["ratio"]["point"], math.exp(want), f"{env}: its ratio", 1e-3)
tap.near(cells[f"{VM}@vcpus2"]["host_cpu_ns"] / cells[f"{VM}@vcpus2"]["steady"]["mean_ns"], 1.5,
         "host CPU time of an iteration, by its executions", 1e-6)
first = (run / "summary.json").read_bytes()
toll("stats", run, "--output", work / "sweep", home=home)
tap.ok((run / "summary.json").read_bytes() == first, "stats of what was stored gives the same bytes")
result = toll("report", run, "--output", work / "sweep", home=home)
text = (run / "report.md").read_text()
table = text[text.find("What the limits do"):]
table = [line for line in table[:table.find("\n## ")].splitlines() if line.startswith("| alpha")]
tap.ok(result.code == 0 and len(table) == len(RATIOS) + 1 and
       any("| 1.50 " in line for line in table),
       "the report has a table of all points, with the host's CPU time", "\n".join(table))
tap.ok("threads2" not in text[:text.find("What the limits do")],
       "what stands before it is about the first point")
figures = work / "sweep/plots" / run.name
tap.ok((figures / "limits.svg").stat().st_size > 1000 and
       len((figures / "limits.tsv").read_text().splitlines()) > 6, "and a figure")

result, run, cells = replay("memory", "--memory", "512M")
x = cells.get(f"{VM}@memory512", {})
tap.ok(result.code == 0 and x.get("status") == "out-of-memory" and "512 MiB" in x["reason"] and
       x["executions"] == 1, "out of memory is a refusal that says how much there was, once", f"{x} {result}")
tap.ok("out-of-memory" in toll("report", run, "--output", work / "memory", home=home).out +
       (run / "report.md").read_text(), "and the report shows it")
tap.ok(not (work / "memory/plots" / run.name / "limits.svg").exists(),
       "of one point there is no figure")
tap.done()
