#!/usr/bin/env python3
"""The schemas in results/ are what the program makes of its tables, its documents satisfy them,
and documents with mistakes do not. Run with $B, the build tree."""
import copy
import glob
import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tap import Tap  # noqa: E402

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
NAMES = ("plan", "host", "sample", "summary", "merged", "diff", "manifest", "environments")
SCHEMAS = os.path.join(os.environ.get("B", "build"), "tests/schema/schemas")
tap = Tap()
ok = tap.ok


def load(path):
    with open(path, encoding="utf-8") as file:
        return json.load(file)


def lines(path):
    with open(path, encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.endswith("\n")]


def check_generated():
    for name in NAMES:
        made = subprocess.run([SCHEMAS, name], check=True, capture_output=True, text=True).stdout
        with open(f"results/{name}.schema.json", encoding="utf-8") as file:
            ok(file.read() == made, f"results/{name}.schema.json is what the program makes",
               "run 'make schemas' and look at what changed")
    stale = subprocess.run(["tests/schema/tables.py", "--check", "results/SCHEMA.md"], check=False)
    ok(stale.returncode == 0, "the tables of SCHEMA.md are those of the schemas", "run 'make schemas'")


def satisfies(validators, kind, document, name):
    error = next(validators[kind].iter_errors(document), None)
    ok(error is None, f"{name} satisfies {kind}.schema.json",
       error and f"{list(error.path)}: {error.message}"[:500])


def check_folder(validators, folder, name):
    for kind in ("plan", "host", "summary", "merged", "diff"):
        path = os.path.join(folder, f"{kind}.json")
        if os.path.exists(path):
            satisfies(validators, kind, load(path), f"{name}{kind}.json")
    bad = []
    samples = lines(os.path.join(folder, "samples.jsonl"))
    for number, line in enumerate(samples, 1):
        bad += [f"line {number}: {e.message}" for e in validators["sample"].iter_errors(line)]
    ok(samples and not bad, f"{name}samples.jsonl: all {len(samples)} lines satisfy sample.schema.json",
       *bad[:3])


def edited(document, path, value):
    """The document with another value at the path; `del` removes the member."""
    document = copy.deepcopy(document)
    at = document
    for step in path[:-1]:
        at = at[step]
    if value == "del":
        del at[path[-1]]
    else:
        at[path[-1]] = value
    return document


def check_mistakes(validators, folder):
    plan, summary = load(f"{folder}/plan.json"), load(f"{folder}/summary.json")
    merged, diff = load(f"{folder}/merged.json"), load(f"{folder}/diff.json")
    sample = next(line for line in lines(f"{folder}/samples.jsonl") if "iter_wall_ns" in line)
    manifest = load("workloads/matmul.json")
    environments = load("environments.json")
    for kind, good, path, value in (
            ("plan", plan, ["blocks"], 0), ("plan", plan, ["blocks"], "6"),
            ("plan", plan, ["extra"], 1), ("plan", plan, ["schema"], "toll.plan/2"),
            ("plan", plan, ["arms", 0, "status"], "fine"), ("plan", plan, ["run"], "del"),
            ("sample", sample, ["block"], "del"), ("sample", sample, ["arm"], "third"),
            ("sample", sample, ["host_wall_ns"], -1), ("sample", sample, ["iter_wall_ns", 0], -1),
            ("sample", sample, ["iter_wall_ns", 0], None), ("sample", sample, ["sentinel_ns"], [1]),
            ("sample", sample, ["digest", "hash"], "xyz"), ("sample", sample, ["schema"], "toll.boot/1"),
            ("summary", summary, ["cells", 0, "steady", "mean_ns"], "fast"),
            ("summary", summary, ["cells", 0, "ratio", "ci95"], [1, 2, 3]),
            ("summary", summary, ["cells", 0, "cold"], "del"), ("summary", summary, ["host"], {}),
            ("merged", merged, ["cells", 0, "host"], "del"), ("merged", merged, ["hosts", 0, "x"], 1),
            ("merged", merged, ["sources", 0, "shard"], "2"), ("merged", merged, ["clashes"], "del"),
            ("merged", merged, ["contrasts", 0, "verdict"], "worse"),
            ("merged", merged, ["contrasts", 0, "ratio"], 1.3),
            ("diff", diff, ["cells", 0, "verdict"], "worse"), ("diff", diff, ["cells", 0, "change"], 1),
            ("diff", diff, ["suites"], "del"), ("diff", diff, ["within"], None),
            ("manifest", manifest, ["tolerance"], 2), ("manifest", manifest, ["sizes"], {}),
            ("manifest", manifest, ["variants", 0, "nam"], "x"), ("manifest", manifest, ["name"], "A b"),
            ("environments", environments, ["environments", 0, "runs"], "arm64"),
            ("environments", environments, ["environments", 0, "command"], []),
            ("environments", environments, ["environments", 0, "version"], "del"),
            ("environments", environments, ["environments", 0, "extra"], 1)):
        ok(not validators[kind].is_valid(edited(good, path, value)),
           f"a {kind} with {'.'.join(map(str, path))} = {value!r} does not")


def main():
    check_generated()
    try:
        from jsonschema import Draft202012Validator
    except ImportError:
        tap.skip("documents satisfy the schemas", "python3-jsonschema is not installed")
        return
    validators = {}
    for name in NAMES:
        schema = load(f"results/{name}.schema.json")
        Draft202012Validator.check_schema(schema)
        validators[name] = Draft202012Validator(schema)
    for path in sorted(glob.glob("workloads/*.json")):
        satisfies(validators, "manifest", load(path), path)
    satisfies(validators, "environments", load("environments.json"), "environments.json")
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([SCHEMAS, "--documents", folder], check=True)
        check_folder(validators, folder, "a made-up run's ")
        check_mistakes(validators, folder)
    for folder in sorted(glob.glob("results/*/"))[-5:]:
        if os.path.exists(folder + "samples.jsonl"):
            check_folder(validators, folder, folder)


main()
tap.done()
