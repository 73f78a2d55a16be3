"""Do 95 % intervals cover 95 %? On simulated blocks, by the code that a run's statistics use."""
import json

from line import Bound, Line, Promise, run, shown

BOUND = Bound(93.5, 96.5)


def name_of(result):
    kind = "ar1" if result["correlation"] else "normal"
    return f"coverage-{kind}-{result['blocks']}-{result['interval']}"


def measure(bench):
    argv = [bench.driver("coverage"), bench.choose(100000, 10000)]
    results = [json.loads(line) for line in run(argv, 120)[1].splitlines()]
    lines = []
    for result in results:
        covered = 100 * result["covered"]
        error = (covered * (100 - covered) / result["trials"]) ** 0.5
        lines.append(Line(
            name_of(result), covered, "%", BOUND,
            f"{result['blocks']} blocks of serial correlation {result['correlation']:g}: "
            f"{covered:.2f} ± {2 * error:.2f} % of {result['trials']} simulated series", shown(argv)))
    return lines


NAMES = tuple(
    f"coverage-{kind}-{blocks}-{interval}"
    for kind in ("normal", "ar1") for blocks in (6, 20) for interval in ("raw", "adjusted"))
PROMISES = [Promise(NAMES, measure)]
