"""From creating a guest to its agent's hello, beside QEMU started by hand (tests/vm/vm_bench.c)."""
import json
from statistics import median

from line import Bound, Failure, Line, Promise, run, shown

BOUND = Bound(high=1.15)
BOOT_S = 10  # generous: a boot on a busy machine


def boot_line(bench, arch):
    pairs = bench.choose(20, 2)
    argv = [bench.build / "tests" / "vm-bench", arch, pairs, bench.cpu]
    rows = [json.loads(line) for line in run(argv, 60 + 2 * BOOT_S * pairs)[1].splitlines()
            if line.startswith("{")]
    summary = next((row for row in rows if "ci95" in row), None)
    times = [row for row in rows if "plain_ns" in row]
    if not summary or not times:
        raise Failure(f"'{shown(argv)}' printed no result")
    low, high = summary["ci95"]
    ours, plain = (median(row[key] for row in times) / 1e9 for key in ("libvirt_ns", "plain_ns"))
    return Line(
        f"vm-boot-{arch}", high, "ratio", BOUND,
        f"upper end of create → hello, toll ÷ plain QEMU {summary['ratio']:.3f} [{low:.3f}, "
        f"{high:.3f}] over {summary['pairs']} pairs; medians {ours:.2f} s against {plain:.2f} s",
        shown(argv))


PROMISES = [
    Promise((f"vm-boot-{arch}",), lambda bench, arch=arch: [boot_line(bench, arch)])
    for arch in ("x86_64", "aarch64")]
