#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clean clone on emulated hosts of both architectures, in which KVM runs: it is built there,
tested, and measures every environment of that host. What they left lies in
build/hosts/results/ARCH afterwards. Then this host measures the same, and the three runs are
joined: build/hosts/results/here, and .../merged.

HOSTS_MODE=short leaves out the tests of the command line and guests under emulated TCG (a guest in
an emulator in an emulator: minutes per boot); whole leaves out a PC under TCG on the aarch64 host,
which takes a quarter of an hour; all leaves out nothing. Times measured in there mean nothing but
their order: KVM is far below TCG.
"""
import os
import shutil
import subprocess
import tarfile
import threading
import time

from checks import ARCHES, MODE, TOP, check_host, check_merged, only_run, tail, tap

TOLL = os.environ.get("TOLL") or str(TOP / "build/toll")
HOSTS = TOP / "build/hosts"
RESULTS = HOSTS / "results"
# Five times what it takes on two quiet cores.
SYSTEM_LIMIT_S, BOOT_LIMIT_S = 900, {"short": 2400, "whole": 7200, "all": 9000}
HERE_LIMIT_S, MERGE_LIMIT_S = 600, 300
# Made outside from downloads, there being no network inside: the guests' kernels and translators,
# and what workloads are compiled and linked with.
DOWNLOADED = [f"build/{part}" for arch in ARCHES
              for part in (f"images/{arch}/kernel", f"images/{arch}/qemu", f"sysroot/{arch}")]
# What is measured.
PROGRAMS = [f"build/workloads/{arch}/{name}.portable"
            for arch in ARCHES for name in ("vector-add", "device-probe")]
FREE_GIB = 8


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
    absent = [path for path in [TOLL, *(f"{path}/.stamp" for path in DOWNLOADED), *PROGRAMS]
              if not (TOP / path).exists()]
    if absent:
        return f"'{absent[0]}' is not there; run 'make all'"
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


# ---- what goes in ----

def add_clone(archive):
    """The committed tree, with the changes that are not committed yet: none in CI."""
    nobody = ["-c", "user.name=toll", "-c", "user.email=toll@localhost"]  # git wants to know who
    changes = subprocess.run(["git", *nobody, "stash", "create"], capture_output=True, text=True,
                             check=True).stdout.strip()
    clone = HOSTS / "clone.tar"
    subprocess.run(["git", "archive", "--prefix=toll/", "-o", clone, changes or "HEAD"], check=True)
    with tarfile.open(clone) as tar:
        for member in tar:
            archive.addfile(member, tar.extractfile(member) if member.isfile() else None)
    clone.unlink()


def carried(member):
    """Without OpenBLAS, which is large and of no use to the programs that are made inside. A stamp
    is newer than the recipes of the clone: it is what they make."""
    if "openblas" in member.name:
        return None
    if member.name.endswith("/.stamp"):
        member.mtime = time.time()
    return member


def pack(path):
    script = HOSTS / "run"
    script.write_text(f"#!/bin/bash\nexec /job/toll/tests/hosts/inside {MODE}\n")
    script.chmod(0o755)
    with tarfile.open(path, "w") as archive:
        add_clone(archive)
        for name in DOWNLOADED + PROGRAMS:
            archive.add(TOP / name, f"toll/{name}", filter=carried)
        archive.add(script, "run")
    script.unlink()


# ---- the hosts ----

def boot(arch, archive, codes):
    codes[arch] = run(["tests/hosts/boot.sh", arch, archive, RESULTS / arch, str(BOOT_LIMIT_S[MODE])],
                      BOOT_LIMIT_S[MODE] + 60, HOSTS / f"{arch}.log")


def boot_all(arches):
    """Both at once; returns their exit codes."""
    codes, threads = {}, []
    for arch in arches:
        archive = HOSTS / f"{arch}.tar"
        pack(archive)
        threads.append(threading.Thread(target=boot, args=(arch, archive, codes)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    for arch in arches:
        (HOSTS / f"{arch}.tar").unlink()
    return codes


def measure_here():
    """This host's run of the same programs; None, and a failed test, without one."""
    out = RESULTS / "here"
    out.mkdir()
    run([TOLL, "doctor"], HERE_LIMIT_S, out / "doctor.log")
    code = run(["tests/hosts/smoke", out / "smoke", "--env", "user-*,vm-*"], HERE_LIMIT_S,
               out / "smoke.log")
    folder = only_run(out / "smoke")
    return folder if tap.ok(code == 0 and folder, "this host: smoke",
                            f"exit {code}\n{tail(out / 'smoke.log')}") else None


def join(folders):
    target = RESULTS / "merged"
    code = run([TOLL, "merge", *folders, "-o", target], MERGE_LIMIT_S, RESULTS / "merge.log")
    check_merged(code, target, folders, tail(RESULTS / "merge.log"))


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
    folders = []
    for arch, code in boot_all(made).items():
        if tap.ok(code == 0, f"{arch} host: boots, does its work and ends",
                  f"exit {code}\n{tail(HOSTS / f'{arch}.log')}"):
            folders.append(check_host(arch, RESULTS / arch))
    folders.insert(0, measure_here())
    if len(folders) > len(ARCHES) and all(folders):
        join(folders)
    else:
        tap.ok(False, "merge: every host has a run to join")
    tap.done()


if __name__ == "__main__":
    main()
