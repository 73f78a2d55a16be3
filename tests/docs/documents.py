# SPDX-License-Identifier: GPL-3.0-or-later
"""What the tests of the documents share: their fenced blocks, links, and what the program offers."""
import re
import subprocess
import sys
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/cli"))
from toll import toll  # noqa: E402

FENCE = re.compile(r"^```(\w*) ?(\w*)\n(.*?)^```$", re.M | re.S)


class Document:
    def __init__(self, name):
        self.name = name
        self.path = TOP / name
        self.text = self.path.read_text(encoding="utf-8")
        self.prose = FENCE.sub("", self.text)

    def blocks(self, language):
        """[(second word of the info string, text)]"""
        return [(mark, text) for lang, mark, text in FENCE.findall(self.text) if lang == language]

    def code(self):
        """What stands in backticks in the prose."""
        return re.findall(r"`([^`\n]+)`", self.prose)

    def table_keys(self):
        """The code in the first column of the tables."""
        cells = re.findall(r"^\| ([^|]*) \|", self.prose, re.M)
        return {key for cell in cells for key in re.findall(r"`([^`]+)`", cell)}

    def broken_links(self):
        """Relative links to files or headings that are not there."""
        broken = []
        for target in re.findall(r"\]\(([^)\s]+)\)", self.prose):
            if re.match(r"[a-z]+:", target):
                continue
            file, _, anchor = target.partition("#")
            path = self.path.parent / file if file else self.path
            if not path.exists():
                broken.append(target)
            elif anchor and anchor not in anchors(path.read_text(encoding="utf-8")):
                broken.append(target)
        return broken


def anchors(text):
    """The names that headings get on common hosts of Markdown."""
    heads = re.findall(r"^#+ (.*)$", FENCE.sub("", text), re.M)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def commands():
    """{command: {option: whether it takes a value}}, from --help."""
    names = re.findall(r"^  ([a-z]+) +\S", toll("--help").out, re.M)
    return {name: {option: bool(value) for option, value in re.findall(
        r"^  --([a-z0-9_-]+)( [A-Z]+)?", toll(name, "--help").out, re.M)} for name in names}


def make_help():
    return subprocess.run(["make", "--no-print-directory", "help"], cwd=TOP, text=True, timeout=60,
                          capture_output=True, check=True).stdout


def make_targets():
    return set(re.findall(r"^  make ([a-z_-]+)", make_help(), re.M))
