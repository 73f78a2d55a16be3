#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A guest whose clock runs off: the audit finds by how much, and the truth is recovered.

The program spins by CLOCK_MONOTONIC_RAW, which keeps going right, and times itself, as every program
does, by CLOCK_MONOTONIC, which does not. So the shortest iteration is one spin and what reading the
clock costs a translated guest, whatever its clock says and whatever else this machine does."""
import json
import math
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/e2e"))
sys.path.insert(0, str(TOP / "tests/cli"))
sys.path.insert(0, str(TOP / "tests/tolls"))
from guests import work  # noqa: E402
from known_toll import SPIN_NS, program as known_toll, write_manifest  # noqa: E402
from toll import HOST, Tap, lines_of, only_run, toll  # noqa: E402

ENV = f"vm-{HOST}-tcg"
# Reading the clock costs a translated guest 0.1 ms, three times that on a busy machine; a spin ends up
# to one reading late.
READING = 0.05
# microseconds per tick of 10000, the clock's skew, timed by the host
SKEWS = ((10000, 0.0, False), (10050, 0.005, False), (11000, 0.1, True), (9000, -0.1, True))

tap = Tap()
images = work / "build/images" / HOST
images.mkdir(parents=True)
(images / "vmlinuz").symlink_to(TOP / "build/images" / HOST / "vmlinuz")
(images / "kernel").symlink_to(TOP / "build/images" / HOST / "kernel")
program = known_toll(HOST)
for folder in (work / "build/workloads" / HOST, work / "disk/workloads" / HOST):
    folder.mkdir(parents=True)
    (folder / program.name).write_bytes(program.read_bytes())
    (folder / program.name).chmod(0o755)
subprocess.run(["mksquashfs", work / "disk", images / "root.squashfs", "-quiet", "-noappend"],
               check=True, stdout=subprocess.DEVNULL)
(work / "plots").mkdir()
for figure in (TOP / "plots").glob("*.gp"):
    (work / "plots" / figure.name).symlink_to(figure)
write_manifest(work / "workloads")


def give_guests(ticks):
    """Guests get this clock: the number in the test's agent is another one."""
    agent = (TOP / f"build/tests/skewed-init-{HOST}").read_bytes()
    assert agent.count(b"TOLL-SKEW=10000") == 1
    path = work / "init"
    path.write_bytes(agent.replace(b"TOLL-SKEW=10000", b"TOLL-SKEW=%05d" % ticks))
    path.chmod(0o755)
    subprocess.run([TOP / "images/initramfs.sh", HOST, path], check=True, cwd=TOP,
                   env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "BUILD": str(work / "build")})


def executions(run):
    return [s for s in lines_of(run) if s["schema"] == "toll.sample/1" and s["arm"] == "main" and
            s["status"] == "ok" and s["cell"].endswith(ENV)]


def log_mean(sample):
    return math.log(sum(sample["iter_wall_ns"][1:]) / (len(sample["iter_wall_ns"]) - 1))


def check(what, skew, by_host, run):
    summary = json.loads((run / "summary.json").read_text())
    cell = {c["env"]: c for c in summary["cells"]}[ENV]
    boots, ran = summary["boots"][0], executions(run)
    naive = min(min(s["iter_wall_ns"]) for s in ran) / SPIN_NS
    scaled = min(min(s["iter_wall_ns"]) * s["host_wall_ns"] / s["guest_wall_ns"] for s in ran) / SPIN_NS
    error = max(s["clock_error_ns"] / s["host_wall_ns"] for s in ran)
    low, high = cell["ratio"]["ci95"]
    print(f"# {what}: shortest iteration {naive:.4f} of the truth by the guest's clock, {scaled:.4f} as "
          f"reported; ratio {cell['ratio']['point']:.4f} [{low:.4f}, {high:.4f}]; skew of boots "
          f"{boots['skew_ppm']:.0f} ± {boots['skew_error_ppm']:.0f} ppm; doubt {cell['clock_doubt']}")
    tap.ok(abs(boots["skew_ppm"] - skew * 1e6) <= boots["skew_error_ppm"] + 1000,
           f"{what}: the skew of its boots is that, within the error that is said", boots)
    tap.ok((1 + skew) * 0.999 < naive < (1 + skew) * (1 + READING),
           f"{what}: by its own clock the program would be off by as much", naive)
    tap.ok(1 - error - 0.001 < scaled < 1 + READING + error, f"{what}: in host time it is not", scaled)
    # Of one that is timed by the host every iteration but the first counts.
    mean = math.exp(sum(map(log_mean, ran)) / len(ran)) / (1 + skew)
    tap.ok(not by_host or abs(cell["steady"]["mean_ns"] / mean - 1) <= error,
           f"{what}: nor is the mean that is reported", f"{cell['steady']} {mean}")
    tap.same(cell["timed_by_host"], by_host, f"{what}: timed by the host: {by_host}")
    result = toll("report", run, home=work, deadline=60)
    said = re.search(f"in {ENV} by ([+-][0-9.]+) %", " ".join(result.out.split()))
    tap.ok(result.code == 0 and bool(said) == by_host and
           (not said or abs(float(said[1]) / 100 - skew) <= error + 0.001),
           f"{what}: the report says so: {by_host}", result)


for ticks, skew, by_host in SKEWS:
    what = f"a clock {skew:+.1%} off"
    give_guests(ticks)
    output = work / f"out{ticks}"
    result = toll("run", "--profile", "full", "--blocks", "3", "--executions", "1", "--budget", "3m",
                  "--seed", "3", "--env", ENV, "--patience", "3", "--output", output, home=work,
                  deadline=200)
    run = only_run(output)
    if tap.ok(run and result.code == 0, f"{what}: a guest with it is measured",
              [s for s in lines_of(run) if s.get("status") != "ok"] if run else result):
        check(what, skew, by_host, run)
tap.done()
