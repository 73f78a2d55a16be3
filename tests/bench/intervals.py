"""Do 95 % intervals cover 95 %? On simulated runs, by the code that a run's statistics use: the
simulator is that of `make validate`."""
import csv

from line import Bound, Line, Promise, run, shown

BOUND = Bound(93.5, 96.5)
WORLDS = {"normal": "normal", "ar1": "ar1-.3"}
BLOCKS = (6, 20)


def counts(bench, world, blocks):
    """(covered, trials, command) of what is reported, over all shares of variance between boots."""
    argv = [bench.build / "tests" / "validation" / "validate", "--trials", bench.choose(4000, 400),
            "--blocks", blocks, "--only", world, "coverage"]
    rows = [row for row in csv.DictReader(run(argv, 1200)[1].splitlines()) if row["method"] == "toll"]
    return sum(int(r["count"]) for r in rows), sum(int(r["trials"]) for r in rows), shown(argv)


def measure(bench):
    for kind, world in WORLDS.items():
        for blocks in BLOCKS:
            covered, trials, command = counts(bench, world, blocks)
            share = 100 * covered / trials
            error = (share * (100 - share) / trials) ** 0.5
            yield Line(
                f"coverage-{kind}-{blocks}", share, "%", BOUND,
                f"{blocks} blocks of noise {world}: {share:.2f} ± {2 * error:.2f} % of {trials} "
                f"simulated runs", command)


NAMES = tuple(f"coverage-{kind}-{blocks}" for kind in WORLDS for blocks in BLOCKS)
PROMISES = [Promise(NAMES, measure)]
