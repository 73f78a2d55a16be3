#!/bin/bash
# Recipes leave whole results or none: killed at any moment, run twice at once, or given packages
# that lack what they should have.
. "$(dirname "$0")/tap.sh"
. tests/images/repo.sh

result=$BUILD/sysroot/x86_64
header=$result/usr/include/x86_64-linux-gnu/openblas-serial/cblas.h
repo_sysroot x86_64 64
sysroot() { images/sysroot.sh x86_64 x86_64-linux-gnu-gcc; }

whole_or_absent() {
	[ ! -e "$result" ] || { [ -e "$result/.stamp" ] && grep -q 'the end' "$header"; }
}

# killed_after SECONDS: the recipe and all it started are killed, without a chance to clean up.
killed_after() {
	setsid images/sysroot.sh x86_64 x86_64-linux-gnu-gcc >/dev/null 2>&1 &
	local pid=$!
	sleep "$1"
	kill -KILL -- "-$pid" 2>/dev/null
	wait "$pid" 2>/dev/null
}

halves=0
interrupted=0
for delay in 0.03 0.1 0.2 0.3 0.4 0.5 0.6 0.7; do
	killed_after $delay
	whole_or_absent || halves=$((halves + 1))
	[ -z "$(find "$BUILD/sysroot" -maxdepth 1 -name '*.tmp.*')" ] || interrupted=$((interrupted + 1))
done
ok 'kills hit the recipe at work' test "$interrupted" -gt 0
ok 'no kill leaves a half result' test "$halves" -eq 0
ok 'the next run completes' sysroot
ok 'the result is whole' whole_or_absent
ok 'and there' test -e "$result/.stamp"
touch -d '1 hour ago' "$result/.stamp"
sysroot >/dev/null 2>&1
no_leftovers() { [ -z "$(find "$BUILD/sysroot" -maxdepth 1 -name '*.tmp.*' -o -maxdepth 1 -name '*.old.*')" ]; }
ok 'what killed runs left is gone' no_leftovers

twice() {
	rm -rf "$result"
	sysroot &
	sysroot && wait $!
}
ok 'two runs at once both succeed' twice
ok 'with one whole result' whole_or_absent

mkdir -p "$SCRATCH/tree/usr/share"
repo_add libopenblas-serial-dev 1:2.0-1 amd64 "$SCRATCH/tree"
images/apt.sh update x86_64 2>/dev/null
rm "$result/.stamp"
says() { sysroot 2>&1 | grep -q "lacks '/usr/lib/x86_64-linux-gnu/openblas-serial/libopenblas.a'"; }
ok 'a package without the library is refused and says what it lacks' says
done_testing
