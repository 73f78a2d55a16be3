# SPDX-License-Identifier: GPL-3.0-or-later
"""TAP for the tests in Python."""
import sys


class Tap:
    def __init__(self):
        self.run = self.failed = 0

    def ok(self, held, name, *details):
        """Details are shown, a line or more each, where it does not hold."""
        self.run += 1
        self.failed += not held
        print(f"{'ok' if held else 'not ok'} {self.run} - {name}")
        for detail in details if not held else ():
            if detail != "":
                print("# " + str(detail).rstrip().replace("\n", "\n# "))
        sys.stdout.flush()
        return bool(held)

    def same(self, got, expected, name):
        return self.ok(got == expected, name, f"got: {got!r}\nexpected: {expected!r}")

    def near(self, got, expected, name, tolerance=1e-9):
        held = (isinstance(got, (int, float)) and
                abs(got - expected) <= tolerance * max(abs(expected), 1e-300))
        return self.ok(held, name, f"got: {got!r}\nexpected: {expected!r}")

    def skip(self, name, reason):
        self.run += 1
        print(f"ok {self.run} - {name} # SKIP {reason}", flush=True)

    def done(self):
        print(f"1..{self.run}")
        sys.exit(1 if self.failed or not self.run else 0)
