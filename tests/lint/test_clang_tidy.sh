#!/bin/bash
# clang-tidy with .clang-tidy over the program, the guest agent and the workloads.
. "$(dirname "$0")/tap.sh"

mapfile -t files < <(sources 'harness/*.c' 'vm/*.c' 'workloads/*.c')

# tidy FILE: quiet about what it counts and suppresses
tidy() {
	local flags=(-std=gnu11 -D_GNU_SOURCE -Iharness -I.)
	case $1 in
	workloads/*) flags+=('-DWL_ISA="native"' "-isystembuild/sysroot/$(uname -m)/usr/include/$(uname -m)-linux-gnu/openblas-serial") ;;
	esac
	clang-tidy --quiet "$1" -- "${flags[@]}" 2>/dev/null
}
export -f tidy

logs=$(mktemp -d) || exit 1
trap 'rm -rf "$OK_LOG" "$logs"' EXIT
printf '%s\n' "${files[@]}" |
	xargs -P 2 -I '{}' bash -c 'tidy "$1" >"$2/${1//\//,}" || echo "clang-tidy failed" >>"$2/${1//\//,}"' \
		_ '{}' "$logs"
for file in "${files[@]}"; do
	# shellcheck disable=SC2317
	clean() {
		grep -E 'error:|failed$' "$logs/${file//\//,}"
		[ ! -s "$logs/${file//\//,}" ]
	}
	ok "$file" clean
done
done_testing
