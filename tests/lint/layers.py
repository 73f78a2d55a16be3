"""The layer rule of CONTRIBUTING.md: which folder may include which, and what belongs in one place.

Used by test_layers.py. A folder includes itself or a strictly lower rank; `rank_of` derives the
folder from the path, so that a new folder has to be ranked here before it can be included.
"""
import re
import subprocess

RANKS = {
    "harness/base": 0,
    "vm/wire": 0,
    "harness/model": 1,
    "vm": 2,
    "harness/host": 3,
    "harness/plan": 3,
    "harness/layer": 3,
    "harness/stats": 3,
    "harness/store": 3,
    "harness/report": 3,
    "harness/run": 4,
    "harness/export": 4,
    "harness": 5,
}
# Folders that include only what is named here (beside themselves).
CLOSED = {"vm/guest": {"vm/wire"}, "workloads": set()}

# What only some files may use: pattern of the text, which files, why.
PLACES = [
    (r'#include [<"]cjson', r"harness/base/json_\w+\.c", "only harness/base/json_*.c includes cJSON"),
    (r'#include [<"]libvirt', r"vm/[^/]+\.[ch]", "only vm/ includes libvirt"),
    (r'#include [<"]gsl', r"harness/stats/\w+\.[ch]", "only harness/stats includes GSL"),
    (r"\bexit\(", r"harness/(cmd_\w+|main)\.c|vm/guest/.*|workloads/.*",
     "only cmd_*.c and main.c end the program"),
    (r"\b(v?printf|puts|putchar|perror)\(|\bstdout\b|\bstderr\b", r"harness/(cmd_\w+|main)\.c"
     r"|harness/base/(log|cleanup)\.c|vm/guest/.*|workloads/.*", "only cmd_*.c, main.c and log.c print"),
]
BANNED = r"\b(strcpy|strcat|sprintf|vsprintf|gets|system|popen|atoi|atol|atof|tmpnam)\("

COMMENT = re.compile(r"/\*.*?\*/|//[^\n]*", re.DOTALL)
STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')


def tracked(*patterns):
    out = subprocess.run(["git", "ls-files", "--cached", "--others", "--exclude-standard", *patterns],
                         check=True, capture_output=True, text=True).stdout
    return sorted(set(out.split()))


def folder_of(path):
    """'harness/store/plan_json.c' -> 'harness/store'; vm/wire.[ch] are a folder of their own."""
    if re.fullmatch(r"vm/wire\.[ch]", path):
        return "vm/wire"
    if path.startswith("workloads/"):
        return "workloads"
    return path.rpartition("/")[0]


def target_of(include):
    """The folder an include names: they are written relative to harness/ or to the top."""
    if include.startswith(("vm/", "workloads/", "tests/")):
        return folder_of(include)
    return folder_of("harness/" + include)


def code_of(text):
    """The text without comments and strings, on the same lines."""
    def blank(match):
        return re.sub(r"[^\n]", " ", match.group())
    return STRING.sub(blank, COMMENT.sub(blank, text))


def check_includes(path, text):
    here = folder_of(path)
    for number, line in enumerate(COMMENT.sub(lambda m: "\n" * m.group().count("\n"), text)
                                  .splitlines(), 1):
        match = re.match(r'\s*#\s*include\s+"([^"]+)"', line)
        if not match:
            continue
        there = target_of(match.group(1))
        where = f"{path}:{number}: includes '{match.group(1)}'"
        if here in CLOSED:
            if there != here and there not in CLOSED[here]:
                yield f"{where}: {here} includes nothing of the rest"
        elif there not in RANKS or here not in RANKS:
            yield f"{where}: {there if there not in RANKS else here} has no rank"
        elif there != here and RANKS[there] >= RANKS[here]:
            yield f"{where}: rank {RANKS[there]} from rank {RANKS[here]}"


def check_places(path, text):
    for pattern, allowed, why in PLACES:
        if re.fullmatch(allowed, path):
            continue
        source = text if "include" in pattern else code_of(text)
        for number, line in enumerate(source.splitlines(), 1):
            if re.search(pattern, line):
                yield f"{path}:{number}: {why}"


def check_banned(path, text):
    for number, line in enumerate(code_of(text).splitlines(), 1):
        if match := re.search(BANNED, line):
            yield f"{path}:{number}: {match.group(1)}() is banned"
