#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""README and its companions say what is true: commands, options, targets, names, links, examples."""
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
from documents import TOP, Document, commands, make_help, make_targets  # noqa: E402
from canned import Canned  # noqa: E402
from toll import HOST, OTHER, TOLL, Tap, scratch, toll  # noqa: E402

tap = Tap()
readme = Document("README.md")
offered = commands()
targets = make_targets()
variables = set(re.findall(r"\b([A-Z]+)=", make_help()))
work = scratch()


def shell_lines(document):
    """[(marked as runnable, words)] of every command in sh blocks."""
    for mark, text in document.blocks("sh"):
        for line in text.strip().splitlines():
            yield mark == "run", shlex.split(line, comments=True)


def check_make(words):
    """What is wrong with the arguments of a make command."""
    for word in words:
        name, is_variable, _ = word.partition("=")
        if is_variable and name not in variables | {"DEPS"}:
            yield f"no variable {name}"
        elif not is_variable and not word.startswith("-") and word not in targets:
            yield f"no target {word}"


def check_toll(words):
    """What is wrong with a command and its options."""
    if words[0] not in offered:
        yield f"no command {words[0]}"
        return
    options = words[1:words.index("--")] if "--" in words else words[1:]
    for word in options:
        name = word[2:].partition("=")[0]
        if word.startswith("--") and name not in offered[words[0]]:
            yield f"{words[0]} has no option --{name}"


def selection_of(words):
    """A measuring command as a `toll plan` with the same selection."""
    kept = ["plan"]
    skip_value = False
    for word in words[1:]:
        if skip_value:
            skip_value = False
        elif word.startswith("--") and word[2:] not in offered["plan"]:
            skip_value = offered[words[0]][word[2:]]
        else:
            kept.append(word)
    return kept


def make_scratch_home():
    """The real manifests and scripts, no programs, one stored run."""
    home = work / "home"
    home.mkdir()
    for name in ("workloads", "plots"):
        shutil.copytree(TOP / name, home / name, ignore=shutil.ignore_patterns("2*", "latest"))
    canned = Canned(blocks=6)
    for env in ("native", f"user-{OTHER}"):
        canned.arm("matmul", env)
    canned.fill({f"user-{OTHER}": 4.0})
    canned.write(home)
    return home


# ---- commands ----

home = make_scratch_home()
lines = list(shell_lines(readme))
tap.ok(len(lines) > 15, "README has examples")
for document in (readme, Document("CONTRIBUTING.md"), Document("plots/README.md")):
    for mark, text in document.blocks("sh"):
        result = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, timeout=10)
        tap.ok(result.returncode == 0, f"{document.name}: the shell can read '{text.split(chr(10))[0]}'",
               result.stderr)
    wrong = [problem for code in document.code() if code.startswith("make ")
             for problem in check_make(shlex.split(code)[1:])]
    tap.same(wrong, [], f"{document.name}: every make command in the text exists")
    tap.same(document.broken_links(), [], f"{document.name}: every link leads somewhere")
for runnable, words in lines:
    text = shlex.join(words)
    if words[0] == "make":
        tap.same(list(check_make(words[1:])), [], f"make knows '{text}'")
    if words[0] != "build/toll":
        continue
    if not tap.same(list(check_toll(words[1:])), [], f"toll knows '{text}'"):
        continue
    if runnable or words[1] in ("stats", "report"):
        result = toll(*[word for word in words[1:] if word != "--open"], home=home)
        tap.ok(result.code == 0, f"'{text}' works", result)
    elif words[1] in ("run", "compare") and "--resume" not in words:
        result = toll(*selection_of(words[1:]), home=home)
        tap.ok(result.code == 0, f"'{text}' selects something", result)

# ---- names ----

for command in offered:
    tap.ok(f"toll {command}" in readme.text, f"README names 'toll {command}'")
every_option = {option for options in offered.values() for option in options}
mentioned = {option for code in readme.code() for option in re.findall(r"(?<!\S)--([a-z0-9_-]+)", code)}
systemctl = {"user", "now", "failed"}
tap.same(sorted(mentioned - every_option - systemctl), [], "every option in README's text exists")
keys = readme.table_keys()


def listed(what):
    return re.findall(r"^(\S+)", toll("list", what, home=home).out, re.M)


def mirrored(env):
    """README's tables are those of an x86-64 host."""
    if HOST == "x86_64":
        return env
    swap = {"x86_64": "aarch64", "aarch64": "x86_64"}
    return re.sub("x86_64|aarch64", lambda found: swap[found[0]], env)


for name in listed("workloads"):
    tap.ok(name in keys, f"README's table has the workload {name}")
for env in listed("environments"):
    tap.ok(mirrored(env) in keys, f"README's table has the environment {env}")
for profile in listed("profiles"):
    tap.ok(f"`{profile}`" in readme.text, f"README names the profile {profile}")
statuses = re.findall(r'X\(\w+, "([a-z-]+)", (?:true|false)\)', (TOP / "harness/model/status.h").read_text())
tap.ok(len(statuses) > 5 and all(re.search(rf"\b{s}\b", readme.text) for s in statuses if s != "ok"),
       "README says what every status means", statuses)
codes = re.findall(r"EXIT_\w+ = (\d+),", (TOP / "harness/base/exit_code.h").read_text())
rows = re.findall(r"^\| (\d+) \| ", readme.text, re.M)
tap.same(rows, [code for code in codes if code != "128"], "README's table has every exit code")
version = toll("--version").out.split()[-1]
tap.ok(f"## [{version}]" in Document("CHANGELOG.md").text, f"CHANGELOG has version {version}")
scripts = {path.name for path in (TOP / "plots").glob("*.gp")}
named = set(re.findall(r"`(\w+\.gp)`", Document("plots/README.md").text))
tap.same(sorted(named ^ scripts), [], "plots/README.md has every script and no other")

# ---- the sample ----

run = re.search(r"<!-- sample -->\n```text\ntoll (\S+) ", readme.text)
figure = (TOP / "plots/sample/overhead.svg").read_text(encoding="utf-8")
tap.ok(run and f"run {run[1]}" in figure, "README's sample text and figure are of one run")

# ---- schedules ----

for _, text in readme.blocks("crontab"):
    fields = text.split(None, 5)
    result = subprocess.run(["bash", "-n"], input=fields[5], text=True, capture_output=True, timeout=10)
    tap.ok(result.returncode == 0 and all(re.fullmatch(r"[\d*/,-]+", f) for f in fields[:5]),
           "the cron line is one", result.stderr)
units = work / "units"
units.mkdir()
(work / "toll/build").mkdir(parents=True)
(work / "toll/build/toll").symlink_to(TOLL)
names = re.findall(r"systemd/user/(toll-nightly\.\w+)`", readme.text)
for name, (_, text) in zip(names, readme.blocks("ini")):
    (units / name).write_text(text.replace("%h/", f"{work}/"))
tap.same(sorted(path.name for path in units.iterdir()), ["toll-nightly.service", "toll-nightly.timer"],
         "README has the service and the timer")
if shutil.which("systemd-analyze"):
    result = subprocess.run(["systemd-analyze", "--user", "verify", *map(str, units.iterdir())],
                            text=True, capture_output=True, timeout=60,
                            env={"XDG_RUNTIME_DIR": str(work), "HOME": str(work), "PATH": "/usr/bin:/bin"})
    said = [line for line in result.stderr.splitlines() if "toll-nightly" in line]
    tap.ok(result.returncode == 0 and not said, "systemd accepts the units", result.stderr)
else:
    tap.skip("systemd accepts the units", "systemd-analyze is not installed")

# ---- the environment and the workload that README adds ----

(work / "environments.json").write_text(readme.blocks("json")[1][1])
result = toll("list", "environments", "--environments", work / "environments.json", home=home)
tap.ok(result.code == 0 and "\nbox64-x86_64 " in result.out, "README's environment is listed", result)

(work / "new/tests").mkdir(parents=True)
for name in ("workloads", "plots", "tests/workloads"):
    shutil.copytree(TOP / name, work / "new" / name, ignore=shutil.ignore_patterns("2*", "latest"))
shutil.copy(TOP / "Makefile", work / "new")
(work / "new/build").mkdir()
(work / "new/build/sysroot").symlink_to(TOP / "build/sysroot")
(work / "new/workloads/tensor/dot.c").write_text(readme.blocks("c")[0][1])
(work / "new/workloads/dot.json").write_text(readme.blocks("json")[0][1])
result = subprocess.run(["make", "-s", f"build/workloads/{HOST}/dot.portable"], cwd=work / "new",
                        text=True, capture_output=True, timeout=110)
tap.ok(result.returncode == 0, "README's new workload is built as it stands", result.stderr)
result = toll("run", "--workload", "dot", "--env", "native", "--blocks", "2", home=work / "new")
tap.ok(result.code == 0, "README's new workload can be measured", result)

tap.done()
