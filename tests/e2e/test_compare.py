#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`toll compare --profile smoke` for real: native, translated, both guests, the composition."""
import json
import math
import os
import re
import subprocess

from guests import qemus, roots, work
from toll import HOST, OTHER, TOP, Tap, lines_of, only_run, toll

tap = Tap()
output = work / "out"
ENVIRONMENTS = ["native", f"user-{HOST}", f"user-{OTHER}", f"vm-{HOST}-kvm", f"vm-{HOST}-tcg",
                f"vm-{OTHER}-tcg", f"vm-{HOST}-tcg+user-{OTHER}"]
# Beside tests of others the deadlines of a quiet machine do not hold: an execution may be too slow.
REFUSALS = ("refused", "too-slow", "illegal-instruction")

result = toll("compare", "--profile", "smoke", "--output", output, deadline=240)
run = only_run(output)
if not tap.ok(run and result.code == 0, "compare succeeds", result):
    tap.done()
tap.ok(result.folder() == run, "it prints the run folder last", result.out)
plan = json.loads((run / "plan.json").read_text())
summary = json.loads((run / "summary.json").read_text())
samples, boots = lines_of(run), lines_of(run, "toll.boot/1")
cells = {c["cell"]: c for c in summary["cells"]}

# ---- every cell ----

tap.same(sorted(cells), sorted({a["cell"] for a in plan["arms"]}), "every planned cell is there")
missing = [e for e in ENVIRONMENTS if not any(c["env"] == e for c in cells.values())]
tap.ok(not missing, "every environment is there", missing)
bad = [c for c in cells.values() if c["status"] != "ok" and
       (c["status"] not in REFUSALS or not c["reason"])]
tap.ok(not bad, "every cell is ok, or refused with a reason", json.dumps(bad, indent=1))
for env in ENVIRONMENTS:
    if env.startswith("vm-") and "kvm" in env:
        continue
    held = [c for c in cells.values() if c["env"] == env and c["status"] == "ok"]
    tap.ok(held, f"{env}: at least one cell has a time")
timed = [c for c in cells.values() if c["status"] == "ok"]
tap.ok(all(c["steady"]["mean_ns"] > 0 and c["ratio"]["point"] > 0 and c["blocks"] >= 1 and
           c["cold"]["first_iter_ns"] > 0 for c in timed), "every ok cell has its times and ratio")
tap.ok(all((c["cold"]["boot_ns"] or 0) > 0 for c in timed if c["env"].startswith("vm-")),
       "every ok cell in a VM has its boot time")
tap.ok(all(c["steady"]["mean_ns"] is None and c["ratio"]["point"] is None
           for c in cells.values() if c["status"] != "ok"), "no other cell has a time")


def kvm_runs_guests():
    """Plain QEMU with the guest's kernel: does it say its first line within ten seconds?"""
    machine, console = {"x86_64": ("q35", "ttyS0"),
                        "aarch64": ("virt,gic-version=host", "ttyAMA0")}[HOST]
    command = [f"qemu-system-{HOST}", "-machine", f"{machine},accel=kvm", "-cpu", "host", "-m",
               "256", "-kernel", TOP / f"build/images/{HOST}/vmlinuz", "-nographic", "-no-reboot",
               "-append", f"console={console} earlyprintk={console} panic=-1"]
    try:
        said = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=10,
                              check=False).stdout
    except subprocess.TimeoutExpired as expired:
        said = expired.stdout or b""
    return b"Linux version" in said


kvm = [c for c in cells.values() if "kvm" in c["env"]]
if kvm_runs_guests():
    tap.ok(all(b["accel"] == "kvm" for b in boots if b["env"] == f"vm-{HOST}-kvm") and
           any(c["status"] == "ok" for c in kvm), "KVM guests run under KVM", kvm)
else:
    host = json.loads((run / "host.json").read_text())
    tap.ok(kvm and all(c["status"] == "refused" and c["reason"] == host["kvm"] and
                       "/dev/kvm" in c["reason"] for c in kvm),
           "where plain QEMU gets no guest going under KVM, its cells are refused for what was "
           "found about /dev/kvm", kvm)

# ---- guests ----

for arch, machine in (("x86_64", "q35"), ("aarch64", "virt")):
    mine = [b for b in boots if b["env"] == f"vm-{arch}-tcg"]
    tap.ok(mine and all(b["status"] == "ok" and b["accel"] == "tcg" and machine in b["machine"] and
                        b["cpu"] not in ("", "max", "qemu64") and
                        b["vcpus"] == 1 and b["threads"] in ("multi", "single") and
                        0 < b["create_ns"] < b["hello_ns"] for b in mine),
           f"{arch} guests boot, and say what they are", mine)
tap.ok(len({b["boot"] for b in boots}) == len(boots), "every boot has its own number")
vm_samples = [s for s in samples if ".vm-" in s["cell"] and s["status"] == "ok"]
tap.ok(vm_samples and all(s["boot"] in {b["boot"] for b in boots} and s["guest_wall_ns"] > 0
                          for s in vm_samples), "every execution in a VM names its boot")
skews = [c["skew_ppm"] for c in timed if c["env"].startswith("vm-")]
tap.ok(all(s is not None and abs(s) < 500_000 for s in skews),
       "guests' clocks are audited, and go at about the speed of the host's", skews)
tap.ok(not qemus() and not list(roots.iterdir()), "no QEMU and no private folder is left",
       f"{qemus()} {list(roots.iterdir())}")
tap.ok(not list(run.glob("console-*")), "consoles of guests that did well are not kept")

# ---- results ----

manifests = {m["name"]: m for m in (json.loads(p.read_text())
                                    for p in (TOP / "workloads").glob("*.json"))}


def agrees(a, b, tolerance):
    if not tolerance:
        return a["hash"] == b["hash"]
    scale = max(map(abs, a["values"] + b["values"]))
    return len(a["values"]) == len(b["values"]) > 0 and all(
        math.isfinite(x) and abs(x - y) <= tolerance * scale
        for x, y in zip(a["values"], b["values"]))


for program in sorted({tuple(c.split(".")[:2]) for c in cells}):
    mine = [s for s in samples if tuple(s["cell"].split(".")[:2]) == program and
            s["status"] == "ok"]
    m = manifests[program[0]]
    if not m.get("compare", True):
        continue
    native = next(s for s in mine if s["cell"].endswith(".native"))
    wrong = [s["cell"] for s in mine
             if not agrees(s["digest"], native["digest"], m.get("tolerance", 0))]
    tap.ok(len(mine) > 1 and not wrong, f"{'.'.join(program)}: the same result everywhere", wrong)
probes = {c["env"]: c["probe"] for c in timed if c["workload"] == "device-probe"}
tap.ok(len(probes) >= 5 and all(p for p in probes.values()), "each environment answers the probe",
       probes)

# ---- documents ----

try:
    from jsonschema import Draft202012Validator
except ImportError:
    tap.skip("documents satisfy their schemas", "python3-jsonschema is not installed")
else:
    schemas = {n: Draft202012Validator(json.loads((TOP / f"results/{n}.schema.json").read_text()))
               for n in ("plan", "host", "sample", "summary")}
    documents = [(n, json.loads((run / f"{n}.json").read_text()))
                 for n in ("plan", "host", "summary")]
    documents += [("sample", json.loads(x)) for x in (run / "samples.jsonl").read_text().split("\n")
                  if x]
    errors = [f"{n}: {e.message[:200]}" for n, d in documents for e in schemas[n].iter_errors(d)]
    tap.ok(not errors, f"{len(documents)} documents satisfy their schemas", "\n".join(errors[:5]))
tap.ok(1 <= summary["blocks_done"] <= summary["blocks_planned"] and
       plan["blocks"] <= summary["blocks_planned"],
       "blocks are counted", f"{summary['blocks_done']} of {summary['blocks_planned']}")
tap.same(sum(c["executions"] for c in cells.values()),
         len([s for s in samples if s["arm"] == "main"]), "executions are counted")
tap.ok(0 < summary["inside_ns"] <= summary["wall_ns"], "time inside executions and boots")
arms = {(s["cell"], s["arm"]) for s in samples}
tap.ok(all((s["cell"], "aa") in arms for s in samples if any(
    a["duplicate"] and a["cell"] == s["cell"] for a in plan["arms"])), "duplicates were run")
before = (run / "summary.json").read_bytes()
result = toll("stats", run, "--output", output)
tap.ok(result.code == 0 and (run / "summary.json").read_bytes() == before,
       "stats makes the same summary again", result)

# ---- the report ----

page = (run / "report.html").read_text()
plain = re.sub(r"<[^>]*>", "", page)
text = (run / "report.md").read_text().replace("\\_", "_")
tap.ok("<svg" in page and not re.search(r"(?:src|href)=[\"']?https?:", page),
       "report.html holds its figures and needs no network")
for env in ENVIRONMENTS:
    tap.ok(env in plain and env in text, f"the report shows {env}")
tap.ok(all(c["reason"][:40] in text for c in cells.values() if c["status"] != "ok"),
       "the report gives the reasons of what was refused")
plots = output / "plots" / run.name
for name in ("overhead", "heatmap", "factors", "cold", "iterations", "distribution", "rates"):
    svg, png = plots / f"{name}.svg", plots / f"{name}.png"
    tap.ok(svg.exists() and "<svg" in svg.read_text() and png.exists() and
           png.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and png.stat().st_size > 2000,
           f"figure {name} is drawn")
tap.same(os.path.realpath(output / "plots/latest"), str(plots), "plots/latest is this run's")
tap.ok(subprocess.run(["gnuplot", "overhead.gp"], cwd=plots, timeout=60, capture_output=True,
                      check=False).returncode == 0, "a figure can be drawn again from its folder")
tap.done()
