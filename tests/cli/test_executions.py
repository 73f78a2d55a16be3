#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Cells that are executed several times in a block: planned, run, resumed and averaged."""
import json
import math

import canned as c
from canned import FOREIGN, SAME, VM, Canned, cell
from toll import Tap, lines_of, make_home, manifest, only_run, scratch, toll

tap = Tap()
work = scratch()
NAMES = ("alpha", "beta", "gamma")
home = make_home(work / "home", [manifest(name) for name in NAMES])
REPEATS = {"native": 3, FOREIGN: 2, VM: 2}
RATIOS = {SAME: 1.5, FOREIGN: 6.0, VM: 9.0}


def repeated(blocks=6):
    run = Canned(blocks)
    for name in NAMES:
        for env in ("native", SAME, FOREIGN, VM):
            run.arm(name, env, executions=REPEATS.get(env, 1))
            if env == FOREIGN:
                run.arm(name, env, duplicate=True, executions=REPEATS[env])
    run.fill(RATIOS)
    return run


def cells_of(summary):
    return {x["cell"]: x for x in summary["cells"]}


def stats(folder):
    result = toll("stats", folder, "--output", folder.parents[1], home=home)
    return result, json.loads((folder / "summary.json").read_text())


def replay(source, name, *options):
    output = work / name
    result = toll("run", "--replay", source, "--profile", "full", "--blocks", "6", "--output",
                  output, "--workload", ",".join(NAMES), "--env", ",".join(RATIOS), *options,
                  home=home)
    return result, only_run(output)


# ---- plans ----

LIST = f"native=3,user-*=2,{VM}=4"
result = toll("plan", "--profile", "full", "--executions", LIST, "--json", home=home)
arms = (result.json() or {"arms": []})["arms"]
want = {"native": 3, FOREIGN: 2, SAME: 2, VM: 4}
tap.ok(arms and all(a["executions"] == want.get(a["cell"].split(".")[3], 1) for a in arms),
       "--executions sets how often an environment is executed in a block", result)
result = toll("plan", "--profile", "full", "--executions", LIST, home=home)
line = [x for x in result.out.splitlines() if x.startswith(cell("alpha", "native"))]
tap.ok(line and "3 × " in line[0], "the plan says so", result)
result = toll("plan", "--profile", "smoke", "--json", home=home)
arms = (result.json() or {"arms": []})["arms"]
tap.ok(all(a["executions"] == 1 for a in arms), "smoke repeats nothing", result)
for text, message in (("native", "ENVIRONMENT=N"), ("native=0", "from 1 to"),
                      ("natve=2", "matches nothing")):
    result = toll("plan", "--executions", text, home=home)
    tap.ok(result.code == 2 and message in result.err and text.split("=")[0] in result.err,
           f"--executions {text}: exit 2, and why", result)

# ---- statistics ----

run = repeated()
folder = run.write(work / "well")
result, summary = stats(folder)
first = (folder / "summary.json").read_bytes()
tap.ok(result.code == 0 and stats(folder)[0].code == 0 and
       (folder / "summary.json").read_bytes() == first, "stats twice gives the same bytes", result)
tap.same(summary["blocks_done"], 6, "blocks with all their executions are complete")
cells = cells_of(summary)
known = c.pool([c.log_ratios(run, name, env) for name in NAMES for env in RATIOS])
for env in RATIOS:
    x = cells[cell("beta", env)]
    point, adjusted, _ = c.paired(c.log_ratios(run, "beta", env), known)
    tap.near(x["ratio"]["point"], point, f"{env}: a block's datum is the mean of its logarithms")
    tap.ok(all(math.isclose(a, b, rel_tol=1e-9) for a, b in zip(x["ratio"]["ci95"], adjusted)),
           f"{env}: the block is the unit of replication", f"{x['ratio']} {adjusted}")
    n = REPEATS.get(env, 1)
    tap.same([x["blocks"], x["executions"], x["failed"], x["per_block"], x["iterations"]],
             [6, 6 * n, 0, n, 18 * n],
             f"{env}: every execution is counted")
aa = {a["env"]: a for a in summary["aa"]}[FOREIGN]
every = [x for n in NAMES for x in c.log_ratios(run, n, FOREIGN, to=FOREIGN, to_duplicate=True)]
tap.near(aa["ratio"]["point"], math.exp(sum(every) / len(every)),
         "duplicates are averaged the same way")



def executions(name, env, duplicate):
    """The samples of each block."""
    return [[s for key, s in run.samples.items() if key[:3] == (cell(name, env), duplicate, k)]
            for k in range(1, 7)]


def var(x):
    return sum((v - sum(x) / len(x)) ** 2 for v in x) / (len(x) - 1)


def components(name, env, duplicate):
    """(between blocks, between executions) by analysis of variance, equal counts."""
    blocks = [[c.log_mean(s) for s in b] for b in executions(name, env, duplicate)]
    m = len(blocks[0])
    within = sum(var(b) for b in blocks) / 6 if m > 1 else None
    among = m * var([sum(b) / m for b in blocks])
    return (among - within) / m if m > 1 else among, within


def of_iterations(name, env, duplicate):
    """What iterations leave in the logarithm of the mean of the two that are steady."""
    logs = [[math.log(t) for t in s["iter_wall_ns"][1:]]
            for b in executions(name, env, duplicate) for s in b]
    return sum(map(var, logs)) / len(logs) / 2


def execution_ns(name, env, duplicate):
    walls = [s["host_wall_ns"] for b in executions(name, env, duplicate) for s in b]
    return sum(walls) / len(walls)


def steady_ns(name, env, duplicate):
    every = [s for b in executions(name, env, duplicate) for s in b]
    return sum(2 * math.exp(c.log_mean(s)) for s in every) / len(every)


def half(x):
    return math.log(x["ratio"]["ci95"][1] / x["ratio"]["ci95"][0]) / 2


def best_of(outer, inner, outer_cost, inner_cost):
    return min(range(1, 10000), key=lambda m: (outer + inner / m) * (outer_cost + inner_cost * m))


variance = {v["env"]: v for v in summary["variance"]}
tap.same(sorted(variance), sorted(["native", *RATIOS]), "the variance of what is compared is split")
for env in ("native", *RATIOS):
    v = variance[env]
    m = REPEATS.get(env, 1)
    arms = [(n, d) for n in NAMES for d in ((False, True) if env == FOREIGN else (False,))]
    parts = [components(n, env, d) for n, d in arms]
    between = sum(p[0] for p in parts) / len(parts)
    iteration = sum(of_iterations(n, env, d) for n, d in arms) / len(arms)
    tap.same([v["cells"], v["per_block"], v["iterations"]], [len(arms), m, 2], f"{env}: of its cells")
    if m == 1:
        tap.same([v["between_share"], v["execution_share"], v["best_per_block"]], [None] * 3,
                 f"{env}: single executions cannot be told from blocks")
        tap.near(v["iteration_share"], min(iteration / between, 1), f"{env}: iterations can")
        continue
    within = sum(p[1] for p in parts) / len(parts)
    between = max(between, 0)
    iteration = min(iteration, within)
    tap.near(v["between_share"], between / (between + within), f"{env}: share between blocks")
    tap.near(v["execution_share"], (within - iteration) / (between + within),
             f"{env}: share between executions")
    tap.near(v["iteration_share"], iteration / (between + within), f"{env}: share of iterations")
    mine = sum(execution_ns(n, env, d) for n, d in arms)
    steady = sum(steady_ns(n, env, d) for n, d in arms)
    block = 2e9 + sum(execution_ns(n, e, d) * REPEATS.get(e, 1)
                      for n in NAMES for e in ("native", *RATIOS) if e != env
                      for d in ((False, True) if e == FOREIGN else (False,)))
    rest = between if env == "native" else max(0, sum(
        var(c.log_ratios(run, n, env)) - components(n, env, False)[1] / m for n in NAMES) / 3)
    best = min(best_of(rest, within, block, mine), 100) if rest else None
    tap.same(v["best_per_block"], best, f"{env}: the best number for the time")
    tap.same(v["best_iterations"],
             best_of(within - iteration, 2 * iteration, mine - steady, steady / 2)
             if within > iteration else None, f"{env}: the best number of iterations")
    if best:
        price = [(rest + within / k) * (block + mine * k) for k in (best, m)]
        tap.near(v["best_gain"], math.sqrt(price[0] / price[1]), f"{env}: what that gains")
    if env == "native":
        tap.same([v["blocks"], v["half_width"], v["blocks_to_halve"]], [0, None, None],
                 "native has no ratio to halve")
        continue
    typical = sorted((cells[cell(n, env)] for n in NAMES), key=half)[1]
    tap.near(v["half_width"], math.expm1(half(typical)), f"{env}: the median interval is typical")
    # Six blocks, t(5) = 2.571; t(15) / sqrt(16) > t(5) / sqrt(6) / 2 > t(16) / sqrt(17). With
    # correlation the degrees of freedom are fewer.
    tap.ok(16 <= v["blocks_to_halve"] <= 17 and v["blocks"] == 6,
           f"{env}: so many blocks halve it", v)
    tap.ok((v["best_blocks_to_halve"] is None) == (best in (None, m)),
           f"{env}: so many with the best number of executions", v)
    tap.ok(v["half_width"] < v["min_detectable"] < 2 * v["half_width"],
           f"{env}: the smallest effect that shows", v)

run = repeated(12)
for key, s in run.samples.items():
    slow = math.exp(run.random.gauss(0, 0.1))
    s["sentinel_ns"] = [int(5e6 * slow), int(5.1e6 * slow)]
    if key[0].split(".")[3] != "native":
        s["iter_wall_ns"] = [int(t * slow) for t in s["iter_wall_ns"]]
        s["host_wall_ns"] = sum(s["iter_wall_ns"]) + 700_000
        if s["guest_wall_ns"]:
            s["guest_wall_ns"] = int(s["host_wall_ns"] * 1.02)
_, summary = stats(run.write(work / "sentinel"))


def with_sentinel(name, env):
    """(D, z)"""
    return (c.log_ratios(run, name, env),
            [c.datum(run, cell(name, env), False, k, c.log_sentinel) -
             c.datum(run, cell(name, "native"), False, k, c.log_sentinel) for k in range(1, 13)])


slope = c.slope([with_sentinel(name, env) for name in NAMES for env in RATIOS])
d, z = with_sentinel("alpha", FOREIGN)
x = cells_of(summary)[cell("alpha", FOREIGN)]
tap.same(x["adjusted"], True, "the sentinel is a covariate of repeated executions too")
tap.near(x["ratio"]["point"], math.exp((sum(d) - slope * sum(z)) / 12),
         "a block's sentinel is the mean of its executions' logarithms")

# ---- endings ----

run = repeated()
run.sample("alpha", FOREIGN, 2, execution=2, status="crash", reason="signal 11")
result, summary = stats(run.write(work / "crash"))
x = cells_of(summary)[cell("alpha", FOREIGN)]
tap.same([x["status"], x["blocks"], x["executions"], x["failed"]], ["ok", 6, 12, 1],
         "an execution that failed is counted; its block keeps the others")
tap.ok("1 of 12 executions" in (x["reason"] or ""), "and is a remark of the cell", x)
tap.near(x["ratio"]["point"], c.paired(c.log_ratios(run, "alpha", FOREIGN))[0],
         "the block's datum is the mean of those that are ok")
result, _ = replay(work / "crash/results" / c.RUN, "crash-again", "--executions", LIST)
tap.same(result.code, 1, "and the exit code says that something failed")

run = repeated()
run.samples[cell("alpha", FOREIGN), False, 4, 2]["digest"] = {"values": [1.0, 2.0], "hash": "12"}
_, summary = stats(run.write(work / "wrong"))
x = cells_of(summary)[cell("alpha", FOREIGN)]
tap.ok(x["status"] == "wrong-result" and "block 4" in x["reason"],
       "every execution's result is checked", x)

run = repeated()
del run.samples[cell("alpha", "native"), False, 6, 3]
_, summary = stats(run.write(work / "short"))
tap.same(summary["blocks_done"], 5, "a block that lacks an execution is not complete")

# ---- the null environment ----

source = repeated().write(work / "canned")
result, folder = replay(source, "replay", "--executions", LIST)
whole = sorted((d["block"], d["cell"], d["arm"], d["execution"]) for d in lines_of(folder))
# Of what the canned run measured twice, the plan does the first program.
expected = sorted((block, a["cell"], "aa" if a["duplicate"] else "main", e)
                  for block in range(1, 7) for a in repeated().plan["arms"]
                  if not a["duplicate"] or a["cell"] == cell("alpha", FOREIGN)
                  for e in range(1, a.get("executions", 1) + 1))
tap.ok(result.code == 0 and whole == expected,
       "each arm is executed its number of times; no more often than the canned run was", result)
samples = lines_of(folder)
tap.ok(all([d["order"] for d in samples if d["block"] == b] == list(range(1, len(whole) // 6 + 1))
           for b in range(1, 7)), "positions count all executions of a block")
boots = {(d["block"], d["boot"]) for d in samples if d["cell"] == cell("alpha", VM)}
tap.ok(len(boots) == 6 and len(lines_of(folder, "toll.boot/1")) == 6,
       "the executions of a block share a boot", boots)
before = (folder / "summary.json").read_bytes()
result, summary = stats(folder)
tap.ok(result.code == 0 and (folder / "summary.json").read_bytes() == before,
       "stats of what was stored gives the same bytes", result)

# ---- going on between two executions ----


def cut(keep):
    path = folder / "samples.jsonl"
    lines = [line for line in path.read_text().splitlines() if keep(json.loads(line))]
    path.write_text("".join(line + "\n" for line in lines))
    (folder / "summary.json").unlink()
    return toll("run", "--resume", folder.name, "--output", folder.parents[1], home=home)


def kept():
    samples = []
    for line in (folder / "samples.jsonl").read_text().splitlines():
        d = json.loads(line)
        if d["schema"] == "toll.discard/1":
            samples = [s for s in samples if s[0] != d["block"]]
        elif d["schema"] == "toll.sample/1":
            samples.append((d["block"], d["cell"], d["arm"], d["execution"]))
    return sorted(samples)


def is_execution(d, env, execution):
    return (d["schema"] == "toll.sample/1" and d["block"] == 6 and
            d["cell"] == cell("alpha", env) and d["execution"] == execution)


cells = cells_of(summary)
for n in (1, 2, 3):
    result = cut(lambda d, n=n: not is_execution(d, "native", n))
    tap.ok(result.code == 0 and kept() == whole and not lines_of(folder, "toll.discard/1") and
           len(lines_of(folder, "toll.boot/1")) == 6,
           f"execution {n} of three is missing: it alone is run", result)
    tap.ok(cells_of(stats(folder)[1]) == cells, "the cells are those of the uninterrupted run")
result = cut(lambda d: not is_execution(d, VM, 2))
tap.ok(result.code == 0 and kept() == whole and
       [d["block"] for d in lines_of(folder, "toll.discard/1")] == [6],
       "the second execution in a VM is missing: the block is run again as a whole", result)
tap.ok(cells_of(stats(folder)[1]) == cells, "the cells are those of the uninterrupted run")
tap.done()
