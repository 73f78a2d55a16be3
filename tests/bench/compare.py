"""`toll compare`: how long it takes, where the time goes, and how narrow its intervals are.

Half-widths are those of intervals symmetric in the logarithm: sqrt(hi ÷ lo) - 1. What the duplicate
arms imply for a kind of layer is the half-width of the interval that summary.json gives under `aa`:
the one a typical cell of that kind would have. A run's few blocks leave few degrees of freedom, so
that even cells of equal noise spread around it: with ten blocks one in six is 1.2 times as wide or
wider (P(chi-square(9) > 9 · 1.44) = 0.16). Cells that were refused, for a proven reason, are not counted.
"""
import json
import shutil
import time
from math import inf
from pathlib import Path
from statistics import median

from line import Bound, Failure, Line, Promise, run, shown

QUIET = 0.05  # a machine is quiet when the duplicate arms imply no more than this
SECONDS = {"quick": 300, "smoke": 60}


def half_width(interval):
    low, high = interval
    return (high / low) ** 0.5 - 1 if low and high and low > 0 else inf


def cell_half_width(cell):
    """Of a cell's ratio, or of the reference cell's time; infinite without an interval."""
    return half_width(cell["steady" if cell["env"] == "native" else "ratio"]["ci95"])


def kind_of(cell):
    return cell["env"].split("-")[0]


def probes():
    """Workloads that answer questions instead of doing work: their times enter no mean."""
    manifests = [json.loads(path.read_text(encoding="utf-8")) for path in Path("workloads").glob("*.json")]
    return {manifest["name"] for manifest in manifests if not manifest.get("compare", True)}


def ratios_of(cells):
    """cell -> (kind of layer, half-width) of every ratio; infinite without an interval"""
    ratios = [cell for cell in cells if cell["env"] != "native" and cell["workload"] not in probes()]
    return {cell["cell"]: (kind_of(cell), cell_half_width(cell)) for cell in ratios}


def implied_half_widths(summary):
    """kind of layer -> half-width that its duplicate arms imply"""
    implied = {}
    for aa in summary["aa"]:
        width = half_width(aa["ratio"]["ci95"])
        if width < inf:
            implied[aa["kind"]] = max(width, implied.get(aa["kind"], 0))
    return implied


def percent(part, whole):
    return 100 * part / whole if whole else 0.0


def intervals_line(cells, command):
    without = [cell["cell"] for cell in cells if cell_half_width(cell) == inf]
    measured = len(cells) - len(without)
    return Line(
        "compare-intervals", percent(measured, len(cells)), "%", Bound(low=100),
        f"{measured} of {len(cells)} measured cells have an interval"
        + (f"; not {', '.join(without[:5])}" if without else ""), command)


def precision_line(ratios, implied, command):
    quiet = bool(implied) and max(implied.values()) <= QUIET
    limit = 5 if quiet else 15
    widths = [width for _, width in ratios.values()]
    shares = {x: percent(sum(width <= x / 100 for width in widths), len(widths)) for x in (5, 10, 15)}
    return Line(
        "compare-precision", shares[limit], "%", Bound(low=90),
        f"cells within ±{limit} % (this machine is {'quiet' if quiet else 'noisy'}); "
        + ", ".join(f"±{x} %: {share:.1f} %" for x, share in shares.items())
        + f" of {len(widths)} ratios"
        + (f", median ±{100 * median(widths):.1f} %" if widths else "")
        + f"; duplicate arms imply {noise_text(implied)}", command)


def noise_text(implied):
    return ", ".join(f"{kind} ±{100 * width:.1f} %" for kind, width in implied.items()) or "nothing"


def excess_line(ratios, implied, command):
    excess = {cell: width / implied[kind] for cell, (kind, width) in ratios.items()
              if implied.get(kind) and width < inf}
    if not excess:
        raise Failure("the run has no ratios beside duplicate arms, both with intervals")
    bound = Bound(high=1.2)
    worst = max(excess, key=excess.get)
    above = sum(not bound.met(value) for value in excess.values())
    return Line(
        "compare-excess", excess[worst], "ratio", bound,
        f"widest half-width ÷ the one that the duplicate arms imply ({noise_text(implied)}): {worst}; "
        f"median {median(excess.values()):.2f}; {above} of {len(excess)} cells above {bound.high:g} "
        "(one in six would be with ten blocks of equal noise)", command)


def compare(bench, profile):
    """(argv, exit status, wall time in seconds, summary)"""
    output = bench.folder("compare")
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    argv = [bench.toll, "compare", "--profile", profile, "--output", output]
    begin = time.monotonic()
    code, out = run(argv, 4 * SECONDS[profile], codes=(0, 1))
    wall_s = time.monotonic() - begin
    try:
        with open(f"{out.strip().splitlines()[-1]}/summary.json", encoding="utf-8") as file:
            return argv, code, wall_s, json.load(file)
    except (OSError, ValueError, IndexError):
        raise Failure(f"'{shown(argv)}' left no summary.json") from None


def measure(bench):
    profile = bench.choose("quick", "smoke")
    argv, code, wall_s, summary = compare(bench, profile)
    command = shown(argv)
    inside_s, stage_s = summary["inside_ns"] / 1e9, summary["wall_ns"] / 1e9
    cells = [cell for cell in summary["cells"] if cell["status"] == "ok"]
    ratios = ratios_of(cells)
    implied = implied_half_widths(summary)
    yield Line(
        "compare-time", wall_s, "s", Bound(high=SECONDS[profile]),
        f"profile {profile}: {summary['blocks_done']} of {summary['blocks_planned']} blocks, exit "
        f"status {code}; {stage_s:.1f} s of it measuring", command)
    yield Line(
        "compare-inside", percent(inside_s, stage_s), "%", Bound(low=85),
        f"{inside_s:.1f} s inside executions and boots of {stage_s:.1f} s measuring", command)
    yield intervals_line(cells, command)
    yield precision_line(ratios, implied, command)
    yield excess_line(ratios, implied, command)


NAMES = ("compare-time", "compare-inside", "compare-intervals", "compare-precision", "compare-excess")
PROMISES = [Promise(NAMES, measure)]
