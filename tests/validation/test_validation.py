#!/usr/bin/env python3
"""A short validation comes out as recorded, to the last count, and the tables are those of the
stored results."""
import csv
import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent))
import table  # noqa: E402
from tap import Tap  # noqa: E402

COMMAND = [
    str(Path(os.environ.get("B", "build")) / "tests" / "validation" / "validate"), "--trials", "20",
    "--seed", "7", "--traces", str(HERE / "traces")]


def counts(rows):
    """{row: (trials, count)}; widths are judged apart: their last digit may differ between CPUs."""
    return {(r["section"], r["case"], r["blocks"], r["share"], r["method"]):
            (int(r["trials"]), int(r["count"])) for r in rows}


def widths(rows):
    return {(r["section"], r["case"], r["blocks"], r["share"], r["method"]): float(r["width"])
            for r in rows if r["width"]}


def main():
    tap = Tap()
    child = subprocess.run(COMMAND, capture_output=True, text=True, timeout=550, check=False)
    if child.returncode:
        tap.ok(False, "a short validation runs", child.stderr.strip())
        tap.done()
    if sys.argv[1:] == ["--record"]:
        (HERE / "short.csv").write_text(child.stdout, encoding="utf-8")
    got = list(csv.DictReader(child.stdout.splitlines()))
    expected = table.read(HERE / "short.csv")
    for section in dict.fromkeys(row["section"] for row in expected):
        a, b = counts(table.of(got, section)), counts(table.of(expected, section))
        tap.ok(a == b, f"{section}: {len(b)} rows have exactly the recorded counts",
               *(f"{key}: {a.get(key)}, recorded {b.get(key)}"
                 for key in sorted({*a, *b}) if a.get(key) != b.get(key)))
        a, b = widths(table.of(got, section)), widths(table.of(expected, section))
        far = [k for k in b if abs(a.get(k, 1e9) - b[k]) > 2e-3 * abs(b[k]) + 1e-9]
        tap.ok(not far and a.keys() == b.keys(), f"{section}: and the recorded widths",
               *(f"{k}: {a.get(k)}, recorded {b[k]}" for k in far))
    stored = table.read(HERE / "results.csv")
    described = table.worlds()
    tap.ok(all(len(described.get(r["case"], ())) == 2 and all(described[r["case"]])
               for r in table.of(stored, "coverage")),
           "world.c says of every noise what it is and what is estimated")
    tap.ok(min(int(r["trials"]) for r in stored if r["section"] == "coverage") >= 2000,
           "every row of the stored coverage is of 2,000 cells at least")
    tap.ok({k[:2] + k[4:] for k in counts(expected)} <= {k[:2] + k[4:] for k in counts(stored)},
           "the stored results have all cases and methods")
    tap.ok(table.render(stored) == (HERE / "RESULTS.md").read_text(encoding="utf-8"),
           "RESULTS.md is made from the stored results")
    tap.done()


if __name__ == "__main__":
    main()
