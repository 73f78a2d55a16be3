# SPDX-License-Identifier: GPL-3.0-or-later
"""wheels.py VERSION TREE WHEEL...: unpacks wheels into a root image for its Python VERSION.

A wheel is a zip of what lies in a folder of modules. Nothing of it is run. Whole files that running
does not need are left out: C++ headers and sources to build against, type stubs, tests. What
is unpacked is as the wheel has it.

All modules of the image, Python's own too, are compiled to bytecode, as an installation would:
otherwise importing TensorFlow compiles 2800 of them in every process, which is most of what
it takes. The bytecode does not look at the times of files, which images do not keep.
"""

import compileall
import py_compile
import re
import sys
import zipfile
from pathlib import Path

LEFT_OUT = re.compile(r"""
    ^tensorflow/include/ | ^tensorflow/xla_aot_runtime_src/   # to build against
    | (^|/)tests/ | \.pyi$ | \.(h|hpp|c|cc|cpp|pyx|pxd)$
    """, re.VERBOSE)
# Where a wheel puts what is for the folder of modules; the rest of *.data is commands and headers.
DATA = re.compile(r"^[^/]+\.data/(purelib|platlib)/(.*)$")
OTHER_DATA = re.compile(r"^[^/]+\.data/")


def placed(name):
    """Where a member goes below the folder of modules; None: nowhere."""
    data = DATA.match(name)
    if data:
        name = data.group(2)
    elif OTHER_DATA.match(name):
        return None
    return None if LEFT_OUT.search(name) else name


def unpack(wheel, modules):
    with zipfile.ZipFile(wheel) as members:
        for member in members.infolist():
            name = placed(member.filename)
            if not name or member.is_dir():
                continue
            if name.startswith("/") or ".." in name.split("/"):
                sys.exit(f"'{wheel}' has a member outside its folder: '{name}'")
            target = modules / name
            target.parent.mkdir(parents=True, exist_ok=True)
            with members.open(member) as source, open(target, "wb") as to:
                while part := source.read(1 << 20):
                    to.write(part)


def main():
    version, tree, wheels = sys.argv[1], Path(sys.argv[2]), sys.argv[3:]
    modules = tree / f"usr/local/lib/python{version}/dist-packages"
    for wheel in wheels:
        unpack(wheel, modules)
    for folder in (tree / f"usr/lib/python{version}", modules):
        # Some files are templates that do not compile: nobody imports them.
        compileall.compile_dir(folder, maxlevels=50, quiet=2, workers=2, stripdir=str(tree),
                               prependdir="/",
                               invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH)


main()
