#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command layers for real: copies of QEMU's user mode under another name, and `taskset` in front of
native programs. What a program sees tells what it ran in."""
import json
import shutil
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from toll import HOST, OTHER, Tap, lines_of, only_run, scratch, toll  # noqa: E402

tap = Tap()
work = scratch()
output = work / "out"
MODELS = {"x86_64": "Haswell-noTSX,-pcid,-x2apic,-tsc-deadline,-invpcid", "aarch64": "neoverse-n1"}
rows = [{"name": "taskset", "runs": HOST, "on": HOST, "summary": "pinned twice",
         "command": ["taskset", "-c", "{cpu}"], "version": ["taskset", "--version"],
         "get": "apt-get install util-linux"}]
for arch, model in MODELS.items():
    shutil.copy(shutil.which(f"qemu-{arch}-static"), work / f"qemu2-{arch}")
    rows.append({"name": "qemu2", "runs": arch, "summary": "another build of QEMU",
                 "command": [f"./qemu2-{arch}", "-cpu", model],
                 "version": [f"./qemu2-{arch}", "--version"], "get": "copy it"})
environments = work / "environments.json"
environments.write_text(json.dumps({"environments": rows}))
COMMANDS = [f"taskset-{HOST}", f"qemu2-{HOST}", f"qemu2-{OTHER}"]

result = toll("compare", "--profile", "smoke", "--workload", "vector-add,device-probe", "--variant",
              "portable", "--env", "user-*,taskset-*,qemu2-*", "--environments", environments,
              "--output", output, deadline=240)
run = only_run(output)
if not tap.ok(run and result.code == 0, "compare succeeds", result):
    tap.done()
summary = json.loads((run / "summary.json").read_text())
cells = {(c["workload"], c["env"]): c for c in summary["cells"]}
mine = [cells[w, env] for w in ("vector-add", "device-probe") for env in COMMANDS]
tap.ok(all(c["status"] == "ok" and c["ratio"]["point"] > 0 for c in mine),
       "every command layer is measured", json.dumps(mine, indent=1))


def seen(env):
    """The CPU, the machine and on how many CPUs the program may run."""
    probe = cells["device-probe", env]["probe"]
    return probe["isa"], probe["machine"], probe["cpus"]["affinity"]


for arch in MODELS:
    tap.same(seen(f"qemu2-{arch}"), seen(f"user-{arch}"), f"qemu2-{arch} shows QEMU's CPU")
tap.same(seen(f"taskset-{HOST}"), seen("native"), "taskset shows the host's")
tap.same(sorted({(f["same"], f["foreign"]) for f in summary["factors"] if f["kind"] == "command"}),
         [(f"qemu2-{HOST}", f"qemu2-{OTHER}")], "only the command of both architectures has factors")
tap.same(sorted(c["env"] for c in summary["commands"]), sorted(COMMANDS), "the summary says what ran")
hashes = {s["digest"]["hash"] for s in lines_of(run) if s["cell"].startswith("vector-add.")}
tap.ok(len(hashes) == 1, "the portable program computes the same bits everywhere", hashes)
html = (run / "report.html").read_text()
tap.ok(all(c in html for c in COMMANDS) and "taskset from util-linux" in html,
       "the report shows each, with its version")
tap.done()
