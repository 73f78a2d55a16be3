#!/bin/bash
# Scripts parse; shellcheck reads them where it is installed.
. "$(dirname "$0")/tap.sh"

mapfile -t scripts < <(sources | while IFS= read -r file; do
	[[ $(head -c 64 "$file" | head -n 1) == '#!/bin/bash' || $file == *.sh ]] && echo "$file"
done)
mapfile -t pythons < <(sources | while IFS= read -r file; do
	[[ $(head -c 64 "$file" | head -n 1) == *python3 || $file == *.py ]] && echo "$file"
done)
ok "there are scripts" test "${#scripts[@]}" -gt 5
for script in "${scripts[@]}"; do
	ok "$script parses" bash -n "$script"
	if command -v shellcheck >/dev/null; then
		ok "$script satisfies shellcheck" shellcheck --severity=warning -x "$script"
	fi
done
command -v shellcheck >/dev/null || skip "shellcheck" "shellcheck is not installed"
for script in "${pythons[@]}"; do
	ok "$script parses" python3 -c 'import ast, sys; ast.parse(open(sys.argv[1]).read())' "$script"
done
done_testing
