#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs of one cell: each uses what those before it on this host say of the noise, and is computed
again from its own folder alone."""
import json
import os
import shutil
import subprocess

from toll import HOST, Tap, make_home, manifest, scratch, toll

# An iteration lasts 30 ms by the clock, so that the blocks of all runs take as long.
SOURCE = r"""
#include <time.h>
int main(void)
{
	struct timespec begin, now;
	clock_gettime(CLOCK_MONOTONIC, &begin);
	do
		clock_gettime(CLOCK_MONOTONIC, &now);
	while ((now.tv_sec - begin.tv_sec) * 1e9 + now.tv_nsec - begin.tv_nsec < 30e6);
	return 0;
}
"""
tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha")])
(work / "p.c").write_text(SOURCE)
compiler = os.environ.get("CC") or "gcc"
if subprocess.run([compiler, "-static", "-o", work / "spin", work / "p.c"], capture_output=True,
                  timeout=60, check=False).returncode:
    tap.skip("runs of one cell", f"'{compiler} -static' does not work here")
    tap.done()
if not shutil.which(f"qemu-{HOST}-static"):
    tap.skip("runs of one cell", f"qemu-{HOST}-static is not there")
    tap.done()


def run_one(*arguments):
    result = toll("exec", f"--{HOST}", work / "spin", "--env", f"native,user-{HOST}", "--blocks", "6",
                  "--output", work, *arguments, home=home)
    folder = result.folder()
    if not tap.ok(result.code == 0 and folder, "a run of one cell", result):
        tap.done()
    return result, folder


def document(folder, name):
    return json.loads((folder / name).read_text())


first, one = run_one()
summary = document(one, "summary.json")
tap.same((summary["noise_runs"], summary["noise_values"]), (0, 6), "the first has its own blocks")
tap.ok("noise" not in document(one, "plan.json"), "its plan knows of none before it")
text = " ".join(first.out.split())
tap.ok("all of this run, are too few" in text, "and it says what its intervals lack", first)

second, two = run_one()
summary = document(two, "summary.json")
tap.same((summary["noise_runs"], summary["noise_values"]), (1, 12), "the second has the first's too")
tap.same([n["run"] for n in document(two, "plan.json")["noise"]], [one.name],
         "its plan holds what that one says")
tap.ok("of this run and 1 before it, are too few" in " ".join(second.out.split()),
       "and it says that it is still little", second)

before = (two / "summary.json").read_bytes()
shutil.rmtree(one)
again = toll("stats", two, home=home)
tap.ok(again.code == 0 and (two / "summary.json").read_bytes() == before,
       "without the first the second is computed to the same bytes", again)

(two / "summary.json").write_text('{"schema": "toll.summary/1", "run": 7}')
third, three = run_one()
tap.same(document(three, "summary.json")["noise_runs"], 0, "a summary that cannot be read is passed over")
tap.done()
