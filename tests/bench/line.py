"""What `make bench` prints: a line for each promise, and what a measurement needs to make one."""
import json
import os
import shlex
import signal
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

END_S = 15  # what a program may take to end after SIGTERM: toll shuts its guests down


class Failure(Exception):
    """A measurement that could not be made: says why."""


@dataclass(frozen=True)
class Bound:
    """What a value must satisfy; None on a side: open. Written without spaces."""

    low: float | None = None
    high: float | None = None

    def met(self, value):
        return (self.low is None or value >= self.low) and (self.high is None or value <= self.high)

    def __str__(self):
        if self.low is None:
            return f"<={self.high:g}"
        if self.high is None:
            return f">={self.low:g}"
        return f"{self.low:g}..{self.high:g}"


@dataclass
class Line:
    """NAME VALUE UNIT BOUND VERDICT. `passed` is set where more than the bound decides."""

    name: str
    value: float
    unit: str
    bound: Bound
    detail: str
    command: str
    passed: bool | None = None

    @property
    def verdict(self):
        passed = self.bound.met(self.value) if self.passed is None else self.passed
        return "pass" if passed else "short"

    def __str__(self):
        return f"{self.name} {self.value:.4g} {self.unit} {self.bound} {self.verdict}"

    def record(self):
        return {
            "name": self.name, "value": self.value, "unit": self.unit, "bound": str(self.bound),
            "verdict": self.verdict, "detail": self.detail, "command": self.command}


@dataclass(frozen=True)
class Promise:
    """One measurement and the names of the lines it gives.

    measure(Bench) yields them; where it raises Failure, those not yet given are failed.
    """

    names: tuple[str, ...]
    measure: object


@dataclass
class Bench:
    """Where and how thoroughly to measure. cpu: where toll puts what it measures (host/host.c)."""

    build: Path
    short: bool
    kills: int
    arch: str = field(default_factory=lambda: os.uname().machine)
    cpu: int = field(default_factory=lambda: max(os.sched_getaffinity(0)))

    def choose(self, record, short):
        return short if self.short else record

    @property
    def toll(self):
        return str((self.build / "toll").absolute())

    def driver(self, name):
        return str(self.build / "tests" / "bench" / name)

    def workload(self, program):
        return str(self.build / "workloads" / self.arch / program)

    def folder(self, name):
        return self.build / "bench" / name


def shown(argv):
    return shlex.join(str(word) for word in argv)


def end(child):
    """Ends a child that leads its own process group, gently first."""
    for number, wait_s in ((signal.SIGTERM, END_S), (signal.SIGKILL, None)):
        try:
            os.killpg(child.pid, number)
            child.wait(wait_s)
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue


def run(argv, deadline_s, codes=(0,), env=None, stdin=None):
    """Runs a program to its end; returns (exit status, standard output)."""
    argv = [str(word) for word in argv]
    try:
        child = subprocess.Popen(
            argv, stdin=subprocess.PIPE if stdin is not None else subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, errors="replace",
            start_new_session=True, env={**os.environ, **(env or {})})
    except OSError as error:
        raise Failure(f"cannot run '{argv[0]}': {error.strerror}") from None
    try:
        out, err = child.communicate(stdin, deadline_s)
    except subprocess.TimeoutExpired:
        raise Failure(f"'{shown(argv)}' was not done within {deadline_s:g} s") from None
    finally:
        end(child)
    if child.returncode not in codes:
        raise Failure(f"'{shown(argv)}' ended with {child.returncode}: {err.strip()[-400:]}")
    return child.returncode, out


def run_json(argv, deadline_s, env=None):
    """The JSON object that a program prints on its last line."""
    lines = run(argv, deadline_s, env=env)[1].strip().splitlines()
    try:
        return json.loads(lines[-1])
    except (IndexError, ValueError):
        raise Failure(f"'{shown(argv)}' printed no JSON") from None


@dataclass(frozen=True)
class Ratio:
    """A paired ratio with its 95 % interval, as toll's own statistics give it."""

    pairs: int
    point: float
    low: float
    high: float

    @property
    def half_width(self):
        """Of an interval that is symmetric in the logarithm: 0.02 is ±2 %."""
        return (self.high / self.low) ** 0.5 - 1

    def __str__(self):
        return f"{self.point:.4f} [{self.low:.4f}, {self.high:.4f}] over {self.pairs} pairs"


def paired_ratio(bench, pairs):
    """The ratio first ÷ second of the pairs."""
    text = "".join(f"{x!r} {y!r}\n" for x, y in pairs)
    _, out = run([bench.driver("ratio-interval")], 30, stdin=text)
    found = json.loads(out)
    return Ratio(found["pairs"], found["point"], *found["ci95"])


def alternate(count, *measures):
    """Calls each measure once in each of `count` rounds, the order turning; returns the rounds."""
    rounds = []
    for i in range(count):
        order = [(i + k) % len(measures) for k in range(len(measures))]
        values = {k: measures[k]() for k in order}
        rounds.append(tuple(values[k] for k in range(len(measures))))
    return rounds
