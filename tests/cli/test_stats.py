#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""toll stats on a run folder that another program wrote: this one follows results/SCHEMA.md, with
the required keys and no more, for another way of measuring and programs that no manifest knows."""
import json
import math
import statistics

from toll import HOST, OTHER, TOP, Tap, make_home, manifest, scratch, toll

tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("unrelated")])
RUN = "20240229T235959Z-abcdef"
SLOW = f"user-{OTHER}"


def required(schema):
    """The keys that a document must have, with the schema's own name."""
    return {k: schema["properties"][k].get("const") for k in schema["required"]}


def schema(name):
    return json.loads((TOP / f"results/{name}.schema.json").read_text())


def with_required(kind, **values):
    keys = required(kind)
    unknown = set(values) - set(kind["properties"])
    assert not unknown, unknown
    missing = [k for k, const in keys.items() if const is None and k not in values]
    assert not missing, missing
    return {k: const for k, const in keys.items() if const} | values


def times(name, block):
    """Milliseconds by a stopwatch: three turns, the first cold."""
    base = {"native": 10.0, SLOW: 40.0}[name] * (1 + 0.01 * ((block * 7) % 5 - 2))
    return [int(1e6 * x) for x in (2 * base, base, base * 1.002)]


def write(blocks=8, edit=lambda lines: lines, arms=None):
    folder = work / f"foreign{tap.run}" / RUN
    folder.mkdir(parents=True)
    cells = {"native": f"sieve.rust.{HOST}.native", SLOW: f"sieve.rust.{OTHER}.{SLOW}"}
    arm = schema("plan")["properties"]["arms"]["items"]
    sample = schema("sample")["oneOf"][0]
    plan = with_required(
        schema("plan"), run=RUN, created="2024-02-29 23:59:59 UTC", profile="stopwatch", size="large",
        seed=1, blocks=blocks, budget_ns=0, precision=0.05, min_time_ns=0, iterations=3, max_time_ns=0,
        deadline_ns=0, boot_deadline_ns=0, vcpus=1, memory_mib=1,
        arms=arms or [with_required(arm, cell=c, duplicate=False, status="ok") for c in cells.values()])
    keys = schema("host")["properties"]
    host = with_required(schema("host"), **{
        k: {"arch": HOST, "id": "0123456789abcdef", "cpu_model": "Stopwatch 1"}.get(
            k, {"string": "", "integer": 1, "number": 0.5}.get(keys[k].get("type"), []))
        for k in schema("host")["required"] if k != "schema"})
    lines = [with_required(sample, cell=cells[e], block=b, arm="main", status="ok",
                           iter_wall_ns=times(e, b), iter_cpu_ns=[0, 0, 0],
                           digest={"values": [1229.0], "hash": ""})
             for b in range(1, blocks + 1) for e in cells]
    (folder / "plan.json").write_text(json.dumps(plan))
    (folder / "host.json").write_text(json.dumps(host))
    text = "".join(json.dumps(x) + "\n" for x in edit(lines))
    (folder / "samples.jsonl").write_text(text)
    return folder, cells


def stats(folder):
    result = toll("stats", folder, "--json", home=home)
    s = result.json()
    return result, s, {c["env"]: c for c in s["cells"]} if s else {}


folder, cells = write()
try:
    import jsonschema
    wrong = [str(e.message) for name in ("plan", "host")
             for e in jsonschema.Draft202012Validator(schema(name)).iter_errors(
                 json.loads((folder / f"{name}.json").read_text()))]
    lines = jsonschema.Draft202012Validator(schema("sample"))
    wrong += [e.message for x in (folder / "samples.jsonl").read_text().splitlines()
              for e in lines.iter_errors(json.loads(x))]
    tap.same(wrong, [], "the folder satisfies the schemas")
except ImportError:
    tap.skip("the folder satisfies the schemas", "python3-jsonschema is not installed")
result, s, c = stats(folder)
tap.ok(result.code == 0 and s and s["run"] == RUN and s["blocks_done"] == 8,
       "a folder of another program is computed", result)
means = {e: [statistics.mean(times(e, b)[1:]) for b in range(1, 9)] for e in cells}
logs = [math.log(a / b) for a, b in zip(means[SLOW], means["native"])]
tap.near(c["native"]["steady"]["mean_ns"], math.exp(statistics.mean(map(math.log, means["native"]))),
         "its times are those of the samples")
tap.near(c[SLOW]["ratio"]["point"], math.exp(statistics.mean(logs)), "its ratio is that of the blocks")
tap.ok(c[SLOW]["ratio"]["ci95"][0] <= c[SLOW]["ratio"]["point"] <= c[SLOW]["ratio"]["ci95"][1],
       "with an interval", c[SLOW])
tap.ok(c[SLOW]["cold"]["boot_ns"] is None and s["wall_ns"] is None and s["sentinel_cv"] is None,
       "what was not measured is null", s)
try:
    error = next(jsonschema.Draft202012Validator(schema("summary")).iter_errors(s), None)
    tap.ok(error is None, "the summary satisfies its schema", error)
except NameError:
    tap.skip("the summary satisfies its schema", "python3-jsonschema is not installed")
before = (folder / "summary.json").read_bytes()
tap.ok(stats(folder)[0].code == 0 and (folder / "summary.json").read_bytes() == before,
       "computed again it is the same to the byte")
result = toll("export", folder, "--format", "bmf", home=home)
tap.ok(result.code == 0 and list(json.loads(result.out)) == list(cells.values()), "it can be exported", result)
result = toll("diff", folder, folder, home=home)
tap.same(result.code, 0, "and compared")

# ---- where it goes ----

before = {f.name: f.read_bytes() for f in folder.iterdir()}
result = toll("stats", folder, "--output", work / "there", home=home)
there = work / "there/results" / RUN
tap.ok(result.code == 0 and result.out.strip() == str(there / "summary.json") and
       (there / "summary.json").read_bytes() == before["summary.json"],
       "with --output the summary goes there", result)
result = toll("report", folder, "--output", work / "there", home=home, deadline=100)
tap.ok(result.code == 0 and result.out.splitlines()[-1] == str(there) and
       (there / "report.html").exists() and (work / "there/plots" / RUN).is_dir(),
       "and so does the report", result)
tap.ok({f.name: f.read_bytes() for f in folder.iterdir()} == before, "the run itself stays as it is")
result = toll("stats", RUN, "--output", work / "there", home=home)
tap.ok(result.code == 2 and "is no run" in result.err, "a summary alone makes no run", result)
own = work / "own/results" / RUN
own.mkdir(parents=True)
for name in ("plan.json", "host.json", "samples.jsonl"):
    (own / name).write_bytes(before[name])
result = toll("stats", RUN, "--output", work / "own", home=home)
tap.ok(result.code == 0 and (own / "summary.json").read_bytes() == before["summary.json"],
       "a run that lies there gets it", result)

# ---- what is excluded is counted and seen ----

folder, cells = write(edit=lambda lines: [x for x in lines if x["cell"] != cells[SLOW]])
result, s, c = stats(folder)
tap.ok(result.code == 0 and c[SLOW]["status"] == "error" and "no execution" in c[SLOW]["reason"] and
       c[SLOW]["ratio"]["point"] is None and c["native"]["status"] == "ok",
       "a cell without samples is an error with a reason, the others are computed", c)
folder, cells = write(edit=lambda lines: lines[:-1])
result, s, c = stats(folder)
tap.same((s["blocks_done"], c["native"]["blocks"], c[SLOW]["blocks"], c[SLOW]["ratio"]["blocks"]), (7, 8, 7, 7),
         "a block that lacks a cell is not counted, and not paired")
folder, cells = write()
with open(folder / "samples.jsonl", "a", encoding="utf-8") as f:
    f.write('{"schema":"toll.sample/1","cell":"sie')
result, s, c = stats(folder)
tap.ok(result.code == 0 and "torn line of 37 bytes" in result.err and c[SLOW]["blocks"] == 8,
       "a torn last line is left out, and said", result)
folder, cells = write(blocks=1)
result, s, c = stats(folder)
tap.ok(c[SLOW]["ratio"]["point"] and c[SLOW]["ratio"]["ci95"] == [None, None],
       "one block: a point without an interval", c[SLOW]["ratio"])
result = toll("export", folder, "--format", "markdown", home=home)
tap.ok(result.code == 0 and "| – |" in result.out, "and the table has none", result)


def failing(lines):
    for x in lines[:6]:
        if x["cell"] == cells[SLOW]:
            x.update(status="crash", reason="SIGSEGV")
            for key in ("iter_wall_ns", "iter_cpu_ns", "digest"):
                x.pop(key)
    return lines


folder, cells = write(edit=failing)
result, s, c = stats(folder)
tap.ok(c[SLOW]["status"] == "ok" and c[SLOW]["blocks"] == 5 and c[SLOW]["executions"] == 8 and
       "3 of 8" in c[SLOW]["reason"], "failed executions are counted and said", c[SLOW])
tap.done()
