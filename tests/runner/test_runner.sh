#!/bin/bash
# tests/run counts what a file's TAP says, and a file that breaks the protocol is a failure.
cd "$(dirname "$0")/../.." || exit 1
run=$PWD/tests/run
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
n=0 failed=0

# given NAME BODY: a test script
given() {
	printf '#!/bin/bash\n%s\n' "$2" >"$1"
	chmod +x "$1"
}

# is NAME GOT EXPECTED
is() {
	n=$((n + 1))
	if [ "$2" = "$3" ]; then
		echo "ok $n - $1"
	else
		failed=1
		printf 'not ok %d - %s\n# got: %s\n# expected: %s\n' "$n" "$1" "${2//$'\n'/$'\n'# }" "$3"
	fi
}

# last_line ARGS...: what the runner's last line is, and its exit code
last_line() {
	"$run" "$@" >out 2>&1
	local code=$?
	echo "$(tail -n 1 out); exit $code"
}

given good 'echo "ok 1 - a"; echo "ok 2 - b # SKIP no thing"; echo 1..2'
is "passed and skipped results are counted" "$(last_line ./good)" "1 passed, 0 failed, 1 skipped; exit 0"
is "a skip is listed with its reason" "$(grep -c '^  ./good: b: no thing$' out)" 1

given bad 'echo "ok 1"; echo "not ok 2 - sums"; echo "# got: 3"; echo 1..2; exit 1'
is "a failed result fails the run, its exit status adds nothing" "$(last_line ./bad)" "1 passed, 1 failed, 0 skipped; exit 1"
is "a failure is shown with its diagnostics" "$(grep -c '# got: 3' out)" 1

given liar 'echo "ok 1"; echo "not ok 2 - sums"; echo 1..2'
is "a failed result counts although the program exits with 0" "$(last_line ./liar)" "1 passed, 1 failed, 0 skipped; exit 1"

given no-plan 'echo "ok 1"'
is "output without a plan is a failure" "$(last_line ./no-plan)" "1 passed, 1 failed, 0 skipped; exit 1"

given short 'echo 1..3; echo "ok 1"'
is "fewer results than planned are a failure" "$(last_line ./short)" "1 passed, 1 failed, 0 skipped; exit 1"

given order 'echo "ok 2"; echo 1..1'
is "results out of order are a failure" "$(last_line ./order)" "1 passed, 1 failed, 0 skipped; exit 1"

given bail 'echo 1..1; echo "ok 1"; echo "Bail out! no disk"; exit 1'
is "bailing out is a failure" "$(last_line ./bail)" "1 passed, 1 failed, 0 skipped; exit 1"

given status 'echo "ok 1"; echo 1..1; echo because >&2; exit 3'
is "an exit status without a failed result is a failure" "$(last_line ./status)" "1 passed, 1 failed, 0 skipped; exit 1"
is "what it wrote to stderr is shown" "$(grep -c because out)" 1

given crash 'echo 1..1; echo "ok 1"; kill -SEGV $$'
is "a signal is a failure" "$(last_line ./crash)" "1 passed, 1 failed, 0 skipped; exit 1"

given slow 'echo 1..1; echo "ok 1"; sleep 61 & echo $! >child; sleep 62'
is "a deadline ends a file and is a failure" "$(last_line --deadline 1 ./slow)" "1 passed, 1 failed, 0 skipped; exit 1"
is "what it left running is ended too" "$(ps -o stat= -p "$(cat child)" | grep -vc Z)" 0

is "an interruption ends what runs, and what was not done counts as a failure" \
	"$(timeout 2 "$run" ./good ./slow ./good >out 2>&1; tail -n 1 out)" "1 passed, 1 failed, 1 skipped"
is "and how many files those were is said" \
	"$(grep -c 'interrupted; 2 of 3 files had not ended' out)" 2

given skip-all 'echo "1..0 # SKIP no browser"'
is "a run in which nothing passed is not a success" "$(last_line ./skip-all)" "0 passed, 0 failed, 1 skipped; exit 1"
is "a missing file is a failure" "$(last_line ./missing)" "0 passed, 1 failed, 0 skipped; exit 1"
is "counts are summed over all files" "$(last_line --jobs 2 ./good ./bad --jobs 1 ./skip-all ./good)" "3 passed, 1 failed, 3 skipped; exit 1"

echo "1..$n"
exit $failed
