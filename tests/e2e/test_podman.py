#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The row for podman that is shipped, as it is, with an image and a storage of the test's own."""
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from toll import HOST, TOP, Tap, only_run, scratch, toll  # noqa: E402

tap = Tap()
work = scratch()
NAME = "a program in a container of podman's is measured"
ENV = f"podman-{HOST}"
ARCH = {"x86_64": "amd64", "aarch64": "arm64"}[HOST]

missing = [program for program in ("podman", "runc") if not shutil.which(program)]
if missing:
    tap.skip(NAME, f"{' and '.join(missing)} not installed")
    tap.done()
storage = work / "storage.conf"
storage.write_text(f'[storage]\ndriver = "vfs"\nrunroot = "{work}/run"\ngraphroot = "{work}/graph"\n')
rows = [r for r in json.loads((TOP / "environments.json").read_text())["environments"]
        if (r["name"], r["runs"]) == ("podman", HOST)]
rows[0]["variables"]["CONTAINERS_STORAGE_CONF"] = str(storage)
environments = work / "environments.json"
environments.write_text(json.dumps({"environments": rows}))
made = subprocess.run(f"tar -cT /dev/null | podman import --arch={ARCH} - toll-{ARCH}", shell=True,
                      env={**os.environ, "CONTAINERS_STORAGE_CONF": str(storage)}, timeout=60,
                      capture_output=True, text=True, check=False)
if made.returncode:
    tap.skip(NAME, f"podman cannot import an image here: {made.stderr.strip().splitlines()[-1:]}")
    tap.done()

result = toll("compare", "--profile", "smoke", "--workload", "vector-add", "--variant", "portable",
              "--env", ENV, "--environments", environments, "--output", work / "out", deadline=240)
run = only_run(work / "out")
if not tap.ok(run and result.code == 0, "compare succeeds", result):
    tap.done()
summary = json.loads((run / "summary.json").read_text())
cell = next(c for c in summary["cells"] if c["env"] == ENV)
tap.ok(cell["status"] == "ok" and cell["ratio"]["point"] > 0, NAME, cell)
tap.ok(any(c["env"] == ENV and c["version"].startswith("podman version") for c in summary["commands"]),
       "the summary says which podman", summary["commands"])
tap.done()
