#!/bin/bash
# sysroot.sh ARCH COMPILER...: what programs of ARCH are compiled and linked with, in
# build/sysroot/ARCH: headers, start files and static libraries of C and of the compiler, and
# OpenBLAS, each from ARCH's own packages. Those for cross compilers are other builds.
#
# A static program needs libopenblas.a and libm, nothing else: Debian builds it with its own
# LAPACK, of which cblas_sgemm uses nothing.

. "$(dirname "$0")/lib.sh"

usage='usage: sysroot.sh ARCH COMPILER...'
arch=${1:?$usage}
shift
: "${1:?$usage}"
result=$BUILD/sysroot/$arch
triplet=$arch-linux-gnu

lock "$result.lock"
fresh "$result/.stamp" images/sysroot.sh images/apt.sh images/lib.sh && exit
need "$1"
version=$("$@" -dumpversion)
version=${version%%.*}
tmp=$(scratch "$result")
# PACKAGE FILE, one of those it is needed for
files=(
	libc6-dev "usr/lib/$triplet/libc.a"
	linux-libc-dev usr/include/linux/limits.h
	"libgcc-$version-dev" "usr/lib/gcc/$triplet/$version/libgcc.a"
	libopenblas-serial-dev "usr/lib/$triplet/openblas-serial/libopenblas.a"
	libopenblas-serial-dev "usr/include/$triplet/openblas-serial/cblas.h"
)
packages=$(printf '%s %s\n' "${files[@]}" | cut -d ' ' -f 1 | sort -u)
# shellcheck disable=SC2086 # package names are words
images/apt.sh unpack "$arch" sysroot "$tmp" $packages 9>&-
for ((i = 0; i < ${#files[@]}; i += 2)); do
	[ -f "$tmp/${files[i + 1]}" ] ||
		die "package ${files[i]} for $arch lacks '/${files[i + 1]}'; expected Debian 12's"
done
: >"$tmp/.stamp"
publish "$tmp" "$result"
