#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""--precision: a pilot decides, once, how many blocks are measured; on the null environment."""
import csv
import json
import math

import canned as c
from canned import FOREIGN, SAME, VM, Canned, cell
from toll import Tap, lines_of, make_home, manifest, only_run, scratch, toll

tap = Tap()
work = scratch()
NAMES = ("alpha", "beta")
home = make_home(work / "home", [manifest(name) for name in NAMES])
RATIOS = {SAME: 1.5, FOREIGN: 6.0, VM: 9.0}
CELLS = [(name, env) for name in NAMES for env in RATIOS]


def canned(blocks=60, noise=0.05, seed=11):
    run = Canned(blocks, seed)
    for name in NAMES:
        for env in ("native", *RATIOS):
            run.arm(name, env)
    run.fill(RATIOS, noise)
    return run


def cells_of(summary):
    return {x["cell"]: x for x in summary["cells"]}


def replay(source, name, *options, command="run"):
    output = work / name
    result = toll(command, "--replay", source, "--profile", "full", "--output", output,
                  "--workload", ",".join(NAMES), "--env", ",".join(RATIOS), *options, home=home)
    folder = only_run(output)
    path = folder and folder / "summary.json"
    return result, folder, json.loads(path.read_text()) if path and path.exists() else {}


def blocks_in(folder):
    return sorted({s["block"] for s in lines_of(folder)})


def show(folder):
    """The terminal summary of a stored run, unwrapped, and its report.md."""
    result = toll("report", folder, "--output", folder.parents[1], home=home)
    return (" ".join((result.out + result.err).split()),
            " ".join((folder / "report.md").read_text().replace("\\", "").split()))


# ---- the documented rule, written a second time ----

def widths(d, n_pilot, known, later=1):
    """(standard error of the mean of n as a function of n, degrees of freedom), by the pilot, behind
    which blocks take `later` times as long as in it."""
    pilot = d[:n_pilot]
    rho = c.correlation(pilot, known)
    se, df = c.spread(pilot, known)

    def total(n, rho):
        return n + 2 * sum((n - lag) * rho ** lag for lag in range(1, n))

    def variance(n):
        """Of the mean of n, in units of the noise's."""
        r, m = rho ** later, n - n_pilot
        between = sum(rho ** i for i in range(n_pilot)) * sum(r ** j for j in range(1, m + 1))
        return (total(n_pilot, rho) + total(m, r) + 2 * between) / n / n

    return lambda n: se * math.sqrt(variance(n) / variance(n_pilot)), df


def two_stage(d, n_pilot, n, known, later=1):
    se, df = widths(d, n_pilot, known, later)
    return se(n), df


def need(d, known, half, n_pilot, later):
    se, df = widths(d, n_pilot, known, later)
    t = c.t_quantile(df)
    enough = n_pilot
    while t * se(enough) > half:
        enough *= 2
    return next(n for n in range(max(n_pilot, enough // 2), enough + 1) if t * se(n) <= half)


def decide(run, precision, pilot=10):
    """(cell, blocks) of the neediest."""
    known = c.pool([c.log_ratios(run, *x)[:pilot] for x in CELLS])
    later = run.later(pilot)
    needs = {cell(*x): need(c.log_ratios(run, *x), known, math.log1p(precision), pilot, later)
             for x in CELLS}
    return max(needs.items(), key=lambda item: item[1])


# ---- reached ----

run = canned()
source = run.write(work / "canned")
worst, blocks = reached = decide(run, 0.035)
tap.ok(12 < blocks < 50, "the canned noise needs more blocks than a pilot", blocks)
result, folder, summary = replay(source, "reached", "--precision", "3.5")
tap.ok(result.code == 0 and blocks_in(folder) == list(range(1, blocks + 1)),
       f"after the pilot {blocks} blocks are measured: what the neediest cell needs",
       f"{blocks_in(folder)}\n{result}")
tap.ok(f"needs {blocks}, in {worst}" in result.err and "of the pilot" in result.err,
       "progress tells the pilot and says what was decided", result.err)
plan = json.loads((folder / "plan.json").read_text())
tap.same([plan["pilot"], plan["precision"], plan["blocks"]], [10, 0.035, 60],
         "the plan keeps the rule; a replay goes no further than the canned run")
keys = ("pilot", "blocks_planned", "blocks_done", "blocks_needed", "neediest", "cells_judged",
        "cells_reached")
tap.same([summary.get(k) for k in keys], [10, blocks, blocks, blocks, worst, 6, 6],
         "summary.json has the decision and that every cell reached it")
known = c.pool([c.log_ratios(run, *x)[:10] for x in CELLS])
for name, env in CELLS:
    d = c.log_ratios(run, name, env)[:blocks]
    se, df = two_stage(d, 10, blocks, known)
    mean = sum(d) / blocks
    half = c.t_quantile(df) * se
    x = cells_of(summary)[cell(name, env)]["ratio"]
    tap.ok(math.isclose(x["point"], math.exp(mean), rel_tol=1e-9) and
           math.isclose(x["ci95"][0], math.exp(mean - half), rel_tol=1e-8) and
           math.isclose(x["ci95"][1], math.exp(mean + half), rel_tol=1e-8),
           f"{name} {env}: the mean of all blocks, the width of the pilot's", x)
    plain = math.sqrt(sum((v - sum(d[:10]) / 10) ** 2 for v in d[:10]) / 9 / blocks)
    tap.near(x["raw_ci95"][1], math.exp(mean + c.t_quantile(9) * plain),
             f"{name} {env}: the plain interval is Stein's", 1e-8)
    tap.ok(x["target_met"], f"{name} {env}: the target is met")
averages = [sum(v) / 2 for v in zip(*(c.log_ratios(run, n, VM)[:blocks] for n in NAMES))]
se, df = two_stage(averages, 10, blocks, c.pool_means(c.by_environment(run, CELLS, 10)))
geomean = [g for g in summary["geomean"] if g["env"] == VM and g["variant"] == "all"][0]["ratio"]
tap.near(geomean["ci95"][1], math.exp(sum(averages) / blocks + c.t_quantile(df) * se),
         "a geometric mean's width is the pilot's too", 1e-8)
tap.ok(0 < summary["position_p"] <= 1 and 0 < summary["carryover_p"] <= 1 and
       summary["position_effect"] >= 0 and summary["carryover_effect"] >= 0,
       "whether the order of arms mattered is tested", summary)
first = (folder / "summary.json").read_bytes()
result = toll("stats", folder, "--output", folder.parents[1], home=home)
tap.ok(result.code == 0 and (folder / "summary.json").read_bytes() == first,
       "stats of what was stored gives the same bytes", result)
terminal, report = show(folder)
for text, where in ((terminal, "terminal"), (report, "report")):
    tap.ok("±3.5 %" in text and "all 6 cells" in text and "not reached" not in text,
           f"{where}: that every cell reached it is said", text)

result, folder, summary = replay(source, "pilot-is-enough", "--precision", "20")
tap.same([blocks_in(folder)[-1], summary["blocks_planned"], summary["cells_reached"]], [10, 10, 6],
         "a pilot that is precise enough is all that is measured")
tap.ok("reached with the pilot of 10" in result.err, "and it is said", result.err)

# ---- not reached ----

_, blocks = decide(run, 0.01)
result, folder, summary = replay(source, "capped", "--precision", "1", "--blocks", "15")
tap.ok(result.code == 0 and blocks_in(folder) == list(range(1, 16)),
       "--blocks is the most that is measured; a target that is not reached is no failure", result)
tap.same([summary["blocks_needed"], summary["blocks_planned"], summary["budget_ended"]],
         [blocks, 15, False], "the need is told all the same")
tap.ok(summary["cells_reached"] < 6 and summary["needed_ns"] > 0, "and how long it takes", summary)
terminal, report = show(folder)
for text, where in ((terminal, "terminal"), (report, "report")):
    tap.ok("not reached" in text and f"{summary['cells_reached']} of 6 cells" in text and
           f"{blocks} blocks" in text and summary["neediest"] in text and "--blocks" in text,
           f"{where}: that it was not reached, by how many, and what the worst needs", text)
result, folder, summary = replay(source, "small", "--precision", "1", "--blocks", "4")
tap.same([blocks_in(folder), summary["pilot"], summary["cells_judged"]], [[1, 2, 3, 4], 4, 6],
         "fewer blocks than a pilot has make a smaller pilot")
result, folder, summary = replay(source, "budget", "--precision", "1", "--budget", "1us")
tap.ok(result.code == 0 and blocks_in(folder) == [1] and "of the pilot" in result.err and
       summary["budget_ended"] and [summary["blocks_done"], summary["blocks_planned"]] == [1, 10],
       "a budget without room for the pilot ends it", f"{result}\n{summary}")
tap.same([summary["cells_judged"], summary["cells_reached"], summary["blocks_needed"]],
         [0, 0, None], "one block tells nothing of what is needed")

# ---- two executions in a block of the pilot ----

twice = Canned(60, seed=18)
for name in NAMES:
    for env in ("native", *RATIOS):
        twice.arm(name, env, executions=2 if env == "native" else 1)
twice.pilot(10)
twice.fill(RATIOS, 0.05)
# Later executions of an arm would move everything, if they entered anything.
for key, s in twice.samples.items():
    if len(key) > 3 and not key[0].endswith("native"):
        s["iter_wall_ns"] = [int(t * 1.3) for t in s["iter_wall_ns"]]
        s["host_wall_ns"] = int(s["host_wall_ns"] * 1.3)
        if s["guest_wall_ns"]:
            s["guest_wall_ns"] = int(s["guest_wall_ns"] * 1.3)
canned_twice = twice.write(work / "canned-twice")
worst, blocks = decide(twice, 0.035)
tap.ok(12 < blocks < 50, "the canned noise needs more blocks than a pilot", blocks)
result, folder, summary = replay(canned_twice, "twice", "--precision", "3.5", "--executions",
                                 "native=2")
plan = json.loads((folder / "plan.json").read_text())
tap.same([plan["pilot"], plan["pilot_executions"]], [10, 2], "the plan says how often")


def executions_in(folder):
    """(cell, block) -> numbers of its executions"""
    found = {}
    for s in lines_of(folder):
        found.setdefault((s["cell"], s["block"]), []).append(s["execution"])
    return {key: sorted(v) for key, v in found.items()}


def planned(n):
    return {(cell(name, env), block): [1, 2] if block <= 10 or env == "native" else [1]
            for name in NAMES for env in ("native", *RATIOS) for block in range(1, n + 1)}


tap.ok(result.code == 0 and executions_in(folder) == planned(blocks),
       "the pilot's blocks have two executions of each cell, later ones their own number", result)
tap.same([summary.get(k) for k in keys], [10, blocks, blocks, blocks, worst, 6, 6],
         "the number of blocks is that of the executions which all blocks have")
tap.ok(all(s["order"] <= 2 * 5 for s in lines_of(folder) if s["execution"] == 1),
       "in a block of the pilot they come first")
tap.same(summary["pilot_executions"], 2, "summary.json says how often")
known = c.pool([c.log_ratios(twice, *x)[:10] for x in CELLS])
for name, env in CELLS:
    d = c.log_ratios(twice, name, env)[:blocks]
    se, df = two_stage(d, 10, blocks, known, twice.later(10))
    mean = sum(d) / blocks
    x = cells_of(summary)[cell(name, env)]
    tap.ok(math.isclose(x["ratio"]["point"], math.exp(mean), rel_tol=1e-9) and
           math.isclose(x["ratio"]["ci95"][1], math.exp(mean + c.t_quantile(df) * se),
                        rel_tol=1e-8), f"{name} {env}: further executions do not move it", x)
    tap.same([x["per_block"], x["executions"]], [1, 10 + blocks], "but are counted")


def components(name, env):
    """(between, within) by analysis of variance, unequal counts."""
    groups = [[c.log_mean(s) for key, s in twice.samples.items()
               if key[:3] == (cell(name, env), False, k)] for k in range(1, blocks + 1)]
    n = sum(map(len, groups))
    means = [sum(g) / len(g) for g in groups]
    mean = sum(map(sum, groups)) / n
    within = sum((x - m) ** 2 for g, m in zip(groups, means) for x in g) / (n - blocks)
    among = sum(len(g) * (m - mean) ** 2 for g, m in zip(groups, means)) / (blocks - 1)
    return (among - within) / ((n - sum(len(g) ** 2 for g in groups) / n) / (blocks - 1)), within


shares = {v["env"]: v for v in summary["variance"]}
tap.same(sorted(shares), sorted(["native", *RATIOS]), "every environment has variance shares")
for env in ("native", *RATIOS):
    parts = [components(name, env) for name in NAMES]
    between, within = (sum(p[i] for p in parts) / 2 for i in (0, 1))
    between = max(between, 0)
    tap.near(shares[env]["between_share"], between / (between + within),
             f"{env}: the pilot's executions tell its share", 1e-8)
    tap.same(shares[env]["per_block"], 2 if env == "native" else 1, "of a later block's executions")
_, report = show(folder)
for env in RATIOS:
    tap.ok(f"- {env}: " in report.replace("\\", "") and
           all(shares[env][x] is not None for x in ("execution_share", "iteration_share")) and
           shares[env]["blocks"] == blocks and
           f"instead of {blocks} × 1 would halve the typical interval" in report and
           shares[env]["blocks_to_halve"] == 4 * blocks,
           f"{env}: a later block is what the advice is about", (report, shares[env]))
tap.ok("A block of the pilot has 2 executions of each cell or more, which tells blocks from "
       "executions" in report, "the report says where the shares come from", report)
tap.ok("at least 2 times" in report, "and how the pilot was measured", report)
result = toll("export", folder, "--format", "csv", "--output", folder.parents[1], home=home)
rows = list(csv.DictReader(result.out.splitlines()))
tap.ok(rows and all((r["counts"] == "true") == (r["execution"] == "1" or ".native" in r["cell"])
                    for r in rows), "exports do not count what enters no ratio", result)
first = (folder / "summary.json").read_bytes()
result = toll("stats", folder, "--output", folder.parents[1], home=home)
tap.ok(result.code == 0 and (folder / "summary.json").read_bytes() == first,
       "stats of what was stored gives the same bytes", result)
wanted = cells_of(summary)
path = folder / "samples.jsonl"
for what, env in (("without a VM", FOREIGN), ("in a VM", VM)):
    lines = path.read_text().splitlines()
    cut = [k for k, line in enumerate(lines) if '"execution":2' in line.replace(" ", "") and
           json.loads(line)["block"] == 4 and json.loads(line)["cell"] == cell("alpha", env)][-1]
    path.write_text("".join(line + "\n" for line in lines[:cut]))
    (folder / "summary.json").unlink()
    result = toll("run", "--resume", folder.name, "--output", folder.parents[1], home=home)
    tap.ok(result.code == 0 and
           cells_of(json.loads((folder / "summary.json").read_text())) == wanted and
           f"needs {blocks}, in {worst}" in result.err,
           f"interrupted before the second execution {what}, the run goes on to the same end",
           result)
result, folder, summary = replay(canned_twice, "twice-fixed", "--blocks", "12", "--executions",
                                 "native=2")
tap.ok({len(v) for (name, _), v in executions_in(folder).items() if ".native" not in name} == {1} and
       "pilot_executions" not in summary, "without --precision nothing is executed on top", result)
result, folder, summary = replay(source, "once", "--precision", "3.5")
tap.ok({len(v) for v in executions_in(folder).values()} == {1} and
       "pilot_executions" not in json.loads((folder / "plan.json").read_text()) and
       all(v["between_share"] is None for v in summary["variance"]), "a replay executes no more than its run did", result)
dated = twice.write(work / "unknown-execution")
path = dated / "samples.jsonl"
lines = [json.loads(line) for line in path.read_text().splitlines()]
for s in lines:
    if s.get("block") == 11 and s.get("cell") == cell("alpha", VM):
        s["execution"] = 2
path.write_text("".join(json.dumps(s) + "\n" for s in lines))
result = toll("stats", dated, "--output", work / "unknown-execution", home=home)
tap.ok(result.code == 2 and "'execution'" in result.err and "block 11" in result.err,
       "a second execution behind the pilot is none of the plan's", result)

# ---- a fixed number of blocks ----

result, folder, summary = replay(source, "fixed", "--blocks", "12")
tap.same([blocks_in(folder)[-1], summary["pilot"], summary["blocks_planned"],
          summary["cells_judged"]], [12, None, 12, 6], "without --precision nothing is decided")
plan = json.loads((folder / "plan.json").read_text())
tap.same([plan["pilot"], plan["precision"]], [None, 0.05], "the plan has no pilot")
x = cells_of(summary)[cell("alpha", VM)]["ratio"]
known = c.pool([c.log_ratios(run, *x)[:12] for x in CELLS])
tap.near(x["ci95"][0], c.paired(c.log_ratios(run, "alpha", VM)[:12], known)[1][0],
         "and intervals rest on all blocks", 1e-8)
tap.same(summary["blocks_needed"], decide(run, 0.05, 12)[1],
         "what five per cent would need is told from all blocks")

# ---- going on ----

worst, blocks = reached
whole_result, whole, whole_summary = replay(source, "whole", "--precision", "3.5", "--seed", "3")
wanted = cells_of(whole_summary)
for stop in (4, 10, blocks - 1):
    path = whole / "samples.jsonl"
    lines = [line for line in path.read_text().splitlines()
             if json.loads(line).get("block", 0) <= stop]
    path.write_text("".join(line + "\n" for line in lines))
    (whole / "summary.json").unlink()
    result = toll("run", "--resume", whole.name, "--output", whole.parents[1], home=home)
    again = json.loads((whole / "summary.json").read_text())
    tap.ok(result.code == 0 and blocks_in(whole) == list(range(1, blocks + 1)) and
           f"needs {blocks}, in {worst}" in result.err and cells_of(again) == wanted and
           again["blocks_needed"] == blocks,
           f"interrupted after block {stop}, the run goes on to the same number of blocks", result)
result = toll("run", "--resume", whole.name, "--precision", "3.5", "--output", whole.parents[1],
              home=home)
tap.same(result.code, 0, "a resumed run takes the precision it was begun with")
result = toll("run", "--resume", whole.name, "--precision", "1", "--output", whole.parents[1],
              home=home)
tap.ok(result.code == 2 and "begun with --precision 3.5" in result.err,
       "and no other: the decision would no longer be the pilot's", result)
result = toll("run", "--resume", folder.name, "--precision", "1", "--output", folder.parents[1],
              home=home)
tap.ok(result.code == 2 and "fixed number of blocks, 12" in result.err,
       "a run with a fixed number of blocks gets no precision later", result)
result, folder, summary = replay(source, "budget-again", "--precision", "3.5", "--budget", "1us",
                                 "--seed", "3")
plan = json.loads((folder / "plan.json").read_text())
(folder / "plan.json").write_text(json.dumps(plan | {"budget_ns": 60_000_000_000}))
result = toll("run", "--resume", folder.name, "--output", folder.parents[1], home=home)
again = json.loads((folder / "summary.json").read_text())
tap.ok(len(blocks_in(folder)) == blocks and cells_of(again) == wanted and
       not again["budget_ended"],
       "a run that its budget ended goes on to the same end",
       f"{blocks_in(folder)}\n{result}")

# ---- blocks that are left out ----

worst, blocks = reached
_, folder, _ = replay(source, "spoiled", "--precision", "3.5", "--seed", "3")
path = folder / "samples.jsonl"
lines = [json.loads(line) for line in path.read_text().splitlines()]
for s in lines:
    if s["schema"] == "toll.sample/1" and s["block"] in (12, 14):
        s["suspended_ns"] = 5_000_000_000
path.write_text("".join(json.dumps(s) + "\n" for s in lines))
result = toll("run", "--resume", folder.name, "--output", folder.parents[1], home=home)
summary = json.loads((folder / "summary.json").read_text())
tap.ok(result.code == 0 and blocks_in(folder) == list(range(1, blocks + 3)),
       "for two blocks after the pilot that are left out two more are measured",
       f"{blocks_in(folder)}\n{result}")
tap.same([summary.get(k) for k in keys], [10, blocks + 2, blocks + 2, blocks + 2, worst, 6, 6],
         "which are part of what is needed")

# ---- cells that fail, and blocks that only some have ----

run = canned()
for block in (3, 7, 14):
    run.sample("beta", VM, block, status="crash", reason="signal 11")
run.sample("alpha", FOREIGN, 5, status="timeout", reason="no record after 1 s")
result, folder, summary = replay(run.write(work / "canned-holes"), "holes", "--precision", "4")
n = summary["blocks_done"]
kept = [k for k in range(n) if k + 1 not in (3, 7, 14)]
pilot = sum(k < 10 for k in kept)
both = [[c.datum(run, cell(w, VM), False, k + 1) - c.datum(run, cell(w, "native"), False, k + 1)
         for k in kept] for w in NAMES]
averages = [sum(v) / 2 for v in zip(*both)]
geomean = [g for g in summary["geomean"] if g["env"] == VM and g["variant"] == "all"][0]["ratio"]
se, df = two_stage(averages, pilot, len(kept), c.pool_means(c.by_environment(run, CELLS, 10)))
tap.same(geomean["blocks"], len(kept), "blocks that only some cells have enter no geometric mean")
tap.near(geomean["point"], math.exp(sum(averages) / len(kept)), "nor its value")
tap.near(geomean["ci95"][0], math.exp(sum(averages) / len(kept) - c.t_quantile(df) * se),
         "nor its width, of the pilot neither", 1e-8)
x = cells_of(summary)
tap.same([x[cell("beta", VM)]["ratio"]["blocks"], x[cell("alpha", VM)]["ratio"]["blocks"]],
         [len(kept), n], "a cell keeps the blocks that it has")
tap.ok(result.code == 1 and summary["cells_judged"] == 5 and
       x[cell("alpha", FOREIGN)]["ratio"]["blocks"] == 4 and summary["blocks_planned"] < 60,
       "a cell that was given up has no say in the number of blocks", summary)
tap.ok(not x[cell("beta", VM)]["ratio"]["target_met"] and summary["cells_reached"] == 4,
       "one that lacks a block after the pilot falls short, and is not called met", summary)

# ---- merged, diffed, nightly, exported ----

folder = only_run(work / "reached")
result = toll("merge", folder, "-o", work / "merged", home=home)
merged = json.loads((work / "merged/merged.json").read_text())
tap.ok(result.code == 0 and
       [merged["sources"][0][k] for k in ("blocks_planned", "blocks_done")] ==
       [reached[1]] * 2, "merged, the run is a finished one", result)
result = toll("diff", folder, only_run(work / "capped"), "--json", home=home)
tap.ok(result.code == 0 and "pilot" not in json.dumps(result.json()["facts"]),
       "diff compares runs of different precision, which is no cause of anything", result)
result, folder, summary = replay(source, "nightly", "--precision", "3.5", command="nightly")
tap.ok(result.code == 0 and summary["pilot"] == 10, "a nightly run can have a precision", result)

# ---- plans ----

result = toll("plan", "--profile", "full", "--precision", "2", home=home)
tap.ok(result.code == 0 and "±2 %" in result.out and
       "a pilot of 10 blocks with at least 2 executions of each, then" in result.out,
       "the plan says that a pilot decides", result)
tap.ok("10000 blocks at most" in result.out, "at most as many as a run can have", result)
plan = toll("plan", "--profile", "full", "--precision", "2", "--shard", "1/2", "--json",
            home=home).json()
tap.same([plan["pilot"], plan["shard"]], [10, 1], "each shard has a pilot of its own")

# ---- bad input ----

for text in ("0", "-1", "101", "nan", "inf", "5%", "five", ""):
    result = toll("plan", "--precision", text, home=home)
    tap.ok(result.code == 2 and "--precision" in result.err and not result.out,
           f"--precision '{text}' is refused", result)
result = toll("plan", "--precision", "5", "--blocks", "1", home=home)
tap.ok(result.code == 2 and "pilot" in result.err and "--blocks 1" in result.err,
       "one block is no pilot", result)
result, folder, _ = replay(canned(1).write(work / "one"), "one-block", "--precision", "5")
tap.ok(result.code == 2 and "two blocks at least" in result.err and not folder,
       "neither is the replay of one, and no run is begun", result)
broken = canned(12).write(work / "broken")
plan = json.loads((broken / "plan.json").read_text())
for value, message in ((13, "more than 'blocks'"), (1, "pilot"), (-3, "pilot"), ("10", "pilot")):
    (broken / "plan.json").write_text(json.dumps(plan | {"pilot": value}))
    result = toll("stats", broken, "--output", work / "broken", home=home)
    tap.ok(result.code == 2 and message in result.err and "plan.json" in result.err,
           f"a plan with a pilot of {value!r} is refused", result)
(broken / "plan.json").write_text(json.dumps(plan | {"pilot": 5}))
result = toll("stats", broken, "--json", "--output", work / "broken", home=home)
tap.ok(result.code == 0 and result.json()["pilot"] == 5,
       "a stored run says which of its blocks were the pilot", result)
tap.done()
