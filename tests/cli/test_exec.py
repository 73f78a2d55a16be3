#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`toll exec`: a program of the user's, natively and translated, without a manifest."""
import json
import os
import shutil
import subprocess

from toll import HOST, OTHER, Tap, lines_of, make_home, manifest, only_run, scratch, toll

SOURCE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";

	if (!strcmp(what, "fail"))
		return 3;
	if (!strcmp(what, "pid"))
		printf("%d\n", (int)getpid());
	if (!strcmp(what, "read"))
		return getchar() == EOF ? 0 : 4;
	for (int i = 1; i < argc; i++)
		printf("[%s]\n", argv[i]);
	return getenv("TOLL_TEST_SECRET") ? 5 : 0;
}
"""
tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha")])
(work / "p.c").write_text(SOURCE)
compiler = os.environ.get("CC") or "gcc"


def build(name, *flags):
    done = subprocess.run([compiler, "-O1", *flags, "-o", work / name, work / "p.c"],
                          capture_output=True, text=True, timeout=60, check=False)
    return done.returncode == 0


def run_exec(name, *arguments, program="static", **how):
    output = work / name
    result = toll("exec", f"--{HOST}", work / program, "--blocks", "2", "--output", output,
                  *arguments, home=home, **how)
    run = only_run(output)
    path = run / "summary.json" if run else None
    cells = json.loads(path.read_text())["cells"] if path and path.exists() else []
    return result, run, {x["env"]: x for x in cells}


if not build("static", "-static"):
    tap.skip("exec", f"'{compiler} -static' does not work here")
    tap.done()
result, run, cells = run_exec("plain", "--env", "native", "--", "--x", "a b")
tap.ok(result.code == 0 and cells.get("native", {}).get("status") == "ok" and
       result.folder() == run, "a static program is measured, the run folder printed last", result)
tap.same(cells["native"]["cell"], f"static.exec.{HOST}.native", "it is called after its file")
plan = json.loads((run / "plan.json").read_text())
tap.same(plan["command"]["args"], ["--x", "a b"], "its arguments are those behind '--'")
tap.ok((run / "report.html").exists(), "there is a report")
samples = [s for s in lines_of(run) if s["arm"] == "main" and s["block"] <= 2]
tap.ok(len(samples) == 2 and all(len(s["iter_wall_ns"]) == 1 for s in samples),
       "an execution is one iteration")
(work / "static").rename(work / "moved")
result = toll("stats", run, "--output", work / "plain", home=home)
tap.ok(result.code == 0, "the run does not need the program's file any more", result)
(work / "moved").rename(work / "static")

result, run, cells = run_exec("translated", "--env", "user-*")
if shutil.which(f"qemu-{HOST}-static"):
    tap.ok(cells[f"user-{HOST}"]["status"] == "ok", "the same program is measured translated",
           cells)
else:
    tap.ok(cells[f"user-{HOST}"]["status"] == "refused", "without QEMU it is refused", cells)
x = cells[f"user-{OTHER}"]
tap.ok(x["status"] == "refused" and f"--{OTHER}" in x["reason"] and result.code == 0,
       "an architecture without a program is refused, and says what to give", x)

result, run, cells = run_exec("fails", "--env", "native", "fail")
tap.ok(result.code in (1, 4) and cells["native"]["status"] == "crash" and
       "exit status 3" in cells["native"]["reason"], "a program that fails is a crash", result)
result, run, cells = run_exec("varies", "--env", "native", "pid")
tap.ok(result.code != 0 and cells["native"]["status"] == "wrong-result",
       "output that differs between executions is a wrong result", f"{cells}\n{result}")
result, run, cells = run_exec("any", "--env", "native", "--any-output", "pid")
tap.ok(result.code == 0 and cells["native"]["status"] == "ok", "unless --any-output allows it",
       f"{cells}\n{result}")
tap.same([(a["env"], a["cells"]) for a in json.loads((run / "summary.json").read_text())["aa"]],
         [("native", 1)], "its duplicate counts all the same")
result, run, cells = run_exec("reads", "--env", "native", "read",
                              env={"TOLL_TEST_SECRET": "leaks"})
tap.ok(result.code == 0, "it finds its input empty and its environment fixed", f"{cells}\n{result}")
result, run, cells = run_exec("named", "--env", "native", "--name", "my-tool")
tap.ok(cells["native"]["workload"] == "my-tool", "--name calls it otherwise", result)

if build("dynamic"):
    result, run, cells = run_exec("libraries", "--env", f"native,vm-{HOST}-*", program="dynamic")
    tap.ok(cells.get("native", {}).get("status") == "ok" and result.code == 0,
           "a dynamic program runs with this host's libraries", f"{cells}\n{result}")
    x = cells.get(f"vm-{HOST}-tcg", {})
    tap.same(x.get("status"), "refused", "and is refused in a guest")
else:
    tap.skip("dynamic", f"'{compiler}' makes no dynamic program here")

# ---- what is no program that could be run ----

static = (work / "static").read_bytes()


def patched(name, offset, data, size=None):
    content = bytearray(static[:size])
    content[offset:offset + len(data)] = data
    (work / name).write_bytes(content)


(work / "script").write_text("#!/bin/sh\n")
(work / "empty").write_bytes(b"")
patched("foreign", 18, (183 if HOST == "x86_64" else 62).to_bytes(2, "little"))
patched("riscv", 18, (243).to_bytes(2, "little"))
patched("short", 0, b"", len(static) // 2)
patched("header", 0, b"", 64)
patched("narrow", 4, b"\1")
patched("object", 16, (1).to_bytes(2, "little"))
cases = [("script", "naming its interpreter"), ("foreign", f"a program for {OTHER}"),
         ("riscv", "machine 243, which is neither"), ("absent", "absent"), ("p.c", "no ELF"),
         ("empty", "no ELF"), ("short", "cut short"), ("header", "cut short"), ("narrow", "64-bit"),
         ("object", "no 64-bit"), (".", "no ELF")]
if build("library.so", "-shared", "-fPIC"):
    cases.append(("library.so", "a shared library"))
if build("pie", "-static-pie"):
    result, run, cells = run_exec("anywhere", "--env", "native", program="pie")
    tap.ok(result.code == 0, "a static program that can lie anywhere is no library", result)
for name, words in cases:
    result, run, _ = run_exec(f"bad-{name}", "--env", "native", program=name)
    tap.ok(result.code == 2 and words in result.err and run is None,
           f"'{name}' is refused: {words}; nothing is left behind", result)
result, run, _ = run_exec("variable", "--setenv", "NOEQUALS")
tap.ok(result.code == 2 and "NAME=VALUE" in result.err, "so is a variable without a value", result)
result, run, cells = run_exec("variables", "--env", "native", "-E", "TOLL_TEST_SECRET=given")
tap.ok("exit status 5" in cells.get("native", {}).get("reason", ""),
       "--setenv sets a variable of its environment", f"{cells}\n{result}")
tap.done()
