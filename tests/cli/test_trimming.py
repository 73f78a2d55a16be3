#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How much a ratio hangs on what is left out as warm-up: computed for every cell, and reported where
it does."""
import statistics

from canned import FOREIGN, SAME, Canned
from toll import Tap, make_home, manifest, scratch, toll

tap = Tap()
work = scratch()
home = make_home(work / "home", [manifest("alpha")])
NS = 1_000_000


def turns(*parts):
    """(count, factor)... as nanoseconds."""
    return [int(NS * factor) for count, factor in parts for _ in range(count)]


FLAT = turns((12, 1))
# Steady from the fourth on; the three after that take half a per cent longer than the rest.
SHORT = turns((3, 3), (3, 1.005), (6, 1))
# Steady from the ninth on: twice as many would leave nothing.
LONG = turns((8, 3), (1, 1.01), (3, 1))


def canned(times, blocks=8, noise=0.0):
    run = Canned(blocks)
    for env in times:
        run.arm("alpha", env)
    for block in range(1, blocks + 1):
        for k, (env, of_env) in enumerate(times.items()):
            up = 1 + noise * ((block * 7 + 3 * k) % 5 - 2)
            run.sample("alpha", env, block, times=[int(t * up) for t in of_env])
    return run


def summary(run, name):
    folder = run.write(work / name)
    result = toll("stats", folder, "--json", home=home)
    s = result.json()
    return {c["env"]: c for c in s["cells"]} if s else tap.ok(False, "stats", result)


def mean(times, left_out):
    return statistics.mean(times[left_out:])


c = summary(canned({"native": FLAT, SAME: SHORT, FOREIGN: LONG}), "a")
tap.same([(c[e]["warmup_class"], c[e]["warmup_iterations"]) for e in ("native", SAME, FOREIGN)],
         [("flat", 1), ("warm-up", 3), ("warm-up", 8)], "the classes are what they were made to be")
tap.near(c[SAME]["ratio"]["point"], mean(SHORT, 3) / NS, "the ratio is without the warm-up")
tap.near(c[SAME]["ratio_untrimmed"], mean(SHORT, 0) / NS, "with nothing left out it has all of it")
tap.near(c[SAME]["ratio_trimmed_twice"], mean(SHORT, 6) / NS, "with twice as much it has less")
tap.near(c[FOREIGN]["ratio_untrimmed"], mean(LONG, 0) / NS, "however long the warm-up is")
tap.near(c[FOREIGN]["ratio_trimmed_twice"], mean(LONG, 9) / NS, "but the last quarter always remains")
tap.same((c["native"]["ratio_untrimmed"], c["native"]["ratio_trimmed_twice"]), (1, 1),
         "native is itself either way")
c = summary(canned({"native": SHORT, FOREIGN: FLAT}), "b")
tap.near(c[FOREIGN]["ratio_untrimmed"], NS / mean(SHORT, 0), "what is left out natively counts too")
c = summary(canned({"native": [NS], FOREIGN: [4 * NS]}), "c")
tap.same((c[FOREIGN]["ratio_untrimmed"], c[FOREIGN]["ratio_trimmed_twice"]),
         (c[FOREIGN]["ratio"]["point"],) * 2, "of one iteration nothing can be left out")
c = summary(canned({FOREIGN: FLAT}), "d")
tap.same((c[FOREIGN]["ratio_untrimmed"], c[FOREIGN]["ratio_trimmed_twice"]), (None, None),
         "without a ratio there is none of these")


def report(run, name):
    folder = run.write(work / name)
    result = toll("report", folder, "--output", work / name, home=home, deadline=100)
    return (folder / "report.md").read_text() if result.code == 0 else str(result)


def said(text):
    return [line for line in text.splitlines() if "moves" in line]


def outside(text):
    return [line for line in text.splitlines() if "outside" in line]


text = report(canned({"native": FLAT, SAME: SHORT, FOREIGN: FLAT}, noise=0.0002), "e")
tap.same(said(text), ["Leaving out twice as much moves 1 of 2 ratios out of their interval. "
                      "Counting every iteration, the cold first one too, moves 1."],
         "a report counts the ratios that leave their interval")
row = [line for line in outside(text) if SAME.replace("_", "\\_") in line]
tap.ok(len(row) == 1 and "| 3 | warm-up |" in row[0] and row[0].count("outside") == 2,
       "and shows what they would be", row)
text = report(canned({"native": FLAT, SAME: SHORT, FOREIGN: FLAT}, noise=0.01), "f")
tap.same((said(text), outside(text)),
         (["No. Leaving out twice as much moves 0 of 2 ratios out of their interval. "
           "Counting every iteration, the cold first one too, moves 1."], []),
         "what only the cold iterations move is counted apart, and no cause for a table")
text = report(canned({"native": FLAT, FOREIGN: FLAT}, noise=0.01), "g")
tap.same(said(text), ["No. Leaving out twice as much moves 0 of 1 ratios out of their interval. "
                      "Counting every iteration, the cold first one too, moves 0."],
         "and it says when none does")
tap.done()
