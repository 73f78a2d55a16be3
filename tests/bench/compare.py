"""`toll compare`: how long it takes, where the time goes, and how narrow its intervals are.

Half-widths are those of intervals symmetric in the logarithm: sqrt(hi ÷ lo) - 1. What the duplicate
arms imply for a kind of layer is the half-width of the interval that summary.json gives under `aa`:
the one a typical cell of that kind would have. Six blocks leave five degrees of freedom, so that
even cells of equal noise spread around it: one in five is 1.2 times as wide or wider
(P(chi-square(5) > 5 · 1.44) = 0.21).
"""
import json
import shutil
import time
from statistics import median

from line import Bound, Failure, Line, Promise, run, shown

QUIET = 0.05  # a machine is quiet when the duplicate arms imply no more than this
SECONDS = {"quick": 300, "smoke": 60}


def half_width(interval):
    low, high = interval
    return (high / low) ** 0.5 - 1 if low and high and low > 0 else None


def cell_half_width(cell):
    """Of a cell's ratio, or of the reference cell's time; None where it has no interval."""
    if cell["env"] == "native":
        return half_width(cell["steady"]["ci95"])
    return half_width(cell["ratio"]["ci95"])


def kind_of(cell):
    return cell["env"].split("-")[0]


def implied_half_widths(summary):
    """kind of layer -> half-width that its duplicate arms imply"""
    implied = {}
    for aa in summary["aa"]:
        width = half_width(aa["ratio"]["ci95"])
        if width is not None:
            implied[aa["kind"]] = max(width, implied.get(aa["kind"], 0))
    return implied


def percent(part, whole):
    return 100 * part / whole if whole else 0.0


def interval_lines(summary, command):
    cells = [cell for cell in summary["cells"] if cell["status"] == "ok"]
    with_interval = [cell for cell in cells if cell_half_width(cell) is not None]
    ratios = {cell["cell"]: (kind_of(cell), cell_half_width(cell))
              for cell in with_interval if cell["env"] != "native"}
    if not ratios:
        raise Failure("no cell of the run has a ratio with an interval")
    implied = implied_half_widths(summary)
    noise = ", ".join(f"{kind} ±{100 * width:.1f} %" for kind, width in implied.items()) or "none"
    quiet = bool(implied) and max(implied.values()) <= QUIET
    widths = [width for _, width in ratios.values()]
    shares = {limit: percent(sum(width <= limit / 100 for width in widths), len(widths))
              for limit in (5, 10, 15)}
    excess = {name: width / implied[kind] for name, (kind, width) in ratios.items() if implied.get(kind)}
    without = [cell["cell"] for cell in cells if cell not in with_interval]
    return [
        Line("compare-intervals", percent(len(with_interval), len(cells)), "%", Bound(low=100),
             f"{len(with_interval)} of {len(cells)} measured cells have an interval"
             + (f"; not {', '.join(without[:5])}" if without else ""), command),
        Line("compare-precision", shares[5 if quiet else 15], "%", Bound(low=90),
             f"cells within ±{5 if quiet else 15} % (this machine is {'quiet' if quiet else 'noisy'}); "
             + ", ".join(f"±{limit} %: {share:.1f} %" for limit, share in shares.items())
             + f" of {len(widths)}, median ±{100 * median(widths):.1f} %; duplicate arms imply {noise}",
             command),
        excess_line(excess, noise, command)]


def excess_line(excess, noise, command):
    if not excess:
        raise Failure("the run has no duplicate arms with an interval")
    bound = Bound(high=1.2)
    worst = max(excess, key=excess.get)
    above = sum(not bound.met(value) for value in excess.values())
    return Line(
        "compare-excess", excess[worst], "ratio", bound,
        f"widest half-width ÷ the one implied by the duplicate arms ({noise}): {worst}; median "
        f"{median(excess.values()):.2f}, {above} of {len(excess)} cells above {bound.high} (21 % "
        "would be with six blocks of equal noise)", command)


def measure(bench):
    profile = bench.choose("quick", "smoke")
    output = bench.folder("compare")
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    argv = [bench.toll, "compare", "--profile", profile, "--output", output]
    begin = time.monotonic()
    code, out = run(argv, 4 * SECONDS[profile], codes=(0, 1))
    wall_s = time.monotonic() - begin
    try:
        with open(f"{out.strip().splitlines()[-1]}/summary.json", encoding="utf-8") as file:
            summary = json.load(file)
    except (OSError, ValueError, IndexError):
        raise Failure(f"'{shown(argv)}' left no summary.json") from None
    command = shown(argv)
    measured = f"{summary['blocks_done']} of {summary['blocks_planned']} blocks, exit status {code}"
    inside_s, stage_s = summary["inside_ns"] / 1e9, summary["wall_ns"] / 1e9
    return [
        Line("compare-time", wall_s, "s", Bound(high=SECONDS[profile]),
             f"profile {profile}: {measured}; {stage_s:.1f} s of it measuring", command),
        Line("compare-inside", percent(inside_s, stage_s), "%", Bound(low=85),
             f"{inside_s:.1f} s inside executions and boots of {stage_s:.1f} s measuring", command),
        *interval_lines(summary, command)]


NAMES = ("compare-time", "compare-inside", "compare-intervals", "compare-precision", "compare-excess")
PROMISES = [Promise(NAMES, measure)]
