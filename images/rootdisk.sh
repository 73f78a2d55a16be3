#!/bin/bash
# rootdisk.sh [-o FILE] ARCH PROGRAM...: FILE (default build/images/ARCH/root.squashfs), the
# read-only disk of guests of architecture ARCH:
#
#   /workloads/ARCH/NAME.VARIANT   the programs, and what they need beside them, given as
#                                  .../workloads/ARCH/NAME.VARIANT
#   /workloads/inputs/NAME         files that they are given
#   /qemu/qemu-x86_64, /qemu/qemu-aarch64   the guest's own translators
#
# lz4: an emulated guest starts programs as fast as from an uncompressed squashfs or erofs (measured
# alternating), and the disk is made in half the time, being 2.5 times smaller.

. "$(dirname "$0")/lib.sh"

result=
if [ "${1-}" = -o ]; then
	result=${2:?usage: rootdisk.sh [-o FILE] ARCH PROGRAM...}
	shift 2
fi
arch=${1:?usage: rootdisk.sh [-o FILE] ARCH PROGRAM...}
shift
result=${result:-$BUILD/images/$arch/root.squashfs}
translators=$BUILD/images/$arch/qemu

lock "$result.lock"
need mksquashfs
[ -e "$translators/.stamp" ] || die "no translators in '$translators'; run 'make images'"
tree=$(scratch "${result%.*}")
tmp=$(scratch "$result")
mkdir -p "$tree/qemu" "$tree/workloads"
cp -l "$translators"/qemu-* "$tree/qemu/" 2>/dev/null || cp "$translators"/qemu-* "$tree/qemu/"
for program; do
	[ -f "$program" ] || die "no program '$program'; run 'make workloads'"
	place=$tree/workloads/${program##*/workloads/}
	mkdir -p "${place%/*}"
	ln "$program" "$place" 2>/dev/null || cp "$program" "$place"
done
mksquashfs "$tree" "$tmp" -comp lz4 -all-root -no-xattrs -all-time 0 -mkfs-time 0 -no-progress -quiet >&2
rm -rf "$tree"
publish "$tmp" "$result"
