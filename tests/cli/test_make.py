#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What `make` passes on to the program."""
import os
import pathlib
import subprocess

from toll import Tap

TOP = pathlib.Path(__file__).resolve().parents[2]
tap = Tap()
CLEAN = {k: v for k, v in os.environ.items()
         if k not in ("PROFILE", "SUITE", "ENV", "WORKLOAD", "BUDGET", "MAKEFLAGS", "MFLAGS",
                      "MAKELEVEL", "B", "DEPS")}


def commands(*args, **env):
    done = subprocess.run(["make", "-n", *args], cwd=TOP, text=True, timeout=120,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env={**CLEAN, **env})
    return done.stdout.splitlines()


def last(*args, **env):
    return commands(*args, **env)[-1].split()


tap.same(last("nightly"), ["build/toll", "nightly"], "a nightly run has the program's own profile")
tap.same(last("nightly", "PROFILE=smoke"), ["build/toll", "nightly", "--profile", "smoke"],
         "or the one that make is given")
tap.same(last("nightly", PROFILE="smoke"), ["build/toll", "nightly", "--profile", "smoke"],
         "as a variable of the environment too")
tap.same(last("compare"), ["build/toll", "compare", "--profile", "quick"],
         "compare has a profile of its own")
for target in ("compare", "nightly"):
    lines = commands(target, "SUITE=packages")
    tap.ok(any("deps.sh" in line and "packages" in line for line in lines),
           f"{target} of a suite of packages gets what that needs", lines[-5:])
tap.done()
