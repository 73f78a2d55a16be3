#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Commands, options and what they say: help, usage errors, list, plan, doctor."""
import json
import os
import re
import shutil

from toll import HOST, OTHER, TOLL, Tap, make_home, manifest, scratch, toll

tap = Tap()
work = scratch()
home = make_home(work / "home", [
    manifest("alpha", variants=[{"name": "portable"}, {"name": "blas"}]),
    manifest("beta", suite="other"), manifest("gamma")])
out = work / "out"


def commands():
    """Those that the program lists."""
    text = toll("--help", home=home).out
    return re.findall(r"^  ([a-z]+) +\S", text, re.M)


# ---- help ----

result = toll("--help", home=home)
tap.ok(result.code == 0 and result.out.startswith("usage: toll COMMAND") and not result.err,
       "--help prints the usage to stdout and succeeds", result)
result = toll(home=home)
tap.ok(result.code == 2 and not result.out and "usage:" in result.err,
       "no command at all is bad usage, on stderr", result)
result = toll("--version", home=home)
tap.ok(result.code == 0 and re.fullmatch(r"toll \d+\.\d+\S*\n", result.out),
       "--version prints a version", result)
for name in ("doctor", "list", "plan", "run", "compare", "exec", "stats", "report", "merge", "nightly"):
    tap.ok(name in commands(), f"'{name}' is a command")
for name in commands():
    result = toll(name, "--help", home=home)
    options = re.findall(r"^  --([a-z0-9_-]+)", result.out, re.M)
    tap.ok(result.code == 0 and result.out.startswith(f"usage: toll {name}") and
           "help" in options and len(options) == len(set(options)) and not result.err,
           f"{name} --help lists each option once and succeeds", result)
    result = toll(name, "--no-such-option", home=home)
    tap.ok(result.code == 2 and "--no-such-option" in result.err and not result.out,
           f"{name}: an unknown option is bad usage", result)

# ---- bad usage: (arguments, what the message must hold) ----

for arguments, words in [
        (["frobnicate"], ["'frobnicate'", "--help"]),
        (["rum"], ["'rum'"]),
        (["run", "--wrkload", "x"], ["'--wrkload'", "did you mean '--workload'"]),
        (["run", "-x"], ["'-x'"]),
        (["run", "extra"], ["'extra'"]),
        (["list", "nosuch"], ["'nosuch'", "workloads", "environments", "profiles"]),
        (["list", "workloads", "profiles"], ["'profiles'"]),
        (["stats"], ["RUN"]),
        (["report"], ["RUN"]),
        (["plan", "--env"], ["--env", "GLOB"]),
        (["plan", "--json=maybe"], ["--json", "true or false"]),
        (["plan", "--seed", "x"], ["--seed", "number", "'x'"]),
        (["plan", "--seed", "0"], ["--seed", "from 1"]),
        (["plan", "--seed", "1.5"], ["--seed", "whole"]),
        (["plan", "--blocks", "10001"], ["--blocks", "from 1 to 10000", "10001"]),
        (["plan", "--blocks", ""], ["--blocks", "number"]),
        (["exec", "--name", "n" * 64], ["--name", "longer than 63"]),
        (["plan", "--budget", "soon"], ["--budget", "'soon'"]),
        (["image", "ls", "--cap", "5"], ["--cap", "image gc"]),
        (["image", "rm", "--cap", "5", "x"], ["--cap", "image gc"]),
        (["image", "gc", "--json"], ["--json", "image ls"]),
        (["image", "rm", "--json", "x"], ["--json", "image ls"]),
        (["plan", "--budget", "0"], ["--budget", "at least"]),
        (["plan", "--budget", "3 fortnights"], ["--budget", "unit"]),
        (["plan", "--precision", "0"], ["--precision", "0.01"]),
        (["plan", "--precision", "nan"], ["--precision"]),
        (["plan", "--profile", "nosuch"], ["'nosuch'", "smoke", "quick", "full"]),
        (["plan", "--size", "nosuch"], ["'nosuch'"]),
        (["plan", "--env", "nosuch"], ["--env", "'nosuch'"]),
        (["plan", "--env", "user-*,nosuch"], ["--env", "'nosuch'"]),
        (["plan", "--workload", "nosuch"], ["--workload", "'nosuch'"]),
        (["plan", "--workload", "alpha,nosuch"], ["--workload", "'nosuch'"]),
        (["plan", "--variant", "nosuch"], ["--variant", "'nosuch'"]),
        (["plan", "--suite", "nosuch"], ["--suite", "'nosuch'"]),
        (["plan", "--workload", "beta", "--variant", "blas"], ["'beta'", "'blas'"]),
        (["stats", "nosuch"], ["'nosuch'", "no run"]),
        (["stats", "latest"], ["no run"]),
        (["report", "latest"], ["no run"]),
        (["run", "--resume", "nosuch"], ["'nosuch'", "no run"]),
        (["run", "--replay", "nosuch"], ["--replay", "'nosuch'"]),
        (["exec"], ["--x86_64", "--aarch64"]),
        (["exec", f"--{HOST}", "/nonexistent/program"], ["/nonexistent/program"]),
        (["exec", f"--{HOST}", str(home / "workloads/alpha.json")], ["no ELF program"])]:
    takes_output = arguments[0] in ("stats", "report", "run", "plan", "exec")
    extra = ["--output", out] if takes_output else []
    result = toll(*arguments[:1], *extra, *arguments[1:], home=home)
    missing = [w for w in words if w not in result.err]
    tap.ok(result.code == 2 and not result.out and not missing and
           result.err.startswith("toll: ") and result.err.count("\n") == 1,
           f"toll {' '.join(map(str, arguments)).replace(str(work), '')}: exit 2, one line",
           f"missing: {missing}\n{result}")
tap.ok(not out.exists(), "bad usage leaves nothing behind")

# ---- list ----

for what in ("workloads", "environments", "profiles"):
    result = toll("list", what, "--json", home=home)
    tap.ok(result.code == 0 and list(result.json() or {}) == [what],
           f"list {what} --json is JSON of that kind", result)
listed = toll("list", "--json", home=home).json() or {}
tap.same([w["name"] for w in listed.get("workloads", [])], ["alpha", "beta", "gamma"],
         "list shows every manifest, by name")
tap.same([p["name"] for p in listed.get("profiles", [])], ["smoke", "quick", "full"],
         "list shows the profiles")
environments = [e["id"] for e in listed.get("environments", [])]
tap.same(environments, ["native", f"user-{HOST}", f"user-{OTHER}", f"vm-{HOST}-kvm",
                        f"vm-{HOST}-tcg", f"vm-{OTHER}-tcg", f"vm-{HOST}-kvm+user-{OTHER}",
                        f"vm-{HOST}-tcg+user-{OTHER}"], "list shows every environment of the host")
tap.ok(all(e["status"] == "ok" or (e["status"] == "refused" and e["reason"])
           for e in listed.get("environments", [])), "an environment is usable or has a reason")
result = toll("list")
tap.ok(result.code == 0 and "matmul" in result.out, "list finds the program's own source tree",
       result)

# ---- plan ----


def cells(*arguments):
    result = toll("plan", "--json", "--profile", "full", "--output", out, *arguments, home=home)
    return [a["cell"] for a in (result.json() or {}).get("arms", []) if not a["duplicate"]]


def envs(planned):
    return sorted({c.split(".", 3)[3] for c in planned})


tap.same(envs(cells()), sorted(environments), "without a selection every environment is planned")
tap.same(envs(cells("--env", "user-*")), ["native", f"user-{OTHER}", f"user-{HOST}"]
         if OTHER < HOST else ["native", f"user-{HOST}", f"user-{OTHER}"],
         "a glob selects environments, and native is always among them")
tap.same(envs(cells("--env", f"*kvm,vm-{OTHER}-tcg")),
         sorted(["native", f"vm-{HOST}-kvm", f"vm-{OTHER}-tcg"]), "globs are comma-separated")
tap.same(cells("--env", "native", "--workload", "*a", "--variant", "blas"),
         [f"alpha.blas.{HOST}.native"], "--workload and --variant are globs")
tap.same(cells("--env", "native", "--suite", "other"), [f"beta.portable.{HOST}.native"],
         "--suite selects the workloads of a suite")
tap.ok(not out.exists(), "plan writes nothing")
plan = [toll("plan", "--json", "--seed", "77", "--output", out, "--profile", "full",
             "--blocks", "9", "--budget", "90s", "--precision", "2", home=home).json() or {}
        for _ in range(2)]
for p in plan:
    for key in ("run", "created"):
        p.pop(key, None)
    for arm in p.get("arms", []):  # a refusal may tell what was measured
        arm["reason"] = bool(arm["reason"])
tap.ok(plan[0].get("arms") and plan[0] == plan[1],
       "the same selection and seed make the same plan", plan)
tap.same([plan[0].get(k) for k in ("seed", "blocks", "budget_ns", "precision")],
         [77, 9, 90_000_000_000, 0.02], "--seed, --blocks, --budget and --precision are kept")
result = toll("plan", "--profile", "full", "--output", out, home=home)
tap.ok(result.code == 0 and "arms" in result.out and "estimated time" in result.out,
       "plan says how much there is to do", result)

# ---- doctor ----

result = toll("doctor", "--json", home=home)
doctor = result.json() or {}
tap.ok(result.code == 0 and [e["id"] for e in doctor.get("environments", [])] == environments,
       "doctor --json judges every environment", result)
tap.ok(all(e["remedy"] for e in doctor.get("environments", []) if e["status"] == "refused"),
       "what is refused has a remedy", json.dumps(doctor.get("environments")))
bare = work / "bin"
bare.mkdir()
for tool in ("sh", "env"):
    (bare / tool).symlink_to(shutil.which(tool))
result = toll("doctor", "--json", home=home, env={"PATH": str(bare)})
found = {e["id"]: e for e in (result.json() or {}).get("environments", [])}
for env in (f"user-{HOST}", f"user-{OTHER}"):
    tap.ok(found.get(env, {}).get("status") == "refused" and "-static" in found[env]["reason"] and
           "qemu-user-static" in found[env]["remedy"],
           f"without QEMU {env} is refused: which program, and the package that has it", result)
for env in (f"vm-{HOST}-tcg", f"vm-{OTHER}-tcg"):
    tap.ok(found.get(env, {}).get("status") == "refused" and "qemu-system" in found[env]["reason"]
           and "qemu-system" in found[env]["remedy"],
           f"without QEMU {env} is refused: which program, and the package that has it", result)
tools = {x["program"]: x for x in (result.json() or {}).get("tools", [])}
tap.ok("gnuplot" in tools and all(x["path"] is None and "apt-get install" in x["remedy"] and
                                  x["use"] for x in tools.values()),
       "missing tools are named, with what they are for and the package", tools)
result = toll("doctor", home=home, env={"PATH": str(bare)})
tap.ok(result.code == 0 and "do:" in result.out and "why:" in result.out and
       "gnuplot" in result.out,
       "doctor says why and what to do", result)
tap.ok("\033" not in result.out + result.err, "no colour where nobody sees it")

# ---- standard output that cannot be written ----

if os.path.exists("/dev/full"):
    import subprocess
    # The manual is longer than what is written at once.
    for words in (["list", "profiles"], ["man"], ["man", "--help"], ["--version"], ["--help"]):
        with open("/dev/full", "w", encoding="utf-8") as full:
            child = subprocess.run([TOLL, *words], stdout=full, stderr=subprocess.PIPE, text=True,
                                   timeout=60, check=False,
                                   env={**os.environ, "TOLL_HOME": str(home)})
        tap.ok(child.returncode == 1 and "standard output" in child.stderr,
               f"{' '.join(words)}: output that cannot be written is an error", child)
tap.done()
