# SPDX-License-Identifier: GPL-3.0-or-later
"""What the end-to-end tests share: the tools of tests/cli, and QEMUs that can be told apart.

libvirt's private folders are made below a folder of the test's own, so that its QEMUs, and nobody
else's, are found by their command lines."""
import atexit
import os
import signal
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from toll import HOST, OTHER, TOP, scratch  # noqa: E402

work = scratch()
roots = work / "r"
roots.mkdir(mode=0o700)
os.environ["XDG_RUNTIME_DIR"] = str(roots)


def qemus():
    """Process ids of the QEMUs whose files lie below this test's folder."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            if (entry / "comm").read_text().startswith("qemu") and \
                    f"{roots}/toll".encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def kill_leftovers():
    for pid in qemus():
        os.kill(pid, signal.SIGKILL)


atexit.register(kill_leftovers)
needed = [TOP / "build/images" / a / f for a in (HOST, OTHER)
          for f in ("vmlinuz", "initramfs", "root.squashfs")]
missing = [str(f) for f in needed if not f.exists()]
if missing:
    print(f"Bail out! there is no '{missing[0]}'; run 'make all'")
    sys.exit(1)
