"""toll's process runner beside hyperfine: how many processes a second, and the time it measures."""
import json
import os
import tempfile
import time

from line import Bound, Failure, Line, Promise, alternate, paired_ratio, run, run_json, shown

HYPERFINE = ("hyperfine", "-N", "--style", "none")


def hyperfine(prefix, runs, command, deadline_s):
    """The times in seconds that hyperfine reports."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "times.json")
        run([*prefix, *HYPERFINE, "--runs", runs, "--export-json", path, command], deadline_s)
        try:
            with open(path, encoding="utf-8") as file:
                return json.load(file)["results"][0]["times"]
        except (OSError, ValueError, LookupError):
            raise Failure("cannot read what hyperfine reports") from None


def timed(measure):
    begin = time.monotonic()
    measure()
    return time.monotonic() - begin


def spawn_true(bench):
    """Both as they are used: toll captures the output, hyperfine throws it away. Neither is pinned."""
    runs, rounds = bench.choose(1000, 300), bench.choose(15, 4)
    argv = [bench.driver("spawn"), runs, "true"]
    reported = []

    def peer():
        reported.extend(hyperfine([], runs, "true", 120))

    times = alternate(
        rounds, lambda: timed(lambda: run(argv, 120)), lambda: timed(peer))
    ratio = paired_ratio(bench, [(theirs, ours) for ours, theirs in times])
    ours, theirs = (runs * rounds / sum(column) for column in zip(*times))
    return [Line(
        "spawn-true", ratio.point, "ratio", Bound(low=1),
        f"executions a second, toll ÷ hyperfine {ratio}; toll {ours:.0f} a second, hyperfine "
        f"{theirs:.0f} (by the times it reports: {len(reported) / sum(reported):.0f})",
        f"{shown(argv)} # beside: {shown(HYPERFINE)} --runs {runs} true")]


def native_time(bench):
    """Single executions in turn; who measures and what is measured share one CPU in both cases.

    On a busy machine the place of the measuring process decides how much of the CPU the measured one
    gets: the kernel shares it out by session.
    """
    program = [bench.workload("matmul.blas"), "--size", "bench", "--iterations", "3", "--seed", "1"]
    prefix = ["taskset", "-c", str(bench.cpu)]
    argv = [*prefix, bench.driver("spawn"), 1, *program]

    def ours():
        return run_json(argv, 120)["wall_ns"][0] / 1e9

    def theirs():
        return hyperfine(prefix, 1, shown(program), 120)[0]

    alternate(1, ours, theirs)  # the program comes from memory afterwards
    ratio = paired_ratio(bench, alternate(bench.choose(120, 15), ours, theirs))
    return [Line(
        "native-time", ratio.point, "ratio", Bound(0.98, 1.02),
        f"time of one execution, toll ÷ hyperfine {ratio}, half-width {100 * ratio.half_width:.2f} % "
        "(passes when the interval includes 1 and the half-width is at most 2 %)",
        f"{shown(argv)} # beside: {shown(prefix)} {shown(HYPERFINE)} --runs 1",
        passed=ratio.low <= 1 <= ratio.high and ratio.half_width <= 0.02)]


PROMISES = [Promise(("spawn-true",), spawn_true), Promise(("native-time",), native_time)]
