# SPDX-License-Identifier: GPL-3.0-or-later
"""Run folders made by hand: documents in the program's formats, with times that are known."""
import json
import math
import random
from pathlib import Path

from toll import HOST, OTHER

RUN = "20250102T030405Z-0a1b2c"
VM = f"vm-{HOST}-tcg"
VM_OTHER = f"vm-{OTHER}-tcg"
KVM = f"vm-{HOST}-kvm"
SAME = f"user-{HOST}"
FOREIGN = f"user-{OTHER}"
STACK = f"{VM}+{FOREIGN}"


def arch_of(env):
    """The architecture of the program: of the environment's last layer."""
    if env == "native":
        return HOST
    last = env.split("+")[-1]
    return OTHER if OTHER in last else HOST


def cell(workload, env):
    return f"{workload}.portable.{arch_of(env)}.{env}"


def base_vm(env):
    """What is booted for it: the VM, with its own limits."""
    stack, _, limits = env.partition("@")
    own = "-".join(x for x in limits.split("-") if x and not x.startswith("threads"))
    vm = stack.split("+")[0]
    return (f"{vm}@{own}" if own else vm) if env.startswith("vm-") else None


class Canned:
    """A plan, its host and its samples. `arm` adds a column; `fill` gives every block of every arm
    that can run a sample, from a model of times; `sample` puts another in its place."""

    def __init__(self, blocks=6, seed=11, deadline_ns=1_000_000_000):
        self.blocks = blocks
        self.random = random.Random(seed)
        self.plan = {
            "schema": "toll.plan/1", "run": RUN, "created": "2025-01-02 03:04:05 UTC",
            "profile": "full", "size": "small", "replay": None, "seed": 5, "blocks": blocks,
            "budget_ns": 600_000_000_000, "precision": 0.05, "min_time_ns": 1000,
            "iterations": 3, "max_time_ns": 1_000_000, "deadline_ns": deadline_ns,
            "boot_deadline_ns": 1_000_000_000, "vcpus": 1, "memory_mib": 200, "arms": []}
        self.host = {"schema": "toll.host/1", "id": "00112233445566ff", "arch": HOST,
                     "cpu_model": "A canned CPU", "cpus": 2, "memory_mib": 4096,
                     "kernel": "Linux 6.1", "distribution": "Debian", "qemu_user": "qemu 7.2",
                     "qemu_system": "QEMU 7.2", "libvirt": "9.0", "hypervisor": "",
                     "governor": "", "load1": 0.1, "measure_cpu": 0, "harness_cpu": 0,
                     "kvm": "not here", "packages": [], "programs": []}
        # (cell, duplicate, block) -> dict, in order; of further executions (…, block, number)
        self.samples = {}
        self.boots = {}  # (env, duplicate, block) -> dict

    def arm(self, workload, env, duplicate=False, status="ok", reason=None, executions=1):
        arm = {"cell": cell(workload, env), "duplicate": duplicate, "status": status,
               "reason": reason, "estimate_ns": None}
        # A file that is older than repeats does not have the key.
        self.plan["arms"].append(arm | ({"executions": executions} if executions > 1 else {}))

    def pilot(self, blocks, executions=2):
        """Before fill(): the first blocks are a pilot's, with more executions."""
        self.plan |= {"pilot": blocks, "pilot_executions": executions}

    def executions(self, arm, block):
        own = arm.get("executions", 1)
        in_pilot = block <= (self.plan.get("pilot") or 0)
        return max(own, self.plan.get("pilot_executions", own) if in_pilot else own)

    def later(self, pilot):
        """What a block behind the pilot takes, in blocks of it."""
        own = {(a["cell"], a["duplicate"]): a.get("executions", 1) for a in self.plan["arms"]}
        boots = sum(b["hello_ns"] for b in self.boots.values() if b["block"] <= pilot)
        of_pilot = [s for s in self.samples.values() if s["block"] <= pilot]
        usual = sum(s["host_wall_ns"] for s in of_pilot
                    if s.get("execution", 1) <= own[s["cell"], s["arm"] == "aa"])
        return (usual + boots) / (sum(s["host_wall_ns"] for s in of_pilot) + boots)

    def runnable(self):
        return [a for a in self.plan["arms"] if a["status"] == "ok"]

    def sample(self, workload, env, block, duplicate=False, ns=1_000_000, times=None, execution=1,
               **more):
        """times: iterations; by default a first one of twice ns and two of ns."""
        name = cell(workload, env)
        times = times or [2 * ns, ns, ns]
        vm = base_vm(env)
        boots = sorted({(base_vm(a["cell"].split(".")[3]), a["duplicate"])
                        for a in self.runnable() if base_vm(a["cell"].split(".")[3])})
        boot = (block - 1) * len(boots) + boots.index((vm, duplicate)) + 1 if vm else 0
        s = {"schema": "toll.sample/1", "arm": "aa" if duplicate else "main", "cell": name,
             "block": block, "boot": boot, "order": 1, "status": "ok", "reason": None,
             "host_wall_ns": sum(times) + 500_000,
             "guest_wall_ns": sum(times) + 500_000 if vm else None, "startup_ns": 100_000,
             "user_ns": sum(times), "sys_ns": 1000, "max_rss_kib": 1024, "retries": 0,
             "iter_wall_ns": times, "iter_cpu_ns": times,
             "work": {"flop": 1e6, "bytes": 0.0}, "path": "plain",
             "digest": {"values": [249.5, -1.25], "hash": "00ff00ff00ff00ff"}}
        if execution > 1:
            s["execution"] = execution
        s.update(more)
        if s["status"] != "ok":
            for key in ("iter_wall_ns", "iter_cpu_ns", "work", "digest", "path"):
                s.pop(key)
        self.samples[(name, duplicate, block) + (execution,) * (execution > 1)] = s
        if vm:
            self.boots.setdefault((vm, duplicate, block), {
                "schema": "toll.boot/1", "arm": s["arm"], "env": vm, "block": block, "boot": boot,
                "status": "ok", "reason": None, "create_ns": 100_000_000, "hello_ns": 2_000_000_000,
                "accel": "tcg", "cpu": "Canned", "machine": "canned-1", "vcpus": 1,
                "skew_ppm": None, "console": None})
        return s

    def fill(self, ratios, noise=0.03, native_ns=1_000_000):
        """ratios: environment -> how many times slower than native."""
        for block, a, execution in ((b, a, e) for b in range(1, self.blocks + 1)
                                    for a in self.runnable()
                                    for e in range(1, self.executions(a, b) + 1)):
            workload, _, _, env = a["cell"].split(".")
            ns = native_ns * ratios.get(env, 1.0) * math.exp(self.random.gauss(0, noise))
            more = {}
            if base_vm(env):
                # The guest's clock runs 0.2 % fast.
                wall = int(4 * ns) + 700_000
                more = {"host_wall_ns": wall, "guest_wall_ns": int(wall * 1.002)}
            self.sample(workload, env, block, a["duplicate"], int(ns), execution=execution,
                        **more)

    def write(self, output, run=RUN):
        folder = Path(output) / "results" / run
        folder.mkdir(parents=True, exist_ok=True)
        self.plan["run"] = run
        (folder / "plan.json").write_text(json.dumps(self.plan))
        (folder / "host.json").write_text(json.dumps(self.host))
        with open(folder / "samples.jsonl", "w", encoding="utf-8") as f:
            for block in range(1, self.blocks + 1):
                for (_, _, b), boot in self.boots.items():
                    if b == block:
                        f.write(json.dumps(boot) + "\n")
                for s in self.samples.values():
                    if s["block"] == block:
                        f.write(json.dumps(s) + "\n")
            f.write('{"schema":"toll.session/1","wall_ns":10000000,"inside_ns":9000000}\n')
        return folder


# ---- the documented statistics, written a second time ----

def t_quantile(df, p=0.975):
    """For any degrees of freedom, by Simpson's rule and bisection."""
    c = math.exp(math.lgamma((df + 1) / 2) - math.lgamma(df / 2)) / math.sqrt(df * math.pi)

    def cdf(x):
        n = 4000
        h = x / n
        f = [(1 + (i * h) ** 2 / df) ** (-(df + 1) / 2) for i in range(n + 1)]
        return 0.5 + c * h / 3 * (f[0] + f[n] + 4 * sum(f[1:n:2]) + 2 * sum(f[2:n - 1:2]))

    lo, hi = 0.0, 100.0
    for _ in range(70):
        middle = (lo + hi) / 2
        lo, hi = (middle, hi) if cdf(middle) < p else (lo, middle)
    return (lo + hi) / 2


def lag1(d):
    """First autocorrelation, corrected for its bias of -1/n."""
    mean = sum(d) / len(d)
    c = [x - mean for x in d]
    return sum(a * b for a, b in zip(c, c[1:])) / sum(x * x for x in c) + 1 / len(d)


RHOS = [(k - 24) / 40 for k in range(61)]
POOL_WORTH = 200


def solve(matrix, right):
    """Gauss-Jordan; returns (solution, determinant)."""
    rows = [list(row) + [value] for row, value in zip(matrix, right)]
    det = 1.0
    for i, pivot in enumerate(rows):
        det *= pivot[i]
        for k, row in enumerate(rows):
            if k != i:
                factor = row[i] / pivot[i]
                rows[k] = [x - factor * y for x, y in zip(row, pivot)]
    return [row[-1] / row[i] for i, row in enumerate(rows)], det


def autoregression(n, rho):
    return [[rho ** abs(i - k) for k in range(n)] for i in range(n)]


def log_likelihood(d, rho):
    """Restricted to contrasts, of an autoregression."""
    n = len(d)
    v = [[x / (1 - rho * rho) for x in row] for row in autoregression(n, rho)]
    weights, det = solve(v, [1.0] * n)
    total = sum(weights)
    mean = sum(w * x for w, x in zip(weights, d)) / total
    c = [x - mean for x in d]
    rss = sum(x * y for x, y in zip(c, solve(v, c)[0]))
    return -(math.log(det) + math.log(total) + (n - 1) * math.log(rss)) / 2


def pool(series):
    """(ln belief in each rho, weight of each series' own likelihood in it)."""
    counted = min(1.0, POOL_WORTH / sum(map(len, series)))
    return [-abs(rho) + counted * sum(log_likelihood(d, rho) for d in series)
            for rho in RHOS], counted


def by_environment(run, cells, blocks=None):
    """{environment: log ratios of each of its cells, which are (name, environment)}."""
    ret = {}
    for name, env in cells:
        ret.setdefault(env, []).append(log_ratios(run, name, env)[:blocks])
    return ret


def pool_means(rows):
    """The same of means over the cells of each environment that has several, rows as above, NaN where a
    block is missing: what means say first, the cells then for as many values as are missing."""
    def there(d):
        return [x for x in d if not math.isnan(x)]

    series = [there(d) for of_env in rows.values() for d in of_env]
    means = [there(sum(x) / len(x) for x in zip(*of_env)) for of_env in rows.values()
             if len(of_env) > 1]
    if not means:
        return pool(series)
    values = sum(map(len, means))
    counted = min(1.0, POOL_WORTH / values)
    weight = min(1.0, max(0.0, POOL_WORTH - values) / sum(map(len, series)))
    return [-abs(rho) + counted * sum(log_likelihood(d, rho) for d in means) +
            weight * sum(log_likelihood(d, rho) for d in series) for rho in RHOS], counted


def correlation(d, known=None):
    """Mean of rho under the belief, not below 0."""
    log_belief, counted = known or ([-abs(rho) for rho in RHOS], 0.0)
    logs = [b + (1 - counted) * log_likelihood(d, rho) for b, rho in zip(log_belief, RHOS)]
    belief = [math.exp(x - max(logs)) for x in logs]
    return max(0.0, sum(b * rho for b, rho in zip(belief, RHOS)) / sum(belief))


def spread(d, known=None):
    """(standard error of the mean under serial correlation, its degrees of freedom)."""
    n = len(d)
    mean = sum(d) / n
    v = autoregression(n, correlation(d, known))
    ones = sum(map(sum, v)) / n
    m = [[(i == k) - 1 / n for k in range(n)] for i in range(n)]
    mv = [[sum(m[i][j] * v[j][k] for j in range(n)) for k in range(n)] for i in range(n)]
    trace = sum(mv[i][i] for i in range(n))
    square = sum(mv[i][k] * mv[k][i] for i in range(n) for k in range(n))
    rss = sum((x - mean) ** 2 for x in d)
    return math.sqrt(rss * ones / n / trace), trace * trace / square


def paired(d, known=None):
    """(point, adjusted interval, raw interval) of log ratios, one per block."""
    n = len(d)
    mean = sum(d) / n
    se, df = spread(d, known)

    def interval(half):
        return [math.exp(mean - half), math.exp(mean + half)]

    plain = math.sqrt(sum((x - mean) ** 2 for x in d) / (n - 1) / n)
    return (math.exp(mean), interval(t_quantile(df) * se), interval(t_quantile(n - 1) * plain))


def slope(pairs):
    """Pooled least squares of (d, z) within series."""
    zz = zd = 0.0
    for d, z in pairs:
        mean_d, mean_z = sum(d) / len(d), sum(z) / len(z)
        zz += sum((x - mean_z) ** 2 for x in z)
        zd += sum((x - mean_z) * (y - mean_d) for x, y in zip(z, d))
    return zd / zz


def log_mean(sample):
    """ln of the mean iteration without the first, in host time."""
    times = sample["iter_wall_ns"][1:]
    scale = sample["host_wall_ns"] / sample["guest_wall_ns"] if sample["guest_wall_ns"] else 1
    return math.log(sum(times) / len(times) * scale)


def log_sentinel(sample):
    return sum(map(math.log, sample["sentinel_ns"])) / 2


def datum(canned, name, duplicate, block, of=log_mean):
    """The mean over the good executions of an arm in a block, without what only a pilot has; NaN
    where there is none."""
    own = [a.get("executions", 1) for a in canned.plan["arms"]
           if (a["cell"], a["duplicate"]) == (name, duplicate)]
    values = [of(s) for key, s in canned.samples.items()
              if key[:3] == (name, duplicate, block) and s["status"] == "ok" and
              s.get("execution", 1) <= own[0]]
    return sum(values) / len(values) if values else math.nan


def log_ratios(canned, workload, env, duplicate=False, to="native", to_duplicate=False):
    a, b = cell(workload, env), cell(workload, to)
    return [datum(canned, a, duplicate, k) - datum(canned, b, to_duplicate, k)
            for k in range(1, canned.blocks + 1)]
