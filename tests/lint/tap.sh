# shellcheck shell=bash
# TAP for the scripts of this folder; sourced. The script then runs from the top of the tree.
set -u
cd "$(dirname "$0")/../.." || exit 1
LOG=$(mktemp) || exit 1
trap 'rm -f "$LOG"' EXIT
tests=0
failures=0

# ok NAME COMMAND...: the command succeeds; otherwise its output is shown.
ok() {
	local name=$1
	shift
	tests=$((tests + 1))
	if "$@" >"$LOG" 2>&1; then
		printf 'ok %d - %s\n' "$tests" "$name"
	else
		failures=$((failures + 1))
		printf 'not ok %d - %s\n' "$tests" "$name"
		sed 's/^/# /' "$LOG"
	fi
}

# skip NAME REASON
skip() {
	tests=$((tests + 1))
	printf 'ok %d - %s # SKIP %s\n' "$tests" "$1" "$2"
}

# sources PATTERN...: files of the tree, without what git ignores.
sources() {
	git ls-files --cached --others --exclude-standard "$@" | sort -u |
		while IFS= read -r file; do [ ! -e "$file" ] || printf '%s\n' "$file"; done
}

done_testing() {
	printf '1..%d\n' "$tests"
	[ "$failures" -eq 0 ]
	exit
}
