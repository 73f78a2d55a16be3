# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the program share: TAP, a scratch folder, and running `toll` in it.

The program is $TOLL (build/toll by default). A test of a pure command runs it with a home of its
own ($TOLL_HOME): two or three small manifests and programs that are shell scripts, so that nothing
depends on what was built or on the real suite.
"""
import atexit
import json
import os
import platform
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests"))
from tap import Tap  # noqa: E402, F401

TOLL = os.environ.get("TOLL") or str(TOP / "build/toll")
HOST = platform.machine()
OTHER = "aarch64" if HOST == "x86_64" else "x86_64"
DEADLINE_S = 60 * int(os.environ.get("PATIENCE", "1"))


def scratch():
    """A short path, for sockets; removed at exit."""
    path = Path(tempfile.mkdtemp(prefix="tc.", dir="/tmp"))
    atexit.register(shutil.rmtree, path, ignore_errors=True)
    return path


class Result:
    def __init__(self, code, out, err, seconds):
        self.code, self.out, self.err, self.seconds = code, out, err, seconds

    def __str__(self):
        return f"exit {self.code}\nstdout: {self.out[-3000:]}\nstderr: {self.err[-3000:]}"

    def json(self):
        try:
            return json.loads(self.out)
        except ValueError:
            return None

    def folder(self):
        """`toll run` and `compare` print the run folder last."""
        lines = self.out.rstrip().splitlines()
        return Path(lines[-1]) if lines else Path("/nonexistent")


def start(*args, home=None, env=None, cwd=None, limits=None, through=()):
    """The program in a session of its own, output to pipes; `through`: the words in front of it."""
    full = dict(os.environ)
    for name in ("NO_COLOR", "COLUMNS", "TOLL_HOME"):
        full.pop(name, None)
    if home:
        full["TOLL_HOME"] = str(home)
    full.update(env or {})
    return subprocess.Popen([*through, TOLL, *map(str, args)], env=full, cwd=cwd, text=True,
                            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                            stderr=subprocess.PIPE, start_new_session=True, preexec_fn=limits)


def finish(child, begin=None, deadline=DEADLINE_S):
    begin = begin or time.monotonic()
    try:
        out, err = child.communicate(timeout=deadline)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
        out, err = child.communicate()
        err += f"\n(still running after {deadline} s)"
    return Result(child.returncode, out, err, time.monotonic() - begin)


def toll(*args, deadline=DEADLINE_S, **how):
    return finish(start(*args, **how), deadline=deadline)


def wait_for(condition, seconds):
    """Polls until condition() is true; returns whether it became so."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def lines_of(folder, schema="toll.sample/1"):
    """The complete lines of a run's samples.jsonl with this schema."""
    path = Path(folder) / "samples.jsonl"
    text = path.read_text() if path.exists() else ""
    complete = text[: text.rfind("\n") + 1]
    return [d for d in map(json.loads, complete.splitlines()) if d["schema"] == schema]


def only_run(output):
    """The one run folder below an output folder."""
    runs = sorted((Path(output) / "results").glob("2*Z-??????"))
    return runs[0] if len(runs) == 1 else None


# ---- a home of its own ----

def manifest(name, tolerance=1e-5, **more):
    return {"name": name, "suite": "toy", "summary": f"the {name} toy", "iteration": "one turn",
            "variants": [{"name": "portable"}], "tolerance": tolerance,
            "sizes": {"small": {"shape": "1 × 1", "memory_mib": 8}}, **more}


def make_home(path, manifests, programs=None):
    """A folder that the program takes for its source tree. programs: name -> text of a script, for
    every architecture; by default each does nothing and is there."""
    path = Path(path)
    (path / "workloads").mkdir(parents=True)
    (path / "plots").symlink_to(TOP / "plots")
    for m in manifests:
        (path / "workloads" / f"{m['name']}.json").write_text(json.dumps(m, indent=1))
        for arch in (HOST, OTHER):
            for variant in m["variants"]:
                folder = path / "build/workloads" / arch
                folder.mkdir(parents=True, exist_ok=True)
                program = folder / f"{m['name']}.{variant['name']}"
                program.write_text((programs or {}).get(m["name"], "#!/bin/sh\nexit 0\n"))
                program.chmod(0o755)
    return path
