#!/bin/bash
# Sources are formatted by .clang-format.
. "$(dirname "$0")/tap.sh"

mapfile -t files < <(sources '*.c' '*.h')
ok "there are sources" test "${#files[@]}" -gt 50

# formatted FILE: shows what clang-format would change
formatted() {
	diff -u0 "$1" <(clang-format "$1") | head -n 12
	[ "${PIPESTATUS[0]}" -eq 0 ]
}

for file in "${files[@]}"; do
	ok "$file" formatted "$file"
done
done_testing
