#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The manual page is clean roff and has every command, option and exit code."""
import re
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from documents import TOP, commands  # noqa: E402
from toll import Tap, toll  # noqa: E402

SECTIONS = ("NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "EXIT STATUS", "FILES",
            "ENVIRONMENT", "EXAMPLES", "SEE ALSO")

tap = Tap()
result = toll("man")
page = result.out
tap.ok(result.code == 0 and not result.err, "'toll man' works", result)
tap.same(tuple(re.findall(r"^\.SH (.*)$", page, re.M)), SECTIONS, "it has the usual sections")
version = toll("--version").out.strip()
tap.ok(f'"{version}"' in page, "it names the version", version)
plain = re.sub(r"\\f[BIR]", "", page).replace("\\-", "-")
offered = commands()
for command, options in offered.items():
    section = re.search(rf"^\.SS toll {command}( .*)?\n((?:(?!\.S).*\n)+)", plain, re.M)
    held = section and set(re.findall(r"--([a-z0-9_-]+)", section[2].split("Options:")[-1])) == set(options)
    tap.ok(held, f"{command} is there with its options", section and section[0])
entries = re.findall(r"^\.TP\n--([a-z0-9_-]+)", plain, re.M)
every_option = {option for options in offered.values() for option in options}
tap.same(sorted(entries), sorted(every_option), "each option is explained once")
codes = re.findall(r"EXIT_\w+ = (\d+),", (TOP / "harness/base/exit_code.h").read_text())
status = plain.split(".SH EXIT STATUS")[1].split(".SH")[0]
tap.same(re.findall(r"^\.TP\n(\d+)\n", status, re.M), [c for c in codes if c != "128"],
         "each exit code is explained")
if shutil.which("groff"):
    result = subprocess.run(["groff", "-man", "-ww", "-z", "-Tutf8"], input=page, text=True,
                            capture_output=True, timeout=30)
    tap.ok(result.returncode == 0 and not result.stderr, "groff has no warning", result.stderr)
    result = subprocess.run(["groff", "-man", "-Tutf8", "-P-cbou", "-rLL=80n"], input=page, text=True,
                            capture_output=True, timeout=30)
    wide = [line for line in result.stdout.splitlines() if len(line) > 80]
    tap.same(wide, [], "nothing is wider than 80 columns")
    tap.ok("--any-output" in result.stdout, "options can be copied from it: '-' is no hyphen")
else:
    tap.skip("groff has no warning", "groff is not installed")
tap.done()
