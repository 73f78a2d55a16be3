#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The TensorFlow scripts as a harness meets them, and TensorFlow itself in a root image.

What needs no TensorFlow is tested everywhere: descriptions, options, the timing of wl.py on a toy.
The rest makes the host's root image with images/root.sh and measures natively; it is skipped, with
the reason, where the wheels cannot be had or programs of images cannot be run. Prints TAP; expects
`make all` to have run, and the top of the tree as working folder.
"""

import hashlib
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from test_programs import HOST, PROGRAMS, execute, parse_record, tap

# Trains nothing but a number; NumPy and TensorFlow stay away.
TOY = """
import sys
sys.path.insert(0, sys.argv.pop(1))
import wl

class Toy:
    losses = {losses}
    def step(self, n):
        return self.losses[min(n, len(self.losses) - 1)]
    def result(self):
        return []

wl.import_tensorflow = lambda threads, seed: None
wl.path = lambda tf: "toy"
wl.main(wl.Workload(name="toy", summary="a toy", sizes={{"small": 1, "seed": 2}},
                    setup=lambda tf, shape, seed: Toy(), work=lambda shape: (shape, 2 * shape)))
"""


def manifests():
    all_of = (json.loads(p.read_text()) for p in sorted(Path("workloads").glob("tf-*.json")))
    return [m for m in all_of if m["suite"] == "tensorflow"]


def script(name):
    return str(PROGRAMS / HOST / f"{name}.tensorflow")


def check_descriptions():
    for m in manifests():
        d = json.loads(execute([sys.executable, script(m["name"]), "--describe"]).stdout)
        tap.ok(d["workload"] == m["name"] and d["summary"] == m["summary"]
               and list(d["sizes"]) == list(m["sizes"]), f"{m['name']}: manifest and script agree",
               [d, m])
        tap.ok(d["sizes"]["seed"]["flop"] >= d["sizes"]["small"]["flop"],
               f"{m['name']}: the seed size is no less work")
    tap.ok(len(manifests()) == 13, "there are thirteen")


def check_identity():
    """A script's file stands for its modules too: harness/model/program.h."""
    modules = sorted(p.name for p in Path("workloads/tensorflow").glob("*.py")
                     if not p.name.startswith("tf-"))
    for m in manifests():
        built = Path(script(m["name"])).read_text()
        source = Path(f"workloads/tensorflow/{m['name']}.py").read_text()
        sums = "".join(f"# {hashlib.sha256((PROGRAMS / HOST / name).read_bytes()).hexdigest()}  {name}\n"
                       for name in modules)
        tap.ok(modules and built == source + sums, f"{m['name']}: ends with its modules' sums", built[-300:])


def check_counterparts():
    """What is compared does the same work, by each program's own account."""
    found = 0
    for m in manifests():
        if "counterpart" not in m:
            continue
        found += 1
        model, plain = (json.loads(execute(command).stdout)["sizes"] for command in (
            [sys.executable, script(m["name"]), "--describe"],
            [str(PROGRAMS / HOST / m["counterpart"]["program"]), "--describe"]))
        tap.ok({size: w["flop"] for size, w in model.items()}
               == {size: w["flop"] for size, w in plain.items()},
               f"{m['name']}: as many operations as {m['counterpart']['program']}", [model, plain])
    tap.ok(found == 12, "twelve have a counterpart")


def check_bad_options():
    path = script("tf-mlp-train-binary")
    for arguments in (["--size", "huge"], ["--size"], ["--iterations", "0"], ["--iterations", "4097"],
                      ["--iterations", "3x"], ["--iterations", ""], ["--min-time", "soon"],
                      ["--min-time", "-1"], ["--min-time", "nan"], ["--max-time", "1e9"],
                      ["--seed", "99999999999999999999"], ["--threads", "0"], ["--nonsense"],
                      ["more"]):
        result = execute([sys.executable, path, *arguments])
        tap.ok(result.returncode == 2 and result.stderr and not result.stdout,
               f"{' '.join(arguments)}: exit 2, a message, no record", result)
    result = execute([sys.executable, path, "--help"])
    tap.ok(result.returncode == 0 and "--min-time" in result.stdout, "--help names the options")


def toy(losses, *arguments, out=subprocess.PIPE):
    return subprocess.run(
        [sys.executable, "-c", TOY.format(losses=losses), str(PROGRAMS / HOST), *arguments],
        stdout=out, stderr=subprocess.PIPE, text=True, timeout=60)


def check_frame():
    def count(*arguments):
        return len(parse_record(toy([2.0, 1.0], *arguments).stdout)["iter_wall_ns"])

    tap.ok(count() == 2, "by default as many steps as are verified")
    tap.ok(count("--iterations", "7") == 7, "as many as asked for")
    tap.ok(count("--iterations", "50", "--max-time", "0") == 2,
           "none begun after --max-time but those to verify")
    tap.ok(count("--min-time", "0.01") > 2, "on until those after the first have taken --min-time")
    r = parse_record(toy([2.0, 1.0]).stdout)
    tap.ok(r["losses"] == [2.0, 1.0] and r["digest"]["values"] == [1.0]
           and r["work"] == {"flop": 1, "bytes": 2}, "the record has losses, digest and work", r)
    for losses, why in (([1.0, 1.0], "has not fallen"), ([1.0, float("inf")], "not finite")):
        result = toy(str(losses).replace("inf", "float('inf')"))
        tap.ok(result.returncode == 3 and why in result.stderr and not result.stdout,
               f"a loss that {why}: exit 3, no record", result)
    with open("/dev/full", "w") as full:
        result = toy([2.0, 1.0], out=full)
    tap.ok(result.returncode == 3 and "No space" in result.stderr,
           "a record that cannot be written is an error", result)


def make_image():
    """None, or why there is no image of TensorFlow here."""
    packages = manifests()[0]["packages"]
    try:
        result = subprocess.run(["images/root.sh", HOST, *packages], capture_output=True, text=True,
                                timeout=480)
    except subprocess.TimeoutExpired:
        return "the root image of TensorFlow was not made within 480 s"
    if result.returncode:
        return f"no root image of TensorFlow: {result.stderr.strip().splitlines()[-1]}"
    return None


def measure(folder, names):
    result = subprocess.run(
        ["build/toll", "run", "--workload", ",".join(names), "--env", "native", "--blocks", "1",
         "--profile", "smoke", "--budget", "1s", "--output", folder],
        capture_output=True, text=True, timeout=400, env={**os.environ, "NO_COLOR": "1"})
    samples = list(Path(folder).glob("results/*/samples.jsonl"))
    lines = [json.loads(line) for path in samples for line in path.open()]
    return result, [line for line in lines if "cell" in line]


def check_tensorflow():
    why = make_image()
    if why:
        return tap.skip("TensorFlow runs in a root image", why)
    names = ["tf-devices", "tf-matmul", "tf-cnn-train-adam", "tf-input-prefetch"]
    with tempfile.TemporaryDirectory() as folder:
        result, samples = measure(folder, names)
    refused = [s["reason"] for s in samples if s["status"] == "refused"]
    if not samples and "cannot be run here" in result.stderr + result.stdout or refused:
        return tap.skip("TensorFlow runs in a root image",
                        "programs of root images cannot be run here")
    by_name = {s["cell"].split(".")[0]: s for s in samples}
    for name in names:
        s = by_name.get(name, {})
        tap.ok(s.get("status") == "ok", f"{name} runs natively", [s, result])
    tap.ok(by_name["tf-cnn-train-adam"]["losses"][1] < by_name["tf-cnn-train-adam"]["losses"][0],
           "its loss falls")
    tap.ok(by_name["tf-matmul"]["startup_ns"] > 10 * by_name["tf-matmul"]["iter_wall_ns"][0] > 0,
           "importing TensorFlow is start-up, not the first step")
    probe = by_name["tf-devices"]["probe"]
    tap.ok(probe["devices"] and isinstance(probe["gpus"], list)
           and probe["tensorflow"]["version"].startswith("2."), "TensorFlow lists its devices", probe)


def main():
    check_descriptions()
    check_identity()
    check_counterparts()
    check_bad_options()
    check_frame()
    check_tensorflow()
    tap.done()


if __name__ == "__main__":
    main()
