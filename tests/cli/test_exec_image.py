#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`toll exec` in an image: a folder of the user's as '/', input files, where it starts, variables.

The recipe of images, the sandbox and the runner are the real ones.
"""
import json
import os
import re
import shutil
import socket
import subprocess

from probe import LOOKS_AROUND
from toll import HOST, OTHER, TOP, Tap, lines_of, make_home, only_run, scratch, toll

# Says what it finds, and leaves the input changed.
SOURCE = LOOKS_AROUND + r"""
#include <arpa/inet.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>
static void show(const char *path)
{
	char line[80] = "-";
	FILE *f = fopen(path, "r+");
	if (f && !fgets(line, sizeof(line), f))
		strcpy(line, "empty");
	printf("%s: %s\n", path, line);
	if (f && !fseek(f, 0, SEEK_SET))
		fputs("changed", f);
	if (f)
		fclose(f);
}
int main(int argc, char **argv)
{
	struct sockaddr_in to = {.sin_family = AF_INET};
	char cwd[256];
	printf("in %s with %s %s\n", getcwd(cwd, sizeof(cwd)), getenv("COLOUR") ? getenv("COLOUR") : "none",
		getenv("HOME"));
	for (int i = 1; i < argc; i++)
		if (argv[i][0] == ':') {
			to.sin_port = htons(atoi(argv[i] + 1));
			inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
			printf("connect %s\n", connect(socket(AF_INET, SOCK_STREAM, 0), (void *)&to,
				sizeof(to)) ? strerror(errno) : "yes");
			list("/home"), list("/root"), list("/toll/workloads/inputs");
			try_write("/x"), try_write("/toll/x"), try_write("/data/x"), try_write("x");
		} else {
			show(argv[i]);
		}
	return 0;
}
"""
tap = Tap()
work = scratch()
compiler = os.environ.get("CC") or "gcc"


def compile_program(to, *what):
    done = subprocess.run([compiler, "-O1", "-D_GNU_SOURCE", "-I", TOP, "-o", to, *what, "-lm"],
                          capture_output=True, text=True, timeout=100, check=False)
    return done.returncode == 0 or print("#", done.stderr) or False


def skip_all(reason):
    tap.skip("images of exec", reason)
    tap.done()


(work / "p.c").write_text(SOURCE)
home = make_home(work / "home", [])
(home / "images").symlink_to(TOP / "images")
programs = home / "build/workloads" / HOST
programs.mkdir(parents=True)
if not compile_program(work / "static", "-static", work / "p.c") or \
        not compile_program(programs / "package.runner", "-static",
                            *(TOP / "workloads/package").glob("*.c"), TOP / "workloads/wl_data.c"):
    skip_all(f"'{compiler} -static' does not work here")
for tool in ("bwrap", "mksquashfs"):
    if not shutil.which(tool):
        skip_all(f"'{tool}' is not installed")
sandbox = subprocess.run(["bwrap", "--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"],
                         capture_output=True, text=True, timeout=20, check=False)
if sandbox.returncode:
    skip_all(f"bubblewrap makes no namespaces here: {sandbox.stderr.strip()}")


def run_exec(name, *arguments, env="native"):
    output = work / name
    result = toll("exec", "--env", env, "--blocks", "2", "--executions", "native=1", "--output", output,
                  *arguments, home=home)
    run = only_run(output)
    path = run / "summary.json" if run else None
    cells = json.loads(path.read_text())["cells"] if path and path.exists() else []
    return result, run, {x["env"]: x for x in cells}


def hash_of(text):
    value = 0xcbf29ce484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001b3 & (1 << 64) - 1
    return f"{value:016x}"


def printed(run, text):
    """Every execution printed this."""
    return run is not None and {s["digest"]["hash"] for s in lines_of(run)} == {hash_of(text)}


def reads(result, run, cells, text, name):
    tap.ok(result.code == 0 and cells["native"]["status"] == "ok" and printed(run, text), name,
           f"{cells}\n{result}")


own = (f"--{HOST}", work / "static")

# ---- input files, variables, where it starts ----

(work / "in").mkdir()
(work / "in/words").write_text("one two")
(work / "in/more").write_text("three")
found = run_exec("inputs", *own, "--input", work / "in/words", "--input", work / "in/more",
                 "--setenv", "COLOUR=green", "--", "words", "more")
result, run, cells = found
reads(*found, "in /tmp/work with green /\nwords: one two\nmore: three\n",
      "a program finds its inputs where it runs, anew for each run, and its variables")
plan = json.loads((run / "plan.json").read_text())
tap.same({k: plan["command"][k] for k in ("own", "inputs", "variables", "args", "workdir")},
         {"own": True, "inputs": ["words", "more"], "variables": ["COLOUR=green"],
          "args": ["words", "more"], "workdir": None}, "the plan has what it was given")
result = toll("stats", run, "--output", work / "inputs", home=home)
tap.ok(result.code == 0, "and is read back", result)
found = run_exec("below", *own, "--input", work / "in/words", "-w", "/tmp/a/b", "--", "words")
reads(*found, "in /tmp/a/b with none /\nwords: one two\n", "it can start in another folder below /tmp")
listener = socket.create_server(("127.0.0.1", 0))
port = f":{listener.getsockname()[1]}"
found = run_exec("closed", *own, "--input", work / "in/words", "--", port)
reads(*found, "in /tmp/work with none /\nconnect Connection refused\n/home -1\n/root -1\n"
      "/toll/workloads/inputs 1\nwrite /x Read-only file system\nwrite /toll/x Read-only file system\n"
      "write /data/x No such file or directory\nwrite x yes\n",
      "it reaches no network, sees nothing of the user's, and can write to its own folder only")

# ---- a folder as '/' ----

tree = work / "a tree%"
for name in ("usr/bin", "data", "home/someone"):
    (tree / name).mkdir(parents=True)
(tree / "bin").symlink_to("usr/bin")
shutil.copy(work / "static", tree / "usr/bin/prog")
(tree / "data/file").write_text("of the tree")
(tree / "secret").write_text("s")
(tree / "secret").chmod(0o4600)
os.mkfifo(tree / "fifo")
found = run_exec("root", "--root", tree, "--workdir", "/data", "--", "prog", "file", "/secret")
result, run, cells = found
reads(*found, "in /data with none /\nfile: -\n/secret: -\n",
      "a program of a folder of the user's runs there, and cannot write to it")
tap.same(next(iter(cells.values()))["cell"], f"prog.package.{HOST}.native",
         "its architecture is that of the program")
roots = json.loads((run / "plan.json").read_text())["roots"]
tap.same([(r["arch"], r["packages"]) for r in roots], [(HOST, f"dir:{tree}")], "the plan has the image")
image = home / "build/roots" / HOST / roots[0]["sha256"][:16]
tap.ok((image / "tree/data/file").read_text() == "of the tree" and
       not (image / "tree/fifo").exists() and (image / "tree/secret").stat().st_mode & 0o7777 == 0o600,
       "it is a copy, of files, folders and links, without the right to be another user")
listed = toll("image", "ls", "--json", home=home)
tap.ok(any(i["packages"] == f"dir:{tree}" and i["wanted"] for i in listed.json()["images"]),
       "and is listed", listed)
result, run, cells = run_exec("again", "--root", f"{HOST}={tree}", "--", "/bin/prog")
tap.same([r["sha256"] for r in json.loads((run / "plan.json").read_text())["roots"]],
         [roots[0]["sha256"]], "the same files are the same image")
(tree / "data/file").write_text("changed")
result, run, cells = run_exec("changed", "--root", tree, "--", "prog")
changed = json.loads((run / "plan.json").read_text())["roots"][0]["sha256"]
tap.ok(changed != roots[0]["sha256"] and (image / "tree/data/file").read_text() == "of the tree",
       "changed ones are another, and the first one stays as it was", changed)
result = toll("image", "gc", home=home)
tap.ok(result.code == 0 and not image.exists() and
       (home / "build/roots" / HOST / changed[:16]).exists(), "until it is collected", result)

# ---- dynamic programs ----

if compile_program(work / "dynamic", work / "p.c"):
    wanted = subprocess.run(["ldd", work / "dynamic"], capture_output=True, text=True, check=False).stdout
    libraries = re.findall(r"(/\S+) \(0x", wanted)
    full = work / "full"
    for library in libraries:
        (full / library.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(library, full / library.lstrip("/"))
    (full / "home").mkdir()
    found = run_exec("libraries", f"--{HOST}", work / "dynamic", "--root", full, "--input",
                     work / "in/words", "--", "words")
    reads(*found, "in /tmp/work with none /\nwords: one two\n",
          "a dynamic program of the user's runs with the libraries of a folder")
    result, run, _ = run_exec("bare", f"--{HOST}", work / "dynamic", "--input", work / "in/words")
    tap.ok(result.code == 2 and "--packages libc6" in result.err and run is None,
           "without any it is refused, with what to give", result)
    result, run, _ = run_exec("lacking", f"--{HOST}", work / "dynamic", "--root", tree)
    tap.ok(result.code == 2 and "asks for '/lib" in result.err and run is None,
           "so it is where the folder lacks its loader", result)
    shutil.copy(work / "dynamic", tree / "usr/bin/dynamic")
    result, run, _ = run_exec("inside", "--root", tree, "--", "dynamic")
    tap.ok(result.code == 2 and "asks for '/lib" in result.err and run is None,
           "and a program of the folder likewise", result)
else:
    tap.skip("dynamic", f"'{compiler}' makes no dynamic program here")

# ---- bad input ----

content = bytearray((work / "static").read_bytes())
(tree / "usr/bin/short").write_bytes(content[:len(content) // 2])
content[18:20] = (183 if HOST == "x86_64" else 62).to_bytes(2, "little")
(tree / "usr/bin/foreign").write_bytes(content)
(tree / "usr/bin/script").write_text("#!/bin/sh\n")
linked = work / "linked"
linked.mkdir()
(linked / "tmp").symlink_to("/etc")
shutil.copy(work / "static", linked / "prog")
(work / "in2").mkdir()
(work / "in2/words").write_text("")
deep = work / ("d" * 120) / ("e" * 120)
deep.mkdir(parents=True)
shutil.copy(work / "static", deep / "prog")
words = work / "in/words"
cases = [
    (("--root", tree), "which program of"),
    (("--root", tree, "--", "nowhere"), "no program 'nowhere'"),
    (("--root", tree, "--", "script"), "naming its interpreter"),
    (("--root", tree, "--", "short"), "cut short"),
    (("--root", tree, "--", "usr/bin/prog"), "from the image's '/'"),
    (("--root", f"{HOST}={tree}", "--", "foreign"), f"'foreign' is for {OTHER}"),
    (("--root", work / "absent", "--", "prog"), "absent"),
    (("--root", work / "static", "--", "prog"), "static"),
    (("--root", tree, "--root", f"{HOST}={tree}", "--", "prog"), f"two folders for {HOST}"),
    (("--root", deep, "--", "/prog"), "longer than"),
    (("--root", tree, f"--{HOST}", work / "static", f"--{OTHER}", tree / "usr/bin/foreign"),
     "for which architecture"),
    (("--root", tree, "--packages", "toy", "--", "prog"), "or else --root"),
    (("--input", words, "--", "prog"), "give the program to run"),
    ((*own, "--input", work / "absent"), "absent"),
    ((*own, "--input", work), "no regular file"),
    ((*own, "--input", words, "--input", work / "in2/words"), "two files would be called 'words'"),
    ((*own, "--workdir", "data"), "begins with '/'"),
    ((*own, "--workdir", "/tmp/../etc"), "without '..'"),
    ((*own, "--workdir", "/data", "--input", words), "below /tmp/"),
]
for number, (arguments, said) in enumerate(cases):
    result, run, _ = run_exec(f"bad{number}", *arguments)
    tap.ok(result.code == 2 and said in result.err and run is None, f"refused: {said}",
           f"{arguments}\n{result}")
result, run, cells = run_exec("linked", "--root", linked, "--", "/prog")
tap.ok("'/tmp'" in cells.get("native", {}).get("reason", "") and cells["native"]["status"] == "error",
       "a folder in which a link stands where something is mounted makes no image", f"{cells}\n{result}")
result, run, cells = run_exec("itself", "--root", home, "--", "/build/workloads/" + HOST + "/package.runner")
tap.ok("images themselves" in cells.get("native", {}).get("reason", ""),
       "neither does one that holds the images", f"{cells}\n{result}")
result, run, cells = run_exec("nowhere", *own, "--workdir", "/no/such", "--blocks", "1")
tap.ok(cells["native"]["status"] == "crash" and "/no/such" in cells["native"]["reason"],
       "a folder to start in that is not there is named", cells)
result, run, cells = run_exec("half", "--root", tree, "--", "prog", env=f"native,user-{OTHER}")
x = cells[f"user-{OTHER}"]
tap.ok(cells["native"]["status"] == "ok" and x["status"] == "refused" and
       ("--root ARCH=DIR" in x["reason"] or "apt-get" in x["reason"] or "cannot" in x["reason"]),
       "an architecture without a folder is refused, and says what to give", cells)
tap.ok(not list((home / "build/roots").glob("*/*.tmp.*")), "nothing half made is left")
tap.done()
