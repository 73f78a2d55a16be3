#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Programs of packages: what they see, what is checked before they run, what becomes of failures.

The recipe that makes images is a stand-in, which finds them made; the sandbox and the runner are
the real ones.
"""
import fcntl
import hashlib
import json
import os
import shutil
import socket
import subprocess

from probe import LOOKS_AROUND
from toll import HOST, OTHER, TOP, Tap, lines_of, make_home, only_run, scratch, toll

# What a program finds around it, a line each.
PROBE = LOOKS_AROUND + r"""
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __x86_64__
#include <cpuid.h>
#endif
static void try_connect(int port)
{
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port)};
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	printf("connect %s\n", connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&to, sizeof(to)) ?
		strerror(errno) : "yes");
}
/* What tells the CPU that a program sees from another. */
static void sign(char text[static 64])
{
	unsigned r[12] = {0};
#ifdef __x86_64__
	for (unsigned i = 0; i < 3; i++)
		__cpuid(0x80000002 + i, r[4 * i], r[4 * i + 1], r[4 * i + 2], r[4 * i + 3]);
#else
	snprintf((char *)r, sizeof(r), "%lx %lx", getauxval(AT_HWCAP), getauxval(AT_HWCAP2));
#endif
	snprintf(text, 64, "%.48s", (char *)r);
}
/* A child sees the CPU that its parent sees, and the name that it is called by. */
static int parent(const char *child)
{
	char mine[64], its[64] = "";
	int fds[2], status;
	pid_t pid;
	pipe(fds);
	pid = fork();
	if (!pid) {
		dup2(fds[1], 1);
		execl(child, "a name", "sign", NULL);
		perror(child);
		_exit(1);
	}
	close(fds[1]);
	read(fds[0], its, sizeof(its) - 1);
	waitpid(pid, &status, 0);
	sign(mine);
	printf("child %d same %d\n", status, !strcmp(mine, its));
	if (strcmp(mine, its))
		fprintf(stderr, "'%s' is not '%s'\n", its, mine);
	return strcmp(mine, its) != 0;
}
int main(int argc, char **argv)
{
	char cwd[256];
	if (argc > 1 && !strcmp(argv[1], "sign")) {
		sign(cwd);
		fputs(cwd, stdout);
		return strcmp(argv[0], "a name") != 0;
	}
	if (argc > 1 && !strcmp(argv[1], "parent"))
		return parent("/usr/bin/probe");
	if (argc > 1 && !strcmp(argv[1], "fail"))
		return 7;
	if (argc > 1 && !strcmp(argv[1], "ill"))
		__builtin_trap();
	printf("args %d cwd %s\n", argc, getcwd(cwd, sizeof(cwd)));
	list("/root");
	list("/home");
	try_write("/usr/x");
	try_write("/x");
	try_write("/toll/x");
	try_write("x");
	try_connect(argc > 1 ? atoi(argv[1]) : 1);
	printf("uid %d kill %d\n", (int)getuid(), kill(getppid(), 0));
	return 0;
}
"""

RECIPE = """#!/bin/bash
arch=$1; shift
list=$(IFS=,; echo "$*")
echo "$arch $list" >>calls
[ "$list" != missing ] || { echo "apt.sh: apt cannot install 'missing' for $arch" >&2; exit 1; }
mkdir -p build/roots/$arch/0123456789abcdef
cp -r tree-$arch build/roots/$arch/0123456789abcdef/tree 2>/dev/null
: >build/roots/$arch/0123456789abcdef/.stamp
printf '0123456789abcdef%048d\\n' 0 >build/roots/$arch/$list.key
printf '0123456789abcdef%048d\\n' 0
"""

tap = Tap()
work = scratch()
compiler = os.environ.get("CC") or "gcc"


def compile_static(to, *sources):
    done = subprocess.run([compiler, "-O1", "-static", "-D_GNU_SOURCE", "-I", TOP, "-o", to, *sources,
                           "-lm"], capture_output=True, text=True, timeout=100, check=False)
    return done.returncode == 0 or print("#", done.stderr) or False


def package(name, command, packages=("toy",), **more):
    return {"name": name, "suite": "toys", "summary": name, "iteration": "one process",
            "packages": packages, "command": command,
            "sizes": {"small": {"shape": "1", "memory_mib": 8}}, **more}


(work / "probe.c").write_text(PROBE)
runner_sources = [*(TOP / "workloads/package").glob("*.c"), TOP / "workloads/wl_data.c"]
if not compile_static(work / "probe", work / "probe.c"):
    tap.skip("packages", f"'{compiler} -static' does not work here")
    tap.done()
if not tap.ok(compile_static(work / "package.runner", *runner_sources), "the runner compiles"):
    tap.done()
if not shutil.which("bwrap"):
    tap.skip("packages", "bubblewrap is not installed")
    tap.done()
sandbox = subprocess.run(["bwrap", "--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"],
                         capture_output=True, text=True, timeout=20, check=False)
if sandbox.returncode:
    tap.skip("packages", f"bubblewrap makes no namespaces here: {sandbox.stderr.strip()}")
    tap.done()

listener = socket.create_server(("127.0.0.1", 0))
port = str(listener.getsockname()[1])
home = make_home(work / "home", [])
for m in (package("probe", ["probe", port]),
          package("matches", ["probe", port], pattern="^args ([0-9]+) cwd /tmp/work$"),
          package("differs", ["probe", port], pattern="^no such line$"),
          package("fails", ["probe", "fail"]), package("illegal", ["probe", "ill"]),
          package("unknown", ["probe"], ["missing"]), package("lost", ["nowhere"]),
          package("parent", ["probe", "parent"], starts_children=True),
          package("unserved", ["probe"], service={"command": ["nowhere"]}),
          package("foreign", ["foreign"]), package("script", ["script"])):
    (home / "workloads" / f"{m['name']}.json").write_text(json.dumps(m))
(home / "images").mkdir()
(home / "images/root.sh").write_text(RECIPE)
(home / "images/root.sh").chmod(0o755)
folder = home / "build/workloads" / HOST
folder.mkdir(parents=True)
shutil.copy(work / "package.runner", folder)
tree = home / f"tree-{HOST}"
for name in ("usr/bin", "proc", "dev", "tmp", "toll", "root", "home"):
    (tree / name).mkdir(parents=True)
shutil.copy(work / "probe", tree / "usr/bin")
(tree / "usr/bin/script").write_text("#!/bin/sh\n")
(tree / "usr/bin/script").chmod(0o755)
header = bytearray((work / "probe").read_bytes())
header[18:20] = (183 if HOST == "x86_64" else 62).to_bytes(2, "little")
(tree / "usr/bin/foreign").write_bytes(header)
(tree / "usr/bin/foreign").chmod(0o755)


def measure(name, *arguments, command="run", **how):
    output = work / name
    result = toll(command, "--env", "native", "--blocks", "2", "--executions", "native=1",
                  "--output", output, *arguments, home=home, **how)
    run = only_run(output)
    path = run / "summary.json" if run else None
    cells = json.loads(path.read_text())["cells"] if path and path.exists() else []
    return result, run, {x["workload"]: x for x in cells}


result, run, cells = measure("one", "--suite", "toys", "--workload", "probe,matches,unknown,lost,foreign,unserved,"
                             "script,fails,illegal,differs")
status = {name: x["status"] for name, x in cells.items()}
tap.ok(status.get("probe") == "ok" and status.get("matches") == "ok" and result.code == 1,
       "programs of packages are measured, beside others that cannot be", f"{cells}\n{result}")
for name, words in (("unknown", "cannot install 'missing'"), ("lost", "no program 'nowhere'"),
                    ("unserved", "no program 'nowhere'"),
                    ("foreign", f"a program for {OTHER}"), ("script", "naming its interpreter")):
    tap.ok(status.get(name) == "error" and words in cells[name]["reason"],
           f"'{name}' is an error that says: {words}", cells.get(name))
tap.ok(status.get("fails") == "crash" and "status 7" in cells["fails"]["reason"],
       "a program that fails is a crash with its status", cells.get("fails"))
tap.ok(status.get("illegal") in ("illegal-instruction", "crash"), "one that traps is one, too",
       cells.get("illegal"))
tap.ok(status.get("differs") == "wrong-result" and "no such line" in cells["differs"]["reason"],
       "a result that does not match says what was expected", cells.get("differs"))
calls = (home / "calls").read_text().splitlines()
tap.same(sorted(calls), sorted([f"{HOST} toy", f"{HOST} missing"]), "each image is asked for once")
plan = json.loads((run / "plan.json").read_text())
tap.same([(r["arch"], r["packages"], r["sha256"][:16]) for r in plan["roots"]],
         [(HOST, "toy", "0123456789abcdef")], "the plan has the image")
programs = {p["program"]: p for p in json.loads((run / "host.json").read_text())["programs"]}
tap.ok(programs[f"workloads/{HOST}/probe.package"]["root"].startswith("0123456789abcdef0"),
       "and stands for the program", programs)


def identity_of_script(name, text):
    (folder / "scripted.v").write_text(text)
    (folder / "scripted.v").chmod(0o755)
    _, run, _ = measure(name, "--workload", "scripted")
    return {p["program"]: p for p in json.loads((run / "host.json").read_text())["programs"]}.get(
        f"workloads/{HOST}/scripted.v", {})


script = package("scripted", None, interpreter="/usr/bin/probe", variants=[{"name": "v"}])
del script["command"]
(home / "workloads/scripted.json").write_text(json.dumps(script))
before, after = identity_of_script("before", "one\n"), identity_of_script("after", "two\n")
tap.same([before.get("sha256"), after.get("sha256")],
         [hashlib.sha256(text).hexdigest() for text in (b"one\n", b"two\n")],
         "a script is its file: edited, it is another program")
tap.ok(before.get("root", "").startswith("0123456789abcdef0") and before["root"] == after["root"],
       "… in its interpreter's image", [before, after])
samples = [s for s in lines_of(run) if s["cell"].startswith("probe.")]
tap.ok(len(samples) == 2 and all(len(s["iter_wall_ns"]) >= 2 for s in samples),
       "an iteration is a process", samples)


def hash_of(text):
    value = 0xcbf29ce484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001b3 & (1 << 64) - 1
    return f"{value:016x}"


expected = ("args 2 cwd /tmp/work\n/root 0\n/home 0\nwrite /usr/x Read-only file system\n"
            "write /x Read-only file system\nwrite /toll/x Read-only file system\nwrite x yes\n"
            "connect Connection refused\nuid 0 kill 0\n")
tap.same(samples[0]["digest"]["hash"], hash_of(expected),
         "it can write to its own folder, reach no network and see nothing of the user's")
tap.same([s["digest"]["hash"] for s in lines_of(run) if s["cell"].startswith("matches.")],
         [hash_of("2")] * 2, "the group of a pattern is what is compared")

# ---- resume ----

shutil.move(home / f"build/roots/{HOST}/0123456789abcdef", work / "gone")
result = toll("run", "--resume", run.name, "--output", work / "one", home=home)
tap.ok(result.code == 2 and "'toy'" in result.err and "gone" in result.err,
       "a run does not go on without the image it was begun with", result)
shutil.move(work / "gone", home / f"build/roots/{HOST}/0123456789abcdef")

# ---- children ----

doctor = {c["environment"]: c for c in toll("doctor", "--json", home=home).json()["children"]}
translated = f"user-{HOST}"
if translated not in doctor:
    tap.skip("programs that start others", f"{translated} is not usable")
else:
    result = toll("run", "--env", f"native,{translated}", "--blocks", "1", "--workload", "parent",
                  "--output", work / "parent", home=home)
    summary = json.loads((only_run(work / "parent") / "summary.json").read_text())
    cells = {c["env"]: c for c in summary["cells"]}
    if doctor[translated]["usable"]:
        tap.same({e: c["status"] for e, c in cells.items()}, {"native": "ok", translated: "ok"},
                 "what a program starts is translated as it is, under the name it is called by")
    else:
        tap.ok(cells[translated]["status"] == "refused" and
               doctor[translated]["reason"][:60] in cells[translated]["reason"],
               "where it cannot be translated that is the reason", cells)
        tap.ok(cells["native"]["status"] == "ok", "natively it is measured", cells)
    runner = home / f"build/workloads/{HOST}/package.runner"
    runner.rename(work / "kept")
    (runner).write_text("#!/bin/sh\n")
    child = toll("doctor", "--json", home=home).json()["children"]
    (work / "kept").rename(runner)
    tap.ok(not any(c["usable"] for c in child) and all(c["reason"] and c["remedy"] for c in child),
           "doctor believes nothing that it has not seen", child)

# ---- no sandbox ----

bare = work / "bare"
bare.mkdir()
for name in ("bash", "sha256sum", "mkdir", "cp", "gnuplot", "env"):
    if shutil.which(name):
        (bare / name).symlink_to(shutil.which(name))
result, run, cells = measure("bare", "--workload", "probe", env={"PATH": str(bare)})
tap.ok(cells.get("probe", {}).get("status") == "refused" and
       "bwrap" in cells["probe"]["reason"] and "make deps-packages" in cells["probe"]["reason"],
       "without bubblewrap they are refused, with the remedy", f"{cells}\n{result}")

# ---- toll exec ----

result, run, cells = measure("exec", "--packages", "toy", "--", "probe", port, command="exec")
tap.ok(result.code == 0 and cells.get("probe", {}).get("status") == "ok",
       "a program of packages is measured without a manifest", f"{cells}\n{result}")
plan = json.loads((run / "plan.json").read_text())
tap.same((plan["command"]["program"], plan["command"]["args"], plan["command"]["packages"]),
         ("probe", [port], ["toy"]), "the plan has its packages and words")
result = toll("stats", run, "--output", work / "exec", home=home)
tap.ok(result.code == 0, "and is read back", result)
for words, said in ((["--packages", "../x", "--", "a"], "no name of a package"),
                    (["--packages", "toy"], "which program of 'toy'"),
                    (["--packages", ",", "--", "a"], "names no package"),
                    (["--packages", "toy", "--root", "/", "--", "a"], "or else"),
                    ([], "--packages")):
    result = toll("exec", *words, "--output", work / "bad", home=home)
    tap.ok(result.code == 2 and said in result.err, f"'exec {' '.join(words)}' is refused", result)

# ---- toll image ----

roots = home / "build/roots" / HOST


def make_image(key, packages, mib, age_s, wanted=True):
    image = roots / key
    image.mkdir(parents=True)
    (image / ".stamp").touch()
    os.utime(image / ".stamp", (1e9 - age_s, 1e9 - age_s))
    (image / "about.json").write_text(json.dumps({
        "arch": HOST, "packages": packages, "sha256": key + "0" * 48, "installed": 3,
        "tree_kib": mib * 1024, "disk_kib": 0, "seconds": 5}))
    if wanted:
        (roots / f"{packages}.key").write_text(key + "0" * 48 + "\n")


def images():
    return [i["packages"] for i in toll("image", "ls", "--json", home=home).json()["images"]]


shutil.rmtree(roots)
for key, packages, mib, age, wanted in (("a" * 16, "old", 10, 30, True), ("b" * 16, "new", 20, 10, True),
                                        ("c" * 16, "replaced", 40, 5, False),
                                        ("d" * 16, "held", 80, 50, True)):
    make_image(key, packages, mib, age, wanted)
(roots / "eeeeeeeeeeeeeeee.tmp.7").mkdir()
tap.same(images(), ["replaced", "new", "old", "held"], "images are listed, the one used last first")
result = toll("image", "ls", home=home)
tap.ok("4 images, 150 MiB" in result.out and "(replaced)" in result.out, "with sizes", result)
with open(roots / ("d" * 16) / ".stamp") as stamp:
    fcntl.flock(stamp, fcntl.LOCK_SH)
    result = toll("image", "rm", "held", home=home)
    tap.ok(result.code == 2 and "a run uses" in result.err and (roots / "held.key").exists(),
           "one that a run uses is not removed", result)
    result = toll("image", "gc", "--cap", "95", home=home)
    tap.same(images(), ["held"], "gc takes what was replaced, then what was used longest ago, "
             "till the rest fits, and leaves what is in use")
    tap.ok(not (roots / "eeeeeeeeeeeeeeee.tmp.7").exists(), "leftovers go too", result)
elsewhere = work / "toll.old.1/x.tmp.2"
elsewhere.parent.mkdir()
shutil.copytree(home, elsewhere, symlinks=True)
with open(elsewhere / roots.relative_to(home) / ("d" * 16) / ".stamp") as stamp:
    fcntl.flock(stamp, fcntl.LOCK_SH)
    result = toll("image", "gc", home=elsewhere)
    tap.ok(result.code == 0 and (elsewhere / roots.relative_to(home) / ("d" * 16) / "about.json").exists(),
           "gc leaves what is in use, whatever the folder of the tree is called", result)
result = toll("image", "rm", "d" * 16, home=home)
tap.ok(result.code == 0 and images() == [] and not (roots / "held.key").exists(),
       "one is removed by its digits, and its list forgotten", result)
for words, said in ((["rm", "held"], "no root image 'held'"), (["rm"], "expected"), (["mv"], "'mv'")):
    result = toll("image", *words, home=home)
    tap.ok(result.code == 2 and said in result.err, f"'image {' '.join(words)}' is refused", result)
tap.done()
