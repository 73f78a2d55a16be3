# shellcheck shell=bash
# TAP for shell tests. Sourced by the tap.sh of each folder, which sets OK_LOG, a scratch file.

tests=0
failures=0

# ok NAME COMMAND...: the command succeeds; otherwise its output is shown.
ok() {
	local name=$1
	shift
	tests=$((tests + 1))
	if "$@" >"$OK_LOG" 2>&1; then
		printf 'ok %d - %s\n' "$tests" "$name"
	else
		failures=$((failures + 1))
		printf 'not ok %d - %s\n' "$tests" "$name"
		sed 's/^/# /' "$OK_LOG"
	fi
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
