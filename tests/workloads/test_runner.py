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

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

HOST = platform.machine()
RUNNERS = {arch: Path("build/workloads") / arch / "package.runner" for arch in ("x86_64", "aarch64")}
TRANSLATOR = {arch: f"qemu-{arch}-static" for arch in RUNNERS}
FNV_OFFSET, FNV_PRIME = 0xcbf29ce484222325, 0x100000001b3

tap = Tap()
ok = tap.ok
scratch = Path(tempfile.mkdtemp(prefix="runner."))


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

r = record("--iterations", "2", "--", sys.executable, "-c",
           "x = bytearray(64 << 20)\nfor i in range(0, len(x), 4096): x[i] = 1")
ok(64 << 10 < r["max_rss_kib"] < 128 << 10 and
   r["user_ns"] + r["sys_ns"] == sum(r["iter_cpu_ns"]) > 0,
   "memory and CPU time are the program's, of all its runs", r)
r = record("--iterations", "2", "--", "true")
ok(0 < r["max_rss_kib"] < 8 << 10, "and not the runner's", r)

# ---- a service ----


def service(script, ready, *words, ready_time="20"):
    listed = [f"--service={word}" for word in ("sh", "-c", script)]
    listed += [f"--ready={word}" for word in ready]
    done = runner(*listed, "--ready-time", ready_time, *words)
    pid = scratch / "work.service/pid"
    left = Path("/proc", pid.read_text().strip()).exists() if pid.exists() else None
    pid.unlink(missing_ok=True)
    return done, left


LOOP = "echo $$ >pid; while :; do sleep 0.05; done"
done, left = service(f"trap 'echo >ended; exit' TERM; sleep 0.3; echo yes >up; {LOOP}",
                     ["test", "-e", "up"], "--iterations", "3", "--", "cat", "../work.service/up")
ok(done.returncode == 0 and json.loads(done.stdout)["digest"]["hash"] == fnv(b"yes\n"),
   "a command runs once its service is ready", done)
ok((scratch / "work.service/ended").exists() and left is False,
   "which is asked to end when it is done", left)
done, left = service(f"trap '' TERM; {LOOP}", ["test", "-e", "pid"], "--", "true")
ok(done.returncode == 0 and left is False, "and killed where it does not", f"{done} {left}")
done, left = service(LOOP, ["false"], "--", "true", ready_time="0.3")
ok(done.returncode == 5 and "'sh' was not ready within 0.3 s" in done.stderr and left is False,
   "one that does not become ready is named, and ended", f"{done} {left}")
done, _ = service("echo why >&2; exit 5", ["false"], "--", "true")
ok(done.returncode == 3 and "'sh' ended with status 5: why" in done.stderr,
   "so is one that ends by itself", done)
done, left = service(LOOP, ["test", "-e", "pid"], "--", "false")
ok(done.returncode == 3 and "status 1" in done.stderr and left is False,
   "it ends with a command that fails, too", f"{done} {left}")
done = runner("--ready=true", "--", "true")
ok(done.returncode == 2, "without a service nothing is waited for", done)

# ---- children ----

OWN = ["bwrap", "--unshare-all", "--unshare-user", "--uid", "0", "--gid", "0", "--cap-drop", "ALL",
       "--bind", "/", "/", "--dev", "/dev", "--proc", "/proc", "--setenv", "QEMU_UNAME", "told"]
MAY_MOUNT = ["--cap-add", "CAP_SYS_ADMIN"]


def starts_child(arch, *words, prefix):
    """A translated runner starts another, which prints the kernel's release: the translator's own
    word for it where it is translated, too."""
    child = RUNNERS[arch].absolute()
    return runner(*words, f"--through={shutil.which(TRANSLATOR[arch])}", "--", child,
                  f"--folder={scratch / 'inner'}", "--pattern=^told$", "--", child, "--kernel",
                  prefix=prefix)


def registered():
    folder = Path("/proc/sys/fs/binfmt_misc")
    return sorted(p.name for p in folder.iterdir()) if folder.is_dir() else None


before = registered()
for arch in RUNNERS:
    name = f"{arch}: what a translated program starts is translated"
    if not shutil.which("bwrap") or not shutil.which(TRANSLATOR[arch]):
        tap.skip(name, f"no bubblewrap, or no {TRANSLATOR[arch]}")
        continue
    done = starts_child(arch, f"--children={arch}", prefix=[*OWN, *MAY_MOUNT])
    if "no binfmt_misc of its own" in done.stderr:
        tap.skip(name, done.stderr.strip()[-150:])
        continue
    ok(done.returncode == 0, name, done)
    if arch != HOST:
        continue  # a foreign child may have a translator that this host's kernel knows
    done = starts_child(arch, f"--children={arch}", prefix=OWN)
    ok(done.returncode == 3 and "not translated: there is no binfmt_misc" in done.stderr,
       "and what forbids that is said", done)
ok(starts_child(HOST, prefix=[*OWN, *MAY_MOUNT]).returncode == 3, "by --children, and not else")
ok(registered() == before, "the host's own translators are as they were", registered())
done = runner("--children=x", "--", "true")
ok(done.returncode == 2, "there is nothing to translate with without --through", done)
rights = ("import ctypes, os; libc = ctypes.CDLL(None, use_errno=True); "
          "print(libc.mount(b'x', b'/tmp', b'tmpfs', 0, None), os.strerror(ctypes.get_errno()))")
if shutil.which("bwrap"):
    r = record("--", sys.executable, "-c", rights, prefix=[*OWN, *MAY_MOUNT])
    ok(r.get("digest", {}).get("hash") == fnv(b"-1 Operation not permitted\n"),
       "the program has none of the rights that the runner has", r)

KINDS = ["text", "numbers", "random", "sound"]
sums = {}
for arch in RUNNERS:
    prefix = [] if arch == HOST else [shutil.which(TRANSLATOR[arch])]
    if None in prefix:
        tap.skip(f"{arch}: inputs have their size", f"no {TRANSLATOR[arch]}")
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
tap.done()
