#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of packages for real: the same files natively, translated and in guests."""
import json
import shutil
import subprocess
import sys
from pathlib import Path

from guests import HOST, OTHER, TOP, qemus, work

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from toll import Tap, lines_of, only_run, toll  # noqa: E402

tap = Tap()
ENVIRONMENTS = ["native", f"user-{HOST}", f"user-{OTHER}", f"vm-{HOST}-tcg", f"vm-{OTHER}-tcg",
                f"vm-{HOST}-tcg+user-{OTHER}"]
if not shutil.which("bwrap"):
    tap.skip("packages", "bubblewrap is not installed")
    tap.done()
for arch in (HOST, OTHER):
    for package in ("grep", "busybox", "redis-server"):
        made = subprocess.run([TOP / "images/root.sh", arch, package], cwd=TOP, text=True, timeout=250,
                              capture_output=True, check=False)
        if made.returncode:
            tap.skip("packages", f"no root image of {package}: {made.stderr.strip().splitlines()[-1]}")
            tap.done()


def measure(name, *arguments, command="run", environments=ENVIRONMENTS):
    output = work / name
    result = toll(command, "--blocks", "1", "--patience", "8", "--budget", "200s", "--output", output, "--env",
                  ",".join(environments), *arguments, deadline=280)
    run = only_run(output)
    path = run / "summary.json" if run else None
    cells = json.loads(path.read_text())["cells"] if path and path.exists() else []
    return result, run, {x["env"]: x for x in cells}


result, run, cells = measure("grep", "--workload", "grep", "--profile", "smoke")
tap.ok(result.code == 0 and sorted(e for e, c in cells.items() if c["status"] == "ok") ==
       sorted(ENVIRONMENTS), "a program of packages is measured in every environment",
       f"{cells}\n{result}")
hashes = {s["digest"]["hash"] for s in lines_of(run)}
tap.ok(len(hashes) == 1 and "" not in hashes, "and prints the same everywhere", hashes)
overheads = {e: c["ratio"]["point"] for e, c in cells.items()}
tap.ok(overheads[f"user-{OTHER}"] > 2 and overheads[f"vm-{HOST}-tcg+user-{OTHER}"] >
       overheads[f"user-{OTHER}"], "translation costs, and costs more in a VM", overheads)
sums = {r["arch"]: r["sha256"] for r in json.loads((run / "plan.json").read_text())["roots"]}
tap.ok(sorted(sums) == sorted({HOST, OTHER}), "the plan has an image of each architecture", sums)

# What a guest's program sees is what the sandbox shows on the host: its own folder is all that it
# can write to. The shell's own words: what it prints is compared by toll.
script = ("for f in /x /usr/x /toll/x /etc/x y; do (: >$f) 2>&1; done; "
          "echo * /tmp/* /* /root/* /home/* /toll/* /sys/* /run/* /var/*; pwd; echo $HOME $PATH")
result, run, cells = measure("sees", "--packages", "busybox", "--", "busybox", "sh", "-c", script,
                             command="exec")
status = {e: c["status"] for e, c in cells.items()}
tap.ok(result.code == 0 and set(status.values()) == {"ok"} and len(status) == len(ENVIRONMENTS),
       "programs see the same in guests as on the host", f"{cells}\n{result}")
# A child is a program of the image too: where it is not translated, a foreign one cannot be run.
doctor = json.loads(toll("doctor", "--json", deadline=100).out)
refused = {c["environment"]: c["reason"] for c in doctor["children"] if not c["usable"]}
expected = sorted(set(ENVIRONMENTS) - set(refused))
if refused:
    tap.skip("translated programs start others on the host", refused)
result, run, cells = measure("children", "--packages", "busybox", "--", "busybox", "sh", "-c",
                             "/bin/busybox echo a child; /bin/busybox sh -c 'exec /bin/busybox id -u'",
                             command="exec")
tap.same(sorted(e for e, c in cells.items() if c["status"] == "ok" and e not in refused), expected,
         "programs start others, translated as they are")

# A server and its client, over the loopback that each has of its own. Translated in a guest of an
# emulator they take minutes.
single = ENVIRONMENTS[:-1]
result, run, cells = measure("redis", "--workload", "redis", "--profile", "smoke", environments=single)
tap.ok(result.code == 0 and sorted(e for e, c in cells.items() if c["status"] == "ok") ==
       sorted(single), "a command is measured beside the server that it asks",
       f"{cells}\n{result}")
tap.same(qemus(), [], "no guest is left")
tap.done()
