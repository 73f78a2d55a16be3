#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""toll stats elsewhere than where it was measured: on a CPU with other features the C library takes
other code for exp, log and pow, and another library has its own, whose last bits differ. No number
may differ by more than 1e-12 of itself, and nothing else at all."""
import json
import math
import os
import platform
import shutil
import subprocess
from pathlib import Path

from canned import FOREIGN, KVM, SAME, STACK, VM, VM_OTHER, Canned, cell
from toll import HOST, TOLL, Tap, make_home, manifest, scratch, toll

tap = Tap()
work = scratch()
NAMES = tuple(f"w{i}" for i in range(5))
sanitized = b"__asan_init" in Path(TOLL).read_bytes()
home = make_home(work / "home", [manifest(n) for n in NAMES])
RATIOS = {SAME: 1.5, FOREIGN: 6.0, VM: 9.0, VM_OTHER: 12.0, STACK: 50.0}
TOLERANCE = 1e-12
# Of what can be 0, by cancelling, that is of 1: correlations, shares and logarithms of likelihoods.
AROUND_ZERO = ("lag1", "block_correlation", "between_share", "log_likelihood",
               "mean_log_likelihood")

# Rounds as another C library may: a third of all results is the next double up or down.
LIBRARY = r"""
#define _GNU_SOURCE
#include <dlfcn.h>
#include <math.h>
#include <stdint.h>
#include <string.h>
static double off(double x)
{
	uint64_t bits;

	if (!isfinite(x) || x == floor(x))
		return x;
	memcpy(&bits, &x, sizeof(bits));
	bits = ((bits ^ bits >> 29) * 0x9e3779b97f4a7c15) >> 32;
	return bits % 6 > 1 ? x : nextafter(x, bits % 6 ? INFINITY : -INFINITY);
}
#define ONE(name)                                                                                  \
	double name(double x)                                                                      \
	{                                                                                          \
		return off(((double (*)(double))dlsym(RTLD_NEXT, #name))(x));                      \
	}
ONE(exp) ONE(log) ONE(log1p) ONE(expm1) ONE(atan)
double pow(double x, double y)
{
	return off(((double (*)(double, double))dlsym(RTLD_NEXT, "pow"))(x, y));
}
"""


def iterations(run, ns, slow):
    """A warm-up of a dozen iterations, in two arms of five, then noise."""
    return [int(ns * slow * math.exp(run.random.gauss(0, 0.02)) * (1.4 if i < 12 else 1))
            for i in range(40)]


def rich(seed, blocks=12, names=NAMES, pilot=0, **plan):
    """Every cell kind, a pilot, repeated executions, duplicates, sentinels, clocks that are off,
    a refusal, a crash, a wrong result and what a hypervisor took."""
    run = Canned(blocks, seed)
    for name in names:
        for env in ("native", *RATIOS):
            run.arm(name, env, executions=2 if env == "native" else 1)
            if env in ("native", FOREIGN, VM):
                run.arm(name, env, duplicate=True)
        run.arm(name, KVM, status="refused", reason="KVM is not there")
    if pilot:
        run.pilot(pilot)
    run.plan |= plan
    run.fill(RATIOS, noise=0.05)
    for s in run.samples.values():
        slow = math.exp(run.random.gauss(0, 0.1))
        s["sentinel_ns"] = [int(1.4e6 * slow), int(1.5e6 * slow)]
        s["iter_wall_ns"] = s["iter_cpu_ns"] = iterations(run, s["iter_wall_ns"][1], slow)
        s["host_wall_ns"] = sum(s["iter_wall_ns"]) + 700_000
        if s["guest_wall_ns"]:
            s["guest_wall_ns"] = int(s["host_wall_ns"] * (1.03 if s["cell"].startswith(names[-1]) else
                                                          1.0002))
        s |= {"steal_ns": 1000, "load1": 0.37, "cpu_khz": 2_345_678}
    for block in range(1, blocks + 1):
        # The arms of a workload follow each other, in random order.
        mine = [(s.get("execution", 1), s["cell"].split(".")[0], run.random.random(), s)
                for key, s in run.samples.items() if key[2] == block]
        for order, (*_, s) in enumerate(sorted(mine, key=lambda x: x[:3]), 1):
            s["order"] = order
    if len(names) > 1:
        run.sample(names[0], FOREIGN, 3, status="crash", reason="signal 11")
        run.samples[cell(names[1], SAME), False, min(4, blocks)]["digest"]["values"] = [1.0, 2.0]
    return run


def differences(a, b, key=""):
    """(the largest difference of two numbers and where it is, [what else differs])."""
    if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
        parts = [differences(a[k], b[k], f"{key}.{k}") for k in a]
    elif isinstance(a, list) and isinstance(b, list) and len(a) == len(b):
        parts = [differences(x, y, f"{key}[{i}]") for i, (x, y) in enumerate(zip(a, b))]
    elif isinstance(a, float) and isinstance(b, float):
        whole = 1 if key.split(".")[-1].split("[")[0] in AROUND_ZERO else max(abs(a), abs(b))
        return (abs(a - b) / whole if a != b else 0.0, key), []
    else:
        return (0.0, key), [] if a == b and type(a) is type(b) else [f"{key}: {a!r}, {b!r}"]
    return (max((p[0] for p in parts), default=(0.0, key)), [x for p in parts for x in p[1]])


def summary_of(folder, name, **how):
    """The bytes of its summary, computed elsewhere."""
    output = folder.parents[1] / name
    result = toll("stats", folder, "--output", output, home=home, **how)
    path = output / "results" / folder.name / "summary.json"
    if result.code or not path.exists():
        tap.ok(False, f"{name}: toll stats succeeds", result)
        tap.done()
    return path.read_bytes()


# ---- the runs ----

runs = {"blocks fixed": rich(3), "a pilot": rich(4, pilot=6, precision=0.05),
        "three blocks": rich(6, 3), "one workload": rich(5, 10, NAMES[:1])}
one = summary_of(runs["one workload"].write(work / "before", "20250101T030405Z-0a1b2d"), "here")
runs["one workload after another run"] = rich(7, 10, NAMES[:1], noise=[json.loads(one)["noise"]])
folders = {name: run.write(work / f"run{i}") for i, (name, run) in enumerate(runs.items())}
here = {name: summary_of(folder, "here") for name, folder in folders.items()}
read = {name: json.loads(text) for name, text in here.items()}
tap.ok(all(any(x["adjusted"] for x in s["cells"]) for n, s in read.items() if n != "one workload"),
       "the runs use the sentinel, alone or by what is known from before")
tap.ok({"ok", "refused", "wrong-result"} <= {x["status"] for x in read["a pilot"]["cells"]} and
       read["a pilot"]["factors"] and read["a pilot"]["aa"] and read["a pilot"]["geomean"] and
       read["a pilot"]["position_p"] is not None and
       read["one workload after another run"]["noise_runs"] == 1,
       "and have what a summary can have")

# ---- elsewhere ----


def elsewhere(where, **how):
    """Compares all runs; returns whether any byte differs."""
    there = {name: summary_of(folder, where, **how) for name, folder in folders.items()}
    for name in runs:
        (worst, at), others = differences(read[name], json.loads(there[name]))
        tap.ok(worst <= TOLERANCE and not others, f"{where}, {name}: numbers within {TOLERANCE:g}, "
               "all else the same", f"{worst:.3g} at {at}\n" + "\n".join(others[:5]))
    return there != here


WITHOUT = "without FMA and AVX2"
libc = platform.libc_ver()[0]
if HOST == "x86_64" and libc == "glibc":
    elsewhere(WITHOUT, env={"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4"})
else:
    tap.skip(WITHOUT, f"the C library of {HOST}, {libc}, has one version of each function")

CPU = {"x86_64": "Nehalem", "aarch64": "cortex-a53"}[HOST]
if not shutil.which(f"qemu-{HOST}-static"):
    tap.skip(CPU, f"qemu-{HOST}-static is not installed")
elif sanitized:
    tap.skip(CPU, "qemu has no room for the shadow memory of a sanitized program")
else:
    elsewhere(CPU, through=(f"qemu-{HOST}-static", "-cpu", CPU))

(work / "off.c").write_text(LIBRARY)
OFF = "a C library that rounds otherwise"
built = subprocess.run(
    [os.environ.get("CC") or "gcc", "-O1", "-fno-builtin", "-shared", "-fPIC", "-o",
     work / "off.so", work / "off.c", "-lm"], capture_output=True, text=True, timeout=60, check=False)
if built.returncode:
    tap.skip(OFF, f"no shared library can be made: {built.stderr.strip()[:200]}")
elif sanitized:
    tap.skip(OFF, "the sanitizer wants to be the first library")
else:
    tap.ok(elsewhere(OFF, env={"LD_PRELOAD": str(work / "off.so")}), f"{OFF} is used")
tap.done()
