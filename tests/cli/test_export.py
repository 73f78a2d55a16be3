#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""toll export: every format is read back, by the tool it is for where that is installed, and holds
what the samples hold."""
import csv
import io
import json
import math
import os
import re
import shutil
import statistics
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from canned import FOREIGN, KVM, SAME, VM, Canned, cell, log_mean
from toll import TOP, Tap, make_home, manifest, scratch, toll

tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest(n) for n in ("alpha", "beta")])
REASON = 'it said "no", <b>& ünï\uffff|`x`\''
# Debian's modules belong to Debian's interpreter.
PYTHON = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable
ENVIRONMENTS = ("native", SAME, FOREIGN, VM)


def make(seed=3, slower=1.0, run="20250102T030405Z-0a1b2c"):
    """Two programs in four environments, duplicates, a refusal, a failure and a wrong result."""
    canned = Canned(6, seed)
    for name in ("alpha", "beta"):
        for env in ENVIRONMENTS:
            canned.arm(name, env)
        canned.arm(name, KVM, status="refused", reason=REASON)
    canned.arm("alpha", "native", duplicate=True)
    canned.arm("alpha", FOREIGN, duplicate=True)
    canned.fill({SAME: 1.5 * slower, FOREIGN: 6.0 * slower, VM: 3.0})
    for block in range(1, 7):
        canned.sample("beta", SAME, block, status="crash", reason="SIGSEGV")
    canned.sample("beta", FOREIGN, 2, digest={"values": [1.0], "hash": "01"})
    canned.sample("alpha", VM, 3, status="timeout", reason="too late", guest_wall_ns=None)
    return canned, canned.write(work, run)


canned, folder = make()
_, other_folder = make(4, 1.25, "20250102T030406Z-0a1b2c")
assert toll("stats", folder, home=home).code == 0
summary = json.loads((folder / "summary.json").read_text())
cells = {c["cell"]: c for c in summary["cells"]}
timed = [c for c in cells if cells[c]["status"] == "ok"]
assert len(timed) == 6 and cells[cell("beta", FOREIGN)]["status"] == "wrong-result", cells


def export(name, *more, run=folder):
    result = toll("export", run, "--format", name, *more, home=home)
    tap.ok(result.code == 0, f"{name}: exit 0", result)
    return result


def ok_samples(name):
    return [s for (c, duplicate, _), s in sorted(canned.samples.items())
            if c == name and not duplicate and s["status"] == "ok"]


def finite(value):
    if isinstance(value, dict):
        return all(finite(v) for v in value.values())
    if isinstance(value, list):
        return all(finite(v) for v in value)
    return not isinstance(value, float) or math.isfinite(value)


def strict_json(text):
    """JSON without NaN and the like, and without a key twice."""
    def pairs(items):
        assert len({k for k, _ in items}) == len(items), "a key stands twice"
        return dict(items)

    def refuse(word):
        raise ValueError(word)
    return json.loads(text, object_pairs_hook=pairs, parse_constant=refuse)


# ---- CSV: the reader is Python's ----

# newline="": what the program wrote, not what text mode makes of it.
raw = work / "run.csv"
result = export("csv", "-o", raw)
tap.same(result.out.strip(), str(raw), "-o: the file is named on standard output")
tap.same(export("csv", "-o", "/dev/stdout").out, export("csv").out,
         "-o: into a pipe goes the document alone")
data = raw.read_bytes()
tap.ok(data.endswith(b"\r\n") and data.count(b"\n") == data.count(b"\r\n"),
       "csv: records end in CR LF (RFC 4180)")
rows = list(csv.DictReader(io.StringIO(data.decode(), newline=""), strict=True))
expected = sum(len(s.get("iter_wall_ns", [])) or 1 for s in canned.samples.values())
refused = [r for r in rows if not r["block"]]
tap.same(len(rows), expected + 2, "csv: a row per iteration, per execution without one, per refused arm")
tap.ok(all(None not in r and None not in r.values() for r in rows), "csv: every row has every field")
tap.same({r["reason"] for r in refused}, {REASON}, "csv: a reason comes back as it was")
got, want = [], []
for (name, duplicate, block), s in canned.samples.items():
    for i, ns in enumerate(s.get("iter_wall_ns", [])):
        scale = s["host_wall_ns"] / s["guest_wall_ns"] if s["guest_wall_ns"] else 1
        want.append((name, "aa" if duplicate else "main", block, i + 1, ns, ns * scale,
                     s["host_wall_ns"], s["startup_ns"], s["digest"]["hash"]))
for r in rows:
    if r["iteration"]:
        got.append((r["cell"], r["arm"], int(r["block"]), int(r["iteration"]),
                    int(r["iter_wall_ns"]), float(r["iter_host_ns"]), int(r["host_wall_ns"]),
                    int(r["startup_ns"]), r["digest"]))
tap.same(sorted(got), sorted(want), "csv: every iteration of every arm, to the last bit")
schema = json.loads((TOP / "results/sample.schema.json").read_text())["oneOf"][0]["properties"]
spread = {"schema", "work", "sentinel_ns", "losses", "probe"}
tap.same(sorted(set(schema) - set(rows[0]) - spread), [], "csv: every key of a sample is a column")
tap.same({r["cell_status"] for r in rows if r["cell"] == cell("beta", FOREIGN)}, {"wrong-result"},
         "csv: a wrong result is said in every row of its cell")
steady = {(r["iteration"], r["steady"]) for r in rows if r["iteration"]}
tap.same(steady, {("1", "false"), ("2", "true"), ("3", "true")}, "csv: steady iterations are marked")

# ---- Markdown ----

text = export("markdown").out
table = [line for line in text.splitlines() if line.startswith("|")]
columns = {len(re.findall(r"(?<!\\)\|", line)) for line in table}
geomeans = len(summary["geomean"])
tap.ok(len(columns) == 1 and len(table) == 2 + len(cells) + geomeans,
       "markdown: a row per cell and geometric mean, as many fields in each", text)
tap.ok("<b>" not in text and VM.replace("_", "\\_") in text and "crash: SIGSEGV" in text,
       "markdown: markup in a reason is escaped", text)

# ---- hyperfine ----

result = export("hyperfine")
h = strict_json(result.out)
tap.ok("4 of 10 cells" in result.err, "hyperfine: cells left out are counted", result)
tap.same([r["command"] for r in h["results"]], timed, "hyperfine: the cells with a time, duplicates apart")
r = next(x for x in h["results"] if x["command"] == cell("alpha", VM))
times = [math.exp(log_mean(s)) / 1e9 for s in ok_samples(cell("alpha", VM))]
tap.ok(len(r["times"]) == 5 == len(r["exit_codes"]) and
       all(math.isclose(a, b, rel_tol=1e-12) for a, b in zip(r["times"], times)),
       "hyperfine: a time per good execution, in seconds of the host", r)
tap.near(r["mean"], statistics.mean(times), "hyperfine: mean")
tap.near(r["stddev"], statistics.stdev(times), "hyperfine: sample standard deviation")
tap.near(r["median"], statistics.median(times), "hyperfine: median")
tap.same((r["min"], r["max"]), (min(r["times"]), max(r["times"])), "hyperfine: range")
tap.ok(r["user"] + r["system"] > 0 and r["system"] < r["user"], "hyperfine: CPU time", r)
if shutil.which("hyperfine"):
    real = work / "real.json"
    subprocess.run(["hyperfine", "--style", "none", "--shell", "none", "--runs", "2", "--warmup", "0",
                    "--parameter-list", "x", "1,2", "--export-json", real, "true {x}"], check=True,
                   capture_output=True, timeout=60)
    theirs = json.loads(real.read_text())
    number = (int, float)

    def shape(x):
        return {k: "number" if isinstance(v, number) else type(v).__name__ for k, v in x.items()}
    tap.same((list(h), shape(r)), (list(theirs), shape(theirs["results"][0])),
             "hyperfine: keys and types are those of hyperfine itself")
else:
    tap.skip("hyperfine: keys and types are those of hyperfine itself", "hyperfine is not installed")

# ---- Google Benchmark ----

first, second = work / "first.json", work / "second.json"
export("google-benchmark", "-o", first)
export("google-benchmark", "-o", second, run=other_folder)
g = strict_json(first.read_text())
tap.ok(finite(g) and list(g) == ["context", "benchmarks"], "google-benchmark: finite numbers")
tap.same([(n, len([b for b in g["benchmarks"] if b["name"] == n])) for n in
          dict.fromkeys(b["name"] for b in g["benchmarks"])],
         [(c, len(ok_samples(c))) for c in timed], "google-benchmark: a repetition per good execution")
tap.ok(all(b["run_type"] == "iteration" and b["time_unit"] == "ns" and b["real_time"] > 0 and
           b["iterations"] == 2 and b["threads"] == 1 for b in g["benchmarks"]),
       "google-benchmark: repetitions are complete")
tap.same([b["real_time"] for b in g["benchmarks"] if b["name"] == cell("alpha", "native")],
         [sum(s["iter_wall_ns"][1:]) / 2 for s in ok_samples(cell("alpha", "native"))],
         "google-benchmark: times are those of the samples, to the last bit")
swept = Canned(3)
for env in ("native", "native@threads2", SAME):
    swept.arm("alpha", env)
swept.fill({SAME: 1.5})
threads = work / "threads.json"
export("google-benchmark", "-o", threads, run=swept.write(work, "20250102T030407Z-0a1b2c"))
tap.same({(b["name"], b["threads"]) for b in strict_json(threads.read_text())["benchmarks"]},
         {(cell("alpha", "native"), 1), (cell("alpha", "native@threads2"), 2), (cell("alpha", SAME), 1)},
         "google-benchmark: a cell's threads are told")
# compare.py takes two functions from scipy, which brings 500 MB of other packages along: where it
# is not there these do what they do.
(work / "stand-in/scipy").mkdir(parents=True)
(work / "stand-in/numpy.py").write_text("""
class array(list):
    def any(self):
        return any(self)
""")
(work / "stand-in/scipy/__init__.py").write_text("")
(work / "stand-in/scipy/stats.py").write_text("""
import math, statistics, types
from numpy import array
def gmean(rows):
    return array(statistics.geometric_mean(column) for column in zip(*rows))
def mannwhitneyu(x, y, alternative):
    u = sum((a > b) + (a == b) / 2 for a in x for b in y)
    sd = math.sqrt(len(x) * len(y) * (len(x) + len(y) + 1) / 12)
    z = max(abs(u - len(x) * len(y) / 2) - 0.5, 0) / sd
    return types.SimpleNamespace(pvalue=math.erfc(z / math.sqrt(2)))
""")
compare = Path("/usr/share/benchmark/compare.py")
if compare.exists():
    has_scipy = subprocess.run([PYTHON, "-c", "import scipy"], capture_output=True,
                               check=False).returncode == 0
    env = dict(os.environ) if has_scipy else {**os.environ, "PYTHONPATH": str(work / "stand-in")}
    done = subprocess.run([PYTHON, "-B", compare, "--no-color", "benchmarks", first, second],
                          capture_output=True, text=True, timeout=120, check=False, env=env)
    lines = [line for line in done.stdout.splitlines() if line.startswith(cell("alpha", FOREIGN))]
    changes = [float(line.split()[1]) for line in lines if "_pvalue" not in line]
    tap.ok(done.returncode == 0 and len(changes) == 6 and abs(statistics.mean(changes) - 0.25) < 0.1 and
           any("_pvalue" in line for line in lines) and "OVERALL_GEOMEAN" in done.stdout,
           "google-benchmark: compare.py reads two runs and sees the change", done.stdout + done.stderr)
else:
    tap.skip("google-benchmark: compare.py reads two runs", "libbenchmark-tools is not installed")

# ---- Bencher ----

b = strict_json(export("bmf").out)
measure = {"type": "object", "required": ["value"],
           "properties": {k: {"type": "number"} for k in ("value", "lower_value", "upper_value")}}
bmf = {"type": "object", "patternProperties": {".+": {"type": "object", "patternProperties":
                                                      {".+": measure}}}}
try:
    import jsonschema
    jsonschema.validate(b, bmf)
    tap.ok(True, "bmf: satisfies Bencher's published schema")
except ImportError:
    tap.skip("bmf: satisfies Bencher's published schema", "python3-jsonschema is not installed")
except jsonschema.ValidationError as error:
    tap.ok(False, "bmf: satisfies Bencher's published schema", error)
tap.same(list(b), timed, "bmf: the cells with a time")
c = cells[cell("alpha", FOREIGN)]
tap.same(b[c["cell"]], {
    "latency": {"value": c["steady"]["mean_ns"], "lower_value": c["steady"]["ci95"][0],
                "upper_value": c["steady"]["ci95"][1]},
    "overhead": {"value": c["ratio"]["point"], "lower_value": c["ratio"]["ci95"][0],
                 "upper_value": c["ratio"]["ci95"][1]}},
    "bmf: times and ratios with their intervals are those of the summary, to the last bit")
tap.same(list(b[cell("alpha", "native")]), ["latency"], "bmf: a native cell has no overhead")

# ---- Go benchmark format ----

text = export("benchfmt").out
lines = [line for line in text.splitlines() if line.startswith("Benchmark")]
grammar = re.compile(r"Benchmark[A-Z]\S* [1-9]\d* ([0-9.e+-]+) ns/op")
tap.ok(lines and all(grammar.fullmatch(line) for line in lines),
       "benchfmt: result lines are those of the specification", text)
tap.ok(all(re.match(r"(Benchmark[A-Z]|[a-z][^A-Z\s]*: |--- (SKIP|FAIL): Benchmark|#|    )", line)
           for line in text.splitlines()), "benchfmt: every other line is one that readers know or ignore", text)
tap.same(len(lines), sum(len(ok_samples(c)) for c in timed), "benchfmt: a line per good execution")
tap.ok(text.count("--- SKIP: ") == 2 and text.count("--- FAIL: ") == 2 and "SIGSEGV" in text,
       "benchfmt: the others are skipped or failed, with a reason", text)
found = shutil.which("benchstat") or shutil.which(str(TOP / "build/tools/benchstat"))
if found:
    old, new = work / "old.txt", work / "new.txt"
    export("benchfmt", "-o", old)
    export("benchfmt", "-o", new, run=other_folder)
    done = subprocess.run([found, "-format", "csv", old, new], capture_output=True, text=True,
                          timeout=60, check=False)
    stat = {r[0]: r for r in csv.reader(io.StringIO(done.stdout)) if len(r) > 5 and "/env=" in r[0]}
    key = next((k for k in stat if "workload=alpha" in k and k.endswith(f"/env={FOREIGN}")), None)
    tap.ok(done.returncode == 0 and len(stat) == len(timed) and key and
           float(stat[key][5].rstrip("%")) > 15, "benchfmt: benchstat reads two runs and sees the change",
           done.stdout + done.stderr)
    values = [math.exp(log_mean(s)) / 1e9 for s in ok_samples(cell("alpha", FOREIGN))]
    tap.near(float(stat[key][1]) if key else None, statistics.median(values),
             "benchfmt: its median is that of the samples", 1e-6)
    done = subprocess.run([found, "-col", "/env", "-row", "/workload", old], capture_output=True,
                          text=True, timeout=60, check=False)
    tap.ok(done.returncode == 0 and all(e in done.stdout for e in (SAME, FOREIGN, VM)),
           "benchfmt: benchstat sets environments beside each other", done.stdout + done.stderr)
else:
    tap.skip("benchfmt: benchstat reads two runs", "benchstat is not there (make build/tools/benchstat)")

# ---- JUnit ----

text = export("junit").out
root = ET.fromstring(text.encode())
suite = root.find("testsuite")
cases = {f"{c.get('name')} {c.get('classname')}": c for c in suite.findall("testcase")}
tap.same((root.tag, len(root), suite.get("tests"), suite.get("skipped"), suite.get("failures"),
          suite.get("errors"), suite.get("timestamp")),
         ("testsuites", 1, "10", "2", "2", "0", "2025-01-02T03:04:05"), "junit: the counts")
allowed = {"testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
           "testsuite": {"name", "tests", "failures", "errors", "time", "skipped", "timestamp",
                         "hostname", "id", "package"},
           "testcase": {"name", "time", "classname", "assertions", "status"},
           "skipped": {"message", "type"}, "failure": {"message", "type"},
           "error": {"message", "type"}, "properties": set(), "property": {"name", "value"},
           "system-out": set(), "system-err": set()}
tap.ok(all(set(e.attrib) <= allowed.get(e.tag, set()) and e.tag in allowed for e in root.iter()),
       "junit: elements and attributes are those of the published schema", text)
tap.ok(len(cases) == 10 and all(float(c.get("time")) >= 0 for c in cases.values()), "junit: a test case per cell")
skipped = cases[f"alpha.portable toll.{KVM}"].find("skipped")
tap.same(skipped.get("message"), "refused: " + REASON.replace("\uffff", ""),
         "junit: a refusal is skipped, its reason comes back without what XML has no place for")
tap.same(cases[f"beta.portable toll.{SAME}"].find("failure").get("message"), "crash: SIGSEGV",
         "junit: a crash is a failure")
tap.same(cases[f"beta.portable toll.{FOREIGN}"].find("failure").get("type"), "wrong-result",
         "junit: so is a wrong result")
late = cases[f"alpha.portable toll.{VM}"]
tap.ok(late.find("failure") is None and "1 of 6" in late.findtext("system-err") and
       "native time" in late.findtext("system-out"), "junit: what was measured stands in system-out", text)
xml = work / "junit.xml"
xml.write_text(text)
code = """
import sys
from junitparser import JUnitXml
for s in JUnitXml.fromfile(sys.argv[1]):
    print(s.tests, s.skipped, s.failures, s.errors,
          *sorted(type(x).__name__ for c in s for x in c.result if x))
"""
done = subprocess.run([PYTHON, "-c", code, xml], capture_output=True, text=True, timeout=60, check=False)
if "No module named" in done.stderr:
    tap.skip("junit: junitparser reads it", "python3-junitparser is not installed")
else:
    tap.same(done.stdout.split(), "10 2 2 0 Failure Failure Skipped Skipped".split(),
             "junit: junitparser reads it")

# ---- where it goes, and bad usage ----

into = work / "into"
into.mkdir()
names = {f: Path(export(f, "-o", into).out.strip()).name for f in ("csv", "junit", "bmf")}
tap.same(names, {"csv": f"{folder.name}.csv", "junit": f"{folder.name}.junit.xml",
                 "bmf": f"{folder.name}.bmf.json"}, "-o FOLDER: a file named after run and format")
tap.same((into / names["bmf"]).read_text(), export("bmf").out, "file and standard output are the same")
result = toll("export", folder, "--format", "cvs", home=home)
tap.ok(result.code == 2 and "csv" in result.err and not result.out, "an unknown format: exit 2", result)
result = toll("export", folder, "-o", work / "no/such/file", home=home)
tap.ok(result.code in (1, 2) and "no/such" in result.err, "a file that cannot be made is an error that names it",
       result)
result = toll("export", work / "nowhere", home=home)
tap.ok(result.code == 2 and "is no run" in result.err, "a folder that is no run: exit 2", result)
result = toll("export", home=home)
tap.same(result.code, 2, "no run: exit 2")

# ---- nothing measured ----

none = Canned(1)
none.arm("alpha", "native", status="refused", reason="no")
nothing = none.write(work, "20250102T030407Z-0a1b2c")
for name in ("csv", "markdown", "hyperfine", "google-benchmark", "bmf", "benchfmt", "junit"):
    result = toll("export", nothing, "--format", name, home=home)
    tap.ok(result.code == 0 and result.out and "nan" not in result.out.lower(),
           f"{name}: a run without a time is a valid document", result)
one = Canned(1)
one.arm("alpha", "native")
one.fill({})
result = toll("export", one.write(work, "20250102T030408Z-0a1b2c"), "--format", "hyperfine", home=home)
tap.same(strict_json(result.out)["results"][0]["stddev"], None,
         "hyperfine: one execution has no standard deviation")

# ---- several executions in a block ----

several = Canned(3)
several.arm("alpha", "native", executions=2)
several.fill({})
folder = several.write(work, "20250102T030409Z-0a1b2c")
rows = list(csv.DictReader(io.StringIO(toll("export", folder, home=home).out, newline="")))
tap.same(sorted({(int(r["block"]), int(r["execution"])) for r in rows}),
         [(b, e) for b in (1, 2, 3) for e in (1, 2)], "csv: executions of a block are told apart")
result = toll("export", folder, "--format", "hyperfine", home=home)
tap.same(len(strict_json(result.out)["results"][0]["times"]), 6, "hyperfine: each is a time")
tap.done()
