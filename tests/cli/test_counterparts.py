#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workloads beside their counterparts: ratios against the documented arithmetic, what is said of
promises, bad manifests, replayed, merged."""
import json
import math

from canned import FOREIGN, Canned
from toll import Tap, make_home, manifest, only_run, scratch, toll

tap = Tap()
work = scratch()
MS = 1_000_000
BLOCKS = 6
# What a turn takes natively, by blocks in turn; in the translator it is seven times that.
TIMES = {"alpha": (2, 3), "beta": (8, 9), "gamma": (5, 5), "delta": (1, 1),
         "fw-alpha": (4, 5), "fw-beta": (4, 4), "fw-gamma": (1, 1), "fw-delta": (3, 3)}


def framework(of, **promise):
    return manifest(f"fw-{of}", counterpart={"program": f"{of}.portable", **promise})


home = make_home(work / "home", [
    *map(manifest, ("alpha", "beta", "gamma", "delta")), framework("alpha", at_most=1.5),
    framework("beta", at_most=1.5), framework("gamma"), framework("delta", at_most=1.5)])


def canned(names, envs=("native", FOREIGN), **plan):
    run = Canned(BLOCKS)
    run.plan.update(plan)
    for name in names:
        for env in envs:
            run.arm(name, env)
            for block in range(1, BLOCKS + 1):
                ns = TIMES[name][block % 2] * MS * (7 if env == FOREIGN else 1)
                # delta states twice the work of its model
                more = {"work": {"flop": 2e6, "bytes": 0.0}} if name == "delta" else {}
                run.sample(name, env, block, ns=ns, **more)
    return run


def by_cell(counterparts, env="native"):
    return {c["workload"]: c for c in counterparts if c["env"] == env}


def log_ratio(*names):
    """The mean over blocks, and over these workloads, of ln(counterpart ÷ workload)."""
    values = [math.log(TIMES[name][block] / TIMES[f"fw-{name}"][block])
              for name in names for block in (0, 1)]
    return sum(values) / len(values)


folder = canned(TIMES).write(work / "canned")
rows = toll("stats", folder, "--json", home=home).json()["counterparts"]
native = by_cell(rows)
tap.same(list(native), ["fw-alpha", "fw-beta", "fw-gamma", "fw-delta", ""],
         "each stands beside its counterpart, the mean last")
tap.same([native[f"fw-{n}"]["program"] for n in ("alpha", "beta")], ["alpha.portable", "beta.portable"],
         "which is named")
for name in ("alpha", "beta", "gamma"):
    tap.near(native[f"fw-{name}"]["ratio"]["point"], math.exp(log_ratio(name)),
             f"{name}: time of the counterpart ÷ its own, block by block, first iterations aside")
tap.same([native[n]["at_most"] for n in ("fw-alpha", "fw-gamma", "")], [1.5, None, 1],
         "with what is promised, of one, of one without, of the mean")
tap.ok(native["fw-delta"]["ratio"]["point"] is None and "same work" in native["fw-delta"]["forbidden"],
       "other work has no ratio", native["fw-delta"])
tap.near(native[""]["ratio"]["point"], math.exp(log_ratio("alpha", "beta")),
         "the geometric mean is over those promised")
tap.same(native[""]["workloads"], 2, "… of which there are two")
tap.near(by_cell(rows, FOREIGN)["fw-alpha"]["ratio"]["point"], math.exp(log_ratio("alpha")),
         "other environments have theirs")

alone = canned([n for n in TIMES if n.startswith("fw-")]).write(work / "alone")
tap.same(toll("stats", alone, "--json", home=home).json()["counterparts"], [],
         "nothing stands beside what is not in the run")

# ---- replayed, and reported ----

result = toll("compare", "--replay", folder, "--profile", "full", "--blocks", BLOCKS, "--env",
              f"native,{FOREIGN}",
              "--output", work / "replayed", home=home, env={"NO_COLOR": "1"})
run = only_run(work / "replayed")
tap.ok(result.code == 0 and run, "a run of both is replayed", result)
again = json.loads((run / "summary.json").read_text())["counterparts"]
tap.same(sorted((c["workload"], c["env"], c["ratio"]["point"] or 0) for c in again),
         sorted((c["workload"], c["env"], c["ratio"]["point"] or 0) for c in rows),
         "with the same ratios")
said = " ".join(result.out.split())
point = math.exp(log_ratio("alpha", "beta"))
tap.ok(f"counterparts of 2 workloads take {point:.2f}× [" in said and "promised is at most 1.00×" in said,
       "the terminal has the mean and the promise", said[-900:])
tap.ok("Above their own bound: beta.portable 2.12×" in said and "alpha.portable 0" not in said,
       "and names what breaks its own bound, alone", said[-900:])
for name in ("report.md", "report.html"):
    text = (run / name).read_text()
    tap.ok("Beside the same work in another program" in text and "beta.portable" in text
           and "other work" in text and "broken" in text and "at most 1.50×" in text,
           f"{name} has the table")
result = toll("compare", "--replay", alone, "--profile", "full", "--blocks", BLOCKS, "--env",
              f"native,{FOREIGN}",
              "--workload", "fw-*", "--output", work / "alone-again", home=home)
run = only_run(work / "alone-again")
tap.ok(result.code == 0 and "counterparts" not in result.out
       and "Beside the same work" not in (run / "report.md").read_text(),
       "a run without counterparts says nothing of them", result)

# ---- of shards ----

parts = [canned(names, shard=i, shards=2).write(work / f"part{i}", f"20250102T03040{i}Z-0a1b2c")
         for i, names in ((1, ("alpha", "fw-alpha", "gamma", "fw-gamma")), (2, ("beta", "fw-beta")))]
result = toll("merge", *parts, "-o", work / "both", home=home)
merged = json.loads((work / "both/merged.json").read_text()) if result.code == 0 else {}
joined = by_cell(merged.get("counterparts", []))
tap.same(sorted(joined), ["", "fw-alpha", "fw-beta", "fw-gamma"], f"shards are joined {result}")
if joined:
    tap.near(joined[""]["ratio"]["point"], point, "… with the mean over all of them")
    tap.same(joined[""]["workloads"], 2, "… counted")

# ---- bad manifests ----

for wrong, words in (({"program": "alpha.blas"}, "'alpha.blas'"), ({"program": "omega.portable"}, "omega"),
                     ({"program": "fw-beta.portable"}, "counterpart itself"), ({}, "needs the key 'program'"),
                     ({"program": "alpha.portable", "at_most": -1}, "at_most")):
    path = home / "workloads/fw-alpha.json"
    path.write_text(json.dumps(manifest("fw-alpha", counterpart=wrong)))
    result = toll("list", "workloads", home=home)
    tap.ok(result.code == 2 and "fw-alpha.json" in result.err and words in result.err,
           f"counterpart {wrong} is refused", result)
path.write_text(json.dumps(framework("alpha") | {"sizes": {"small": {"shape": "2 × 2", "memory_mib": 8}}}))
result = toll("list", "workloads", home=home)
tap.ok(result.code == 2 and "2 × 2" in result.err and "1 × 1" in result.err,
       "and so is one of another shape", result)
tap.done()
