#!/bin/bash
# libm.sh COMPILER: prints a linker script for that compiler's static libm.
#
# On x86-64 libm.a is itself a script, with absolute paths that Debian's package for cross compilers
# leaves as they are on an x86-64 host, where there is nothing on another. What it names is looked for
# where the compiler has its libraries.

set -euo pipefail

compiler=${1:?usage: libm.sh COMPILER}
library=$("$compiler" -print-file-name=libm.a)
parts=$library
if [ "$(head -c 8 "$library")" != '!<arch>' ]; then
	parts=$(grep -o '/[^ ]*\.a' "$library")
fi
for part in $parts; do
	printf 'INPUT(%s)\n' "$("$compiler" -print-file-name="${part##*/}")"
done
