#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bad input and bad luck: malformed documents, programs that misbehave, full and read-only disks,
missing tools. What is wrong is named by file, line and key; nothing stored is lost."""
import json
import os
import resource
import shutil
import subprocess

from canned import FOREIGN, VM, Canned, cell
from toll import (HOST, OTHER, Tap, lines_of, make_home, manifest, only_run, scratch, toll)

tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha"), manifest("beta")])


def snapshot(folder):
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.is_file()}


# ---- manifests ----

GOOD = json.dumps(manifest("alpha"), indent=1)


def swap(old, new):
    assert old in GOOD, old
    return GOOD.replace(old, new, 1)


def line_of(text, word):
    return text[: text.index(word)].count("\n") + 1


for name, text, at, words in [
        ("an unknown key", swap('"tolerance"', '"tolerence"'), '"tolerence"', ["tolerence"]),
        ("a wrong type", swap('"toy"', "7"), '"suite"', ["suite", "string", "number"]),
        ("a number out of range", swap("1e-05", "2"), '"tolerance"', ["tolerance", "from 0 to 1"]),
        ("a fraction for a whole number", swap('"memory_mib": 8', '"memory_mib": 8.5'),
         '"memory_mib"', ["memory_mib", "whole"]),
        ("a bad name", swap('"portable"', '"Portable"'), '"Portable"', ["name", "a-z"]),
        ("no variant", json.dumps({**manifest("alpha"), "variants": []}, indent=1), '"variants"',
         ["variants"]),
        ("a name other than the file's", swap('"name": "alpha"', '"name": "omega"'), '"omega"',
         ["name", "omega.json"]),
        ("a key twice", swap('"suite": "toy",', '"suite": "toy",\n "suite": "toy",'), None,
         ["suite"]),
        ("a missing key", swap(' "summary": "the alpha toy",\n', ""), None, ["summary"]),
        ("a missing comma", swap('"toy",', '"toy"'), '"summary"', []),
        ("a text that ends early", GOOD[:80], None, []),
        ("an empty file", "", None, [])]:
    broken = make_home(work / f"m{tap.run}", [manifest("alpha")])
    path = broken / "workloads/alpha.json"
    path.write_text(text)
    result = toll("list", "workloads", home=broken)
    where = f"{path}:{line_of(text, at)}:" if at else f"{path}:"
    missing = [w for w in [where, *words] if w not in result.err]
    tap.ok(result.code == 2 and not result.out and not missing,
           f"a manifest with {name}: exit 2 with file, line and key", f"{missing}\n{result}")

# ---- run folders ----

run = Canned()
for env in ("native", FOREIGN):
    run.arm("alpha", env)
run.fill({FOREIGN: 5.0})
output = work / "stored"
folder = run.write(output)
assert toll("stats", folder, "--output", output, home=home).code == 0
pristine = snapshot(folder)
SAMPLES = pristine["samples.jsonl"].decode()


def document(name, change):
    d = json.loads(pristine[name])
    change(d)
    return name, json.dumps(d, indent=1)


def line(number, change):
    """samples.jsonl with one line changed: change(document) or a text."""
    lines = SAMPLES.splitlines()
    if callable(change):
        d = json.loads(lines[number - 1])
        change(d)
        change = json.dumps(d)
    lines[number - 1] = change
    return "samples.jsonl", "\n".join(lines) + "\n"


for what, (name, text), words in [
        ("a plan without arms", document("plan.json", lambda d: d.pop("arms")), ["arms"]),
        ("a plan of another schema",
         document("plan.json", lambda d: d.update(schema="toll.plan/9")),
         ["toll.plan/9", "toll.plan/1"]),
        ("a plan with an unknown key", document("plan.json", lambda d: d.update(blokcs=3)),
         ["blokcs"]),
        ("a plan with no block", document("plan.json", lambda d: d.update(blocks=0)), ["blocks"]),
        ("a plan with a cell that is none",
         document("plan.json", lambda d: d["arms"][0].update(cell="alpha.portable")), ["cell"]),
        ("a plan with an unknown environment",
         document("plan.json", lambda d: d["arms"][0].update(
             cell=f"alpha.portable.{HOST}.jail-{HOST}")), ["cell", "jail"]),
        ("a plan with an unknown status",
         document("plan.json", lambda d: d["arms"][0].update(status="fine")), ["status", "fine"]),
        ("a plan that is cut", ("plan.json", pristine["plan.json"].decode()[:200]), []),
        ("a plan with an arm twice",
         document("plan.json", lambda d: d["arms"].append(d["arms"][0])), ["cell", "already"]),
        ("a host that is no object", ("host.json", "[]"), []),
        ("a host of a wrong type", document("host.json", lambda d: d.update(cpus="two")), ["cpus"]),
        ("samples with rubbish", line(3, "rubbish"), [":3:"]),
        ("samples with an empty line", line(3, ""), [":3:"]),
        ("samples of another schema", line(2, lambda d: d.update(schema="toll.sample/9")),
         [":2:", "toll.sample/9"]),
        ("a sample without a cell", line(4, lambda d: d.pop("cell")), [":4:", "cell"]),
        ("a sample of an unknown status", line(5, lambda d: d.update(status="meh")),
         [":5:", "status", "meh"]),
        ("a sample with a negative time", line(5, lambda d: d.update(host_wall_ns=-1)),
         [":5:", "host_wall_ns"]),
        ("a sample with a text among its times", line(6, lambda d: d["iter_wall_ns"].append("x")),
         [":6:", "iter_wall_ns"]),
        ("a sample with times that do not match", line(6, lambda d: d["iter_cpu_ns"].pop()),
         [":6:", "iter_cpu_ns"]),
        ("a sample of block 0", line(1, lambda d: d.update(block=0)), [":1:", "block"]),
        ("a sample of a block beyond any plan", line(1, lambda d: d.update(block=1000000)),
         [":1:", "block"]),
        ("a sample with an unknown key", line(1, lambda d: d.update(colour="red")),
         [":1:", "colour"]),
        ("a sample with a digest that is no hash",
         line(7, lambda d: d["digest"].update(hash="xyz")), [":7:", "hash"]),
        *((f"a sample with {what} among its times",
           line(6, lambda d, value=value: d["iter_wall_ns"].__setitem__(1, value)), [":6:", *words])
          for what, value, words in [
              ("a negative one", -5, ["iter_wall_ns", "entry 2"]),
              ("a zero", 0, ["iter_wall_ns", "entry 2"]),
              ("a fraction", 10.5, ["iter_wall_ns", "entry 2"]),
              ("a null", None, ["iter_wall_ns", "entry 2"]),
              ("a whole number that doubles do not hold", 2**53 + 2, ["iter_wall_ns", "entry 2"]),
              ("a huge integer", 10**40, ["iter_wall_ns", "entry 2"]),
              ("12 days", 10**15 + 1, ["iter_wall_ns", "entry 2"]),
              ("a NaN", float("nan"), []),
              ("an infinity", float("inf"), [])]),
        *((f"a sample whose host_wall_ns is {value!r}",
           line(6, lambda d, value=value: d.update(host_wall_ns=value)), [":6:", *words])
          for value, words in [(0, ["host_wall_ns"]), (10**15 + 1, ["host_wall_ns"]),
                               (2**53 + 2, ["host_wall_ns"]), (10**40, ["host_wall_ns"]),
                               (1.5, ["host_wall_ns"]), ("12", ["host_wall_ns"]),
                               (float("nan"), []), (float("-inf"), [])]),
        ("a sample that is ok without an iteration",
         line(6, lambda d: d.update(iter_wall_ns=[], iter_cpu_ns=[])), [":6:", "no iteration"]),
        ("a sample that is ok without times", line(6, lambda d: d.pop("iter_wall_ns")),
         [":6:", "no iteration"]),
        ("a sample that has a guest's clock alone",
         line(6, lambda d: d.update(guest_wall_ns=5, host_wall_ns=0)), [":6:", "guest_wall_ns"]),
        *((f"a sample whose sentinel_ns is {value}",
           line(6, lambda d, value=value: d.update(sentinel_ns=value)), [":6:", "sentinel_ns"])
          for value in ([0, 0], [5_000_000, 0], [5_000_000, 10**15 + 1])),
        ("a sample on the host with a guest's clock",
         line(6, lambda d: d.update(guest_wall_ns=d["host_wall_ns"])), [":6:", "guest_wall_ns"]),
        ("a sample on the host with a boot", line(6, lambda d: d.update(boot=1)), [":6:", "boot"]),
        ("a sample of a block beyond twice the plan's", line(6, lambda d: d.update(block=13)),
         [":6:", "block", "12"]),
        ("a sample with unknown work", line(6, lambda d: d["work"].update(watts=3)), [":6:", "watts"]),
        ("a sample with an unknown digest", line(6, lambda d: d["digest"].update(crc=3)),
         [":6:", "crc"]),
        ("an execution that stands there twice", line(6, SAMPLES.splitlines()[3]),
         [":6:", "line 4", "block 2"]),
        ("a sample of a cell that was not planned",
         line(5, lambda d: d.update(cell=d["cell"].replace("alpha", "beta"))),
         [":5:", "cell", "plan.json", "beta"]),
        ("a sample of an arm that was not planned", line(5, lambda d: d.update(arm="aa")),
         [":5:", "cell", "plan.json", "(aa)"]),
        ("a discarded block with an unknown key",
         line(13, '{"schema":"toll.discard/1","block":2,"why":"x"}'), [":13:", "why"])]:
    (folder / name).write_text(text)
    before = snapshot(folder)
    results = [toll(*command, "--output", output, home=home)
               for command in (["stats", folder], ["report", folder])]
    missing = [w for w in [str(folder / name) + ":", *words]
               if not all(w in r.err for r in results)]
    tap.ok(all(r.code == 2 and not r.out for r in results) and not missing and
           snapshot(folder) == before,
           f"{what}: exit 2 with file and line, nothing is overwritten",
           f"{missing}\n{results[0]}\n{results[1]}")
    (folder / name).write_bytes(pristine[name])
name, text = document("plan.json", lambda d: d["arms"][1].update(status="refused", reason="no"))
(folder / name).write_text(text)
for command in ("stats", "export"):
    result = toll(command, folder, "--output", output, home=home)
    tap.ok(result.code == 2 and f"{folder}/samples.jsonl:2: key 'cell'" in result.err and
           "refused in plan.json" in result.err and not result.out,
           f"{command}: samples of a cell that the plan refuses: exit 2", result)
(folder / name).write_bytes(pristine[name])
(folder / "samples.jsonl").write_bytes(b"\0\xff\xfe{\n")
result = toll("run", "--resume", folder, "--output", output, home=home)
tap.ok(result.code == 2 and "samples.jsonl:1:" in result.err and
       (folder / "samples.jsonl").read_bytes() == b"\0\xff\xfe{\n",
       "--resume of binary rubbish: exit 2, untouched", result)
(folder / "samples.jsonl").write_bytes(pristine["samples.jsonl"])
(folder / "summary.json").write_text("rubbish")
result = toll("stats", folder, "--output", output, home=home)
tap.ok(result.code == 0 and (folder / "summary.json").read_bytes() == pristine["summary.json"],
       "a malformed summary is computed again from the samples", result)

# ---- VMs, and what is missing ----

run = Canned()
for env in ("native", VM):
    run.arm("alpha", env)
run.fill({VM: 5.0})
output = work / "in-vm"
folder = run.write(output)
pristine = snapshot(folder)
SAMPLES = pristine["samples.jsonl"].decode()
result = toll("stats", folder, "--output", output, home=home)
tap.ok(result.code == 0 and not result.err, "a whole run in a VM: nothing is missing", result)


def repeated(number, change=lambda d: None):
    """Behind the last line that line again, changed."""
    d = json.loads(SAMPLES.splitlines()[number - 1])
    change(d)
    return "samples.jsonl", SAMPLES + json.dumps(d) + "\n"


# Lines 1 to 6: the boots come first in each block.
boot = json.loads(SAMPLES.splitlines()[0])
guest = next(i for i, x in enumerate(SAMPLES.splitlines(), 1) if VM in x and "toll.sample" in x)
added = len(SAMPLES.splitlines()) + 1
assert boot["schema"] == "toll.boot/1"
for what, (name, text), words in [
        ("without its guest's clock", line(guest, lambda d: d.update(guest_wall_ns=None)),
         [f":{guest}:", "guest_wall_ns"]),
        ("whose guest counted 0", line(guest, lambda d: d.update(guest_wall_ns=0)),
         [f":{guest}:", "guest_wall_ns"]),
        ("of a boot that is not there", line(guest, lambda d: d.update(boot=99)),
         [f":{guest}:", "boot", "99"]),
        ("of no boot", line(guest, lambda d: d.pop("boot")), [f":{guest}:", "boot"]),
        ("whose boot said hello at once", line(1, lambda d: d.update(hello_ns=0)),
         [":1:", "hello_ns"]),
        ("whose boot said hello in 12 days", line(1, lambda d: d.update(hello_ns=10**15 + 1)),
         [":1:", "hello_ns"]),
        ("booted twice", repeated(1), [f":{added}:", VM, "line 1"]),
        ("whose boot has another's number", repeated(1, lambda d: d.update(block=7)),
         [f":{added}:", "boot", "line 1"]),
        ("booted that was not planned", repeated(1, lambda d: d.update(boot=99, arm="aa")),
         [f":{added}:", "env", "(aa)"]),
        ("booted in a block beyond the plan", repeated(1, lambda d: d.update(boot=99, block=13)),
         [f":{added}:", "block", "12"])]:
    (folder / name).write_text(text)
    results = [toll(command, folder, "--output", output, home=home)
               for command in ("stats", "report")]
    missing = [w for w in [str(folder / name), *words] if not all(w in r.err for r in results)]
    tap.ok(all(r.code == 2 and not r.out for r in results) and not missing,
           f"a VM {what}: exit 2 with file and line", f"{missing}\n{results[0]}\n{results[1]}")

for what, gone, words, blocks in [
        ("a cell that has no sample", lambda d: d.get("cell") == cell("alpha", VM),
         ["lacks 6 of 12", cell("alpha", VM), "block 1"], {"native": 6, VM: 0}),
        ("a cell that one block lacks",
         lambda d: d.get("cell") == cell("alpha", "native") and d["block"] == 3,
         ["lacks 1 of 12", cell("alpha", "native"), "block 3"], {"native": 5, VM: 6})]:
    (folder / "samples.jsonl").write_text("".join(
        x + "\n" for x in SAMPLES.splitlines() if not gone(json.loads(x))))
    result = toll("stats", folder, "--json", "--output", output, home=home)
    cells = {x["env"]: x for x in json.loads(result.out)["cells"]} if result.out else {}
    tap.ok(result.code == 0 and result.err.count("\n") == 1 and
           all(w in result.err for w in words) and
           {e: x["blocks"] for e, x in cells.items()} == blocks,
           f"{what}: one line says how much is missing and where, the summary how much is there",
           f"{cells}\n{result}")

# ---- programs that misbehave, natively ----

RECORD = ('{"schema":"toll.record/1","workload":"x","main_ns":0,"iter_wall_ns":[2000,1000,1000],'
          '"iter_cpu_ns":[2000,1000,1000],"work":{"flop":1,"bytes":0},"path":"p",'
          '"digest":{"values":[1.5],"hash":"0a"}}')
SCRIPTS = {
    "good": (f"echo '{RECORD}'", "ok", ""),
    "exits": ("echo no memory for that >&2; exit 3", "crash", "exit status 3: no memory for that"),
    "dies": ("kill -SEGV $$", "crash", "SIGSEGV"),
    "illegal": ("kill -ILL $$", "illegal-instruction", "lacks a CPU feature"),
    "rubbish": ("echo hello", "bad-record", "record:1"),
    "silent": ("exit 0", "bad-record", ""),
    "flood": ("yes '{'", "bad-record", "400 KiB"),
    "twice": (f"echo '{RECORD}'; echo '{RECORD}'", "bad-record", ""),
    "escapes": (r"printf '\033[31mred\n' >&2; exit 1", "crash", "red"),
    "empty": ("echo '" + RECORD.replace("[2000,1000,1000]", "[]") + "'", "bad-record", "iteration"),
    "negative": ("echo '" + RECORD.replace("2000", "-2000", 1) + "'", "bad-record", "iter_wall_ns"),
    "endless": ("echo '" + RECORD.replace("2000", "1e400", 1) + "'", "bad-record", "")}
bad = make_home(work / "bad", [manifest(n) for n in SCRIPTS],
                {n: f"#!/bin/sh\n{s}\n" for n, (s, _, _) in SCRIPTS.items()})
result = toll("run", "--profile", "full", "--env", "native", "--blocks", "2", "--output",
              work / "out", home=bad)
made = only_run(work / "out")
cells = {x["workload"]: x for x in json.loads((made / "summary.json").read_text())["cells"]}
for name, (_, status, words) in SCRIPTS.items():
    x = cells.get(name, {})
    tap.ok(x.get("status") == status and words in (x["reason"] or "") and
           (status == "ok") == (x["reason"] is None) and "\033" not in (x["reason"] or ""),
           f"a program that is '{name}' is {status}, with its reason", x)
tap.ok(result.code == 1, "a run with failed cells: exit 1", result)
(bad / f"build/workloads/{HOST}/good.portable").unlink()
result = toll("run", "--profile", "full", "--env", "native", "--blocks", "1", "--workload",
              "good,dies", "--output", work / "unbuilt", home=bad)
x = json.loads((only_run(work / "unbuilt") / "summary.json").read_text())["cells"]
tap.ok(any(y["workload"] == "good" and y["status"] == "error" and "make workloads" in y["reason"]
           for y in x), "a program that is not built is an error that says how to build it", x)

# ---- disks ----

replay = ("run", "--replay", folder, "--profile", "full", "--workload", "alpha", "--env", FOREIGN)
read_only = work / "read-only"
read_only.mkdir()
if os.geteuid() == 0:
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", read_only],
                             capture_output=True, check=False).returncode == 0
else:
    read_only.chmod(0o555)
    mounted = True
if mounted:
    result = toll(*replay, "--output", read_only, home=home)
    tap.ok(result.code in (1, 2) and str(read_only) in result.err and not result.out,
           "an output folder that cannot be written is an error that names it", result)
    if os.geteuid() == 0:
        subprocess.run(["umount", read_only], check=False)
else:
    tap.skip("an output folder that cannot be written", "no tmpfs can be mounted")

small = work / "small"
small.mkdir()
if os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=40k", "tmpfs", small],
        capture_output=True, check=False).returncode == 0:
    big = Canned(blocks=40)
    for env in ("native", FOREIGN):
        big.arm("alpha", env)
    big.fill({FOREIGN: 5.0})
    source = big.write(work / "big")
    result = toll("run", "--replay", source, "--profile", "full", "--blocks", "40", "--workload",
                  "alpha", "--env", FOREIGN, "--output", small, home=home)
    made = only_run(small)
    whole = (made / "samples.jsonl").read_text().endswith("\n")
    count = len(lines_of(made))
    tap.ok(result.code == 1 and "No space left" in result.err and "samples.jsonl" in result.err and
           "intact" in result.err and whole and 4 < count < 80,
           f"a full disk: a clear error, and the {count} samples before it are whole", result)
    subprocess.run(["mount", "-o", "remount,size=1m", small], check=True)
    result = toll("run", "--resume", made.name, "--output", small, home=home)
    tap.ok(result.code == 0 and len(lines_of(made)) == 80, "with room again --resume completes it",
           result)
    subprocess.run(["umount", small], check=False)
else:
    tap.skip("a full disk", "no tmpfs can be mounted")


def limit():
    resource.setrlimit(resource.RLIMIT_FSIZE, (3000, 3000))


output = work / "limited"
result = toll(*replay, "--blocks", "6", "--output", output, home=home, limits=limit)
made = only_run(output)
tap.ok(result.code in (1, 2) and "File too large" in result.err and "samples.jsonl" in result.err and
       made and (made / "samples.jsonl").read_text().endswith("\n") and lines_of(made),
       "a file size limit: a clear error, and the samples before it are whole", result)

# ---- VMs that seem usable, and a libvirt that is not ----

started = make_home(work / "started", [manifest("good")],
                    {"good": f"#!/bin/sh\n{SCRIPTS['good'][0]}\n"})
for arch, mark in (("x86_64", (0x202, b"HdrS")), ("aarch64", (56, b"ARM\x64"))):
    images = started / "build/images" / arch
    images.mkdir(parents=True)
    kernel = bytearray(1024)
    kernel[mark[0]:mark[0] + 4] = mark[1]
    (images / "vmlinuz").write_bytes(kernel)
    for name in ("initramfs", "root.squashfs"):
        (images / name).write_text("none")
emulator = work / "emulator"
emulator.mkdir()
(emulator / f"qemu-system-{HOST}").write_text("#!/bin/sh\nexit 1\n")
(emulator / f"qemu-system-{HOST}").chmod(0o755)
sockets = work / "sockets"
sockets.mkdir()
if os.geteuid() == 0 and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k,nr_inodes=3", "tmpfs", sockets],
        capture_output=True, check=False).returncode == 0:
    how = {"home": started, "env": {"XDG_RUNTIME_DIR": str(sockets),
                                    "PATH": f"{emulator}:{os.environ['PATH']}"}}
    result = toll("run", "--profile", "full", "--blocks", "1", "--env", f"vm-{HOST}-tcg",
                  "--output", work / "no-libvirt", **how)
    made = only_run(work / "no-libvirt")
    x = {y["env"]: y for y in json.loads((made / "summary.json").read_text())["cells"]}
    tap.ok(result.code == 0 and x["native"]["status"] == "ok" and
           x[f"vm-{HOST}-tcg"]["status"] == "refused" and
           "No space left" in x[f"vm-{HOST}-tcg"]["reason"] and
           "--connect" in x[f"vm-{HOST}-tcg"]["reason"] and "no VM is measured" in result.err,
           "its cells are refused with the reason, the others are measured", f"{x}\n{result}")
    plan = json.loads((made / "plan.json").read_text())
    for arm in plan["arms"]:
        arm.update(status="ok", reason=None)
    (made / "plan.json").write_text(json.dumps(plan))
    result = toll("run", "--resume", made, "--output", work / "no-libvirt", **how)
    tap.ok(result.code == 1 and "No space left" in result.err and "--resume it again" in result.err,
           "a run that has measured VMs waits for them", result)
    subprocess.run(["umount", sockets], check=False)
else:
    tap.skip("a libvirt that cannot be used", "no tmpfs can be mounted")

# ---- tools ----

tools = work / "bin"
tools.mkdir()
for tool in ("sh", "env"):
    (tools / tool).symlink_to(shutil.which(tool))
result = toll("compare", *replay[1:], "--blocks", "6", "--output", work / "no-gnuplot", home=home,
              env={"PATH": str(tools)})
made = only_run(work / "no-gnuplot")
tap.ok(result.code == 1 and "install gnuplot" in result.err and (made / "summary.json").exists(),
       "without gnuplot the error names it, and what was measured is kept: exit 1", result)
result = toll("report", made, "--output", work / "no-gnuplot", home=home, env={"PATH": str(tools)})
tap.ok(result.code == 1 and "install gnuplot" in result.err, "so it is of the report alone", result)
(made / "report.md").unlink()
(made / "report.md").mkdir()
result = toll("report", made, "--output", work / "no-gnuplot", home=home)
tap.ok(result.code == 1 and "report.md" in result.err, "a report that cannot be written: exit 1",
       result)
silent = make_home(work / "silent", [manifest("silent")])
output = work / "silent-out"
output.mkdir()
(output / "plots").write_text("no folder")
result = toll("compare", "--profile", "full", "--blocks", "1", "--env", "native", "--output",
              output, home=silent)
tap.ok(result.code == 4 and "plots" in result.err,
       "a report that fails hides no other exit code: 4, where nothing could be measured", result)
good = make_home(work / "good", [manifest("good")], {"good": f"#!/bin/sh\n{SCRIPTS['good'][0]}\n"})
result = toll("run", "--profile", "full", "--blocks", "1", "--env", "user-*", "--output",
              work / "no-qemu", home=good, env={"PATH": str(tools)})
cells = json.loads((only_run(work / "no-qemu") / "summary.json").read_text())["cells"]
status = {x["env"]: (x["status"], x["reason"] or "") for x in cells}
tap.ok(result.code == 0 and status["native"][0] == "ok" and
       all(status[f"user-{a}"][0] == "refused" and "qemu" in status[f"user-{a}"][1]
           for a in (HOST, OTHER)),
       "without QEMU its cells are refused with the reason, the rest is measured, exit 0",
       f"{status}\n{result}")
tap.done()
