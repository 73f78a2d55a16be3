"""Root images: made again from what was downloaded, found again, and booted beside a small one."""
import json
import os
import shutil
import time
from statistics import median

from line import Bound, Failure, Line, Promise, alternate, paired_ratio, run, shown

PACKAGE = "gcc"  # with what it depends on some 40 packages
SMALL = "zstd"
BIG_MIN_KIB = 1 << 20  # of files
COLD = Bound(high=1.5)
CACHED_S = Bound(high=0.5)
BOOT = Bound(high=1.15)
RECIPE_S = 900
BOOT_S = 20
DISK = ["-comp", "lz4", "-all-root", "-no-xattrs", "-no-progress", "-quiet"]


class Roots:
    """A build folder of its own for the recipe, with the real one's index and downloads."""

    def __init__(self, bench):
        self.arch = bench.arch
        self.build = bench.folder("roots")
        shutil.rmtree(self.build, ignore_errors=True)
        (self.build / "apt").mkdir(parents=True)
        index = bench.build / "apt" / self.arch
        if index.is_dir():
            run(["cp", "-a", "--reflink=auto", index, self.build / "apt"], RECIPE_S)
        self.recipe = ["images/root.sh", self.arch, PACKAGE]

    def make(self):
        """Seconds of the recipe."""
        begin = time.monotonic()
        run(self.recipe, RECIPE_S, env={"BUILD": str(self.build.absolute())})
        return time.monotonic() - begin

    def forget(self):
        shutil.rmtree(self.build / "roots", ignore_errors=True)

    def about(self):
        found = list((self.build / "roots" / self.arch).glob("*/about.json"))
        return json.loads(found[0].read_text())

    def downloads(self):
        table = next((self.build / "roots" / self.arch).glob("*/packages.tsv")).read_text()
        debs = self.build / "apt" / self.arch / "debs"
        for line in table.splitlines():
            name, version, arch, _ = line.split("\t")
            yield debs / f"{name}_{version.replace(':', '%3a')}_{arch}.deb"

    def unpack_plainly(self, files):
        """Seconds that dpkg-deb and mksquashfs take for the same packages."""
        tree, disk = self.build / "plain", self.build / "plain.squashfs"
        shutil.rmtree(tree, ignore_errors=True)
        disk.unlink(missing_ok=True)
        tree.mkdir()
        begin = time.monotonic()
        for file in files:
            run(["dpkg-deb", "-x", file, tree], RECIPE_S)
        run(["mksquashfs", tree, disk, *DISK], RECIPE_S)
        return time.monotonic() - begin


def making(bench):
    roots = Roots(bench)
    first = roots.make()
    files = list(roots.downloads())

    def again():
        roots.forget()
        return roots.make()

    rounds = alternate(bench.choose(6, 2), again, lambda: roots.unpack_plainly(files))
    about = roots.about()
    ratio = paired_ratio(bench, rounds)
    yield Line(
        "image-cold", ratio.high, "ratio", COLD,
        f"upper end of root.sh from kept downloads ÷ dpkg-deb -x and mksquashfs {ratio}; "
        f"{about['installed']} packages, {about['tree_kib'] / 1024:.0f} MiB of files, disk "
        f"{about['disk_kib'] / 1024:.0f} MiB; medians {median(r[0] for r in rounds):.2f} s against "
        f"{median(r[1] for r in rounds):.2f} s; the first, with what was not downloaded, "
        f"{first:.1f} s", shown(roots.recipe))
    cached = [roots.make() for _ in range(bench.choose(20, 3))]
    yield Line("image-cached", median(cached), "s", CACHED_S,
               f"median of {len(cached)} calls of root.sh where nothing is to be done",
               shown(roots.recipe))
    shutil.rmtree(roots.build, ignore_errors=True)


def kept_images(bench, arch):
    """(KiB of files, disk) of the images of the architecture in the real build folder."""
    for about in (bench.build / "roots" / arch).glob("*/about.json"):
        yield json.loads(about.read_text())["tree_kib"], about.parent / "root.squashfs"


def booting(bench):
    arch = os.uname().machine
    run(["images/root.sh", arch, SMALL], RECIPE_S)
    images = sorted(kept_images(bench, arch))
    (small_kib, small), (big_kib, big) = images[0], images[-1]
    if big_kib < BIG_MIN_KIB:
        raise Failure("there is no root image of 1 GiB; 'images/root.sh "
                      f"{arch} python3.11 libstdc++6 wheels:tensorflow' makes one")
    pairs = bench.choose(10, 2)
    argv = [bench.build / "tests" / "vm-bench", arch, pairs, bench.cpu, big.absolute(),
            small.absolute()]
    rows = [json.loads(line) for line in run(argv, 60 + 2 * BOOT_S * (pairs + 1))[1].splitlines()]
    low, high = rows[-1]["ci95"]
    times = {key: median(row[key] for row in rows[:-1]) / 1e9 for key in rows[0]}
    yield Line(
        "vm-boot-image", high, "ratio", BOOT,
        f"upper end of create → first program in the image, {big_kib / 2**20:.1f} GiB ÷ "
        f"{small_kib / 2**10:.0f} MiB of files {rows[-1]['ratio']:.3f} [{low:.3f}, {high:.3f}] over "
        f"{pairs} pairs; medians {times['image_ns']:.2f} s against {times['small_ns']:.2f} s, to the "
        f"hello {times['image_hello_ns']:.2f} s against {times['small_hello_ns']:.2f} s",
        shown(argv))


PROMISES = [Promise(("image-cold", "image-cached"), making), Promise(("vm-boot-image",), booting)]
