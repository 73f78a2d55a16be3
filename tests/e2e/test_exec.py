#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`toll exec` for real: dynamic programs of both architectures, input files, folders as '/', and CPU
models, natively, translated and in guests."""
import json
import shutil
import subprocess
import sys
from pathlib import Path

from guests import HOST, OTHER, TOP, qemus, work

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "cli"))
from toll import Tap, lines_of, only_run, toll  # noqa: E402

tap = Tap()
ENVIRONMENTS = ["native", f"user-{HOST}", f"user-{OTHER}", f"vm-{HOST}-tcg", f"vm-{OTHER}-tcg",
                f"vm-{HOST}-tcg+user-{OTHER}"]
SOURCE = r"""
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
int main(int argc, char **argv)
{
	char text[64] = "", cwd[64];
	FILE *f = fopen(argv[argc - 1], "r+");
	if (!f || !fgets(text, sizeof(text), f) || fseek(f, 0, SEEK_SET) || fputs("changed", f) < 0)
		return 3;
	printf("%s %s %s %d %d\n", getcwd(cwd, sizeof(cwd)), text, getenv("COLOUR"), access("/home", F_OK),
		access("/x", W_OK));
	return fclose(f);
}
"""
AVX = """
#include <stdio.h>
int main(void)
{
	__asm__ volatile("vxorps %%ymm0, %%ymm0, %%ymm0" ::: "xmm0");
	puts("done");
	return 0;
}
"""


def skip_all(reason):
    tap.skip("exec", reason)
    tap.done()


if not shutil.which("bwrap"):
    skip_all("bubblewrap is not installed")
trees = {}
for arch in (HOST, OTHER):
    made = subprocess.run([TOP / "images/root.sh", arch, "grep"], cwd=TOP, text=True, timeout=250,
                          capture_output=True, check=False)
    if made.returncode:
        skip_all(f"no root image of grep: {made.stderr.strip().splitlines()[-1]}")
    trees[arch] = TOP / "build/roots" / arch / made.stdout[:16] / "tree"


def build(name, arch, source, *flags):
    (work / f"{name}.c").write_text(source)
    program = work / f"{name}.{arch}"
    done = subprocess.run([f"{arch}-linux-gnu-gcc", "-O1", *flags, "-o", program, work / f"{name}.c"],
                          capture_output=True, text=True, timeout=60, check=False)
    if done.returncode:
        tap.ok(False, f"{arch}-linux-gnu-gcc makes a dynamic program", done.stderr.strip()[-200:])
        tap.done()
    return program


def measure(name, *arguments, env=None):
    output = work / name
    result = toll("exec", "--blocks", "1", "--patience", "8", "--output", output, "--env",
                  ",".join(env or ENVIRONMENTS), *arguments, deadline=280)
    run = only_run(output)
    path = run / "summary.json" if run else None
    cells = json.loads(path.read_text())["cells"] if path and path.exists() else []
    return result, run, {x["env"]: x for x in cells}


def everywhere(result, run, cells, name):
    hashes = {s["digest"]["hash"] for s in lines_of(run)} if run else {}
    tap.ok(result.code == 0 and {c["status"] for c in cells.values()} == {"ok"} and
           sorted(cells) == sorted(ENVIRONMENTS) and len(hashes) == 1, name,
           f"{ {e: (c['status'], c['reason']) for e, c in cells.items()} }\n{hashes}\n{result}")


(work / "in").mkdir()
(work / "in/words").write_bytes(b"one two")
programs = [w for a in (HOST, OTHER) for w in (f"--{a}", build("p", a, SOURCE))]
given = ["--input", work / "in/words", "--setenv", "COLOUR=green"]
everywhere(*measure("packages", *programs, "--packages", "grep", *given, "--", "words"),
           "a dynamic program runs on the libraries of packages everywhere, with its input")
roots = [w for a in (HOST, OTHER) for w in ("--root", f"{a}={trees[a]}")]
everywhere(*measure("root", *programs, *roots, *given, "--workdir", "/tmp/here", "--", "words"),
           "and on those of a folder, started in another place")
everywhere(*measure("inside", *roots, "--input", work / "in/words", "--", "grep", "-c", "two", "words"),
           "a program of a folder runs everywhere")
statics = [w for a in (HOST, OTHER) for w in (f"--{a}", build("s", a, SOURCE, "-static"))]
everywhere(*measure("static", *statics, *given, "--", "words"), "a static one needs no libraries")
result, run, cells = measure("alone", f"--{HOST}", work / f"p.{HOST}", f"--{OTHER}", work / f"p.{OTHER}",
                             env=[f"vm-{HOST}-tcg", f"vm-{OTHER}-tcg"])
tap.ok(all(c["status"] == "refused" and "--packages libc6" in c["reason"]
           for e, c in cells.items() if e.startswith("vm-")) and len(cells) == 3,
       "a dynamic one without libraries is refused in guests", f"{cells}\n{result}")

avx = build("avx", "x86_64", AVX, "-static")
if HOST == "x86_64" and subprocess.run([avx], capture_output=True, timeout=20, check=False).returncode:
    tap.skip("AVX", "this host's CPU has no AVX")
else:
    where = ["user-x86_64", "vm-x86_64-tcg"]
    result, run, cells = measure("avx", "--x86_64", avx, env=where)
    tap.ok(all(cells[e]["status"] == "ok" for e in where), "the default model has AVX", f"{cells}\n{result}")
    result, run, cells = measure("nehalem", "--x86_64", avx, "--cpu", "x86_64=Nehalem", env=where)
    tap.ok(all(cells[e]["status"] == "illegal-instruction" and "Nehalem has no" in cells[e]["reason"] and
               " avx," in cells[e]["reason"] for e in where),
           "Nehalem has not, translated and in a guest, and the reason says so", f"{cells}\n{result}")
    boots = lines_of(run, "toll.boot/1")
    tap.ok(boots and all(b["cpu"] == "Nehalem" for b in boots), "the guest had that model, read back", boots)
tap.same(qemus(), [], "no guest is left")
tap.done()
