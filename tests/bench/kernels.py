"""matmul's two variants beside OpenBLAS called directly, all with the same OpenBLAS core."""
from statistics import fmean

from line import Bound, Failure, Line, Promise, alternate, paired_ratio, run_json, shown

N = 1024  # matmul's size `bench`
CORES = {"x86_64": "Haswell", "aarch64": "NEOVERSEN1"}  # as in workloads/matmul.json
BOUNDS = {"portable": Bound(low=35), "blas": Bound(low=95)}


def iteration_ns(argv, core):
    """Mean time of an iteration without the first, cold one."""
    record = run_json(argv, 60, env={"OPENBLAS_CORETYPE": core})
    if record.get("path", "").lower() != core.lower() and not argv[3].endswith(".portable"):
        raise Failure(f"'{argv[3]}' took the core '{record.get('path')}' instead of {core}")
    return fmean(record["iter_wall_ns"][1:])


def measure(bench):
    core = CORES[bench.arch]
    pin = ["taskset", "-c", str(bench.cpu)]
    iterations = "6"
    direct = [*pin, bench.driver("matmul-openblas"), str(N), iterations]
    programs = {
        variant: [*pin, bench.workload(f"matmul.{variant}"), "--size", "bench", "--iterations",
                  iterations, "--seed", "1"]
        for variant in BOUNDS}
    rounds = alternate(
        bench.choose(40, 5), lambda: iteration_ns(direct, core),
        *(lambda argv=argv: iteration_ns(argv, core) for argv in programs.values()))
    lines = []
    for column, (variant, argv) in enumerate(programs.items(), start=1):
        ratio = paired_ratio(bench, [(times[0], times[column]) for times in rounds])
        gflops = [2 * N**3 / fmean(times[k] for times in rounds) for k in (column, 0)]
        lines.append(Line(
            f"matmul-{variant}", 100 * ratio.point, "%", BOUNDS[variant],
            f"speed ÷ OpenBLAS's ({core}) {ratio}; {gflops[0]:.1f} against {gflops[1]:.1f} GFLOP/s",
            f"OPENBLAS_CORETYPE={core} {shown(argv)} # beside: {shown(direct)}"))
    return lines


PROMISES = [Promise(tuple(f"matmul-{variant}" for variant in BOUNDS), measure)]
