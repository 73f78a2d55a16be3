#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clean clone on emulated hosts of both architectures, in which KVM runs: it is built there,
tested, and measures every environment of that host. What they left lies in
build/hosts/results/ARCH afterwards.

HOSTS_MODE=short leaves out the tests of the command line and guests under emulated TCG (a guest in
an emulator in an emulator: a minute per boot). Times measured in there mean nothing but their
order: KVM is far below TCG.
"""
import json
import os
import shutil
import subprocess
import sys
import tarfile
import threading
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/cli"))
from toll import Tap, lines_of, only_run  # noqa: E402

ARCHES = ("aarch64", "x86_64")
MODE = os.environ.get("HOSTS_MODE", "whole")
HOSTS = TOP / "build/hosts"
RESULTS = HOSTS / "results"
# Five times what the whole took on two quiet cores.
SYSTEM_LIMIT_S, BOOT_LIMIT_S = 900, {"short": 1500, "whole": 4800}
STEPS = ["build", "build-tests", "images", "unit", "doctor", "doctor-json", "doctor-no-permission",
         "smoke"]
WHOLE_STEPS = STEPS + ["report", "cli"] + \
    sorted(p.name for p in (TOP / "tests/hosts/steps").glob("*"))
# Made outside from downloads, there being no network inside: the guests' kernels and translators.
CARRIED = [f"build/images/{arch}/{part}" for arch in ARCHES for part in ("kernel", "qemu")]
FREE_GIB = 8

tap = Tap()


def other(arch):
    return ARCHES[1 - ARCHES.index(arch)]


def cannot_run():
    """Why there can be no emulated host here; None: there can."""
    if os.geteuid() != 0:
        return "only root can make the file system of an emulated host"
    missing = subprocess.run(["images/deps.sh", "--check", "hosts", "run"], capture_output=True,
                             text=True, check=False)
    if missing.returncode:
        return "missing: " + missing.stdout.strip()
    if subprocess.run(["git", "rev-parse", "HEAD"], capture_output=True, check=False).returncode:
        return "this is no git clone"
    absent = [path for path in CARRIED if not (TOP / path / ".stamp").exists()]
    if absent:
        return f"'{absent[0]}' is not there; run 'make images'"
    if shutil.disk_usage(TOP).free < FREE_GIB << 30:
        return f"less than {FREE_GIB} GiB are free"
    return None


def run(command, limit, log):
    """The exit code; 124: it had not ended within the limit."""
    with open(log, "wb") as file:
        try:
            return subprocess.run(command, stdin=subprocess.DEVNULL, stdout=file, stderr=file,
                                  timeout=limit, check=False).returncode
        except subprocess.TimeoutExpired:
            return 124


def tail(path, lines=30):
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:]) if path.exists() else ""


# ---- what goes in ----

def add_clone(archive):
    """The committed tree, with the changes that are not committed yet: none in CI."""
    changes = subprocess.run(["git", "stash", "create"], capture_output=True, text=True,
                             check=True).stdout.strip()
    clone = HOSTS / "clone.tar"
    subprocess.run(["git", "archive", "--prefix=toll/", "-o", clone, changes or "HEAD"], check=True)
    with tarfile.open(clone) as tar:
        for member in tar:
            archive.addfile(member, tar.extractfile(member) if member.isfile() else None)
    clone.unlink()


def renewed(member):
    """A stamp that is newer than the recipes of the clone: it is what they make."""
    if member.name.endswith("/.stamp"):
        member.mtime = time.time()
    return member


def pack(path):
    script = HOSTS / "run"
    script.write_text(f"#!/bin/bash\nexec /job/toll/tests/hosts/inside {MODE}\n")
    script.chmod(0o755)
    with tarfile.open(path, "w") as archive:
        add_clone(archive)
        for name in CARRIED:
            archive.add(TOP / name, f"toll/{name}", filter=renewed)
        archive.add(script, "run")
    script.unlink()


# ---- what came out ----

def check_steps(arch, out):
    steps = {}
    for line in (out / "steps").read_text().splitlines() if (out / "steps").exists() else ():
        name, code, seconds = line.split()
        steps[name] = (int(code), int(seconds))
    for name in WHOLE_STEPS if MODE == "whole" else STEPS:
        code, seconds = steps.get(name, (None, 0))
        tap.ok(code == 0, f"{arch} host: {name}",
               f"exit {code} after {seconds} s\n{tail(out / f'{name}.log')}")


def ours(env):
    """Not one of a command that would have to be installed first."""
    return env.split("-")[0] in ("native", "user", "vm")


def check_doctor(arch, out):
    try:
        doctor = json.loads((out / "doctor-json.log").read_text())
    except (OSError, ValueError) as error:
        tap.ok(False, f"{arch} host: doctor answers", error)
        return
    host = doctor["host"]
    tap.same((host["arch"], host["kvm"]), (arch, "ok"), f"{arch} host: KVM is proved to work")
    unusable = [e for e in doctor["environments"] if e["status"] != "ok" and ours(e["id"])]
    tap.ok(not unusable, f"{arch} host: every environment can be used", unusable)
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


def check_schemas(arch, folder):
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        tap.skip(f"{arch} host, run: schemas", "python3-jsonschema is not installed")
        return
    documents = [(n, json.loads((folder / f"{n}.json").read_text()))
                 for n in ("plan", "host", "summary")]
    documents += [("sample", json.loads(line))
                  for line in (folder / "samples.jsonl").read_text().splitlines()]
    errors = []
    for kind, document in documents:
        schema = json.loads((TOP / f"results/{kind}.schema.json").read_text())
        errors += [f"{kind}: {e.message[:200]}"
                   for e in Draft202012Validator(schema).iter_errors(document)]
    tap.ok(not errors, f"{arch} host, run: {len(documents)} documents satisfy their schemas",
           "\n".join(errors[:5]))


def check_run(arch, out, environments):
    folder = only_run(out / "smoke")
    if not tap.ok(folder and (folder / "summary.json").exists(), f"{arch} host, run: a run"):
        return
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
    check_schemas(arch, folder)


def check(arch):
    out = RESULTS / arch
    check_steps(arch, out)
    check_doctor(arch, out)
    environments = ["native", f"user-{arch}", f"user-{other(arch)}", f"vm-{arch}-kvm",
                    f"vm-{arch}-kvm+user-{other(arch)}"]
    if MODE == "whole":
        environments += [f"vm-{arch}-tcg", f"vm-{other(arch)}-tcg"]
    check_run(arch, out, environments)


# ---- the hosts ----

def boot(arch, archive, codes):
    codes[arch] = run(["tests/hosts/boot.sh", arch, archive, RESULTS / arch, str(BOOT_LIMIT_S[MODE])],
                      BOOT_LIMIT_S[MODE] + 60, HOSTS / f"{arch}.log")


def main():
    os.chdir(TOP)
    reason = cannot_run()
    if reason:
        tap.skip("emulated hosts", reason)
        tap.done()
    shutil.rmtree(RESULTS, ignore_errors=True)
    RESULTS.mkdir(parents=True)
    made = [arch for arch in ARCHES if tap.ok(
        run(["tests/hosts/system.sh", arch], SYSTEM_LIMIT_S, HOSTS / f"{arch}.log") == 0,
        f"{arch} host: its system is made", tail(HOSTS / f"{arch}.log"))]
    codes, threads = {}, []
    for arch in made:
        archive = HOSTS / f"{arch}.tar"
        pack(archive)
        threads.append(threading.Thread(target=boot, args=(arch, archive, codes)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    for arch in made:
        (HOSTS / f"{arch}.tar").unlink()
        if tap.ok(codes[arch] == 0, f"{arch} host: boots, does its work and ends",
                  f"exit {codes[arch]}\n{tail(HOSTS / f'{arch}.log')}"):
            check(arch)
    tap.done()


if __name__ == "__main__":
    main()
