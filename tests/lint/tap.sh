# shellcheck shell=bash
# Sourced by the scripts of this folder, which then run from the top of the tree.
set -u
cd "$(dirname "$0")/../.." || exit 1
OK_LOG=$(mktemp) || exit 1
trap 'rm -f "$OK_LOG"' EXIT
. tests/tap.sh

# sources PATTERN...: files of the tree, without what git ignores.
sources() {
	git ls-files --cached --others --exclude-standard "$@" | sort -u |
		while IFS= read -r file; do [ ! -e "$file" ] || printf '%s\n' "$file"; done
}
