#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""toll diff: what changed between two runs, what did not, and what cannot be told."""
import json
import math

from canned import FOREIGN, KVM, SAME, Canned, by_environment, cell, log_mean, log_ratios, pool, \
    pool_means, spread, t_quantile
from toll import HOST, OTHER, TOP, Tap, make_home, manifest, scratch, toll

tap = Tap()
work = scratch()
NAMES = ("alpha", "beta", "gamma")
home = make_home(work / "home", [manifest(n) for n in NAMES])
runs = 0


def make(seed, slower=(), blocks=10, noise=0.02, native_ns=1_000_000, names=NAMES, **host):
    """slower: {(workload, environment): factor}."""
    run = Canned(blocks, seed)
    for name in names:
        for env in ("native", SAME, FOREIGN):
            run.arm(name, env)
        run.arm(name, KVM, status="refused", reason="not here")
    run.fill({SAME: 1.5, FOREIGN: 6.0}, noise=noise, native_ns=native_ns)
    for (name, env), factor in dict(slower).items():
        for block in range(1, blocks + 1):
            s = run.samples[cell(name, env), False, block]
            s["iter_wall_ns"] = [int(t * factor) for t in s["iter_wall_ns"]]
            s["host_wall_ns"] = sum(s["iter_wall_ns"]) + 500_000
    run.host.update(host)
    return run


def write(run):
    global runs
    runs += 1
    return run.write(work, f"20250102T0304{runs:02}Z-0a1b2c")


def diff(a, b, *more):
    """The result as text, its document, and the cells of that by id."""
    text = toll("diff", a, b, *more, home=home)
    d = toll("diff", a, b, "--json", *more, home=home)
    document = d.json()
    assert not document or d.code == text.code, (d, text)
    return text, document, {c["cell"]: c for c in document["cells"]} if document else {}


def verdicts(cells, verdict):
    return sorted(c for c, x in cells.items() if x["verdict"] == verdict)


# ---- the numbers, computed a second time ----

def t_p(t, df):
    """Two-sided p of Student's t by Simpson's rule over the density's tail, x = t / u."""
    c = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)
    n = 20000
    x = abs(t)
    f = [0.0] + [(1 + (x / u) ** 2 / df) ** (-(df + 1) / 2) * x / u ** 2
                 for u in (i / n for i in range(1, n + 1))]
    return 2 * c / (3 * n) * (f[0] + f[n] + 4 * sum(f[1:n:2]) + 2 * sum(f[2:n - 1:2]))


def welch(before, after, known=(None, None)):
    """(ratio, interval, p) of logarithms per block, each run with its own serial correlation."""
    (s0, k0), (s1, k1) = spread(before, known[0]), spread(after, known[1])
    change = sum(after) / len(after) - sum(before) / len(before)
    se = math.hypot(s0, s1)
    df = se ** 4 / (s0 ** 4 / k0 + s1 ** 4 / k1)
    half = t_quantile(df) * se
    return math.exp(change), [math.exp(change - half), math.exp(change + half)], t_p(change / se, df)


def holm(p):
    order, worst, ret = sorted(range(len(p)), key=lambda i: p[i]), 0, [0] * len(p)
    for rank, i in enumerate(order):
        worst = max(worst, min(1, (len(p) - rank) * p[i]))
        ret[i] = worst
    return ret


first, second = make(1), make(2, {("beta", FOREIGN): 1.4, ("gamma", SAME): 0.8}.items())
a, b = write(first), write(second)
text, d, cells = diff(a, b)
picks = [(n, e) for n in NAMES for e in (SAME, FOREIGN)]
ids = [cell(*pick) for pick in picks]
known = [pool([log_ratios(r, *pick) for pick in picks]) for r in (first, second)]
expected = {cell(*pick): welch(log_ratios(first, *pick), log_ratios(second, *pick), known)
            for pick in picks}
adjusted = dict(zip(ids, holm([expected[i][2] for i in ids])))
for i in ids:
    got, (point, interval, _) = cells[i], expected[i]
    tap.near(got["change"]["point"], point, f"{i}: the change is that of the mean log ratios")
    tap.ok(all(math.isclose(x, y, rel_tol=1e-7) for x, y in zip(got["change"]["ci95"], interval)),
           f"{i}: Welch's interval, with each run's serial correlation", (got["change"], interval))
    tap.ok(math.isclose(got["p_adjusted"], adjusted[i], rel_tol=1e-5, abs_tol=1e-15),
           f"{i}: p by Holm over all cells", (got["p_adjusted"], adjusted[i]))
tap.same((verdicts(cells, "slower"), verdicts(cells, "faster")),
         ([cell("beta", FOREIGN)], [cell("gamma", SAME)]), "what changed is told, and in which direction")
unchanged = [i for i in ids if expected[i][1][0] >= 1 / 1.05 and expected[i][1][1] <= 1.05]
tap.ok(unchanged and verdicts(cells, "unchanged") == sorted(unchanged),
       "unchanged is what lies within the bound as a whole", (unchanged, cells))
tap.same(len(verdicts(cells, "not-compared")), 6, "native cells have no ratio, refused ones no time")
tap.ok(text.code == 3 and "1 slower, 1 faster" in text.out and cell("beta", FOREIGN) in text.out and
       "▲1.39±3%" in text.out and "▼0.81±4%" in text.out and max(map(len, text.out.splitlines())) <= 80,
       "the summary says so in a table and in words, exit 3", text)
tap.ok(len(text.out.splitlines()) < 25, "it is short", text)
suites = {s["env"]: s for s in d["suites"]}
tap.same([(e, suites[e]["workloads"]) for e in (SAME, FOREIGN)], [(SAME, 3), (FOREIGN, 3)],
         "every environment has its geometric mean")
logs = [[sum(x) / 3 for x in zip(*(log_ratios(r, n, FOREIGN) for n in NAMES))] for r in (first, second)]
known = [pool_means(by_environment(r, picks)) for r in (first, second)]
tap.near(suites[FOREIGN]["change"]["point"], welch(*logs)[0], "of the block averages")
tap.ok(all(math.isclose(x, y, rel_tol=1e-7) for x, y in
           zip(suites[FOREIGN]["change"]["ci95"], welch(*logs, known)[1])),
       "with its own interval", suites)
try:
    import jsonschema
    schema = json.loads((TOP / "results/diff.schema.json").read_text())
    error = next(jsonschema.Draft202012Validator(schema).iter_errors(d), None)
    tap.ok(error is None, "the document satisfies diff.schema.json", error)
except ImportError:
    tap.skip("the document satisfies diff.schema.json", "python3-jsonschema is not installed")

# ---- the host itself ----


def with_sentinels(run, speed):
    for (name, _, _), s in run.samples.items():
        if name.endswith(".native"):
            s["sentinel_ns"] = [int(5e6 * speed * math.exp(run.random.gauss(0, 0.01)))] * 2
    return run


tap.same(d["sentinel"], {"point": None, "ci95": [None, None], "blocks": 0},
         "without sentinels nothing is known of the host's state")
steady, busy = write(with_sentinels(make(21), 1)), write(with_sentinels(make(22), 1.1))
text, d, cells = diff(steady, busy)
tap.ok(1.09 < d["sentinel"]["ci95"][0] < 1.1 < d["sentinel"]["ci95"][1] < 1.11 and
       "The host itself was slower in the second run: its sentinel loop took 1.10×" in
       " ".join(text.out.split()), "a host in another state is told by its sentinel", (d["sentinel"], text))
text, d, cells = diff(steady, write(with_sentinels(make(23), 1)))
tap.ok(d["sentinel"]["ci95"][0] < 1 < d["sentinel"]["ci95"][1] and "host itself" not in text.out,
       "and one in the same state is not mentioned", (d["sentinel"], text))

# ---- bounds ----

text, d, cells = diff(a, b, "--within", "60")
tap.ok(text.code == 0 and len(verdicts(cells, "unchanged")) == 6 and "unchanged within 60" in text.out,
       "a change within --within is none, exit 0", text)
text, d, cells = diff(a, b, "--within", "0")
tap.ok(not verdicts(cells, "unchanged") and verdicts(cells, "slower") == [cell("beta", FOREIGN)],
       "--within 0: nothing is unchanged", cells)
text, d, cells = diff(a, a)
tap.ok(text.code == 0 and all(cells[i]["change"]["point"] == 1 and cells[i]["p_adjusted"] == 1
                              for i in ids), "a run does not differ from itself", cells)
text, _, cells = diff(write(make(1, noise=0.2)), write(make(2, noise=0.2)))
tap.ok(text.code == 0 and verdicts(cells, "cannot-tell") == sorted(ids) and "6 cannot tell" in text.out,
       "what is too noisy cannot be told, exit 0", text)
text, _, cells = diff(b, write(make(3, {("gamma", SAME): 0.8}.items())))
tap.ok(text.code == 0 and verdicts(cells, "faster") == [cell("beta", FOREIGN)], "only faster: exit 0", text)
text, _, cells = diff(write(make(1, blocks=1)), b)
tap.ok(text.code == 0 and verdicts(cells, "cannot-tell") == sorted(ids) and
       cells[ids[0]]["change"]["ci95"] == [None, None] and cells[ids[0]]["p_adjusted"] is None and
       cells[ids[0]]["change"]["point"] and "±?" in text.out,
       "one block: a point without an interval, said so", text)
everything = {(n, FOREIGN): 1.06 for n in NAMES}.items()
text, d, cells = diff(write(make(4, noise=0.03, blocks=12)), write(make(5, everything, noise=0.03, blocks=12)))
tap.ok(text.code == 3 and next(s for s in d["suites"] if s["env"] == FOREIGN)["verdict"] == "slower",
       "an environment that became slower as a whole: exit 3", f"{text}\n{d['suites']}")

# ---- times ----

text, _, cells = diff(a, write(make(2, native_ns=2_000_000)))
tap.ok(text.code == 0 and not verdicts(cells, "slower"), "a host at half its speed does not change ratios", text)
slow = write(make(2, native_ns=2_000_000))
text, d, cells = diff(a, slow, "--times")
tap.same((text.code, d["quantity"], len(verdicts(cells, "slower"))), (3, "time", 9),
         "--times: it changes times, native ones too")
point = welch([log_mean(first.samples[cell("alpha", "native"), False, k]) for k in range(1, 11)],
              [log_mean(make(2, native_ns=2_000_000).samples[cell("alpha", "native"), False, k])
               for k in range(1, 11)])
tap.near(cells[cell("alpha", "native")]["change"]["point"], point[0], "--times: of the block means")
tap.ok(" ms → " in text.out, "--times: both times are shown", text)

# ---- hosts, programs, versions ----

elsewhere = write(make(2, {("beta", FOREIGN): 1.4}.items(), id="ffeeddccbbaa9988", cpu_model="Another CPU"))
text, d, cells = diff(a, elsewhere)
tap.ok(text.code == 3 and d["same_host"] is False and "two hosts" in text.out and
       "'A canned CPU' → 'Another CPU'" in " ".join(text.out.split()) and
       verdicts(cells, "slower") == [cell("beta", FOREIGN)],
       "runs of two hosts: ratios are compared, and it is said", text)
text, d, _ = diff(a, elsewhere, "--times")
tap.ok(text.code == 2 and "different machines" in text.err and not text.out and not d,
       "times of two hosts are not compared: exit 2", text)
text, d, _ = diff(a, write(make(2, arch=OTHER)))
tap.ok(text.code == 2 and "toll merge" in text.err, "nor are hosts of two architectures", text)
newer = make(2, qemu_user="qemu 9.9", load1=3.0)
newer.host["programs"] = [{"program": f"workloads/{OTHER}/beta.portable", "build_id": "", "sha256": "b" * 64}]
older = make(1)
older.host["programs"] = [{"program": f"workloads/{OTHER}/beta.portable", "build_id": "", "sha256": "a" * 64}]
text, d, cells = diff(write(older), write(newer))
tap.same([(f["key"], f["before"], f["after"]) for f in d["facts"]], [("qemu_user", "qemu 7.2", "qemu 9.9")],
         "what else differs is told, load and blocks apart")
tap.same([c for c in cells if cells[c]["other_program"]], [cell("beta", FOREIGN)],
         "so is a program that is another file")
tap.ok("qemu 9.9" in text.out and "of 1 cell" in text.out, "both are in the summary", text)
sized = make(2)
sized.plan["size"] = "seed"
text, _, _ = diff(a, write(sized))
tap.ok(text.code == 2 and "size seed" in text.err, "runs of two sizes: exit 2", text)

# ---- cells that one run lacks ----

broken = make(2)
for block in range(1, 11):
    broken.sample("alpha", SAME, block, status="crash", reason="SIGSEGV in main")
text, d, cells = diff(a, write(broken))
tap.ok(text.code == 1 and verdicts(cells, "fails-now") == [cell("alpha", SAME)] and "crash" in text.out and
       "FAILS NOW" in text.out and "SIGSEGV in main" in text.out, "a cell that fails now: exit 1, with its reason",
       text)
text, _, cells = diff(write(broken), a)
tap.ok(text.code == 0 and cells[cell("alpha", SAME)]["verdict"] == "not-compared" and
       "crash → without" not in text.out and f"{cell('alpha', SAME)} (crash → ok)" in text.out,
       "one that failed before is not compared, and named", text)
text, d, cells = diff(a, write(make(2, names=("alpha", "beta"))))
gone = cells[cell("gamma", FOREIGN)]
tap.ok(text.code == 0 and gone["verdict"] == "not-compared" and "after" not in gone and
       f"{cell('gamma', FOREIGN)} (ok → not measured)" in " ".join(text.out.split()),
       "a cell that the second run lacks is named", text)
text, d, cells = diff(a, write(make(2, names=())))
tap.ok(text.code == 4 and not verdicts(cells, "unchanged"), "no cell in common: exit 4", text)
text, _, _ = diff(a, work / "nowhere")
tap.ok(text.code == 2 and "is no run" in text.err, "a run that is not there: exit 2", text)
result = toll("diff", a, home=home)
tap.ok(result.code == 2 and "RUN RUN" in result.err, "one run: exit 2", result)
tap.done()
