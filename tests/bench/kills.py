"""SIGKILL to toll at random instants of a run: what stays behind, and whether the run can go on."""
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from line import Bound, Failure, Line, Promise, end, run, shown

SEED = 5
SETTLE_S = 5
DEADLINE_S = 300
SCHEMAS = ("toll.sample/1", "toll.boot/1", "toll.session/1", "toll.discard/1")
REFUSALS = ("refused", "too-slow", "illegal-instruction")  # harness/model/status.h


@dataclass
class Outcome:
    """What one kill led to."""

    instant_s: float
    survivors: int
    lines: int
    problem: str  # with what was stored; "" when all is there and valid
    resumed: str  # why the run could not be completed; "" when it was


def toll_run(bench, output):
    """A run that its budget does not end, so that a completed one has all its blocks."""
    return [bench.toll, "run", "--profile", "smoke", "--blocks", bench.choose(2, 1), "--budget", "1h",
            "--seed", SEED, "--output", output]


def qemus(runtime):
    """Live QEMU processes of the toll whose runtime folder this is: libvirt names files below it."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if b"qemu-system" in words and str(runtime).encode() in words:
            found.append(int(entry.name))
    return found


def stored_lines(folder):
    """Complete lines of samples.jsonl; what the kill has torn off is not one."""
    try:
        data = (folder / "samples.jsonl").read_bytes()
    except OSError:
        return []
    return data[: data.rfind(b"\n") + 1].splitlines()


def invalid_line(lines):
    """Why the first bad line is bad, or ""."""
    for number, line in enumerate(lines, start=1):
        try:
            schema = json.loads(line)["schema"]
        except (ValueError, LookupError, TypeError):
            return f"line {number} is not a record"
        if schema not in SCHEMAS:
            return f"line {number} has the schema '{schema}'"
    return ""


def run_folder(output):
    folders = sorted(path.parent for path in (output / "results").glob("*/plan.json"))
    return folders[-1] if folders else None


def kill_at(argv, env, instant_s):
    """False when the run was over before its instant came."""
    child = subprocess.Popen(
        [str(word) for word in argv], env=env, stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        child.wait(instant_s)
        return False
    except subprocess.TimeoutExpired:
        os.kill(child.pid, signal.SIGKILL)  # toll alone, as the kernel's out-of-memory killer does
        child.wait()
        return True
    finally:
        if child.returncode is None:
            end(child)


def unfinished(code, summary):
    """Why the run is not complete, or ""."""
    if summary["blocks_done"] < summary["blocks_planned"]:
        return f"{summary['blocks_done']} of {summary['blocks_planned']} blocks"
    if not code:
        return ""
    failed = [f"{cell['cell']}: {cell['status']}: {cell['reason']}" for cell in summary["cells"]
              if cell["status"] not in ("ok", *REFUSALS)]
    return "; ".join(failed) or f"exit status {code}: some executions failed"


def resume(bench, output, folder):
    """Why the run could not be completed, or ""."""
    try:
        code, _ = run([bench.toll, "run", "--resume", folder, "--output", output], DEADLINE_S, (0, 1))
        run([bench.toll, "stats", folder, "--output", output], 60, (0, 1))
        with open(folder / "summary.json", encoding="utf-8") as file:
            return unfinished(code, json.load(file))
    except Failure as failure:
        return str(failure)
    except (OSError, ValueError):
        return "there is no summary.json"


def one_kill(bench, output, runtime, instant_s):
    """None when the run was over before its instant came."""
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    env = {**os.environ, "XDG_RUNTIME_DIR": str(runtime)}
    if not kill_at(toll_run(bench, output), env, instant_s):
        return None
    time.sleep(SETTLE_S)
    alive = qemus(runtime)
    for pid in alive:
        os.kill(pid, signal.SIGKILL)
    folder = run_folder(output)
    before = stored_lines(folder) if folder else []
    problem = invalid_line(before)
    resumed = resume(bench, output, folder) if folder else ""  # "": killed before there was a run
    if folder and stored_lines(folder)[: len(before)] != before:
        problem = problem or "resuming changed or dropped stored lines"
    return Outcome(instant_s, len(alive), len(before), problem, resumed)


def duration(bench, output):
    """Of a run that nobody kills, in seconds."""
    shutil.rmtree(output, ignore_errors=True)
    output.mkdir(parents=True)
    begin = time.monotonic()
    run(toll_run(bench, output), DEADLINE_S, (0, 1))
    return time.monotonic() - begin


def kill_repeatedly(bench, count):
    """Instants are uniform over a run's duration, one in each of `count` equal parts of it."""
    output = bench.folder("kills").absolute()
    rng = random.Random(SEED)
    whole_s = duration(bench, output)
    parts = list(range(count)) * 3  # spare ones, for runs that end early
    outcomes = []
    with tempfile.TemporaryDirectory(prefix="tb", dir="/tmp") as runtime:
        for part in parts:
            outcome = one_kill(bench, output, Path(runtime), (part + rng.random()) / count * whole_s)
            if outcome:
                outcomes.append(outcome)
                print(f"bench: {outcome}", file=sys.stderr, flush=True)
            if len(outcomes) == count:
                return outcomes, whole_s
    raise Failure(f"only {len(outcomes)} of {count} runs lasted until they were to be killed")


def measure(bench):
    count = bench.choose(bench.kills, 1)
    outcomes, whole_s = kill_repeatedly(bench, count)
    command = shown(toll_run(bench, "DIR"))
    survivors = sum(outcome.survivors for outcome in outcomes)
    damaged = [outcome for outcome in outcomes if outcome.problem]
    resumed = [outcome for outcome in outcomes if not outcome.resumed]
    where = f"{count} kills at random instants of {whole_s:.0f} s"
    damage = "; ".join(outcome.problem for outcome in damaged)
    reasons = "; ".join(outcome.resumed for outcome in outcomes if outcome.resumed)
    return [
        Line("kill9-survivors", survivors, "QEMUs", Bound(high=0),
             f"alive {SETTLE_S} s after {where}", command),
        Line("kill9-lost", len(damaged), "runs", Bound(high=0),
             damage or f"{sum(outcome.lines for outcome in outcomes)} stored lines valid and kept, {where}",
             command),
        Line("kill9-resumed", 100 * len(resumed) / count, "%", Bound(low=100),
             reasons or f"all runs completed by --resume, {where}", command)]


PROMISES = [Promise(("kill9-survivors", "kill9-lost", "kill9-resumed"), measure)]
