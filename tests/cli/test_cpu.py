#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`--cpu ARCH=MODEL`: a program that needs more than the model has says what is missing."""
import json
import os
import shutil
import subprocess

from toll import HOST, OTHER, TOP, Tap, make_home, only_run, scratch, toll

# A model of long ago, what it lacks, and a program that uses that.
OLD = {
    "x86_64": ("Nehalem", "avx", ["-mavx"],
               "__asm__ volatile(\"vxorps %%ymm0, %%ymm0, %%ymm0\\n\\tvzeroupper\" ::: \"xmm0\");"),
    "aarch64": ("cortex-a53", "atomics", ["-march=armv8.1-a"],
                "long v = 1, *p = &v; __asm__ volatile(\"ldadd %0, %0, [%1]\" : \"+r\"(v) : \"r\"(p));"),
}
tap = Tap()
work = scratch()
home = make_home(work / "home", [])
model, feature, flags, code = OLD[HOST]
(work / "p.c").write_text(f"#include <stdio.h>\nint main(void) {{ {code} puts(\"done\"); return 0; }}\n")
compiler = os.environ.get("CC") or "gcc"


def measure(name, *arguments, env=f"native,user-{HOST}"):
    output = work / name
    result = toll("exec", f"--{HOST}", work / "p", "--env", env, "--blocks", "1", "--output", output,
                  *arguments, home=home)
    run = only_run(output)
    path = run / "summary.json" if run else None
    cells = json.loads(path.read_text())["cells"] if path and path.exists() else []
    return result, run, {x["env"]: x for x in cells}


done = subprocess.run([compiler, "-O1", "-static", *flags, "-o", work / "p", work / "p.c"],
                      capture_output=True, text=True, timeout=60, check=False)
if done.returncode:
    tap.skip("CPU models", f"'{compiler} -static {flags[0]}' does not work here")
    tap.done()
if subprocess.run([work / "p"], capture_output=True, timeout=20, check=False).returncode:
    tap.skip("CPU models", f"this host's CPU has no {feature}")
    tap.done()
if not shutil.which(f"qemu-{HOST}-static"):
    tap.skip("CPU models", f"qemu-{HOST}-static is not installed")
    tap.done()

# ---- names ----

for words, said in ((["x86_64"], "expected ARCH=MODEL"), (["riscv64=rv64"], "expected ARCH=MODEL"),
                    ([f"{HOST}="], "no CPU model"), ([f"{HOST}=no such"], "no CPU model"),
                    ([f"{HOST}={model},avx2"], "NAME,+FEATURE"),
                    ([f"{HOST}=host"], "has no CPU model 'host'"),
                    ([f"{HOST}={model}x"], f"the nearest name is '{model}'"),
                    ([f"{HOST}={model}", f"{HOST}=max"], f"two models for {HOST}")):
    result, run, _ = measure("bad", *(x for w in words for x in ("--cpu", w)))
    tap.ok(result.code == 2 and said in result.err and run is None, f"'--cpu {' '.join(words)}' is refused",
           result)
result, run, _ = measure("list", "--cpu", f"{HOST}=nothing")
tap.ok(f"CPU models for {HOST}: " in result.err and f" {model} " in result.err and
       " max" in result.err, "and the names that there are stand beside it", result)

# ---- what is missing ----

result, run, cells = measure("default")
tap.ok(result.code == 0 and cells[f"user-{HOST}"]["status"] == "ok",
       f"a program that needs {feature} runs with the default model", f"{cells}\n{result}")
plan = json.loads((run / "plan.json").read_text())
tap.same(plan[f"cpu_{HOST}"], None, "which the plan does not name")
result, run, cells = measure("unbuilt", "--cpu", f"{HOST}={model}")
x = cells[f"user-{HOST}"]
tap.ok(cells["native"]["status"] == "ok" and x["status"] == "illegal-instruction" and
       model in x["reason"] and result.code == 0,
       f"under {model} it is an illegal instruction, and natively it runs", f"{cells}\n{result}")
shipped = [TOP / "build/workloads" / a / "device-probe.portable" for a in (HOST, OTHER)]
if not all(p.exists() for p in shipped):
    tap.skip("features", f"{shipped[0]} or its sibling is not built")
    tap.done()
for path in shipped:
    (home / "build/workloads" / path.parent.name).mkdir(parents=True, exist_ok=True)
    shutil.copy(path, home / "build/workloads" / path.parent.name)
result, run, cells = measure("old", "--cpu", f"{HOST}={model}")
x = cells[f"user-{HOST}"]
tap.ok(x["status"] == "illegal-instruction" and f"the CPU model {model} has no " in x["reason"] and
       feature in x["reason"].split("has no ")[1].split(", "), "the reason names what is missing", x)
plan = json.loads((run / "plan.json").read_text())
tap.ok(plan[f"cpu_{HOST}"] == model and feature in plan[f"cpu_{HOST}_lacks"].split(", ") and
       plan[f"cpu_{OTHER}"] is None, "the plan has the model and that", plan)
summary = json.loads((run / "summary.json").read_text())
tap.same(summary["cpu"], f"{HOST}={model}", "so has the summary")
tap.ok(model in (run / "report.md").read_text(), "and the report")
if HOST == "x86_64":
    result, run, cells = measure("less", "--cpu", "x86_64=Haswell-noTSX,-avx")
    tap.ok("has no" in cells["user-x86_64"]["reason"] and
           json.loads((run / "plan.json").read_text())["cpu_x86_64_qemu"].startswith(
               "Haswell-noTSX,avx=off"), "a feature can be taken from a model", f"{cells}\n{result}")
    result, run, _ = measure("nonsense", "--cpu", "x86_64=Nehalem,-nonsense")
    tap.ok(result.code == 2 and "no program starts with 'Nehalem,-nonsense'" in result.err,
           "one that QEMU does not know is refused", result)
old = only_run(work / "old")
result = toll("run", "--resume", old.name, "--cpu", f"{HOST}=max", "--output", work / "old", home=home)
tap.ok(result.code == 2 and "begun with" in result.err, "a run does not change its model", result)
result = toll("diff", only_run(work / "default"), old, "--output", work / "old",
              home=home)
tap.ok(f"cpu_{HOST}" in result.out and model in result.out, "toll diff shows that two runs differ in it",
       result)
tap.done()
