#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""toll merge: shards of one host joined, hosts beside each other, and what cannot be joined."""
import json
import math
import shutil

from canned import FOREIGN, KVM, SAME, VM, Canned, by_environment, cell, log_ratios, pool_means, spread, t_quantile
from toll import HOST, OTHER, Tap, make_home, manifest, scratch, toll

tap = Tap()
work = scratch()
NAMES = ("alpha", "beta", "gamma")
home = make_home(work / "home", [manifest(n) for n in NAMES])
RATIOS = {SAME: 1.5, FOREIGN: 6.0}
runs = 0


def run_id():
    global runs
    runs += 1
    return f"20250102T0304{runs:02}Z-0a1b2c"


def sums(arch_sum="a"):
    return [{"program": f"workloads/{a}/{n}.portable", "build_id": "",
             "sha256": (arch_sum + a.encode().hex() + n.encode().hex()).ljust(64, "0")[:64]}
            for a in (HOST, OTHER) for n in NAMES]


def canned(names, seed, blocks=6, shard=None, environments=(SAME, FOREIGN), native_ns=1_000_000):
    run = Canned(blocks, seed)
    for name in names:
        for env in ("native", *environments):
            run.arm(name, env)
        run.arm(name, KVM, status="refused", reason="KVM is not there")
    run.fill(RATIOS, native_ns=native_ns)
    run.host["programs"] = sums()
    run.plan["shard"], run.plan["shards"] = shard or (None, None)
    return run


def write(run):
    return run.write(work / "in", run_id())


def swap(text):
    return text.replace(HOST, "@@").replace(OTHER, HOST).replace("@@", OTHER)


def on_other_host(run):
    """The run as if it had been measured on a host of the other architecture."""
    folder = write(run)
    for name in ("plan.json", "samples.jsonl"):
        path = folder / name
        path.write_text(swap(path.read_text()))
    host = json.loads(swap(json.dumps({**run.host, "programs": []})))
    host.update(programs=run.host["programs"], cpu_model="Another CPU", id="ffeeddccbbaa9988")
    (folder / "host.json").write_text(json.dumps(host))
    return folder


def merge(*folders, into=None, **how):
    target = work / (into or f"merged-{runs}-{len(list(work.iterdir()))}")
    result = toll("merge", *folders, "-o", target, home=home, **how)
    path = target / "merged.json"
    return result, json.loads(path.read_text()) if path.exists() else None, target


def geomean(m, env, variant="all", host=HOST):
    return next((g for g in m["geomean"]
                 if (g["host"], g["env"], g["variant"]) == (host, env, variant)), None)


# ---- plan --shard ----

def planned(*more, twice=False):
    result = toll("plan", "--json", "--profile", "full", "--seed", 1, *more, home=home)
    return ([a["cell"] for a in result.json()["arms"] if a["duplicate"] == twice]
            if result.code == 0 else result)


everything = planned()
parts = [planned("--shard", f"{i}/2") for i in (1, 2)]
tap.same(sorted(sum(parts, [])), sorted(everything), "every cell is in exactly one of two shards")
tap.ok(all(parts) and not {c.split(".")[0] for c in parts[0]} & {c.split(".")[0] for c in parts[1]},
       "a program's cells stay together", parts)
for i in (1, 2):
    tap.ok(any(".native" in c for c in planned("--shard", f"{i}/2", twice=True)),
           f"shard {i} has a program that is measured twice")
tap.same([planned("--shard", "2/2"), planned("--shard", "1/1")], [parts[1], everything],
         "the deal is the same each time; one shard is everything")
result = toll("plan", "--profile", "full", "--shard", "4/4", home=home)
tap.ok(result.code == 0 and "shard 4 of 4 holds no program" in result.out,
       "an empty shard is no error, and says so", result)
for text in ("0/2", "3/2", "1", "1/2/3", "a/b", "1/1001"):
    result = toll("plan", "--shard", text, home=home)
    tap.ok(result.code == 2 and f"'{text}'" in result.err, f"--shard {text}: exit 2", result)
result = toll("run", "--profile", "full", "--shard", "4/4", "--quiet", "--output", work / "empty", home=home)
stored = result.folder() / "plan.json"
tap.ok(result.code == 0 and "holds no program" in result.err and stored.exists() and
       json.loads(stored.read_text())["shards"] == 4,
       "run of an empty shard stores a run without cells, exit 0", result)

def known_of(run, names):
    return pool_means(by_environment(run, [(n, e) for n in names for e in (SAME, FOREIGN)]))


# ---- one run is itself ----

whole = write(canned(NAMES, 3))
toll("stats", whole, home=home)
summary = json.loads((whole / "summary.json").read_text())
result, m, target = merge(whole)
tap.ok(result.code == 0 and result.out.rstrip().endswith(str(target)),
       "merge of one run succeeds and prints the folder last", result)
tap.same([{k: v for k, v in c.items() if k not in ("host", "run")} for c in m["cells"]],
         summary["cells"], "its cells are those of its summary")
tap.same([{k: v for k, v in g.items() if k != "host"} for g in m["geomean"]],
         summary["geomean"], "and so are its geometric means")
for name in ("plan.json", "host.json", "samples.jsonl", "summary.json"):
    tap.ok((target / "sources" / whole.name / name).read_bytes() == (whole / name).read_bytes(),
           f"{name} is copied as it is")

# ---- shards ----

one, two = canned(("alpha", "gamma"), 5, shard=(1, 2)), canned(("beta",), 6, blocks=8, shard=(2, 2))
folders = write(one), write(two)
result, m, target = merge(*folders)
tap.same((result.code, len(m["hosts"]), m["hosts"][0]["missing"]), (0, 1, None),
         "two shards of a host are one host, complete")
tap.ok("sentinel" not in result.out and "hypervisor gave" not in result.out,
       "without sentinels and theft there is nothing to warn of", result)
tap.same([c["cell"] for c in m["cells"] if c["env"] == FOREIGN],
         [cell(n, FOREIGN) for n in NAMES], "in the order of one run")
tap.same(sorted((s["shard"], s["shards"]) for s in m["sources"]), [(1, 2), (2, 2)],
         "the sources say which shard they are")



def holm(p):
    ret, largest = {}, 0
    for i, name in enumerate(sorted(p, key=p.get)):
        largest = ret[name] = max(largest, min(1, (len(p) - i) * p[name]))
    return ret


def adjusted(document):
    return {p["workload"]: p["p_adjusted"] for p in document["pairs"]
            if {p["a"], p["b"]} == {"native", SAME} and p["workload"]}


def stats(folder):
    toll("stats", folder, home=home)
    return json.loads((folder / "summary.json").read_text())


of_two, p = adjusted(stats(folders[0])), adjusted(stats(folders[1]))
first, second = sorted(of_two, key=of_two.get)
tap.ok(of_two[first] < of_two[second] < 1, "p values of a shard of two programs", of_two)
p.update({first: of_two[first] / 2, second: of_two[second]})
for name, value in holm(p).items():
    tap.near(adjusted(m)[name] / value, 1, f"p of {name} is adjusted over the programs of all shards",
             1e-9)
tap.ok(all(p["p_adjusted"] is None for p in m["pairs"] if not p["workload"]), "means have none")

logs = [(a + b) / 2 for a, b in zip(log_ratios(one, "alpha", FOREIGN),
                                    log_ratios(one, "gamma", FOREIGN))]
strata = []
for weight, d, known in ((2, logs, known_of(one, ("alpha", "gamma"))),
                         (1, log_ratios(two, "beta", FOREIGN), known_of(two, ("beta",)))):
    se, df = spread(d, known)
    strata.append((weight / 3, sum(d) / len(d), se * se, df))
mean = sum(w * x for w, x, _, _ in strata)
variance = sum(w * w * v for w, _, v, _ in strata)
df = variance ** 2 / sum((w * w * v) ** 2 / k for w, _, v, k in strata)
half = t_quantile(df) * math.sqrt(variance)
g = geomean(m, FOREIGN)
tap.same(g["workloads"], 3, "the geometric mean is over the workloads of both")
tap.near(g["ratio"]["point"], math.exp(mean), "it weighs each workload the same", 1e-9)
tap.near(g["ratio"]["ci95"][0], math.exp(mean - half), "variances of the shards add up", 1e-6)
tap.near(g["ratio"]["ci95"][1], math.exp(mean + half), "with Satterthwaite's degrees of freedom",
         1e-6)

result, m, _ = merge(write(canned(("alpha",), 5, shard=(2, 4))),
                     write(canned(("beta",), 5, shard=(3, 4))))
tap.ok(result.code == 1 and m["hosts"][0]["missing"] == "1, 4 of 4" and
       "shard 1, 4 of 4" in result.out, "missing shards are named, exit 1", result)

empty = canned((), 5, shard=(3, 3))
result, m, _ = merge(write(canned(("alpha",), 5, shard=(1, 3))),
                     write(canned(("beta",), 5, shard=(2, 3))), write(empty))
tap.ok(result.code == 0 and m["hosts"][0]["missing"] is None and
       "unfinished" not in result.out, "an empty shard is there and is not unfinished", result)

node = canned(("beta",), 6, shard=(2, 2))
node.host.update(id="1111111111111111", load1=3.0, cpus=64, memory_mib=9)
result, m, _ = merge(write(canned(("alpha",), 6, shard=(1, 2))), write(node))
tap.same((result.code, len(m["hosts"]), m["hosts"][0]["nodes"]), (0, 1, 2),
         "like machines of a cluster are one host of two machines")
node.host["kernel"] = "Linux 6.9"
result, m, _ = merge(write(canned(("alpha",), 6)), write(node))
tap.same([h["label"] for h in m["hosts"]], [f"{HOST}-1", f"{HOST}-2"],
         "another kernel makes another host")
node.host.update(kernel="Linux 6.1", libvirt="")
result, m, _ = merge(write(canned(("alpha",), 6)), write(node))
tap.same([h["label"] for h in m["hosts"]], [HOST], "a run without VMs agrees with any libvirt")

# ---- hosts ----

here, there = canned(NAMES, 8), canned(NAMES, 9, native_ns=2_000_000)
result, m, target = merge(write(here), on_other_host(there))
tap.same((result.code, sorted(h["label"] for h in m["hosts"])), (0, ["aarch64", "x86_64"]),
         "two architectures are two hosts")
tap.ok(all(len([c for c in m["cells"] if c["host"] == h and c["env"] == "native"]) == 3
           for h in (HOST, OTHER)), "each has its native cells")
theirs = [c for c in m["cells"] if c["host"] == OTHER and c["env"] == SAME][0]
tap.ok(theirs["ratio"]["reference"].endswith(f".{OTHER}.native") and
       5 < theirs["ratio"]["point"] < 7, "a host's overheads are over its own native times", theirs)
tap.same({g["host"] for g in m["geomean"]}, {HOST, OTHER}, "each has its own geometric means")
text = result.out
tap.ok("Another CPU" in text and "A canned CPU" in text and "time ÷ native" in text and
       f"{OTHER}: Running {HOST} programs" in text, "the summary shows both", text)
html, md = (target / "report.html").read_text(), (target / "report.md").read_text()
tap.ok(all(w in html and w in md for w in ("user-foreign", "Another CPU", "host beside host",
                                          "KVM is not there")), "and so do both reports")
ids = [w.split('"')[0] for w in html.split(' id="')[1:]]
tap.same(sorted({i for i in ids if ids.count(i) > 1}), [], "no id stands twice in the page")
if shutil.which("gnuplot"):
    tap.ok(all((target / p).exists() for p in ("plots/hosts.svg", "plots/x86_64/overhead.svg",
                                              "plots/aarch64/overhead.svg")), "figures are drawn")
else:
    tap.skip("figures are drawn", "gnuplot is not installed")

# ---- overheads of two hosts against each other ----

A, B = sorted((HOST, OTHER))  # the reference comes first
SLOW = {SAME: 1.5, FOREIGN: 7.8}


def block_means(run, env, names=NAMES):
    return [sum(d) / len(names) for d in zip(*(log_ratios(run, n, env) for n in names))]


def estimate(run, env, names=NAMES, of=None):
    """Of the mean over some programs of those that the run has."""
    d = block_means(run, env, names)
    se, df = spread(d, known_of(run, of or names))
    return sum(d) / len(d), se * se, df


def joined(*shards):
    """Of shards, each with its programs."""
    total = sum(len(names) for _, _, names in shards)
    parts = [(len(shard[2]) / total, *estimate(*shard)) for shard in shards]
    v = sum(w * w * x for w, _, x, _ in parts)
    return (sum(w * x for w, x, _, _ in parts), v,
            v * v / sum((w * w * x) ** 2 / k for w, _, x, k in parts))


def welch(a, b):
    """b ÷ a of (mean, variance, degrees of freedom): point, lower and upper end."""
    v = a[1] + b[1]
    half = t_quantile(v * v / (a[1] ** 2 / a[2] + b[1] ** 2 / b[2])) * math.sqrt(v)
    return [math.exp(b[0] - a[0] + x) for x in (0, -half, half)]


def contrast(m, role, workload="", hosts=(A, B)):
    return next((c for c in m["contrasts"] if (c["role"], c["workload"], c["host_a"], c["host_b"]) ==
                 (role, workload, *hosts)), None)


def near_all(c, expected, name):
    got = [c["ratio"]["point"], *c["ratio"]["ci95"]]
    tap.ok(all(abs(x - y) <= 1e-6 * y for x, y in zip(got, expected)), name, (got, expected))


def slower(names, seed, **how):
    run = canned(names, seed, **how)
    run.fill(SLOW, native_ns=2_000_000)
    return run


there = slower(NAMES, 9)
result, m, target = merge(write(here), on_other_host(there))
runs_of = {HOST: here, OTHER: there}
c = contrast(m, "user-foreign")
tap.same((c["env_a"], c["env_b"], c["workloads"], c["variant"]),
         (f"user-{B}", f"user-{A}", 3, "all"), "environments of one role are compared")
near_all(c, welch(*(estimate(runs_of[h], FOREIGN) for h in (A, B))),
         "their geometric means by Welch on the logarithms of the blocks")
tap.same([c["overhead_a"]["point"], c["overhead_b"]["point"]],
         [geomean(m, f"user-{B}", host=A)["ratio"]["point"], geomean(m, f"user-{A}", host=B)["ratio"]["point"]],
         "beside the overheads themselves")
verdict = "less" if A == OTHER else "more"
tap.same((c["verdict"], contrast(m, "user-host")["verdict"]), (verdict, "cannot-tell"),
         "one differs, of the other it cannot be told")
tap.ok(c["p_adjusted"] < 0.05 < contrast(m, "user-host")["p_adjusted"], "by p over all means")
one = contrast(m, "user-foreign", "alpha")
tap.ok(one["workloads"] == 1 and one["verdict"] == verdict and
       abs(math.log(one["ratio"]["point"]) -
           (lambda d: d[B] - d[A])({h: sum(log_ratios(runs_of[h], "alpha", FOREIGN)) / 6 for h in (A, B)}))
       < 1e-9, "each program is compared too", one)
tap.same({c["role"] for c in m["contrasts"]}, {"user-host", "user-foreign"},
         "what was refused, and native times, are not")
words = " ".join(result.out.split())
SAID = (f"Translating foreign programs costs more on {OTHER} than on {HOST}: the overhead differs by ×1.",
        "Cannot tell whether the overhead differs between the two")
html, md = (target / "report.html").read_text(), (target / "report.md").read_text()
tap.ok(all(w in t for w in SAID for t in (words, html, md.replace("\\", ""))),
       "summary and reports say it", md)
tap.ok("Overhead here against there" in html and "Nothing is compared" not in html + md + words,
       "and have a table of it")

shards = [slower(("alpha", "gamma"), 9, shard=(1, 2)), slower(("beta",), 10, blocks=8, shard=(2, 2))]
result, m, _ = merge(write(here), *(on_other_host(s) for s in shards))
sides = {HOST: estimate(here, FOREIGN),
         OTHER: joined((shards[0], FOREIGN, ("alpha", "gamma")), (shards[1], FOREIGN, ("beta",)))}
near_all(contrast(m, "user-foreign"), welch(sides[A], sides[B]), "shards of a host are joined first")
result, m, _ = merge(write(here), on_other_host(slower(("beta", "gamma"), 9)))
c = contrast(m, "user-foreign")
tap.ok(c["workloads"] == 2 and contrast(m, "user-foreign", "alpha") is None,
       "means are over the programs that both measured", c)
sides = {HOST: estimate(here, FOREIGN, ("beta", "gamma"), NAMES),
         OTHER: estimate(slower(("beta", "gamma"), 9), FOREIGN, ("beta", "gamma"))}
near_all(c, welch(sides[A], sides[B]), "on both hosts")
third = canned(NAMES, 14)
third.host.update(kernel="Linux 6.9")
result, m, _ = merge(write(here), write(third), on_other_host(slower(NAMES, 9)))
pairs = {(c["host_a"], c["host_b"]) for c in m["contrasts"]}
labels = [h["label"] for h in m["hosts"]]
tap.same(pairs, {(labels[0], x) for x in labels[1:]}, "of several hosts the first is the reference")
result, m, _ = merge(write(here), on_other_host(slower(NAMES, 9, blocks=1)))
c = contrast(m, "user-foreign")
tap.ok(c["ratio"]["ci95"] == [None, None] and c["ratio"]["point"] > 0 and c["p_adjusted"] is None and
       c["verdict"] == "cannot-tell" and "An interval needs two blocks" in " ".join(result.out.split()),
       "a run of one block has no interval, and that is said", result)
result, m, target = merge(write(here))
tap.ok(m["contrasts"] == [] and "Nothing is compared across hosts here: there is one host" in result.out and
       "Nothing is compared across hosts" in (target / "report.html").read_text(),
       "of one host nothing is compared, and that is said", result)
result, m, _ = merge(write(canned(NAMES, 8, environments=(SAME,))),
                     on_other_host(canned(NAMES, 9, environments=(FOREIGN,))))
tap.ok(m["contrasts"] == [] and "in one role" in " ".join(result.out.split()),
       "without a common role likewise", result)
# ---- what was measured twice ----

def twice(name, seed, **more):
    """A run with two duplicates, the native one of which is slower by a half: it excludes 1."""
    run = canned((name,), seed, **more)
    for env in ("native", FOREIGN):
        run.arm(name, env, duplicate=True)
    run.fill(RATIOS)
    for block in range(1, 7):
        run.sample(name, "native", block, duplicate=True, ns=1_500_000 + block)
    return run


result, m, target = merge(write(twice("alpha", 21, shard=(1, 2))),
                          write(twice("beta", 22, shard=(2, 2))), on_other_host(twice("alpha", 23)))
tap.same(sorted((a["host"], a["kind"]) for a in m["aa"]),
         sorted([(h, k) for h in (HOST, HOST, OTHER) for k in ("native", "user")]),
         "the duplicates of every source are there")
words = " ".join(result.out.split())
for host, runs_of, n in ((HOST, "2 runs", 4), (OTHER, "1 run", 2)):
    tap.ok(f"{host}: A/A on this host: of {n} intervals of duplicates in {runs_of} {n // 2} exclude" in
           words and f"{host}: Noise floor: native ±" in words,
           f"{host}: its runs' duplicates are counted together, and their noise is said", result.out)
text = (target / "report.md").read_text().replace("\\_", "_")
tap.ok(f"of 4 intervals of duplicates in 2 runs 2 exclude 1" in text and "excludes 1" in text and
       "1 of 1" in text and "0 of 1" in text, "and in the report, with each interval", text)
shutil.rmtree(next((target / "sources").iterdir()))
tap.ok(toll("report", target, home=home).code == 0, "a source that is gone is not counted")

# ---- joined runs are drawn again ----

there = canned(NAMES, 9)
there.arm("alpha", VM)
for block in range(1, 7):
    there.sample("alpha", VM, block, ns=3_000_000)
for boot in there.boots.values():
    boot.update(qemu="8.2.1", libvirt="10.1.0", ran_on="there.example")
result, m, target = merge(write(here), on_other_host(there))
DRAWN = sorted(p.relative_to(target) for p in target.rglob("*") if p.is_file() and
               p.suffix in (".html", ".md", ".tsv", ".dat", ".gp", ".svg"))
before = {p: (target / p).read_bytes() for p in DRAWN}
for p in DRAWN:
    (target / p).unlink()
again = toll("report", target, home=home)
tap.same((again.code, again.out), (0, result.out), "report prints of joined runs what merge printed")
tap.same({str(p): (target / p).exists() and (target / p).read_bytes() == before[p] for p in DRAWN},
         {str(p): True for p in DRAWN}, f"and writes the same {len(DRAWN)} files again, byte by byte")
tap.ok(len(DRAWN) > 2 and "ran on there.example" in again.out, "with what was said of a host's VMs", again)
moved = target.rename(work / "moved")
again = toll("report", f"{moved}/", home=home)
tap.ok(again.code == 0 and again.out.rstrip().endswith(str(moved)), "a moved folder is drawn too", again)
document = (moved / "merged.json").read_text()


def malformed(name, edit, *words):
    value = json.loads(document)
    edit(value)
    (moved / "merged.json").write_text(json.dumps(value, indent=1))
    (moved / "report.md").unlink(missing_ok=True)
    result = toll("report", moved, home=home)
    tap.ok(result.code == 2 and not result.out and "merged.json:" in result.err and
           all(w in result.err for w in words) and not (moved / "report.md").exists(),
           f"{name}: exit 2, with file, line, key and what was expected", result)


malformed("a missing key", lambda v: v["hosts"][0].pop("profile"), "needs the key 'profile'")
malformed("a wrong type", lambda v: v["sources"][0].update(blocks_done="six"), "key 'blocks_done'",
          "must be a number")
malformed("an unknown key", lambda v: v.update(colour="red"), "key 'colour'", "not known")
malformed("a label that leads out of the folder",
          lambda v: [x.update(label=f"{x['label']}/../..") for x in v["hosts"]], "key 'label'",
          "must be the machine's architecture")
malformed("a cell of no host", lambda v: v["cells"][0].update(host="ppc"), "key 'host'",
          "must be the label of one of the hosts")
malformed("a later schema", lambda v: v.update(schema="toll.merged/2"), "toll.merged/2",
          "not toll.merged/1")
(moved / "merged.json").write_text(document[:-20])
result = toll("report", moved, home=home)
tap.ok(result.code == 2 and "merged.json:" in result.err, "a document cut short: exit 2", result)
(moved / "merged.json").write_text(document)
result = toll("merge", moved, "-o", work / "twice", home=home)
tap.ok(result.code == 2 and "is no run" in result.err, "joined runs are not joined again", result)

# ---- programs that differ ----

there = canned(NAMES, 9)
for p in there.host["programs"]:
    if p["program"] == f"workloads/{OTHER}/beta.portable":
        p["sha256"] = "f" * 64
result, m, target = merge(write(here), on_other_host(there))
clash = m["clashes"][0] if len(m["clashes"]) == 1 else {}
tap.ok(result.code == 1 and clash.get("program") == f"workloads/{OTHER}/beta.portable" and
       clash["id_b"] == "f" * 64 and clash["id_a"].startswith("a") and
       "beta.portable" in result.out, "a program that differs is named with both sums, exit 1",
       result)
kept = {(c["host"], c["cell"]) for c in m["cells"] if c["workload"] == "beta"}
tap.same(kept, {(HOST, cell("beta", e)) for e in ("native", SAME, KVM)},
         "its cells are left out, and those whose native reference it is")
tap.same((geomean(m, FOREIGN)["workloads"], geomean(m, SAME)["workloads"]), (2, 3),
         "geometric means are without them")
tap.ok("f" * 64 in (target / "report.html").read_text(), "the report lists them")

old = canned(NAMES, 9)
old.host["programs"] = []
result, m, _ = merge(write(here), on_other_host(old))
tap.ok(result.code == 4 and not m["cells"] and m["clashes"] and all(c["id_b"] == "" for c in m["clashes"]),
       "a program whose sum was not stored is not taken to be the same; nothing is left: exit 4",
       f"{m['cells']}\n{result}")
tap.ok("There is no cell to compare." in result.out and "no environment" not in result.out,
       "and the summary says so", result.out)
for p in old.host["programs"] + here.host["programs"]:
    p.update(sha256="", build_id="0123abcd")
old.host["programs"] = here.host["programs"]
result, m, _ = merge(write(here), on_other_host(old))
tap.ok(result.code == 0 and not m["clashes"], "where no sums are stored the build ids decide", result)

# ---- unfinished, and bad input ----

short = canned(("beta",), 6)
short.blocks = 2
result, m, _ = merge(write(canned(("alpha",), 6)), write(short))
tap.ok(result.code == 0 and "2 of 6 blocks" in result.out,
       "an unfinished run is merged, and said to be", result)

a, b = write(canned(("alpha",), 6)), write(canned(("beta",), 6))


def refused(name, folders, *words, into=None):
    result, m, target = merge(*folders, into=into)
    tap.ok(result.code == 2 and all(w in result.err for w in words) and not result.out and
           m is None and (into or not target.exists()), f"{name}: exit 2, with the reason", result)


refused("a run twice", (a, b, a), "given twice", a.name)
again = write(canned(("alpha",), 7))
refused("two runs of one host with one cell", (a, again), a.name, again.name, "alpha.portable",
        "leave one out")
sized = canned(("beta",), 6)
sized.plan["size"] = "seed"
sized = write(sized)
refused("two sizes", (a, sized), a.name, sized.name, "size seed")
smoke = canned(("beta",), 6)
smoke.plan["profile"] = "smoke"
smoke_here = write(smoke)
refused("two profiles on one host", (a, smoke_here), a.name, smoke_here.name, "profile smoke",
        "both are of one host")
result, m, target = merge(a, on_other_host(smoke))
tap.same((result.code, {h["label"]: h["profile"] for h in m["hosts"]}),
         (0, {HOST: "full", OTHER: "smoke"}), "hosts may differ in profile, and each says its own")
tap.ok("profile full" in result.out and "profile smoke" in result.out and
       "smoke" in (target / "report.md").read_text(), "and so do the summary and the report", result)
refused("a folder that is not there", (a, work / "nowhere"), "is no run")
refused("a folder that is no run", (a, work / "home"), "is no run")
future = canned(("beta",), 6)
future.plan["schema"] = "toll.plan/2"
refused("a later schema", (a, write(future)), "toll.plan/2", "not toll.plan/1")
(work / "taken").mkdir()
(work / "taken" / "mine").write_text("x")
refused("a folder that is there", (a, b), "is there already", into="taken")
tap.same([p.name for p in (work / "taken").iterdir()], ["mine"], "nothing was written into it")
result = toll("merge", a, b, "-o", f"{work}/deep/er/", home=home)
tap.ok(result.code == 0 and (work / "deep/er/merged.json").exists(), "folders above are made",
       result)
result = toll("merge", a, b, "-o", work / "taken/mine/x", home=home)
tap.ok(result.code == 2 and "taken/mine" in result.err, "a folder that cannot be made: exit 2",
       result)
result = toll("merge", a, b, home=home)
tap.ok(result.code == 2 and "-o RUN" in result.err, "without -o: exit 2, with what to type", result)

tap.done()
