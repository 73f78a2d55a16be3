# SPDX-License-Identifier: GPL-3.0-or-later
"""What emulated hosts must have left in their folders, and what the runs of all hosts must be as
one."""
import json
import os
import re
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/cli"))
from toll import Tap, lines_of, only_run  # noqa: E402

ARCHES = ("aarch64", "x86_64")
MODE = os.environ.get("HOSTS_MODE", "whole")
STEPS = ["build", "build-tests", "images", "unit", "doctor", "doctor-no-permission", "smoke"]
WHOLE_STEPS = STEPS + ["report", "cli"] + \
    sorted(p.name for p in (TOP / "tests/hosts/steps").glob("*"))

tap = Tap()


def other(arch):
    return ARCHES[1 - ARCHES.index(arch)]


def tail(path, lines=30):
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


# ---- an emulated host ----

def check_steps(arch, out):
    steps = {}
    for line in (out / "steps").read_text().splitlines() if (out / "steps").exists() else ():
        name, code, seconds = line.split()
        steps[name] = (int(code), int(seconds))
    for name in STEPS if MODE == "short" else WHOLE_STEPS:
        code, seconds = steps.get(name, (None, 0))
        tap.ok(code == 0, f"{arch} host: {name}",
               f"exit {code} after {seconds} s\n{tail(out / f'{name}.log')}")


def check_doctor(arch, out):
    text = tail(out / "doctor.log", 99)
    tap.ok(re.search(r"^KVM +ok$", text, re.M), f"{arch} host: KVM is proved to work", text)
    # Those of commands that would have to be installed first have other names.
    verdicts = dict(re.findall(r"^((?:native|user-|vm-)\S*) +(usable|refused)$", text, re.M))
    tap.ok(len(verdicts) > 5 and set(verdicts.values()) == {"usable"},
           f"{arch} host: every environment can be used", text)
    text = tail(out / "doctor-no-permission.log", 99)
    tap.ok("may not open it: only group 'kvm' may" in text and "adduser $USER kvm" in text,
           f"{arch} host: somebody else learns which group to join", text)


def steady(summary, env):
    """Mean times of the cells of an environment, by workload."""
    return {c["workload"]: c["steady"]["mean_ns"] for c in summary["cells"]
            if c["env"] == env and c["status"] == "ok"}


def slower(summary, slow, fast, factor):
    """A workload takes `factor` times as long in the one: vector-add, or, where it cannot run, the
    probe."""
    slow, fast = steady(summary, slow), steady(summary, fast)
    both = sorted(w for w in slow if w in fast)
    return both and slow[both[-1]] > factor * fast[both[-1]]


def lacks_avx(cell):
    """KVM on QEMU's emulated SVM shows its guests no XSAVE, and so no AVX, which the x86-64
    programs of all workloads but the probe use."""
    return (cell["env"] == "vm-x86_64-kvm" and cell["workload"] != "device-probe" and
            cell["status"] == "illegal-instruction" and
            "the CPU that KVM shows its guests lacks" in cell["reason"])


def check_boots(arch, folder):
    boots = lines_of(folder, "toll.boot/1")
    kvm = [b for b in boots if b["env"] == f"vm-{arch}-kvm"]
    tap.ok(kvm and all(b["status"] == "ok" and b["accel"] == "kvm" and b["cpu"] == "host" and
                       b["machine"] and b["vcpus"] == 1 and b["threads"] is None for b in kvm),
           f"{arch} host, run: guests under KVM say so when asked back", kvm)
    tcg = [b for b in boots if b["env"].endswith("-tcg")]
    tap.ok(all(b["status"] == "ok" and b["accel"] == "tcg" and b["cpu"] not in ("host", "max", "") and
               b["threads"] in ("multi", "single") for b in tcg) and
           (tcg or MODE == "short"), f"{arch} host, run: and those under TCG", tcg)
    if tcg:
        tap.ok(min(b["hello_ns"] for b in tcg) > 2 * max(b["hello_ns"] for b in kvm),
               f"{arch} host, run: KVM boots far sooner than TCG", boots)


def check_schemas(name, documents):
    """documents: (kind, document)"""
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        tap.skip(f"{name}: schemas", "python3-jsonschema is not installed")
        return
    errors = []
    for kind, document in documents:
        schema = json.loads((TOP / f"results/{kind}.schema.json").read_text())
        errors += [f"{kind}: {e.message[:200]}"
                   for e in Draft202012Validator(schema).iter_errors(document)]
    tap.ok(not errors, f"{name}: {len(documents)} documents satisfy their schemas",
           "\n".join(errors[:5]))


def documents_of(folder):
    return [(n, json.loads((folder / f"{n}.json").read_text()))
            for n in ("plan", "host", "summary")] + \
        [("sample", json.loads(line)) for line in (folder / "samples.jsonl").read_text().splitlines()]


def check_run(arch, out, environments):
    """The run's folder, or None."""
    folder = only_run(out / "smoke")
    if not tap.ok(folder and (folder / "summary.json").exists(), f"{arch} host, run: a run"):
        return None
    summary = json.loads((folder / "summary.json").read_text())
    got = {c["env"] for c in summary["cells"]}
    tap.same(sorted(got), sorted(environments), f"{arch} host, run: every environment is there")
    bad = [(c["cell"], c["status"], c["reason"]) for c in summary["cells"]
           if c["status"] != "ok" and not lacks_avx(c)]
    tap.ok(not bad, f"{arch} host, run: every cell is ok, or refused for what the emulation lacks",
           "\n".join(map(str, bad)))
    tap.ok(slower(summary, f"user-{arch}", f"vm-{arch}-kvm", 1),
           f"{arch} host: KVM is faster than translation", summary["cells"])
    if f"vm-{arch}-tcg" in environments:
        tap.ok(slower(summary, f"vm-{arch}-tcg", f"vm-{arch}-kvm", 3),
               f"{arch} host, run: KVM is far faster than TCG", summary["cells"])
    check_boots(arch, folder)
    check_schemas(f"{arch} host, run", documents_of(folder))
    return folder


def check_host(arch, out):
    """out: what it left; returns its run's folder, or None."""
    check_steps(arch, out)
    check_doctor(arch, out)
    environments = ["native", f"user-{arch}", f"user-{other(arch)}", f"vm-{arch}-kvm",
                    f"vm-{arch}-kvm+user-{other(arch)}"]
    if MODE != "short":
        environments.append(f"vm-{arch}-tcg")
    if MODE == "all" or (MODE == "whole" and arch == "x86_64"):
        environments.append(f"vm-{other(arch)}-tcg")
    elif MODE == "whole":
        tap.skip(f"{arch} host, run: vm-{other(arch)}-tcg",
                 "it takes eleven minutes to boot there; HOSTS_MODE=all measures it")
    return check_run(arch, out, environments)


# ---- all hosts together ----

def check_merged(code, folder, runs, output):
    """The exit code of `toll merge`, the folder that it made, those of the runs, and what it
    printed."""
    path = folder / "merged.json"
    if not tap.ok(code == 0 and path.exists(), "merge: succeeds", f"exit {code}\n{output}"):
        return
    merged = json.loads(path.read_text())
    check_schemas("merge", [("merged", merged)])
    machines = [h["machine"]["cpu_model"] for h in merged["hosts"]]
    tap.ok(len(machines) == len(set(machines)) == len(runs), "merge: every host is one of its own",
           merged["hosts"])
    tap.same(merged["clashes"], [], "merge: programs are the same on all hosts")
    cells = {f.name: {c["cell"]: c["status"] for c in
                      json.loads((f / "summary.json").read_text())["cells"]} for f in runs}
    tap.same({f.name: {c["cell"]: c["status"] for c in merged["cells"] if c["run"] == f.name}
              for f in runs}, cells, "merge: every cell of every run is there")
    for name in ("report.html", "report.md"):
        text = (folder / name).read_text() if (folder / name).exists() else ""
        tap.ok(all(m in text for m in machines) and all(h["label"] in text for h in merged["hosts"]),
               f"merge: {name} names the hosts", text[:2000])
    figures = [f"plots/{h['label']}/overhead.svg" for h in merged["hosts"]] + ["plots/hosts.svg"]
    tap.ok(all((folder / f).exists() for f in figures), "merge: figures are drawn", figures)
