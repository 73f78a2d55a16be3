# shellcheck shell=bash
# TAP for the scripts of this folder, and a scratch folder that goes with the script. Sourced; the
# script then runs from the top of the source tree.

set -u
cd "$(dirname "$0")/../.." || exit 1
TOP=$PWD
# A space in the name: a tree may lie anywhere.
SCRATCH="$(mktemp -d "${TMPDIR:-/tmp}/toll images.XXXXXX")" || exit 1
trap 'rm -rf "$SCRATCH"' EXIT
tests=0
failures=0

# ok NAME COMMAND...: the command succeeds.
ok() {
	local name=$1
	shift
	tests=$((tests + 1))
	if "$@" >"$SCRATCH/ok.log" 2>&1; then
		printf 'ok %d - %s\n' "$tests" "$name"
	else
		failures=$((failures + 1))
		printf 'not ok %d - %s\n' "$tests" "$name"
		sed 's/^/# /' "$SCRATCH/ok.log"
	fi
}

# not COMMAND...: it fails.
not() {
	! "$@"
}

# skip NAME REASON
skip() {
	tests=$((tests + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tests" "$1" "$2"
}

done_testing() {
	printf '1..%d\n' "$tests"
	[ "$failures" -eq 0 ]
	exit
}
