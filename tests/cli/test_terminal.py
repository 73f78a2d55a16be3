#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""On a terminal: a progress bar that fits and goes away, colours, NO_COLOR."""
import fcntl
import json
import os
import pty
import re
import select
import signal
import struct
import subprocess
import termios
import time

from canned import FOREIGN, Canned
from toll import TOLL, Tap, make_home, manifest, scratch, toll

RECORD = ('{"schema":"toll.record/1","workload":"x","main_ns":0,"iter_wall_ns":[2000,1000,1000],'
          '"iter_cpu_ns":[2000,1000,1000],"work":{"flop":1,"bytes":0},"path":"p",'
          '"digest":{"values":[1.5],"hash":"0a"}}')
NAME = "a-workload-with-a-name-that-is-rather-long"
tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest(NAME), manifest("alpha")],
                 {NAME: f"#!/bin/sh\nsleep 0.1\necho '{RECORD}'\n"})


def on_terminal(*arguments, columns=80, interrupt=False, **env):
    """(exit code, everything the terminal was sent); interrupt: Ctrl-C is typed once there is
    a bar."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    full = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "COLUMNS")}
    full.update({"TOLL_HOME": str(home), "TERM": "xterm", **env})
    child = subprocess.Popen([TOLL, *map(str, arguments)], env=full, stdin=slave, stdout=slave,
                             stderr=slave, start_new_session=True)
    # What is written takes its time to come out, on a busy machine more than a moment, and where no
    # end of the slave is open any more it can be lost.
    shown, begin = b"", time.monotonic()
    while time.monotonic() - begin < 60:
        ended = child.poll() is not None
        if interrupt and "░".encode() in shown:
            os.killpg(child.pid, signal.SIGINT)
            interrupt = False
        if select.select([master], [], [], 1 if ended else 0.05)[0]:
            shown += os.read(master, 65536)
        elif ended:
            break
    os.close(slave)
    os.close(master)
    return child.wait(10), shown.decode("utf-8", "replace")


RUN = ("run", "--profile", "full", "--env", "native", "--workload", NAME, "--blocks", "4",
       "--output", work / "out")
for columns in (80, 60, 132):
    code, shown = on_terminal(*RUN, columns=columns)
    drawn = [x for x in re.split(r"\r\x1b\[K|\r\n", shown) if "█" in x or "░" in x]
    wide = [x for x in drawn if len(x) >= columns]
    tap.ok(code == 0 and len(drawn) >= 3 and not wide,
           f"a terminal of {columns} columns: the bar is drawn and fits", f"{wide}\n{shown!r}")
    last = re.split(r"\r\x1b\[K|\r\n", shown.rstrip())[-1]
    tap.ok(str(work / "out/results/2") in last and "█" not in last and "[K" in shown,
           f"a terminal of {columns} columns: it is gone at the end", repr(shown[-300:]))
code, shown = on_terminal(*RUN, columns=20)
tap.ok(code == 0, "a terminal that has no room for it is no problem", repr(shown))
code, shown = on_terminal(*RUN, interrupt=True)
lines = shown.split("\r\n")
tap.ok(code == 130 and any(re.search(r"\x1b\[Ktoll: .*--resume", x) for x in lines),
       "after Ctrl-C the bar makes room for the message", repr(shown))
code, shown = on_terminal(*RUN, "--quiet")
tap.ok(code == 0 and "░" not in shown, "--quiet draws no bar", repr(shown))

run = Canned()
for env in ("native", FOREIGN):
    run.arm("alpha", env)
run.fill({FOREIGN: 5.0})
folder = run.write(work / "stored")
COMPARE = ("compare", "--replay", folder, "--profile", "full", "--blocks", "6", "--workload",
           "alpha", "--env", FOREIGN, "--quiet", "--output")
code, shown = on_terminal(*COMPARE, work / "colour")
tap.ok(code == 0 and re.search(r"\x1b\[[0-9;]*m", shown) and "5.0" in shown,
       "a terminal gets colours", repr(shown))
code, shown = on_terminal(*COMPARE, work / "grey", NO_COLOR="1")
tap.ok(code == 0 and "\x1b" not in shown and "5.0" in shown, "NO_COLOR is honoured", repr(shown))
code, shown = on_terminal(*COMPARE, work / "narrow", columns=60, NO_COLOR="1")
wide = [x for x in shown.split("\r\n") if len(x) > 60 and str(work) not in x]
tap.ok(code == 0 and not wide, "the summary fits a narrow terminal", wide)

# ---- making an image ----

(home / "workloads/boxed.json").write_text(json.dumps({
    "name": "boxed", "suite": "boxed", "summary": "a program of packages", "iteration": "a run",
    "packages": ["toy"], "command": ["toy"], "sizes": {"small": {"shape": "1", "memory_mib": 8}}}))
(home / "images").mkdir()
(home / "images/root.sh").write_text("""#!/bin/sh
echo "images: downloading it" >&2
for i in 1 2 3; do echo "progress: downloading it: $i of 3, which is said at some length" >&2; done
echo "images: unpacking it" >&2
echo "root.sh: the disk is full" >&2
exit 1
""")
(home / "images/root.sh").chmod(0o755)
BOXED = ("run", "--env", "native", "--workload", "boxed", "--output", work / "boxed")
code, shown = on_terminal(*BOXED, columns=40)
drawn = [x for x in re.split(r"\r\x1b\[K|\r\n", shown) if x]
tap.ok([x for x in drawn if x.startswith(("downloading", "unpacking"))] ==
       ["downloading it", *(f"downloading it: {i} of 3, which is said a" for i in (1, 2, 3)),
        "unpacking it"], "on a terminal one line tells how far an image is", repr(shown))
tap.ok("\r\x1b[Ktoll: warning: no root image of it: root.sh: the disk is full" in shown,
       "and makes room for why it failed", repr(shown))
lines = toll(*BOXED, home=home).err.splitlines()
tap.same([x for x in lines if "it" in x.split()][:2], ["toll: downloading it", "toll: unpacking it"],
         "elsewhere each step is a line, once")
tap.ok(not any("of 3" in x for x in lines), "and nothing in between is", lines)
tap.same([x for x in toll(*BOXED, "--quiet", home=home).err.splitlines() if "unpacking" in x], [],
         "with --quiet nothing is said")
tap.done()
