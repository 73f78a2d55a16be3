#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From canned samples to a summary: endings, exit codes, ratios against a second implementation."""
import json
import math

import canned as c
from canned import FOREIGN, KVM, SAME, STACK, VM, VM_OTHER, Canned, cell
from toll import Tap, lines_of, make_home, manifest, only_run, scratch, toll

tap = Tap()
work = scratch()
NAMES = ("alpha", "beta", "exact")
home = make_home(work / "home", [manifest("alpha"), manifest("beta"), manifest("exact", 0),
                                 manifest("probe", compare=False)])
RATIOS = {SAME: 1.5, FOREIGN: 6.0, VM: 9.0, VM_OTHER: 12.0, STACK: 50.0}


def healthy(blocks=6, seed=11, names=NAMES, environments=(SAME, FOREIGN, VM, VM_OTHER)):
    """Every cell well; native, one translator and one VM measured twice."""
    run = Canned(blocks, seed)
    for name in names:
        for env in ("native", *environments):
            run.arm(name, env)
            if env in ("native", FOREIGN, VM):
                run.arm(name, env, duplicate=True)
        run.arm(name, KVM, status="refused", reason="KVM is not there")
    run.fill(RATIOS)
    return run


def cells_of(summary):
    return {x["cell"]: x for x in summary["cells"]}


def stats(folder, output):
    result = toll("stats", folder, "--output", output, home=home)
    path = folder / "summary.json"
    return result, json.loads(path.read_text()) if path.exists() else {"cells": []}


# ---- a run without failures ----

run = healthy()
folder = run.write(work / "well")
result, summary = stats(folder, work / "well")
tap.ok(result.code == 0 and result.out.strip() == str(folder / "summary.json"),
       "stats succeeds and prints where the summary is", result)
first = (folder / "summary.json").read_bytes()
stats(folder, work / "well")
tap.ok((folder / "summary.json").read_bytes() == first, "stats twice gives the same bytes")
tap.ok(toll("stats", folder, "--json", "--output", work / "well", home=home).json() == summary,
       "stats --json prints what it stores")
tap.ok(not [p for p in folder.iterdir() if p.name.endswith(".tmp")], "no temporary file stays")

cells = cells_of(summary)
tap.ok(all(x["status"] == ("refused" if x["env"] == KVM else "ok") for x in cells.values()),
       "every cell is ok or refused")
tap.same(cells[cell("alpha", KVM)]["reason"], "KVM is not there", "a refusal keeps its reason")
tap.same([summary["blocks_planned"], summary["blocks_done"]], [6, 6], "all blocks are complete")
known = c.pool([c.log_ratios(run, n, env) for n in NAMES for env in (SAME, FOREIGN, VM, VM_OTHER)])
for env in (SAME, FOREIGN, VM, VM_OTHER):
    x = cells[cell("beta", env)]
    point, adjusted, raw = c.paired(c.log_ratios(run, "beta", env), known)
    tap.near(x["ratio"]["point"], point, f"{env}: ratio = exp(mean log ratio)")
    tap.ok(all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(x["ratio"]["raw_ci95"], raw)),
           f"{env}: raw interval is the paired t on logs", f"{x['ratio']} {raw}")
    tap.ok(all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(x["ratio"]["ci95"], adjusted)),
           f"{env}: interval allows for serial correlation", f"{x['ratio']} {adjusted}")
    tap.near(x["lag1"], c.lag1(c.log_ratios(run, "beta", env)), f"{env}: lag-1 correlation")
    tap.same(x["ratio"]["reference"], cell("beta", "native"), f"{env}: reference is native")
    half = math.sqrt(adjusted[1] / adjusted[0]) - 1
    tap.same(x["ratio"]["target_met"], half <= 0.05, f"{env}: target met or not")
logs = sorted(c.log_ratios(run, "beta", FOREIGN))
sign = cells[cell("beta", FOREIGN)]["ratio"]["sign_ci95"]
tap.ok(all(math.isclose(a, math.exp(b), rel_tol=1e-9) for a, b in zip(sign, (logs[0], logs[5]))),
       "sign-test interval of six blocks is their range", f"{sign} {logs}")
tap.near(cells[cell("beta", "native")]["ratio"]["point"], 1.0, "native is its own reference")
x = cells[cell("alpha", VM)]
one = run.samples[cell("alpha", VM), False, 1]
tap.near(x["skew_ppm"], (one["guest_wall_ns"] / one["host_wall_ns"] - 1) * 1e6,
         "clock skew of a guest in ppm", 1e-3)
tap.near(x["cold"]["boot_ns"], 2e9, "a VM's cell has its boot time")
tap.same(cells[cell("alpha", FOREIGN)]["cold"]["boot_ns"], None, "a translated cell has none")

# ---- groups of cells ----


def mean_by_block(env, names=NAMES):
    rows = [c.log_ratios(run, n, env) for n in names]
    return [sum(r[k] for r in rows) / len(rows) for k in range(run.blocks)]


known_of_means = c.pool_means(
    c.by_environment(run, [(n, env) for n in NAMES for env in (SAME, FOREIGN, VM, VM_OTHER)]))
geomean = {(g["env"], g["variant"]): g for g in summary["geomean"]}
for env in (FOREIGN, VM_OTHER):
    point, adjusted, _ = c.paired(mean_by_block(env), known_of_means)
    g = geomean[env, "all"]
    tap.near(g["ratio"]["point"], point, f"{env}: geometric mean over workloads")
    tap.ok(all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(g["ratio"]["ci95"], adjusted)),
           f"{env}: its interval averages within blocks first", f"{g} {adjusted}")
duplicates = {a["env"]: a for a in summary["aa"]}
tap.same(sorted(duplicates), sorted(["native", FOREIGN, VM]), "duplicate arms of each layer kind")
for env in ("native", FOREIGN, VM):
    d = [x for n in NAMES for x in c.log_ratios(run, n, env, to=env, to_duplicate=True)]
    tap.near(duplicates[env]["ratio"]["point"], math.exp(sum(d) / len(d)),
             f"{env}: ratio of the duplicate arms")
    tap.same(duplicates[env]["cells"], len(NAMES), f"{env}: every duplicated cell counts")
factors = {(f["workload"], f["kind"]): f for f in summary["factors"]}
tap.near(factors["alpha", "user"]["layer_cost"]["point"],
         c.paired(c.log_ratios(run, "alpha", SAME))[0], "layer cost is same-ISA ÷ native")
tap.near(factors["alpha", "user"]["isa_cost"]["point"],
         c.paired(c.log_ratios(run, "alpha", FOREIGN, to=SAME))[0], "ISA cost is foreign ÷ same")
tap.near(factors["alpha", "vm"]["isa_cost"]["point"],
         c.paired(c.log_ratios(run, "alpha", VM_OTHER, to=VM))[0], "and so for VMs")

# ---- the sentinel as a covariate ----

run = healthy(blocks=12, seed=3)
WATCHED = ("native", SAME, FOREIGN, VM)
for name in NAMES:
    for block in range(1, 13):
        for env in WATCHED:
            s = run.samples[cell(name, env), False, block]
            slow = math.exp(run.random.gauss(0, 0.1))
            s["sentinel_ns"] = [int(5e6 * slow), int(5.1e6 * slow)]
            if env != "native":
                s["iter_wall_ns"] = [int(t * slow) for t in s["iter_wall_ns"]]
                s["host_wall_ns"] = sum(s["iter_wall_ns"]) + 700_000
                if s["guest_wall_ns"]:
                    s["guest_wall_ns"] = int(s["host_wall_ns"] * 1.02)


def log_sentinels(name, env):
    return [sum(map(math.log, run.samples[cell(name, env), False, block]["sentinel_ns"])) / 2
            for block in range(1, 13)]


def with_sentinel(name, env):
    """(D, z)"""
    native = log_sentinels(name, "native")
    return (c.log_ratios(run, name, env),
            [a - b for a, b in zip(log_sentinels(name, env), native)])


folder = run.write(work / "sentinel")
_, summary = stats(folder, work / "sentinel")
slope = c.slope([with_sentinel(n, e) for n in NAMES for e in WATCHED[1:]])


def without_host(name, env):
    d, z = with_sentinel(name, env)
    return [a - slope * b for a, b in zip(d, z)]


known = c.pool([without_host(n, e) if e in WATCHED else c.log_ratios(run, n, e)
                for n in NAMES for e in (SAME, FOREIGN, VM, VM_OTHER)])
x = cells_of(summary)[cell("alpha", FOREIGN)]
point, adjusted, _ = c.paired(without_host("alpha", FOREIGN), known)
tap.same(x["adjusted"], True, "a sentinel that explains the noise is used")
tap.near(x["ratio"]["point"], point, "the ratio is that of D less its share of the sentinel, with "
         "the slope of all cells")
tap.ok(all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(x["ratio"]["ci95"], adjusted)),
       "and so is its interval", f"{x['ratio']} {adjusted}")
raw, _, raw_interval = c.paired(c.log_ratios(run, "alpha", FOREIGN))
tap.near(x["ratio"]["raw_point"], raw, "the raw ratio is shown beside it")
tap.ok(adjusted[1] / adjusted[0] < raw_interval[1] / raw_interval[0], "and is wider")
tap.same(cells_of(summary)[cell("alpha", VM_OTHER)]["adjusted"], False,
         "without sentinels nothing is adjusted")

# ---- endings, from stored samples ----

ENDINGS = ("illegal-instruction", "timeout", "crash", "bad-record", "boot-failed", "lost", "error")


def with_ending(status, env=FOREIGN, blocks=range(1, 7), **more):
    run = healthy(names=("alpha", "beta"), environments=(SAME, FOREIGN, VM))
    for block in blocks:
        run.sample("alpha", env, block, status=status, reason=f"because {status}", **more)
    return run


for status in ENDINGS:
    folder = with_ending(status).write(work / status)
    _, summary = stats(folder, work / status)
    x = cells_of(summary)[cell("alpha", FOREIGN)]
    tap.ok(x["status"] == status and x["reason"] == f"because {status}" and
           x["steady"]["mean_ns"] is None and x["ratio"]["point"] is None,
           f"{status}: the cell has that status, its reason and no time", x)
    tap.same(cells_of(summary)[cell("beta", FOREIGN)]["status"], "ok",
             f"{status}: other cells stay")

folder = with_ending("crash", blocks=[2]).write(work / "once")
_, summary = stats(folder, work / "once")
x = cells_of(summary)[cell("alpha", FOREIGN)]
tap.ok(x["status"] == "ok" and "1 of 6" in (x["reason"] or "") and x["blocks"] == 5 and
       x["ratio"]["blocks"] == 5, "one crash of six is a remark, and its block has no pair", x)

run = healthy(names=("alpha", "exact"), environments=(SAME, FOREIGN))
run.samples[cell("alpha", FOREIGN), False, 4]["digest"]["values"] = [249.6, -1.25]
run.samples[cell("exact", SAME), False, 6]["digest"]["hash"] = "00ff00ff00ff00fe"
run.samples[cell("alpha", SAME), False, 2]["digest"] = {"values": [249.5000001, -1.25],
                                                        "hash": "1"}
folder = run.write(work / "wrong")
_, summary = stats(folder, work / "wrong")
cells = cells_of(summary)
x = cells[cell("alpha", FOREIGN)]
tap.ok(x["status"] == "wrong-result" and "block 4" in x["reason"] and
       x["steady"]["mean_ns"] is None, "a result beyond the tolerance is wrong, and is no time", x)
x = cells[cell("exact", SAME)]
tap.ok(x["status"] == "wrong-result" and "block 6" in x["reason"] and
       "bit for bit" in x["reason"],
       "without a tolerance the hash decides", x)
tap.same(cells[cell("alpha", SAME)]["status"], "ok", "a result within the tolerance is right")

run = healthy(names=("alpha",), environments=(FOREIGN,))
for block in range(1, 7):
    run.samples[cell("alpha", "native"), False, block]["digest"]["values"] = [block, 1.0]
folder = run.write(work / "native-wrong")
_, summary = stats(folder, work / "native-wrong")
cells = cells_of(summary)
tap.ok(cells[cell("alpha", "native")]["status"] == "wrong-result" and
       cells[cell("alpha", FOREIGN)]["ratio"]["point"] is None,
       "there is no ratio to a native cell that does not agree with itself", cells)

# A timeout that the other cells explain: 50 ms native, ×6 elsewhere, a deadline of 1 s.
run = healthy(names=("alpha", "beta"), environments=(SAME, FOREIGN, VM, STACK))
for block in range(1, 7):
    run.sample("alpha", "native", block, ns=50_000_000)
    run.sample("alpha", SAME, block, ns=75_000_000)
    run.sample("alpha", VM, block, ns=450_000_000)
run.samples = {k: v for k, v in run.samples.items() if k[0] not in
               (cell("alpha", FOREIGN), cell("alpha", STACK)) or k[2] == 1}
for env in (FOREIGN, STACK):
    run.sample("alpha", env, 1, status="timeout", reason="not done within 1 s")
run.sample("alpha", FOREIGN, 1, duplicate=True, status="timeout", reason="not done within 1 s")
folder = run.write(work / "slow")
_, summary = stats(folder, work / "slow")
cells = cells_of(summary)
x = cells[cell("alpha", FOREIGN)]
factor = c.paired(c.log_ratios(run, "beta", FOREIGN))[0]
tap.ok(x["status"] == "too-slow" and "extrapolated" in x["reason"] and
       x["steady"]["mean_ns"] is None and x["ratio"]["point"] is None,
       "a timeout that other cells explain is too slow", x)
tap.near(x["extrapolated_ns"], 50e6 * factor, "its time is extrapolated from other workloads")
x = cells[cell("alpha", STACK)]
vm = 450 / 50
tap.near(x["extrapolated_ns"], 50e6 * vm * factor,
         "a composition's time is the product of its layers")
tap.same(summary["blocks_done"], 6, "what was given up does not make later blocks incomplete")

# ---- the replay: the same through the measuring loop ----


def replay(folder, name, *arguments, command="run"):
    output = work / name
    result = toll(command, "--replay", folder, "--profile", "full", "--blocks", "6",
                  "--output", output, *arguments, home=home)
    made = only_run(output)
    path = made / "summary.json" if made else None
    return result, made, json.loads(path.read_text()) if path and path.exists() else {"cells": []}


well = work / "well/results" / c.RUN
result, made, summary = replay(well, "replay", "--workload", "alpha,beta,exact")
tap.ok(result.code == 0 and made and result.folder() == made,
       "a replay of a healthy run succeeds and prints the run folder last", result)
original = cells_of(json.loads((well / "summary.json").read_text()))
cells = cells_of(summary)
tap.ok(set(original) <= set(cells), "it has every cell of the canned run")
tap.ok(cells and all(math.isclose(cells[k]["ratio"]["point"], original[k]["ratio"]["point"],
                                  rel_tol=1e-12)
                     for k in original if original[k]["status"] == "ok"),
       "its ratios are those of the canned run")
tap.ok(summary.get("replayed") is True, "its summary says that nothing was measured")
lines = result.err.splitlines()
tap.ok(all(line.startswith("toll: ") for line in lines) and
       not any(x in result.err for x in "\r\033█"),
       "progress is plain lines where stderr is no terminal", result.err)
result, _, _ = replay(well, "quiet", "--workload", "alpha", "--quiet")
tap.ok(result.code == 0 and "block" not in result.err, "--quiet shows no progress", result.err)

for status, code, shown in [("illegal-instruction", 0, "illegal-instruction"),
                            ("crash", 1, "crash"), ("bad-record", 1, "bad-record"),
                            ("timeout", 1, "timeout"), ("lost", 1, "lost"), ("error", 1, "error")]:
    result, made, summary = replay(work / status / "results" / c.RUN, f"replay-{status}",
                                   "--workload", "alpha,beta", "--env", f"user-*,{VM}")
    x = cells_of(summary).get(cell("alpha", FOREIGN), {})
    tap.ok(result.code == code and x.get("status") == shown and x.get("reason"),
           f"{status}: replayed, the cell is {shown} with a reason, exit {code}", f"{x}\n{result}")
    if status in ("illegal-instruction", "timeout"):
        tap.same(x.get("executions"), 1, f"{status}: it is not tried again in every block")
trained = healthy(names=("alpha",), environments=(FOREIGN,))
for s in trained.samples.values():
    s.update(losses=[2.5, 1.25, 0.5], probe={"cpus": 2, "isa": ["a", "b"]})
result, made, summary = replay(trained.write(work / "trained"), "replay-trained", "--workload",
                               "alpha", "--env", FOREIGN)
kept = [(s["losses"], s["probe"]) for s in lines_of(made)]
tap.ok(kept and all(k == ([2.5, 1.25, 0.5], {"cpus": 2, "isa": ["a", "b"]}) for k in kept),
       "losses and the probe's answers pass through a replay", kept[:1])
result, made, summary = replay(work / "wrong/results" / c.RUN, "replay-wrong",
                               "--workload", "alpha,exact", "--env", "user-*")
tap.ok(result.code == 1 and
       cells_of(summary)[cell("alpha", FOREIGN)]["status"] == "wrong-result",
       "a wrong result: exit 1", result)
run = healthy(names=("alpha",), environments=(VM,))
for key, boot in run.boots.items():
    if not key[1]:
        boot.update(status="boot-failed", reason="no hello within 1 s")
result, made, summary = replay(run.write(work / "no-boot"), "replay-no-boot", "--env", VM)
x = cells_of(summary).get(cell("alpha", VM), {})
tap.ok(result.code == 1 and x.get("status") == "boot-failed" and "no hello" in x["reason"] and
       summary["boots"][0]["failed"] == 6, "a guest that does not boot: exit 1, with the reason",
       f"{x}\n{result}")
run = Canned()
for env in ("native", FOREIGN):
    run.arm("alpha", env, status="refused", reason="nothing works here")
result, made, summary = replay(run.write(work / "nothing"), "replay-nothing", "--env", FOREIGN,
                               "--workload", "alpha")
tap.ok(result.code == 4 and made and
       "nothing was measured: of 2 cells the first, " in result.err and
       "nothing works here" in result.err, "nothing could be measured: exit 4, and why", result)

# ---- compare: the report ----

result, made, summary = replay(well, "with space", "--workload", "alpha,beta,exact",
                               command="compare", )
tap.ok(result.code == 0 and made and (made / "report.html").exists() and
       (made / "report.md").exists() and result.folder() == made,
       "compare writes the report and prints the folder last, below a path with a space", result)
tap.ok("\033" not in result.out, "no colour where stdout is no terminal")
figures = made and list((work / "with space/plots" / made.name).glob("*.svg"))
tap.ok(figures, "compare draws figures")
result = toll("report", "latest", "--output", work / "with space", home=home)
tap.ok(result.code == 0 and str(made / "report.html") in result.out, "report finds the latest run",
       result)
tap.done()
