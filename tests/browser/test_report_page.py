#!/usr/bin/env python3
"""The HTML report in headless Chromium: silent, self-contained, and readable on a telephone and on
a desk, in both colour schemes; hostile text in it stays text. SHOTS=DIR keeps screenshots.
"""
import os
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from browser import Browser, missing  # noqa: E402
sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from tap import Tap  # noqa: E402

BUILD = os.environ.get("B", "build")
SHOTS = os.environ.get("SHOTS")
tap = Tap()
ok = tap.ok

# Every drawing that is not hidden: its box, its smallest text as it appears, texts cut off.
FIGURES = """
return [...document.querySelectorAll('figure')].map(figure => {
  const shown = [...figure.querySelectorAll('svg')].filter(svg => svg.getClientRects().length);
  return {
    id: figure.id,
    shown: shown.map(svg => {
      const box = svg.getBoundingClientRect(), scale = box.width / svg.viewBox.baseVal.width;
      const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim());
      return {
        width: box.width, height: box.height, texts: texts.length,
        smallest: Math.min(...texts.map(t => parseFloat(getComputedStyle(t).fontSize) * scale)),
        cut: texts.filter(t => {
          const r = t.getBoundingClientRect();
          return r.left < box.left - 1 || r.right > box.right + 1 ||
                 r.top < box.top - 1 || r.bottom > box.bottom + 1;
        }).map(t => t.textContent).slice(0, 3),
      };
    }),
    missing: figure.querySelector('.missing')?.textContent || null,
    label: figure.querySelector('[role=img]')?.getAttribute('aria-label') || null,
  };
})"""

# Contrast of what must be read with what lies behind it (WCAG 2, relative luminance).
CONTRAST = """
const lum = c => {
  const [r, g, b] = c.match(/[\\d.]+/g).slice(0, 3).map(v => v / 255)
    .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ratio = (a, b) => (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
const paper = lum(getComputedStyle(document.body).backgroundColor);
return ['body', 'h1', '.lead', '.quiet', 'td', 'td small', 'td.refused', 'td.failed', 'figcaption']
  .map(s => [s, document.querySelector(s)]).filter(([s, e]) => e)
  .map(([s, e]) => [s, ratio(lum(getComputedStyle(e).color), paper)]);"""


def check_silence(page, path, where):
    asked = [url for url in page.requests() if not url.startswith("data:")]
    ok(asked == ["file://" + path], f"{where}: nothing but the page is asked for {asked[1:3] or ''}")
    said = [entry["message"] for entry in page.log("browser")]
    ok(not said, f"{where}: the console stays empty {said[:2] or ''}")


def check_layout(page, width, where):
    across = page.run("return document.documentElement.scrollWidth")
    ok(across <= width, f"{where}: the page is no wider than the screen ({across} px)")
    wild = page.run("""
        return [...document.querySelectorAll('table')].filter(t => !t.closest('.scroll')).length""")
    ok(wild == 0, f"{where}: tables scroll in containers of their own")
    head = page.run("""
        const e = document.querySelector('.lead'), r = e.getBoundingClientRect();
        return {size: parseFloat(getComputedStyle(e).fontSize), top: r.top, right: r.right,
                text: e.textContent}""")
    ok(head["size"] >= 16 and head["top"] < 400 and head["right"] <= width and "fastest" in head["text"],
       f"{where}: the answer is on the first screen, in {head['size']:g} px")


def check_figures(page, where):
    for figure in page.run(FIGURES):
        name = f"{where}: {figure['id']}"
        shown = figure["shown"]
        ok(len(shown) == 1 and shown[0]["width"] > 200 and shown[0]["height"] > 100
           and shown[0]["texts"] > 10, f"{name} is shown, once")
        if len(shown) == 1:
            ok(shown[0]["smallest"] >= 6.5, f"{name}: its smallest text is {shown[0]['smallest']:.1f} px")
            ok(not shown[0]["cut"], f"{name}: no text is cut off {shown[0]['cut'] or ''}")
        ok(figure["label"], f"{name} has words for who cannot see it")


def check_page(page, path, width, height, scheme):
    where = f"{width} px, {scheme}"
    page.open("about:blank")
    page.size(width, height)
    page.scheme(scheme)
    page.requests()
    page.log("browser")
    page.open(path)
    check_silence(page, path, where)
    check_layout(page, width, where)
    check_figures(page, where)
    weak = [(s, round(c, 1)) for s, c in page.run(CONTRAST) if c < 4.5]
    ok(not weak, f"{where}: text stands out from the paper {weak or ''}")
    if SHOTS:
        os.makedirs(SHOTS, exist_ok=True)
        page.screenshot(f"{SHOTS}/report-{width}-{scheme}.png", whole=False)


def check_hostile(page, path):
    page.open("about:blank")
    page.requests()
    page.log("browser")
    page.open(path)
    check_silence(page, path, "hostile text")
    found = page.run("""
        return [...document.querySelectorAll('script, img, iframe, object, b, i')].map(e => e.outerHTML)""")
    ok(not found, f"hostile text: it makes no elements {found[:2] or ''}")
    links = page.run("""
        return [...document.querySelectorAll('a')].map(a => a.getAttribute('href'))
          .filter(h => !h.startsWith('#'))""")
    ok(not links, f"hostile text: it makes no links {links[:2] or ''}")
    text = page.run("return document.body.innerText")
    ok("<script>alert(1)</script>" in text, "hostile text: it is there to be read")


def main():
    why = missing()
    if why:
        print(f"1..0 # SKIP {why}")
        return
    with tempfile.TemporaryDirectory(prefix="toll-page-") as home, Browser() as page:
        subprocess.run([f"{BUILD}/tests/unit/test_report", "--write", home], check=True, timeout=100)
        path = f"{home}/results/RUN/report.html"
        for width, height in ((1280, 800), (390, 844)):
            for scheme in ("light", "dark"):
                check_page(page, path, width, height, scheme)
        check_hostile(page, f"{home}/hostile/results/RUN/report.html")
    tap.done()


if __name__ == "__main__":
    main()
