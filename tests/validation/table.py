#!/usr/bin/env python3
"""table.py PART.csv...: joins the parts of a validation into results.csv, and writes RESULTS.md
from it. Without parts RESULTS.md is written again from results.csv."""
import csv
import re
import sys
from pathlib import Path

HERE = Path(__file__).parent
COLUMNS = ["section", "case", "blocks", "share", "method", "trials", "count", "width"]
OURS = ["toll", "toll-alone"]
FIRST = ["toll-first"]
STOPPED = ["run", "alone"]
METHODS = OURS + FIRST + ["paired-t", "sign", "bootstrap", "pooled-t", "hyperfine", "pyperf"]

# What is asked of the rows of `toll` and `toll-alone`, in per cent.
TARGET = (93.5, 96.5)
HEAVY = (93.5, 98.0)
CORRELATED = (92.0, 98.0)
TARGETS = {
    "t3": HEAVY, "spikes": HEAVY, "ar1-.3": CORRELATED, "ar1-.6": CORRELATED,
    "ar1-.3-slow-pilot": CORRELATED, "ar1-.6-slow-pilot": CORRELATED, "spells": HEAVY, "spells-half": HEAVY}


def read(path):
    with open(path, encoding="utf-8") as f:
        return list(csv.DictReader(f))


def percent(row):
    return 100 * int(row["count"]) / int(row["trials"])


def within(case, value):
    low, high = TARGETS.get(case, TARGET)
    return low <= value <= high


def worlds():
    """{noise: (what it is, what is estimated under it)}, from the table in world.c."""
    source = (HERE / "world.c").read_text(encoding="utf-8")
    shared = {name: strings(body) for name, body in re.findall(
        r"#define (\w+)((?:.*\\\n)+.*)", source)}
    found = {}
    for name, rest in re.findall(r'\{\.name = "([^"]+)",(.*?)\},\n(?=\t\{\.name)', source, re.S):
        what, estimand = re.search(r"\.what = (.*?),\s*\.estimand = (.*)", rest, re.S).groups()
        found[name] = (strings(what), shared.get(estimand) or strings(estimand))
    return found


def strings(code):
    """The C string literals in it, joined."""
    return "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', code))


def table(head, rows):
    lines = ["| " + " | ".join(head) + " |", "|" + " --- |" * len(head)]
    return lines + ["| " + " | ".join(row) + " |" for row in rows] + [""]


def grouped(rows, *keys):
    groups = {}
    for row in rows:
        groups.setdefault(tuple(row[k] for k in keys), []).append(row)
    return groups


def of(rows, section):
    return [row for row in rows if row["section"] == section]


def coverage_cell(row, method, bold):
    if row is None:
        return "–"
    value = percent(row)
    text = f"{value:.1f}"
    if method in bold and not within(row["case"], value):
        text = f"**{text}**"
    return f"{text} ±{100 * float(row['width']):.0f}"


def coverage(rows):
    rows = of(rows, "coverage")
    trials = rows[0]["trials"]
    error = 100 * (0.95 * 0.05 / int(trials)) ** 0.5
    lines = [
        "## Coverage", "",
        f"Share of {trials} simulated cells, five to a run, whose 95 % interval contains the true value, in per cent, "
        "and behind it the median half-width in per cent of the ratio. `toll` is what a run of 15 "
        "to 60 such cells (at least 180 values; the default suite has 60 cells) reports of one of them, `toll-alone` what a run of this cell alone does after 10 to 55 such runs on the same host "
        "(together at least 165 blocks), `toll-first` the first run of a host, of this cell alone, `paired-t` the same without regard to correlation between blocks; the rest is what other "
        f"tools make of the same times. Bold: outside the target. The standard error of a share of 95 "
        f"is {error:.1f}, and a little more for `toll`: the five cells of a run share what is known of its noise.", ""]
    described = worlds()
    for (case,), of_case in grouped(rows, "case").items():
        low, high = TARGETS.get(case, TARGET)
        what, estimand = described[case]
        lines += [f"### {case}", "", f"Noise: {what}. Estimand: {estimand}. Target {low:g} to "
                  f"{high:g} %.", ""]
        body = []
        for (share, blocks), group in grouped(of_case, "share", "blocks").items():
            found = {row["method"]: row for row in group}
            body.append([blocks, share] + [coverage_cell(found.get(m), m, OURS + FIRST)
                                          for m in METHODS])
        lines += table(["blocks", "between boots"] + METHODS, body)
    return lines


def stopping(rows):
    rows = of(rows, "stopping")
    names = list(dict.fromkeys(row["method"] for row in rows))
    trials = rows[0]["trials"]
    lines = [
        "## Coverage after stopping", "",
        f"Share of {trials} cells whose interval contains the true value after a pilot of ten blocks "
        "decided how many there are, in per cent, and behind it the median half-width in per cent and "
        "the median number of blocks. `run` is what a run of 30 cells reports: the neediest of them "
        "decides for all. `alone`: a run of one cell, after 25 such runs. `first`: the first. `plain`: one cell by Stein's own interval, without "
        "regard to correlation between blocks. `peeking`: plain t after every block from the fifth on, "
        "until it is as narrow as that. No more than 54 blocks are simulated: runs that need more are "
        "cut there, as by a budget. `slow-pilot`: the blocks of the pilot lie twice as far apart as those "
        "behind it. Noise, estimands and targets as above; bold: outside.", ""]
    body = []
    for (case, share), group in grouped(rows, "case", "share").items():
        found = {row["method"]: row for row in group}
        body.append([case, share] + [after_stopping(found[m], m) for m in names])
    return lines + table(["noise", "between boots"] + names, body)


def after_stopping(row, method):
    value = percent(row)
    text = f"{value:.1f}"
    if method in STOPPED + ["first"] and not within(row["case"], value):
        text = f"**{text}**"
    return f"{text} ±{100 * float(row['width']):.1f}, {row['blocks']}"


def shortfalls_of(rows, section, names):
    lines = []
    for method in names:
        mine = [row for row in of(rows, section) if row["method"] == method]
        out = [row for row in mine if not within(row["case"], percent(row))]
        lines.append(f"`{method}`: {len(mine) - len(out)} of {len(mine)} rows within their targets.")
        for (case,), group in grouped(out, "case").items():
            lines.append(f"- {case}: " + ", ".join(
                f"{row['blocks']} blocks, share {row['share']}: {percent(row):.1f} %" for row in group))
        lines.append("")
    return lines


def by_method(rows, third, bold):
    """A table with a column for each method: coverage and half-width; bold where one of `bold` misses."""
    names = list(dict.fromkeys(row["method"] for row in rows))
    body = []
    for (case, blocks, share), group in grouped(rows, "case", "blocks", "share").items():
        found = {row["method"]: row for row in group}
        body.append([case, blocks, share] + [coverage_cell(found[m], m, bold) for m in names])
    return table(["noise", "blocks", third] + names, body)


def suites(rows):
    rows = of(rows, "suites")
    lines = [
        "## Geometric means", "",
        f"Share of {rows[0]['trials']} runs of ten programs, on one host and one after the other in each block, whose "
        "interval of the geometric mean contains the true value, in per cent, and behind it the median half-width. "
        "Half of an iteration's variance lies between boots, and of that the share in the third column is common to all "
        "programs. `toll` is what is reported after 20 such runs of the host, `toll-first` the first one, `paired-t` without "
        "regard to correlation between blocks.", ""]
    return lines + by_method(rows, "in common", OURS + FIRST)


def repeats(rows):
    rows = of(rows, "repeats")
    lines = [
        "## Executions in a block", "",
        "Coverage in per cent and median half-width, as above, of what is reported where a block has "
        "one execution of each arm, three of the reference (`native=3`), or three of both. What is "
        "between boots (here: blocks) is there however often they are executed. Under spells, "
        "executions of the reference that are spread over the block also tell the sentinel what the "
        "host's usual speed is.", ""]
    return lines + by_method(rows, "between boots", {row["method"] for row in rows})


def shortfalls(rows):
    return (shortfalls_of(rows, "coverage", OURS) + ["After stopping at a precision:", ""] +
            shortfalls_of(rows, "stopping", STOPPED) +
            ["Geometric means over the programs of a run:", ""] + shortfalls_of(rows, "suites", ["toll"]) +
            ["What no rule can know, the first run of a host, of one cell alone:", ""] +
            shortfalls_of(rows, "coverage", FIRST) + shortfalls_of(rows, "stopping", ["first"]) +
            ["The first run of a host, of ten programs' mean:", ""] + shortfalls_of(rows, "suites", FIRST))


def rules(rows):
    rows = of(rows, "rules")
    names = list(dict.fromkeys(row["method"] for row in rows))
    lines = [
        "## Rules for blocks that are not independent", "",
        "Normal autoregressions; coverage of their mean in per cent, and in brackets the mean half-width over that of "
        "the plain t interval: on `ar1-0` that is what a rule costs where it is not needed. "
        "`toll-first` is `stats/serial.h` without other cells, `toll-15` and `toll-60` in a run of so many.", ""]
    body = []
    for (case, blocks), group in grouped(rows, "case", "blocks").items():
        found = {row["method"]: row for row in group}
        body.append([case, blocks] + [
            f"{percent(found[m]):.1f} ({float(found[m]['width']):.2f})" if m in found else "–"
            for m in names])
    return lines + table(["noise", "blocks"] + names, body)


def claims(rows):
    lines = [
        "## Duplicate arms", "",
        "How often the interval of what is measured twice excludes 1, in per cent, in a run of as many "
        "cells as above, by whose noise it is judged. `one`: of one duplicate, 5 are claimed: this is what "
        "reports count over the runs of a host. `pooled`: of the noise floor, which is that of a typical "
        "single cell about the mean of three, and so excludes 1 less often.", ""]
    names = list(dict.fromkeys(row["method"] for row in of(rows, "aa")))
    lines += table(["noise", "blocks"] + names, [
        [case, blocks] + [f"{percent(row):.1f}" for name in names for row in group
                          if row["method"] == name]
        for (case, blocks), group in grouped(of(rows, "aa"), "case", "blocks").items()])
    lines += ["## Power", "", "How often an effect is seen, in per cent, beside the noncentral t.", ""]
    lines += table(["blocks", "by", "noncentral t", "seen"], [
        [row["blocks"], row["method"], f"{100 * float(row['width']):.1f}", f"{percent(row):.1f}"]
        for row in of(rows, "power")])
    lines += [
        "## Warm-up", "",
        "How often an execution is not classed as flat, in per cent, and the bias that is left in the "
        "mean of the steady iterations.", ""]
    return lines + table(["course", "iterations", "not flat", "bias"], [
        [row["case"], row["blocks"], f"{percent(row):.1f}", f"{100 * float(row['width']):+.2f} %"]
        for row in of(rows, "warmup")])


ORDERS = ["consecutive", "spread", "shuffled"]


def is_window(row):
    return row["case"].split(" ")[-1] in ORDERS


def traces(rows):
    rows = of(rows, "traces")
    lines = [
        "## Recorded traces", "",
        "Three runs of the profile `quick` on a shared two-core virtual machine. `lag1`: mean over "
        "cells, bias corrected, of how many it is positive. `width-…`: half-widths over those of plain "
        "t, geometric means; for the sentinel also how many cells use it. `resampled`: blocks drawn "
        "from the recorded deviations of D and sentinel, coverage and width. Of `duplicates`, the "
        "count is of intervals that contain 1. `sentinel-bias`: the sentinel beside the cell ÷ beside its "
        "reference, count 1 where the interval of that excludes 1. `ratio` and `time` are of the long runs below, each "
        "as a whole.", ""]
    lines += table(["case", "blocks", "what", "of", "count", "value"], [
        [row["case"], row["blocks"], row["method"], row["trials"], row["count"], row["width"] or "–"]
        for row in rows if not is_window(row)])
    return lines + windows([row for row in rows if is_window(row)])


def windows(rows):
    lines = [
        "### Long runs in windows", "",
        "Runs of one cell, `mlp-train-mnist` native and in `user-aarch64`, 800 blocks of 0.15 to 0.3 s: "
        "`04c8d4` on a quiet machine, `dc4d56` with a neighbour on the other CPU, `7efc4e` on a host "
        "whose speed changes, and with the sentinel as it is now (its loop runs twice, and the second "
        "is timed). Windows of so many "
        "blocks stand for runs; the mean of the whole trace is the truth. Coverage in per cent, and "
        "behind it the median half-width in per cent, of the paired `ratio` and of the cell's `time` "
        "alone, for blocks that follow each other, that are spread evenly over ten times as long, and "
        "that come in random order, which leaves what is due to their law alone. `toll-first` knows "
        "the window, `toll-without-sentinel` takes the others for earlier runs of the host, "
        "`slope-of-the-runs` is plain t less the sentinel's share by their slope, `toll` both. There "
        "are 160, 80 and 40 windows of 5, 10 and 20 blocks (shuffled 25 times as many): the standard "
        "error of a share of 90 is 2.4, 3.4 and 4.7.", ""]
    names = list(dict.fromkeys(row["method"] for row in rows))
    body = []
    for (case, blocks), group in grouped(rows, "case", "blocks").items():
        found = {row["method"]: row for row in group}
        body.append([*case.split(" "), blocks] + [
            f"{percent(found[m]):.1f} ±{100 * float(found[m]['width']):.1f}" if m in found else "–"
            for m in names])
    return lines + table(["run", "of", "blocks are", "blocks"] + names, body) if rows else []


def render(rows):
    lines = [
        "# What the intervals cover", "",
        "Drawn by `make validate`; [README.md](README.md) says how, `results.csv` holds the numbers.", ""]
    lines += shortfalls(rows) + ["![Coverage](coverage.svg)", ""]
    lines += coverage(rows) + suites(rows) + repeats(rows) + stopping(rows) + rules(rows) + claims(rows) + traces(rows)
    return "\n".join(lines).rstrip("\n") + "\n"


def main():
    parts = sys.argv[1:]
    rows = [row for part in parts for row in read(part)] or read(HERE / "results.csv")
    if parts:
        with open(HERE / "results.csv", "w", encoding="utf-8", newline="") as f:
            writer = csv.DictWriter(f, COLUMNS, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    (HERE / "RESULTS.md").write_text(render(rows), encoding="utf-8")


if __name__ == "__main__":
    main()
