#!/usr/bin/env python3
"""Figures of a made-up run and of a hostile one: well-formed XML, all workloads, text that stays
text. test_report draws them."""
import os
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tap import Tap  # noqa: E402

BUILD = os.environ.get("B", "build")
SVG = "{http://www.w3.org/2000/svg}"
tap = Tap()
ok = tap.ok


def texts(tree):
    return [t.text or "" for t in tree.iter(f"{SVG}text")]


def check(folder, name, workloads):
    path = os.path.join(folder, name)
    try:
        tree = ET.parse(path)
    except ET.ParseError as error:
        ok(False, f"{name} is well-formed: {error}")
        return
    ok(tree.getroot().tag == f"{SVG}svg", f"{name} is well-formed and an SVG")
    allowed = {"svg", "g", "path", "text", "tspan", "title", "desc", "defs", "rect", "circle", "use",
               "polygon", "polyline", "line", "pattern", "clipPath", "filter", "feFlood",
               "feComposite", "image", "a", "style", "script"} - {"script", "image", "a", "style"}
    strange = {e.tag.replace(SVG, "") for e in tree.iter()} - allowed
    ok(not strange, f"… of drawing elements only {strange or ''}")
    shown = " ".join(texts(tree))
    absent = [w for w in workloads if w not in shown]
    ok(not absent, f"… and names every workload {absent or ''}")


def check_page(path):
    with open(path) as text:
        page = text.read()
    ids = re.findall(r"""\sid=['"]([^'"]+)""", page)
    twice = {i for i in ids if ids.count(i) > 1} if len(ids) != len(set(ids)) else set()
    ok(not twice, f"no id is used twice in the page {sorted(twice)[:5] or ''}")
    targets = set(re.findall(r"""href=['"]#([^'"]+)""", page)) | set(
        re.findall(r"url\(#([^)]+)\)", page))
    lost = targets - set(ids)
    ok(not lost, f"every reference inside the page has its target {sorted(lost)[:5] or ''}")
    outside = re.findall(r"""(?:src|href|action)=['"](?!#|data:)([^'"]+)""", page)
    ok(not outside, f"nothing in the page points outside {outside[:3] or ''}")


def main():
    with tempfile.TemporaryDirectory(prefix="toll-figures-") as home:
        subprocess.run([f"{BUILD}/tests/unit/test_report", "--write", home], check=True, timeout=100)
        for top, workloads in ((home, ["vector-add", "matmul", "transfer-mobilenetv2"]),
                               (f"{home}/hostile", ["vector-add", "<b>&'"])):
            plots = f"{top}/plots/RUN"
            drawings = sorted(n for n in os.listdir(plots) if n.endswith(".svg"))
            ok(len(drawings) >= 21, f"{len(drawings)} drawings are there")
            for name in drawings:
                check(plots, name, workloads)
            check_page(f"{top}/results/RUN/report.html")
    tap.done()


if __name__ == "__main__":
    main()
