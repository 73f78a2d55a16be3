#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Clocks that run off and hosts that disturb, in stored samples and through the null environment: what
is said, what is left out, and where it is counted."""
import csv
import io
import json

from canned import FOREIGN, STACK, VM, Canned, cell
from toll import HOST, Tap, lines_of, make_home, manifest, only_run, scratch, toll

tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha"), manifest("beta")])
BLOCKS = 6


def canned(edit=lambda run: None):
    run = Canned(blocks=BLOCKS)
    for name in ("alpha", "beta"):
        for env in ("native", FOREIGN, VM, STACK):
            run.arm(name, env)
        run.arm(name, "native", duplicate=True)
    run.fill({FOREIGN: 6, VM: 9, STACK: 40})
    edit(run)
    return run.write(work / f"c{tap.run}")


def stats(folder):
    result = toll("stats", folder, "--json", home=home)
    s = result.json()
    return result, s, {c["cell"]: c for c in s["cells"]} if s else {}


def of(run, name, env, blocks=range(1, BLOCKS + 1)):
    return [run.samples[cell(name, env), False, b] for b in blocks]


_, honest, right = stats(canned())
tap.ok(not any(c["timed_by_host"] for c in right.values()) and honest["spoiled"] == [],
       "an honest run is as it was", honest)
tap.ok(all(honest[k] is None for k in ("steal_share", "load_max", "khz_min", "throttles", "suspended_ns")),
       "what an older run does not hold is null, not 0", honest)
tap.ok(abs(honest["boots"][0]["skew_ppm"] - 2000) < 1 and honest["boots"][0]["skew_error_ppm"] is None,
       "the skew of its boots is computed all the same, without an error bound", honest["boots"])

# ---- clocks ----

RATE = 1.1


def fast(run):
    """Alpha's guest counts 10 % more than passes, in everything."""
    for s in of(run, "alpha", VM):
        s["guest_wall_ns"] = int(s["guest_wall_ns"] * RATE)
        s["iter_wall_ns"] = [int(t * RATE) for t in s["iter_wall_ns"]]
        s["clock_error_ns"] = 20_000


folder = canned(fast)
result, s, c = stats(folder)
x = c[cell("alpha", VM)]
tap.ok(result.code == 0 and x["timed_by_host"] and abs(x["skew_ppm"] / 1e6 - 0.1022) < 1e-3,
       "a clock that is 10 % fast is marked", x)
tap.near(x["ratio"]["point"], right[cell("alpha", VM)]["ratio"]["point"],
         "and the ratio is that of an honest one", 1e-5)
tap.ok(x["warmup_class"] is None and x["cold"]["first_iter_ns"] is None and x["clock_doubt"] > 0.05,
       "single iterations of it are not believed", x)
tap.same(sum(y["timed_by_host"] for y in c.values()), 1, "no other cell is marked")
result = toll("report", folder, home=home)
said = " ".join(result.out.split())
tap.ok(f"The guest's clock is off: alpha portable in {VM} by +10.2 %." in said,
       "the terminal names the cell and the deviation", result)
tap.ok(all("Clock off." in (folder / f).read_text() for f in ("report.md", "report.html")),
       "and so does the report")

for name, wall, words in [("stands almost still", 1, "counted 1 ns while"),
                          ("counts 10^15", 10**15, "no time can be had")]:
    folder = canned(lambda run: [s.update(guest_wall_ns=wall) for s in of(run, "alpha", VM)])
    result, s, c = stats(folder)
    x = c[cell("alpha", VM)]
    tap.ok(x["status"] == "bad-record" and words in x["reason"] and x["ratio"]["point"] is None and
           x["steady"]["mean_ns"] is None, f"a clock that {name} is no time, and said", x)
for name, value in [("negative", -5), ("not a number", "fast"), ("beyond counting", 10**18 * 100)]:
    folder = canned(lambda run: of(run, "alpha", VM)[0].update(guest_wall_ns=value))
    result, _, _ = stats(folder)
    tap.ok(result.code == 2 and "samples.jsonl:" in result.err and "guest_wall_ns" in result.err,
           f"a guest's duration that is {name} is refused with its line", result)
for key in ("steal_ns", "throttles", "suspended_ns", "load1", "cpu_khz"):
    folder = canned(lambda run: of(run, "beta", "native")[0].update({key: -1}))
    result, _, _ = stats(folder)
    tap.ok(result.code == 2 and "samples.jsonl:" in result.err and key in result.err,
           f"{key} below 0 is refused with its line", result)

for name, env, edit in [
        ("a guest's", VM, lambda s: s.update(guest_wall_ns=sum(s["iter_wall_ns"]) + s["startup_ns"] - 1,
                                             host_wall_ns=sum(s["iter_wall_ns"]) + s["startup_ns"])),
        ("the host's", FOREIGN, lambda s: s.update(host_wall_ns=sum(s["iter_wall_ns"]) + s["startup_ns"] - 1))]:
    folder = canned(lambda run: edit(of(run, "alpha", env)[2]))
    result, s, c = stats(folder)
    x = c[cell("alpha", env)]
    tap.ok(result.code == 0 and x["status"] == "ok" and x["failed"] == 1 and
           "longer than it did" in x["reason"] and x["blocks"] == BLOCKS - 1,
           f"start and iterations longer than the execution, by {name} clock: counted as failed", x)
    folder = canned(lambda run: [edit(s) for s in of(run, "alpha", env)])
    _, _, c = stats(folder)
    x = c[cell("alpha", env)]
    tap.ok(x["status"] == "bad-record" and x["steady"]["mean_ns"] is None and x["ratio"]["point"] is None,
           "where all are, the cell has no time", x)

# A replay judges the execution as the measurement would.
folder = canned(lambda run: [s.update(guest_wall_ns=7) for s in of(run, "alpha", VM)])
result = toll("run", "--replay", folder, "--profile", "full", "--blocks", BLOCKS, "--env", f"{VM},{FOREIGN}",
              "--output", work / "replayed", home=home)
stored = [x for x in lines_of(only_run(work / "replayed")) if x.get("cell") == cell("alpha", VM)]
tap.ok(stored and all(x["status"] == "bad-record" and "clock" in x["reason"] for x in stored),
       "a broken clock is stored as a failed execution", stored[:1])
lying = canned(lambda run: [s.update(host_wall_ns=1000) for s in of(run, "beta", FOREIGN)])
result = toll("run", "--replay", lying, "--profile", "full", "--blocks", BLOCKS, "--env", FOREIGN,
              "--output", work / "lying", home=home)
stored = [x for x in lines_of(only_run(work / "lying")) if x.get("cell") == cell("beta", FOREIGN)]
tap.ok(stored and all("longer than it did" in x["reason"] for x in stored),
       "and so are iterations that took longer than their execution", stored[:1])

# ---- disturbances ----


def disturbed(run):
    for s in (s for name in ("alpha", "beta") for env in ("native", VM) for s in of(run, name, env)):
        s.update(steal_ns=0, load1=1.5, cpu_khz=None, throttles=None, suspended_ns=0)
    of(run, "beta", VM, [2])[0].update(steal_ns=40_000_000, host_wall_ns=100_000_000,
                                       guest_wall_ns=100_200_000)
    of(run, "alpha", "native", [4])[0].update(suspended_ns=5_000_000_000)
    # One tick of a short execution, and load, spoil nothing.
    of(run, "alpha", "native", [5])[0].update(steal_ns=10_000_000, load1=9)


folder = canned(disturbed)
before = (folder / "samples.jsonl").read_bytes()
result, s, c = stats(folder)
tap.same([(b["block"], b["reason"], b["cell"]) for b in s["spoiled"]],
         [(2, "stolen", cell("beta", VM)), (4, "suspended", cell("alpha", "native"))],
         "disturbed blocks are left out, with reason and cell")
tap.same({x["blocks"] for x in c.values()} | {x["ratio"]["blocks"] for x in c.values()}, {BLOCKS - 2},
         "in all arms")
tap.same({g["ratio"]["blocks"] for g in s["geomean"]} | {a["ratio"]["blocks"] // 2 for a in s["aa"]},
         {BLOCKS - 2}, "and in every mean over cells")
tap.same((s["blocks_done"], (folder / "samples.jsonl").read_bytes()), (BLOCKS, before),
         "their samples are kept")
tap.ok(s["load_max"] == 9 and s["khz_median"] is None and s["throttles"] is None and
       s["suspended_ns"] == 5e9 and 0 < s["steal_share"] < 1, "what the counters showed is summed up", s)
result = toll("report", folder, home=home)
said = " ".join(result.out.split())
tap.ok("2 blocks are left out, in all cells, by rules fixed before: block 2 (a hypervisor gave the CPU to "
       f"others for 40.0 ms of 100 ms, during {cell('beta', VM)}), 4 (the machine was suspended for "
       "5.00 s" in said, "the terminal counts them and says why", result)
markdown = (folder / "report.md").read_text()
tap.ok("Blocks left out." in markdown and "load average 1.50, at most 9.00" in markdown and
       "clock frequency not shown" in markdown, "and so does the report")
result = toll("merge", folder, "-o", work / "joined", home=home)
tap.ok("2 blocks are left out" in " ".join(result.out.split()) and
       "Blocks left out." in (work / "joined/report.md").read_text(),
       "of joined runs the summary and the report do, too", result)
rows = list(csv.DictReader(io.StringIO(toll("export", folder, home=home).out)))
tap.same({(r["block"], r["counts"]) for r in rows},
         {(str(b), "false" if b in (2, 4) else "true") for b in range(1, BLOCKS + 1)},
         "csv has them, marked")
tap.ok({r["steal_ns"] for r in rows} >= {"", "0", "40000000"}, "with the counters, empty where not known",
       {r["steal_ns"] for r in rows})
times = json.loads(toll("export", folder, "--format", "hyperfine", home=home).out)["results"]
tap.same({len(t["times"]) for t in times}, {BLOCKS - 2}, "other formats do not")
tap.done()
