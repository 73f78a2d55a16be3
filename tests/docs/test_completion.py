#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Completion in bash: the script is loaded into a shell and asked as readline asks it."""
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from documents import commands  # noqa: E402
from canned import RUN, Canned  # noqa: E402
from toll import HOST, OTHER, Tap, make_home, manifest, scratch, toll  # noqa: E402

# COMP_WORDS as readline makes it: '=' is a word of its own.
ASK = 'source "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _toll; ' \
      'printf "%s\\n" "${COMPREPLY[@]}"'

tap = Tap()
work = scratch()
home = make_home(work / "it's a home", [
    manifest("alpha", variants=[{"name": "portable"}, {"name": "blas"}]), manifest("beta")])
canned = Canned(blocks=1)
canned.arm("alpha", "native")
canned.fill({})
canned.write(home)
(home / "results/20250102T030405Z-$(touch ran)").mkdir()
result = toll("completion", "bash", home=home)
tap.ok(result.code == 0 and not result.err, "'toll completion bash' works", result)
script = work / "toll.bash"
script.write_text(result.out)


def complete(*words):
    done = subprocess.run(["bash", "-euc", ASK, "bash", str(script), "toll", *words], text=True,
                          cwd=work, capture_output=True, timeout=20)
    return done.stdout.split() if done.returncode == 0 else done.stderr


offered = commands()
tap.same(complete(""), [*offered, "--help", "--version"], "commands are completed")
tap.same(complete("com"), ["compare", "completion"], "… from their first letters")
for command, options in offered.items():
    tap.same(complete(command, "--"), [f"--{option}" for option in options],
             f"the options of {command} are completed")
environments = ["native", f"user-{HOST}", f"user-{OTHER}"]
tap.same(complete("plan", "--env", "")[:3], environments, "--env completes environments")
tap.same(complete("plan", "--env", "native,user-")[:2],
         [f"native,user-{HOST}", f"native,user-{OTHER}"], "… behind a comma too")
tap.same(complete("plan", "--env", "=", "nat"), ["native"], "… and behind '='")
tap.same(complete("plan", "--env", "=")[:3], environments, "… with nothing typed yet")
tap.same(complete("run", "--workload", ""), ["alpha", "beta"], "--workload completes the manifests")
tap.same(complete("run", "--variant", "b"), ["blas"], "--variant completes their variants")
tap.same(complete("run", "--size", ""), ["small"], "--size completes their sizes")
tap.same(complete("run", "--profile", "q"), ["quick"], "--profile completes profiles")
tap.same(complete("export", "--format", "b"), ["bmf", "benchfmt"],
         "--format completes the words it takes")
tap.same(complete("list", ""), ["workloads", "environments", "profiles"], "operands are completed")
tap.same(complete("report", ""), ["latest", RUN], "RUN completes stored runs, and only those")
tap.ok(not list(work.glob("**/ran")), "a folder's name is never executed")
tap.same(complete("run", "--seed", ""), [], "what can be anything is left to the shell")
tap.same(complete("completion", ""), ["bash"], "completion completes itself")
result = toll("completion", "csh", home=home)
tap.ok(result.code == 2 and "'csh'" in result.err, "another shell is bad usage", result)
tap.done()
