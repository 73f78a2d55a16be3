"""What stored runs cost to read: a very large one computed again, and a thousand counted."""
import json
import math
import os
import random
import shutil
import statistics
import subprocess
import threading

from line import Bound, Failure, Line, Promise, run, run_json, shown

RUN = "20250102T030405Z-0a1b2c"
ENVIRONMENTS = {"native": 1, "user-x86_64": 12, "user-aarch64": 30, "vm-x86_64-tcg": 14,
                "vm-aarch64-tcg": 40}
WORKLOADS = 10
ITERATIONS = 100
SIZES = (5000, 10000, 20000)  # executions
RUNS = 1000
DEADLINE_S = 300
NATIVE_NS = 2_000_000


def arch_of(environment):
    return "aarch64" if "aarch64" in environment else "x86_64"


def plan(blocks):
    cells = [f"program-{w}.portable.{arch_of(e)}.{e}" for w in range(WORKLOADS) for e in ENVIRONMENTS]
    return {
        "schema": "toll.plan/1", "run": RUN, "created": "2025-01-02 03:04:05 UTC", "profile": "full",
        "size": "small", "seed": 1, "blocks": blocks, "budget_ns": 0, "precision": 0.05,
        "min_time_ns": 0, "iterations": ITERATIONS, "max_time_ns": 0, "deadline_ns": 0,
        "boot_deadline_ns": 0, "vcpus": 1, "memory_mib": 1, "arms": [
            {"cell": cell, "duplicate": False, "status": "ok"} for cell in cells] + [
            {"cell": cell, "duplicate": True, "status": "ok"} for cell in cells[:2]]}


def host():
    texts = ("cpu_model", "kernel", "distribution", "qemu_user", "qemu_system", "libvirt",
             "hypervisor", "governor", "kvm")
    return {"schema": "toll.host/1", "id": "00112233445566ff", "arch": "x86_64", "cpus": 2,
            "memory_mib": 4096, "load1": 0.1, "measure_cpu": 0, "harness_cpu": 0, "packages": [],
            "programs": [], **{key: "" for key in texts}}


def sample(arm, block, rng):
    """An execution that warms up for five iterations and is then steady."""
    environment = arm["cell"].split(".", 3)[3]
    level = NATIVE_NS * ENVIRONMENTS[environment] * math.exp(rng.gauss(0, 0.05))
    times = [int(level * (1.5 if i < 5 else 1) * (1 + 0.02 * rng.random())) for i in range(ITERATIONS)]
    wall = sum(times) + 1_000_000
    return {"schema": "toll.sample/1", "cell": arm["cell"], "arm": "aa" if arm["duplicate"] else "main",
            "block": block, "boot": boot_number(environment, block), "order": 1, "status": "ok", "reason": None,
            "host_wall_ns": wall, "guest_wall_ns": wall if vm_of(environment) else None, "startup_ns": 1_000_000,
            "user_ns": 1, "sys_ns": 1, "max_rss_kib": 9000, "retries": 0, "iter_wall_ns": times,
            "iter_cpu_ns": times, "work": {"flop": 1e6, "bytes": 0.0}, "path": "plain",
            "digest": {"values": [249.5], "hash": "00ff00ff00ff00ff"},
            "sentinel_ns": [int(1.6e6 * (1 + 0.02 * rng.random())) for _ in range(2)]}


def vm_of(environment):
    return environment.split("+")[0] if environment.startswith("vm-") else None


VMS = sorted({vm_of(e) for e in ENVIRONMENTS} - {None})


def boot_number(environment, block):
    vm = vm_of(environment)
    return (block - 1) * len(VMS) + VMS.index(vm) + 1 if vm else 0


def boots(block):
    return [{"schema": "toll.boot/1", "arm": "main", "env": vm, "block": block,
             "boot": boot_number(vm, block), "status": "ok", "create_ns": 1, "hello_ns": 2_000_000_000}
            for vm in VMS]


def write_run(folder, executions):
    """A run of at least so many executions, of ITERATIONS each, in whole blocks."""
    arms = plan(1)["arms"]
    blocks = math.ceil(executions / len(arms))
    rng = random.Random(1)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / "plan.json").write_text(json.dumps(plan(blocks)))
    (folder / "host.json").write_text(json.dumps(host()))
    with open(folder / "samples.jsonl", "w", encoding="utf-8") as f:
        for block in range(1, blocks + 1):
            f.writelines(json.dumps(x, separators=(",", ":")) + "\n"
                         for x in boots(block) + [sample(arm, block, rng) for arm in arms])
    return blocks * len(arms)


def cost(argv):
    """(CPU seconds, MiB at most) of a program that ends well. CPU time, not wall time: what else
    the machine does is no part of it."""
    child = subprocess.Popen(argv, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    killer = threading.Timer(DEADLINE_S, child.kill)
    killer.start()
    try:
        _, status, usage = os.wait4(child.pid, 0)
    finally:
        killer.cancel()
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise Failure(f"'{shown(argv)}' ended with {child.returncode}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def stats(bench):
    """Runs of three sizes, each twice the one before, in turn; the median of each."""
    folders = {n: bench.folder("stored") / str(n) for n in SIZES}
    counts = {n: write_run(folder, n) for n, folder in folders.items()}
    costs = {n: [] for n in SIZES}
    for _ in range(bench.choose(5, 2)):
        for n in SIZES:
            costs[n].append(cost([bench.toll, "stats", str(folders[n])]))
    seconds = {n: statistics.median(s for s, _ in costs[n]) for n in SIZES}
    small, middle, large = SIZES
    command = shown([bench.toll, "stats", folders[middle]])
    yield Line("stats-10000", seconds[middle], "s", Bound(high=2),
               f"CPU time of {counts[middle]} executions x {ITERATIONS} iterations, medians: " + ", ".join(
                   f"{counts[n]} in {seconds[n]:.2f} s" for n in SIZES), command)
    yield Line("stats-10000-memory", max(m for _, m in costs[middle]), "MiB", Bound(high=200),
               "peak resident memory; of all sizes: " + ", ".join(
                   f"{max(m for _, m in costs[n]):.0f}" for n in SIZES), command)
    growth = seconds[large] / counts[large] / (seconds[small] / counts[small])
    yield Line("stats-growth", growth, "ratio", Bound(high=1.25),
               f"time an execution in a run of {counts[large]} ÷ in one of {counts[small]}; 1 is "
               f"linear, {counts[large] / counts[small]:.0f} quadratic", command)


def count(bench):
    """The summary of the run above, a thousand times over."""
    folder = bench.folder("stored") / "results"
    shutil.rmtree(folder, ignore_errors=True)
    write_run(folder / RUN, SIZES[0])
    run([bench.toll, "stats", folder / RUN], DEADLINE_S)
    text = (folder / RUN / "summary.json").read_text(encoding="utf-8")
    for i in range(RUNS - 1):
        name = f"20250101T000000Z-{i:06x}"
        (folder / name).mkdir()
        (folder / name / "plan.json").write_text("{}")
        (folder / name / "summary.json").write_text(text.replace(RUN, name))
    argv = [bench.driver("aa-count"), folder, RUN]
    found = [run_json(argv, DEADLINE_S) for _ in range(bench.choose(5, 3))]
    if found[0]["runs"] != RUNS:
        raise Failure(f"{found[0]['runs']} of {RUNS} runs were counted")
    yield Line("count-1000-runs", statistics.median(f["seconds"] for f in found), "s", Bound(high=1),
               f"what a report adds to count the duplicates of {RUNS} stored runs, {len(text) >> 10} KiB "
               "each: wall times " + ", ".join(f"{f['seconds']:.2f}" for f in found), shown(argv))


PROMISES = [
    Promise(("stats-10000", "stats-10000-memory", "stats-growth"), stats),
    Promise(("count-1000-runs",), count)]
