#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Command layers from a file: what doctor, list and plan make of good, bad and missing ones, and
runs that are read and continued without the file."""
import json
import os
import shutil
import subprocess

from canned import Canned
from toll import HOST, OTHER, TOP, Tap, make_home, manifest, only_run, scratch, toll

tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha")])


def row(name, runs=OTHER, version="echo 'Version 7'", **more):
    return {"name": name, "runs": runs, "summary": f"the {name}", "get": f"install {name}",
            "command": ["sh"], "version": ["sh", "-c", version], **more}


def file_of(*rows, name="environments.json"):
    path = work / name
    path.write_text(json.dumps({"environments": rows}, indent=1))
    return path


def environments(path, command="list", **how):
    args = ["list", "environments"] if command == "list" else [command]
    result = toll(*args, "--json", "--environments", path, home=home, **how)
    return {e["id"]: e for e in (result.json() or {}).get("environments", [])}, result


# ---- what is said about each ----

path = file_of(
    row("good"), row("good", HOST), row("stderr", version="echo 'Version 8' >&2"),
    row("blank", version="printf '\\n\\n---\\nVersion 9\\nmore\\n'"),
    row("silent", version="true"), row("rubbish", version="printf '\\001\\377\\n'"),
    row("fails", version="echo no; exit 3"), row("dies", version="kill -9 $$"),
    row("floods", version="yes"), row("hangs", version="sleep 600"),
    row("gone", command=["no-such-program"]), row("away", on=OTHER),
    row("vars", version="echo \"$WORD at $HOME\"", variables={"WORD": "cpu {cpu}"}))
found, result = environments(path)
for name, words in {"good": "Version 7", "stderr": "Version 8", "blank": "Version 9"}.items():
    e = found[f"{name}-{OTHER}"]
    tap.ok(e["status"] == "ok" and e["detail"] == words, f"{name}: its version is shown", e)
tap.ok(found[f"good-{HOST}"]["arch"] == HOST, "one name may run both architectures", found)
e = found[f"vars-{OTHER}"]
tap.ok(e["detail"].startswith("cpu ") and e["detail"].split()[1].isdigit(),
       "variables are set, with placeholders filled in", e)
for name, words in {"silent": "prints nothing", "rubbish": "prints nothing",
                    "fails": "exit status 3", "dies": "SIGKILL", "floods": "more than it may",
                    "hangs": "not done within 5", "gone": "cannot find the program 'no-such-program'",
                    "away": f"it runs on {OTHER} hosts"}.items():
    e = found[f"{name}-{OTHER}"]
    tap.ok(e["status"] == "refused" and words in e["reason"] and
           (e["remedy"] == f"install {name}" or name == "away"),
           f"{name}: refused with its reason, and how to get it", e)
tap.ok(result.seconds < 30, "a version command that hangs has a deadline", result.seconds)
away = toll("doctor", "--environments", file_of(row("away", on=OTHER), row("good"), row("far", on=OTHER)),
            home=home)
tap.ok(any(line.split() == ["for", OTHER, "hosts:", f"away-{OTHER},", f"far-{OTHER}"]
           for line in away.out.splitlines()) and away.out.count("away-") == 1 and
       f"good-{OTHER}" in away.out, "those of another kind of host are one line", away)
few = file_of(row("good"), row("gone", command=["no-such-program"]))
said = toll("doctor", "--environments", few, home=home)
tap.ok(said.code == 0 and all(w in said.out for w in (
    f"good-{OTHER}", "Version 7", f"the good; {OTHER} programs on all hosts", f"gone-{OTHER}",
    "do:  install gone")), "doctor says what each is, which programs it runs, and on what", said)

# ---- the file ----

GOOD = few.read_text()
for what, text, words in (
        ("is not there", None, ["cannot open", "broken.json"]),
        ("is malformed", GOOD[:90], ["broken.json:"]),
        ("has an unknown key", GOOD.replace('"get"', '"got"', 1), ["broken.json:7", "key 'got'"]),
        ("has a reserved name", GOOD.replace('"good"', '"user"', 1), [":4: key 'name'", "native"]),
        ("has two of one name", GOOD.replace('"gone"', '"good"', 1), ["two environments", "good-"]),
        ("has an unknown architecture", GOOD.replace(OTHER, "arm64", 1), [":5: key 'runs'"])):
    broken = work / "broken.json"
    broken.unlink(missing_ok=True)
    if text:
        broken.write_text(text)
    for command in (["doctor"], ["list"], ["plan"]):
        result = toll(*command, "--environments", broken, home=home)
        tap.ok(result.code == 2 and not result.out and all(w in result.err for w in words),
               f"{command[0]}: a file that {what}: exit 2 with file, line and key", result)
shutil.copy(few, home / "environments.json")
tap.ok(f"good-{OTHER}" in toll("list", "environments", home=home).out,
       "the file of the source tree is read by default")
tap.ok(f"good-{OTHER}" in toll("completion", "bash", home=home).out, "and completed")

# ---- planning ----


def planned(*args):
    result = toll("plan", "--json", "--profile", "full", *args, home=home)
    return {a["cell"].split(".")[3]: a for a in (result.json() or {"arms": []})["arms"]}, result


arms, result = planned()
tap.ok(f"good-{OTHER}" in arms and f"gone-{OTHER}" not in arms,
       "without --env what is usable is planned, what is not installed is left out", result)
arms, result = planned("--env", "*")
tap.ok(f"gone-{OTHER}" not in arms, "a wildcard names nothing", result)
for pattern in (f"gone-{OTHER}", "gone-*"):
    arms, result = planned("--env", pattern)
    e = arms.get(f"gone-{OTHER}", {})
    tap.ok(e.get("status") == "refused" and "cannot find" in e["reason"],
           f"--env {pattern} names it: refused with its reason", result)
vm = f"vm-{HOST}-tcg+good-{OTHER}"
arms, result = planned("--env", f"{vm},user-*")
tap.ok(arms.get(vm, {}).get("status") == "refused" and
       ("guest's disk" in arms[vm]["reason"] or "qemu-system" in arms[vm]["reason"] or
        "guest image" in arms[vm]["reason"]),
       "inside a VM: refused, because it is not on the guest's disk", result)
result = toll("plan", "--env", f"none-{OTHER}", home=home)
tap.ok(result.code == 2 and f"none-{OTHER}" in result.err, "one that nothing describes: exit 2", result)
plan = planned()[1].json()
tap.same(plan["commands"], [{"env": f"good-{OTHER}", "version": "Version 7", "command": ["sh"],
                             "variables": {}}],
         "the plan says how each is called, and its version")

# ---- measured: `env` in front of a shell script, continued without the file ----

compiler = os.environ.get("CC") or "gcc"
source = work / "program.c"
source.write_text('#include <stdio.h>\nint main(void) { return puts("done") < 0; }\n')
static = subprocess.run([compiler, "-static", "-o", work / "program", source], check=False,
                        capture_output=True).returncode == 0
wrapper = work / "wrapper"
wrapper.write_text(f'#!/bin/sh\necho "$@" >>{work}/called\nexec "$@"\n')
wrapper.chmod(0o755)
wrap = file_of(row("wrap", HOST, command=["./wrapper", "env"], variables={"WRAPPED": "yes"}),
                 name="wrap.json")
output = work / "out"
result = toll("exec", f"--{HOST}", work / "program", "--env", "wrap-*",
              "--blocks", "2", "--environments", wrap, "--output", output, home=home, deadline=120)
run = only_run(output)
if static:
    summary = json.loads((run / "summary.json").read_text()) if run else {"cells": []}
    cells = {c["env"]: c for c in summary["cells"]}
    e = cells.get(f"wrap-{HOST}", {})
    tap.ok(result.code == 0 and e.get("status") == "ok" and e["ratio"]["point"] > 0,
           "a wrapper script is measured", result)
    tap.ok(f"env {run}/programs/workloads" in (work / "called").read_text(),
           "with the words of the file in front of the program")
    tap.ok(summary["commands"][0]["env"] == f"wrap-{HOST}" and
           "WRAPPED=yes" in summary["commands"][0]["command"] and
           summary["commands"][0]["version"] == "Version 7", "the summary says what ran",
           summary.get("commands"))
    wrap.unlink()
    before = (run / "summary.json").read_bytes()
    again = toll("stats", run, "--output", output, home=home)
    tap.ok(again.code == 0 and (run / "summary.json").read_bytes() == before,
           "stats needs no file of environments", again)
    lines = (run / "samples.jsonl").read_text().splitlines(keepends=True)
    (run / "samples.jsonl").write_text("".join(lines[:2]))
    calls = (work / "called").read_text().count("\n")
    again = toll("run", "--resume", run, "--output", output, home=home, deadline=120)
    tap.ok(again.code == 0 and (work / "called").read_text().count("\n") > calls,
           "neither does --resume: the plan's command is run", again)
else:
    tap.skip("a wrapper script is measured", f"'{compiler} -static' does not work here")

# ---- one that the kernel does not start ----

unstarted = work / "unstarted"
unstarted.write_text("no script, no program\n")
unstarted.chmod(0o755)
rejected = file_of(row("rejected", HOST, command=[str(unstarted)]), name="rejected.json")
output = work / "unstarted-out"
result = toll("run", "--profile", "full", "--blocks", "1", "--env", "rejected-*",
              "--environments", rejected, "--output", output, home=home)
run = only_run(output)
cells = {c["env"]: c for c in json.loads((run / "summary.json").read_text())["cells"]} if run and (
    run / "summary.json").exists() else {}
e = cells.get(f"rejected-{HOST}", {})
tap.ok(e.get("status") == "error" and "Exec format error" in e["reason"],
       "a command that cannot be started: its cells fail with the reason", f"{e}\n{result}")
result = toll("stats", run, "--output", output, home=home)
tap.ok(result.code == 0, "and the run can be read", result)

# ---- read ----

run = Canned(blocks=6)
for env in ("native", f"user-{OTHER}", f"box64-{OTHER}", f"box64-{HOST}"):
    run.arm("alpha", env)
run.plan["commands"] = [{"env": f"box64-{arch}", "version": "Box64 0.3 <b>", "command": ["box64", "a b"],
                         "variables": {"X": "1"}} for arch in (HOST, OTHER)]
run.fill({f"user-{OTHER}": 20.0, f"box64-{OTHER}": 4.0, f"box64-{HOST}": 2.0})
output = work / "stored"
folder = run.write(output)
bare = make_home(work / "bare", [manifest("alpha")])
result = toll("stats", folder, "--output", output, home=bare)
summary = json.loads((folder / "summary.json").read_text())
tap.ok(result.code == 0 and [(f["kind"], f["same"], f["foreign"]) for f in summary["factors"]] ==
       [("command", f"box64-{HOST}", f"box64-{OTHER}")],
       "a command of both architectures has factors", summary["factors"])
tap.near(summary["factors"][0]["isa_cost"]["point"], 2.0, "foreign ÷ same", 0.2)
result = toll("report", folder, "--output", output, home=bare, deadline=120)
text = (folder / "report.md").read_text()
html = (folder / "report.html").read_text()
tap.ok(result.code == 0 and "Box64 0.3" in text and "X=1 box64 'a b'" in text and
       f"box64-{OTHER} is fastest" in text.replace("\\_", "_"),
       "the report says what ran, and which is fastest", text[:1500])
tap.ok("Box64 0.3 &lt;b&gt;" in html and "Box64 0.3 <b>" not in html, "a version is text, not markup")
del run.plan["commands"]
folder = run.write(work / "torn")
result = toll("stats", folder, "--output", work / "torn", home=bare)
tap.ok(result.code == 2 and "plan.json:" in result.err and "key 'cell'" in result.err and
       "do not say" in result.err, "a plan that lacks its commands: exit 2 with file and line", result)
tap.ok(not os.path.exists(TOP / "environments.json") or
       toll("list", "environments", home=TOP).code == 0, "the shipped file is good")
tap.done()
