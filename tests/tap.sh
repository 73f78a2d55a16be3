# shellcheck shell=bash
# TAP for shell tests. Sourced by the tap.sh of each folder, which sets OK_LOG, a scratch file.

tests=0
failures=0

# result HELD NAME: HELD is an exit status; where it is none of success, $OK_LOG is shown.
result() {
	tests=$((tests + 1))
	if [ "$1" -eq 0 ]; then
		printf 'ok %d - %s\n' "$tests" "$2"
	else
		failures=$((failures + 1))
		printf 'not ok %d - %s\n' "$tests" "$2"
		[ ! -s "$OK_LOG" ] || sed 's/^/# /' "$OK_LOG"
	fi
}

# ok NAME COMMAND...: the command succeeds; otherwise its output is shown.
ok() {
	local name=$1
	shift
	"$@" >"$OK_LOG" 2>&1
	result $? "$name"
}

# skip [NAME] REASON
skip() {
	tests=$((tests + 1))
	printf 'ok %d%s # SKIP %s\n' "$tests" "${2:+ - $1}" "${2:-$1}"
}

done_testing() {
	printf '1..%d\n' "$tests"
	[ "$failures" -eq 0 ] && [ "$tests" -gt 0 ]
	exit
}
