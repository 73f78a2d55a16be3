#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A clean clone on emulated hosts of both architectures, in which KVM runs: it is built there,
tested, and measures every environment of that host. What they left lies in
build/hosts/results/ARCH afterwards. Then this host measures the same, and the three runs are
joined: build/hosts/results/here, and .../merged.

HOSTS_MODE=short compiles here, with the cross compiler and that host's headers and libraries, and
leaves out the tests of the command line and guests under emulated TCG (a guest in an emulator in an
emulator: minutes per boot); whole leaves out a PC under TCG on the aarch64 host, which takes a
quarter of an hour; all leaves out nothing. Times measured in there mean nothing but their order: KVM
is far below TCG.
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
SYSTEM_LIMIT_S, BOOT_LIMIT_S = 900, {"short": 1800, "whole": 7200, "all": 9000}
COMPILE_LIMIT_S, HERE_LIMIT_S, MERGE_LIMIT_S = 300, 600, 300
# Made outside from downloads, there being no network inside: the guests' kernels and translators,
# and what workloads are compiled and linked with.
DOWNLOADED = [f"build/{part}" for arch in ARCHES
              for part in (f"images/{arch}/kernel", f"images/{arch}/qemu", f"sysroot/{arch}")]
# What is measured.
PROGRAMS = [f"build/workloads/{arch}/{name}.portable"
            for arch in ARCHES for name in ("vector-add", "device-probe")]
# Of the unit tests, those that depend on the host.
COMPILED_UNIT = [f"tests/unit/{path.stem}" for part in ("base", "host", "model", "vm", "wire")
                 for path in sorted((TOP / "tests/unit").glob(f"test_{part}*.c"))]
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


def newer_than_clone(now):
    """All of one time, so that nothing that was made of the same tree is made again."""
    def set_time(member):
        member.mtime = now
        return member
    return set_time


def compiled(arch):
    """short: the folder that holds the program and the unit tests for that host; None, and a failed
    test, when they cannot be compiled."""
    root, build = HOSTS / "compiled" / arch / "root", HOSTS / "compiled" / arch / "build"
    log, libraries = HOSTS / f"{arch}.log", f"usr/lib/{arch}-linux-gnu"
    disk = HOSTS / arch / "disk.ext4"
    shutil.rmtree(root.parent, ignore_errors=True)
    (root / "usr/lib").mkdir(parents=True)
    for name in ("lib", "lib64"):
        (root / name).symlink_to("usr/lib")
    done = run(["debugfs", "-R", f"rdump /usr/include {root}/usr", disk], COMPILE_LIMIT_S, log) == 0 and \
        run(["debugfs", "-R", f"rdump /{libraries} {root}/usr/lib", disk], COMPILE_LIMIT_S, log) == 0
    for loader in (root / libraries).glob("ld-linux*"):  # libc.so, a script, names it
        (root / "usr/lib" / loader.name).symlink_to(f"{arch}-linux-gnu/{loader.name}")
    done = done and run(
        ["make", "-s", "-j2", f"B={build.relative_to(TOP)}", "CFLAGS=-O0 -g0",
         f"CC={arch}-linux-gnu-gcc --sysroot={root} -B{root / libraries}",
         *(build.relative_to(TOP) / goal for goal in ("toll", *COMPILED_UNIT))],
        COMPILE_LIMIT_S, log) == 0
    shutil.rmtree(root)
    return build if tap.ok(done, f"{arch} host: what it runs is compiled", tail(log)) else None


def pack(path, build):
    """build: what was compiled for that host; None: it compiles."""
    script = HOSTS / "run"
    script.write_text(f"#!/bin/bash\nexec /job/toll/tests/hosts/inside {MODE}\n")
    script.chmod(0o755)
    with tarfile.open(path, "w") as archive:
        add_clone(archive)
        for name in DOWNLOADED + PROGRAMS:
            archive.add(TOP / name, f"toll/{name}", filter=carried)
        if build:
            archive.add(build, "toll/build", filter=newer_than_clone(time.time()))
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
        archive, build = HOSTS / f"{arch}.tar", compiled(arch) if MODE == "short" else None
        if MODE == "short" and not build:
            continue
        pack(archive, build)
        threads.append(threading.Thread(target=boot, args=(arch, archive, codes)))
        threads[-1].start()
    for thread in threads:
        thread.join()
    for arch in codes:
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
