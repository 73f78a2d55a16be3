#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The workload programs as a harness meets them: options, records, digests, memory.

Runs every variant of every manifest natively and under QEMU's user mode, prints TAP, exits 1 if
anything failed. Expects `make workloads` to have run, and the top of the tree as working folder.
"""

import json
import math
import os
import platform
import shutil
import struct
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from tap import Tap  # noqa: E402

PROGRAMS = Path("build/workloads")
HOST = platform.machine()
ARCHITECTURES = {
    "x86_64": ["qemu-x86_64-static", "-cpu", "Haswell-noTSX"],
    "aarch64": ["qemu-aarch64-static", "-cpu", "neoverse-n1"],
}
DEADLINE_S = 120
RECORD_LIMIT = 200 * 1024
RECORD_KEYS = {"schema", "workload", "variant", "arch", "size", "seed", "threads", "main_ns",
               "begin_ns", "end_ns", "iter_wall_ns", "iter_cpu_ns", "max_rss_kib",
               "work", "path", "digest"}


tap = Tap()


def execute(command, env=None):
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE_S,
                          env={**os.environ, **(env or {})})


def refuse_constant(name):
    raise ValueError(f"{name} is not JSON")


def parse_record(text):
    """The one line of a record; raises ValueError for anything else."""
    if not text.endswith("\n") or text.count("\n") != 1:
        raise ValueError("not exactly one line")
    return json.loads(text, parse_constant=refuse_constant)


def record(command, env=None):
    result = execute(command, env)
    if result.returncode:
        raise RuntimeError(f"{command}: exit {result.returncode}: {result.stderr}")
    return parse_record(result.stdout)


def program(arch, name, variant):
    return str(PROGRAMS / arch / f"{name}.{variant.get('program', variant['name'])}")


def check_record(what, manifest, size, r):
    expected = set(RECORD_KEYS)
    if r["workload"] == "device-probe":
        expected.add("probe")
    if "losses" in r:
        expected.add("losses")
    n = len(r["iter_wall_ns"])
    numbers = r["digest"]["values"] + r.get("losses", [])
    problems = [text for bad, text in [
        (set(r) != expected, f"keys {sorted(set(r) ^ expected)}"),
        (r["schema"] != "toll.record/1", "schema"),
        (r["workload"] != manifest["name"] or r["size"] != size, "name or size"),
        (len(r["iter_cpu_ns"]) != n or n < 1, "iterations"),
        (sum(r["iter_wall_ns"]) > r["end_ns"] - r["begin_ns"], "iterations overlap"),
        (not r["main_ns"] <= r["begin_ns"] <= r["end_ns"], "time stamps"),
        (not 1 <= len(r["digest"]["values"]) <= 8, "digest values"),
        (len(r["digest"]["hash"]) != 16, "digest hash"),
        (not all(math.isfinite(x) for x in numbers), "not finite"),
        (not r["path"], "path"),
    ] if bad]
    tap.ok(not problems, f"{what}: the record is complete", ", ".join(problems))


def agree(a, b, tolerance):
    if tolerance == 0:
        return a["hash"] == b["hash"]
    return len(a["values"]) == len(b["values"]) and all(
        abs(x - y) <= tolerance * max(abs(x), abs(y)) for x, y in zip(a["values"], b["values"]))


def check_everywhere(manifest):
    """One run of each variant per architecture and way of running; all digests agree."""
    name, tolerance = manifest["name"], manifest["tolerance"]
    reference, hashes = None, {}
    for variant in manifest["variants"]:
        for arch, qemu in ARCHITECTURES.items():
            env = variant.get("env", {}).get(arch)
            for prefix in ([[]] if arch == HOST else []) + [qemu]:
                what = f"{name}.{variant['name']}.{arch} {'translated' if prefix else 'native'}"
                if prefix and not shutil.which(prefix[0]):
                    tap.skip(what, f"{prefix[0]} is not installed")
                    continue
                r = record(prefix + [program(arch, name, variant), "--size", "small"], env)
                check_record(what, manifest, "small", r)
                tap.ok(r["arch"] == arch, f"{what}: knows its architecture")
                if env:
                    tap.ok(r["path"].upper() == env["OPENBLAS_CORETYPE"].upper(),
                           f"{what}: takes the pinned path", r["path"])
                if not manifest.get("compare", True):
                    continue
                reference = reference or r["digest"]
                tap.ok(agree(reference, r["digest"], tolerance),
                       f"{what}: digest within {tolerance}", [reference, r["digest"]])
                if variant["name"] == "portable":
                    hashes[what] = r["digest"]["hash"]
    if hashes:
        tap.ok(len(set(hashes.values())) == 1, f"{name}: portable gives the same bits everywhere",
               hashes)


def check_training(manifest):
    name = manifest["name"]
    for variant in manifest["variants"]:
        for size in ("small", "seed"):
            for seed in (1, 2, 3):
                r = record([program(HOST, name, variant), "--size", size, "--seed", str(seed)])
                if "losses" not in r:
                    return
                tap.ok(r["losses"][0] > r["losses"][-1],
                       f"{name}.{variant['name']}: the loss falls, size {size}, seed {seed}",
                       r["losses"])
                if size == "seed" and manifest["sizes"]["seed"]["memory_mib"] > 64:
                    break


def peak_mib(command):
    result = execute(["build/tests/workloads/peak_rss", *command])
    return int(result.stdout) / 1024 if result.returncode == 0 else math.inf


def check_memory(manifest):
    for variant in manifest["variants"]:
        for size, limits in manifest["sizes"].items():
            peak = peak_mib([program(HOST, manifest["name"], variant), "--size", size])
            if size == "seed":
                told = record([program(HOST, manifest["name"], variant), "--size", size])
                tap.ok(abs(told["max_rss_kib"] / 1024 - peak) < 1 + peak / 10,
                       f"{manifest['name']}.{variant['name']}: its record tells its own peak",
                       f"{told['max_rss_kib']} KiB, {peak:.1f} MiB")
            tap.ok(peak <= limits["memory_mib"],
                   f"{manifest['name']}.{variant['name']}: {size} stays within "
                   f"{limits['memory_mib']} MiB", f"{peak:.1f} MiB")


def check_manifest(path, manifest):
    keys = {"name", "suite", "summary", "iteration", "variants", "sizes", "original", "tolerance"}
    name = manifest["name"]
    tap.ok(set(manifest) - {"compare"} == keys and f"{name}.json" == path.name,
           f"{path.name}: has the keys of a manifest, and its own name")
    for variant in manifest["variants"]:
        d = json.loads(execute([program(HOST, name, variant), "--describe"]).stdout)
        tap.ok(list(d["sizes"]) == list(manifest["sizes"])
               and d["summary"] == manifest["summary"] and d["workload"] == name,
               f"{name}.{variant['name']}: manifest and program agree", [d, manifest])


def elf_segments(path):
    """(type, alignment) of each program header of a 64-bit little-endian ELF file."""
    data = Path(path).read_bytes()
    offset, size, count = struct.unpack_from("<Q", data, 32)[0], *struct.unpack_from("<HH", data, 54)
    return [(struct.unpack_from("<I", data, offset + i * size)[0],
             struct.unpack_from("<Q", data, offset + i * size + 48)[0]) for i in range(count)]


def check_files(manifest):
    load, interpreter = 1, 3
    for arch in ARCHITECTURES:
        for variant in manifest["variants"]:
            path = program(arch, manifest["name"], variant)
            segments = elf_segments(path)
            tap.ok(all(kind != interpreter for kind, _ in segments)
                   and all(align >= 65536 for kind, align in segments if kind == load),
                   f"{path}: static, aligned for 64 KiB pages")


def check_bad_options():
    path = str(PROGRAMS / HOST / "mlp-train-binary.portable")
    for arguments in (["--size", "huge"], ["--size"], ["--iterations", "0"], ["--iterations", "4097"],
                      ["--iterations", "3x"], ["--iterations", "-1"], ["--iterations", ""],
                      ["--min-time", "soon"], ["--min-time", "-1"], ["--min-time", "nan"],
                      ["--max-time", "1e9"], ["--seed", "99999999999999999999"], ["--threads", "2"],
                      ["--nonsense"], ["more"]):
        result = execute([path, *arguments])
        tap.ok(result.returncode == 2 and result.stderr and not result.stdout,
               f"{' '.join(arguments)}: exit 2, a message, no record", result)
    result = execute([path, "--help"])
    tap.ok(result.returncode == 0 and "--min-time" in result.stdout, "--help names the options")


def check_iterations():
    path = str(PROGRAMS / HOST / "mlp-train-binary.portable")

    def count(*arguments):
        return len(record([path, *arguments])["iter_wall_ns"])

    verified = json.loads(execute([path, "--describe"]).stdout)["verify_steps"]
    tap.ok(count() == verified > 1, "by default as many iterations as are verified")
    tap.ok(count("--iterations", "7") == 7, "as many as asked for")
    tap.ok(count("--iterations", "50", "--max-time", "0") == verified,
           "none begun after --max-time but those to verify")
    few, many = record([path]), record([path, "--iterations", "7"])
    tap.ok(few["digest"] == many["digest"] and few["losses"] == many["losses"],
           "what is verified does not depend on how many iterations follow")
    r = record([path, "--min-time", "0.02"])
    tap.ok(sum(r["iter_wall_ns"][1:]) >= 2e7 or len(r["iter_wall_ns"]) == 4096,
           "on until those after the first have taken --min-time", r["iter_wall_ns"][:9])
    output = execute([path, "--iterations", "4096"]).stdout
    tap.ok(len(parse_record(output)["iter_wall_ns"]) == 4096 and len(output) <= RECORD_LIMIT,
           "4096 iterations fit a record", len(output))


def check_seeds():
    path = str(PROGRAMS / HOST / "conv2d.portable")
    hashes = [record([path, "--seed", seed])["digest"]["hash"] for seed in "112"]
    tap.ok(hashes[0] == hashes[1] != hashes[2], "the seed decides the result", hashes)


def check_input_pipelines():
    one, other = (record([str(PROGRAMS / HOST / f"input-{way}.portable"), "--iterations", "20"])
                  for way in ("serial", "prefetch"))
    tap.ok(one["digest"] == other["digest"], "input made in line or ahead trains the same model")


def check_full_output():
    with open("/dev/full", "w") as full:
        result = subprocess.run([str(PROGRAMS / HOST / "vector-add.portable")], stdout=full,
                                stderr=subprocess.PIPE, text=True, timeout=DEADLINE_S)
    tap.ok(result.returncode == 3 and "cannot write" in result.stderr,
           "a record that cannot be written is an error", result)


def main():
    manifests = {path: json.loads(path.read_text()) for path in sorted(Path("workloads").glob("*.json"))}
    for path, manifest in manifests.items():
        if manifest["suite"] != "tensor":
            continue
        for check in (lambda m: check_manifest(path, m), check_files, check_everywhere, check_training,
                      check_memory):
            try:
                check(manifest)
            except (OSError, RuntimeError, ValueError, KeyError, subprocess.TimeoutExpired) as error:
                tap.ok(False, f"{manifest['name']}: the check ends", error)
    check_bad_options()
    check_iterations()
    check_seeds()
    check_input_pipelines()
    check_full_output()
    tap.done()


if __name__ == "__main__":
    main()
