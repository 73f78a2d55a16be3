#!/usr/bin/env python3
"""Every source file keeps the layer rule and calls nothing that is banned."""
import os
import sys

os.chdir(os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", ".."))
sys.path[:0] = ["tests/lint", "tests"]
import layers  # noqa: E402
from tap import Tap  # noqa: E402

tap = Tap()


def ok(name, problems):
    problems = list(problems)
    tap.ok(not problems, name, *problems)


def test_the_checks():
    """Each check finds what it is for, and leaves alone what is allowed."""
    plan = "harness/plan/x.c"
    ok("a folder may include a lower rank and itself",
       layers.check_includes(plan, '#include "base/err.h"\n#include "plan/profile.h"\n'))

    def found(name, problems):
        ok(name, [] if list(problems) else ["nothing was found"])

    found("a folder may not include its own rank", layers.check_includes(plan, '#include "store/x.h"'))
    found("a folder may not include a higher rank", layers.check_includes(plan, '#include "run/x.h"'))
    found("a folder without a rank is not included", layers.check_includes(plan, '#include "new/x.h"'))
    found("the guest agent includes only the wire",
          layers.check_includes("vm/guest/x.c", '#include "base/err.h"'))
    found("cJSON stays in base", layers.check_places(plan, "#include <cjson/cJSON.h>"))
    found("libvirt stays in vm", layers.check_places(plan, "#include <libvirt/libvirt.h>"))
    found("modules do not print", layers.check_places(plan, 'printf("x");'))
    found("modules do not exit", layers.check_places(plan, "exit(1);"))
    found("banned calls are found", layers.check_banned(plan, "strcpy(a, b);"))
    ok("comments and strings are not code",
       layers.check_banned(plan, '/* strcpy(a, b) */ x("system(1)");'))


test_the_checks()
sources = layers.tracked("*.c", "*.h")
product = [s for s in sources if not s.startswith("tests/")]
texts = {path: open(path, encoding="utf-8").read() for path in sources if os.path.exists(path)}
product = [path for path in product if path in texts]
ok("there are sources to check", [] if len(product) > 50 else [f"only {len(product)}"])
for name, check, files in (
        ("includes keep the layers", layers.check_includes, product),
        ("libraries, output and exits stay in their places", layers.check_places, product),
        ("no banned call", layers.check_banned, product)):
    ok(name, (problem for path in files for problem in check(path, texts[path])))
ok("headers have guards",
   (f"{path}: no #ifndef" for path in texts if path.endswith(".h") and "#ifndef" not in texts[path]))
ok("every file names its licence",
   (path for path in texts if "SPDX-License-Identifier: GPL-3.0-or-later" not in texts[path][:200]))
tap.done()
