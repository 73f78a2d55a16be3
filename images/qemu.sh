#!/bin/bash
# qemu.sh ARCH: the translators a guest of architecture ARCH runs programs with, in
# build/images/ARCH/qemu: qemu-x86_64 and qemu-aarch64, static programs of ARCH.

. "$(dirname "$0")/lib.sh"

arch=${1:?usage: qemu.sh ARCH}
result=$BUILD/images/$arch/qemu

lock "$result.lock"
fresh "$result/.stamp" images/qemu.sh images/apt.sh images/lib.sh && exit
tmp=$(scratch "$result")
mkdir -p "$tmp"
images/apt.sh unpack "$arch" guest-translator "$tmp/package" qemu-user-static 9>&-
for target in x86_64 aarch64; do
	mv "$tmp/package/usr/bin/qemu-$target-static" "$tmp/qemu-$target" ||
		die "package qemu-user-static for $arch lacks 'qemu-$target-static'; expected Debian 12's"
done
rm -rf "$tmp/package"
: >"$tmp/.stamp"
publish "$tmp" "$result"
