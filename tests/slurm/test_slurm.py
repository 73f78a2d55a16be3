#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""From sbatch to the joined report: harness/slurm on a real slurmctld with two nodes, one of which
loses its power in the middle of a shard. What is measured is real: natively and translated."""
import json
import os
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/cli"))

import cluster  # noqa: E402
from toll import HOST, OTHER, TOLL, Tap, lines_of, scratch, wait_for  # noqa: E402

tap = Tap()
SHARDS = 2
BLOCKS = 24
SELECTION = ("--profile", "smoke", "--workload", "vector-add,matmul", "--variant", "portable",
             "--env", f"user-{OTHER}", "--blocks", BLOCKS, "--seed", 7)
PROGRAMS = [f"build/workloads/{a}/{w}.portable" for a in (HOST, OTHER)
            for w in ("vector-add", "matmul")]


def skip_all(reason):
    tap.skip("a cluster measures and merges", reason)
    tap.done()


def only(paths):
    paths = list(paths)
    return paths[0] if len(paths) == 1 else None


def stored(folder):
    return len(lines_of(folder)) if folder else 0


reason = cluster.missing()
if not reason and not all(os.access(TOP / p, os.X_OK) for p in PROGRAMS):
    reason = "the workloads are not built (make workloads)"
if reason:
    skip_all(reason)

work = scratch()
out = work / "out"
slurm = cluster.Cluster(work, ("n1", "n2"), HOST)
failure = slurm.start()
if not tap.ok(not failure, "munged, slurmctld and two slurmd come up", failure):
    tap.done()

where = {"cwd": TOP, "env": {"TOLL": TOLL}}
logs = f"--output={work}/%x-%A_%a.log"
array = slurm.submit(f"--array=1-{SHARDS}", f"--constraint={HOST}", logs,
                     "harness/slurm/shard.sbatch", out, *SELECTION, **where)
merge = slurm.submit(f"--dependency=afterany:{array}", f"--output={work}/merge.log",
                     "harness/slurm/merge.sbatch", out, **where)


def log_of(task):
    path = work / f"toll-{array}_{task}.log"
    return path.read_text() if path.exists() else "(no output)"


# ---- a node dies in mid-shard ----

def run_of(task):
    return only((out / f"{array}-{task}").glob("results/*"))


begun = wait_for(lambda: all(stored(run_of(t)) >= 8 for t in (1, 2)), 60)
tap.ok(begun, "both nodes measure a shard each", log_of(1) + log_of(2) + slurm.logs())
first = slurm.job(f"{array}_1")
victim = first.get("BatchHost", "")
tap.ok(victim in slurm.nodes, "the controller says where task 1 runs", first)
if victim not in slurm.nodes:
    tap.done()
killed = slurm.kill_node(victim)
folder = run_of(1)
before = (folder / "samples.jsonl").read_bytes()
before = before[: before.rfind(b"\n") + 1]
tap.ok(killed >= 3 and stored(folder) < 2 * BLOCKS,
       "its node dies with slurmd, step and program, in mid-shard", f"{killed} processes, "
       f"{stored(folder)} samples")
tap.ok(wait_for(lambda: int(slurm.job(f"{array}_1").get("Restarts", 0)) >= 1, 40),
       "Slurm notices, and requeues the task", slurm.job(f"{array}_1"))
tap.ok(wait_for(lambda: stored(folder) >= 2 * BLOCKS, 60) and run_of(1) == folder,
       "the task goes on in the run folder it had", f"{stored(folder)} of {2 * BLOCKS}\n" +
       log_of(1) + slurm.logs())
tap.ok((folder / "samples.jsonl").read_bytes().startswith(before),
       "every execution that was stored before is still there")

# ---- the dependent job joins them ----

merged = out / f"merged-{merge}"
tap.ok(wait_for(lambda: slurm.job(merge).get("JobState") in ("COMPLETED", "FAILED"), 40) and
       slurm.job(merge).get("JobState") == "COMPLETED", "the dependent job merges, and succeeds",
       (work / "merge.log").read_text() if (work / "merge.log").exists() else slurm.job(merge))
document = merged / "merged.json"
m = json.loads(document.read_text()) if document.exists() else {"sources": [], "hosts": [],
                                                               "cells": []}
# For a block that the host spoiled one more is measured.
tap.ok(sorted((s["shard"], s["shards"]) for s in m["sources"]) == [(1, SHARDS), (2, SHARDS)] and
       all(s["blocks_done"] == s["blocks_planned"] >= BLOCKS for s in m["sources"]),
       "all shards are in it, with all their blocks", m["sources"])
tap.ok(len(m["hosts"]) == 1 and m["hosts"][0]["missing"] is None,
       "the nodes are one host, and no shard is missing", m["hosts"])
tap.same(sorted(c["cell"] for c in m["cells"]),
         sorted(f"{w}.portable.{a}.{e}" for w in ("vector-add", "matmul")
                for a, e in ((HOST, "native"), (OTHER, f"user-{OTHER}"))),
         "every cell of the selection is there once")
tap.ok(m["cells"] and all(c["status"] == "ok" and c["blocks"] == BLOCKS for c in m["cells"]),
       "and was measured in so many good blocks", [(c["cell"], c["status"], c["blocks"])
                                                   for c in m["cells"]])
tap.ok((merged / "report.html").exists() and (merged / "report.md").exists(), "there is a report")

slurm.end()
tap.same(slurm.steps() + [p for n in slurm.nodes for p in slurm.processes(n)[1:]], [],
         "nothing of the cluster is left")

tap.done()
