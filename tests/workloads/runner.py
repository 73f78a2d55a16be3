#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""package.runner as the harness meets it: what it times, checks, refuses and leaves behind.

Runs the host's own /bin programs, no image. Prints TAP. Expects `make workloads` to have run, and
the top of the tree as working folder.
"""

import hashlib
import json
import platform
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HOST = platform.machine()
RUNNERS = {arch: Path("build/workloads") / arch / "package.runner" for arch in ("x86_64", "aarch64")}
TRANSLATOR = {arch: f"qemu-{arch}-static" for arch in RUNNERS}
FNV_OFFSET, FNV_PRIME = 0xcbf29ce484222325, 0x100000001b3

run_count = failed = 0
scratch = Path(tempfile.mkdtemp(prefix="runner."))


def ok(held, name, detail=""):
    global run_count, failed
    run_count += 1
    failed += not held
    print(f"{'ok' if held else 'not ok'} {run_count} - {name}", flush=True)
    if not held:
        print("# " + str(detail).replace("\n", "\n# "))


def runner(*words, arch=HOST, prefix=(), folder="work"):
    return subprocess.run([*prefix, RUNNERS[arch], "--folder", scratch / folder, *words],
                          capture_output=True, text=True, timeout=60, check=False)


def record(*words, **how):
    done = runner(*words, **how)
    try:
        return json.loads(done.stdout)
    except ValueError:
        return {"problem": str(done)}


def fnv(data):
    value = FNV_OFFSET
    for byte in data:
        value = (value ^ byte) * FNV_PRIME & (1 << 64) - 1
    return f"{value:016x}"


r = record("--name", "hi", "--", "echo", "two words")
ok(r.get("schema") == "toll.record/1" and r["workload"] == "hi" and r["arch"] == HOST and
   len(r["iter_wall_ns"]) == 1 and r["iter_wall_ns"][0] > 0, "a run prints a record", r)
ok(r["digest"]["hash"] == fnv(b"two words\n"), "the digest is of what the program printed", r)
r = record("--iterations", "5", "--", "sleep", "0.02")
ok(len(r["iter_wall_ns"]) == 5 and all(20e6 <= ns for ns in r["iter_wall_ns"]) and
   all(ns < 20e6 for ns in r["iter_cpu_ns"]), "each run is timed from its start to its end", r)
r = record("--min-time", "0.1", "--", "sleep", "0.02")
ok(len(r["iter_wall_ns"]) >= 3 and sum(r["iter_wall_ns"][1:]) >= 100e6,
   "runs after the first go on for --min-time", r)
r = record("--iterations", "1000", "--max-time", "0.1", "--", "sleep", "0.06")
ok(len(r["iter_wall_ns"]) == 2, "none begins after --max-time", r)

r = record("--file", "in:a\nb\n", "--output", "out", "--", "sh", "-c", "cat in in >out; echo x")
ok(r["digest"]["hash"] == fnv(b"a\nb\na\nb\n"), "the result can be a file", r)
r = record("--pattern", "took ([0-9]+) turns", "--", "echo", "took 17 turns, 3 s")
ok(r["digest"]["hash"] == fnv(b"17"), "a group of the pattern is what is hashed", r)
done = runner("--pattern", "^ready$", "--", "echo", "not yet")
ok(done.returncode == 4 and "'^ready$'" in done.stderr and "not yet" in done.stderr and
   not done.stdout, "a result that does not match is wrong, and shown", done)
r = record("--rate", "([0-9.]+) MB/s", "--iterations", "2", "--", "echo", "at 250.5 MB/s")
ok(r["iter_wall_ns"] == [3992016, 3992016], "a rate that it prints becomes the time of one", r)
r = record("--duration", "1000:took ([0-9]+) us", "--", "echo", "took 17 us")
ok(r["iter_wall_ns"] == [17000], "a duration that it prints is the time", r)
for words in (["--rate", "([a-z]+)"], ["--rate", "at ([0-9]+)"], ["--duration", "1:none"]):
    done = runner(*words, "--", "echo", "fast")
    ok(done.returncode == 4 and done.stderr, f"no number for {' '.join(words)} is a wrong result", done)
r = record("--iterations", "3", "--file", "in:1", "--", "sh", "-c",
           "test ! -e left && mkdir left && touch left/x && ls")
ok(len(r.get("iter_wall_ns", [])) == 3, "what a run left behind is gone before the next", r)
ok("in" in [p.name for p in (scratch / "work").iterdir()], "and its inputs are still there")

done = runner("--", "sh", "-c", "echo why >&2; exit 5")
ok(done.returncode == 3 and "status 5" in done.stderr and "why" in done.stderr,
   "a program that fails is named with its status and last words", done)
done = runner("--", "sh", "-c", "kill -ILL $$")
ok(done.returncode == -4, "a program's signal is the runner's", done)
done = runner("--", "no-such-program")
ok(done.returncode == 3 and "no program 'no-such-program'" in done.stderr,
   "a command that is not there is named", done)
done = runner("--output", "nothing", "--", "true")
ok(done.returncode == 3 and "'nothing'" in done.stderr, "so is an output that was not made", done)
for words in (["--iterations", "x", "--", "true"], ["--input", "a:b", "--", "true"],
              ["--input", "../a:text:1", "--", "true"], ["--input", "a:nokind:1", "--", "true"],
              ["--pattern", "(", "--", "echo"], ["--duration", "x", "--", "echo"], ["--nosuch"], []):
    done = runner(*words)
    ok(done.returncode == 2 and done.stderr, f"bad usage: {' '.join(words) or 'nothing'}", done)

r = record("--through", "/usr/bin/env", "--through", "X=1", "--", "sh", "-c", "echo $0 $X")
ok(r["digest"]["hash"] == fnv(b"/usr/bin/sh 1\n"),
   "words to go through stand in front of the command's path", r)

KINDS = ["text", "numbers", "random", "sound"]
sums = {}
for arch in RUNNERS:
    prefix = [] if arch == HOST else [shutil.which(TRANSLATOR[arch])]
    if None in prefix:
        print(f"ok {run_count + 1} # SKIP no {TRANSLATOR[arch]}: inputs of {arch} are not compared")
        run_count += 1
        continue
    inputs = [word for kind in KINDS for word in ("--input", f"{kind}:{kind}:100")]
    done = runner(*inputs, "--seed", "7", "--", "/bin/true", arch=arch, prefix=prefix, folder=arch)
    files = {kind: (scratch / arch / kind).read_bytes() for kind in KINDS
             if (scratch / arch / kind).exists()}
    ok(done.returncode == 0 and all(100 * 1024 - 160 <= len(f) <= 100 * 1024
                                    for f in files.values()) and len(files) == len(KINDS),
       f"{arch}: inputs have their size", f"{done} {[len(f) for f in files.values()]}")
    sums[arch] = {kind: hashlib.sha256(data).hexdigest() for kind, data in files.items()}
ok(len({json.dumps(s) for s in sums.values()}) == 1, "inputs are the same on every architecture",
   sums)
runner("--input", "a:text:100", "--seed", "8", "--", "true")
ok(hashlib.sha256((scratch / "work/a").read_bytes()).hexdigest() != sums[HOST]["text"],
   "and others with another seed")

shutil.rmtree(scratch, ignore_errors=True)
print(f"1..{run_count}")
sys.exit(1 if failed else 0)
