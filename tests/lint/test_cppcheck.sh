#!/bin/bash
# cppcheck over the program, the guest agent and the workloads.
. "$(dirname "$0")/tap.sh"

mapfile -t files < <(sources 'harness/*.c' 'vm/*.c' 'workloads/*.c')
# Which system headers are there does not matter to it; X-macro tables and TAKE() confuse it.
ok "cppcheck finds nothing" cppcheck --quiet --error-exitcode=1 --std=c11 --enable=warning,portability \
	--inline-suppr --suppress=missingIncludeSystem --suppress=normalCheckLevelMaxBranches \
	--suppressions-list=tests/lint/cppcheck.suppressions \
	-D_GNU_SOURCE -D__x86_64__ -Iharness -I. "${files[@]}"
done_testing
