#!/bin/bash
# sysroot.sh ARCH: OpenBLAS's header and static library for ARCH in build/sysroot/ARCH.
#
# A static program needs libopenblas.a and libm, nothing else: Debian builds it with its own
# LAPACK, of which cblas_sgemm uses nothing.

. "$(dirname "$0")/lib.sh"

arch=${1:?usage: sysroot.sh ARCH}
result=$BUILD/sysroot/$arch
triplet=$arch-linux-gnu

lock "$result.lock"
fresh "$result/.stamp" images/sysroot.sh images/apt.sh images/lib.sh && exit
tmp=$(scratch "$result")
images/apt.sh unpack "$arch" sysroot "$tmp" libopenblas-serial-dev 9>&-
for file in "usr/lib/$triplet/openblas-serial/libopenblas.a" \
	"usr/include/$triplet/openblas-serial/cblas.h"; do
	[ -f "$tmp/$file" ] || die "package libopenblas-serial-dev for $arch lacks '/$file'; expected Debian 12's"
done
: >"$tmp/.stamp"
publish "$tmp" "$result"
