#!/bin/bash
# initramfs.sh ARCH AGENT: build/images/ARCH/initramfs, which holds the agent as /init, the kernel
# modules as /modules/*.ko, the order to load them in as /modules/order (one path per line), and
# nothing else. Not compressed: unpacking costs an emulated guest more than reading.

. "$(dirname "$0")/lib.sh"

arch=${1:?usage: initramfs.sh ARCH AGENT}
agent=${2:?usage: initramfs.sh ARCH AGENT}
result=$BUILD/images/$arch/initramfs
kernel=$BUILD/images/$arch/kernel

inode=0
written=0

# pad: to a multiple of four bytes.
pad() {
	local fill=$((-written & 3))
	[ "$fill" -eq 0 ] || head -c "$fill" /dev/zero
	written=$((written + fill))
}

# entry NAME MODE [FILE]: one member of a "newc" cpio archive (the format of
# Documentation/driver-api/early-userspace/buffer-format.rst): 13 numbers of eight hexadecimal
# digits after the magic. Owner root, time 0: the same input gives the same bytes.
entry() {
	local name=$1 mode=$2 file=${3-} size=0
	[ -z "$file" ] || size=$(stat -Lc %s "$file")
	inode=$((inode + 1))
	printf '070701%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%08x%s\0' \
		"$inode" "$mode" 0 0 1 0 "$size" 0 0 0 0 $((${#name} + 1)) 0 "$name"
	written=$((written + 110 + ${#name} + 1))
	pad
	[ -z "$file" ] || cat "$file"
	written=$((written + size))
	pad
}

write_archive() {
	local module
	entry modules $((0040755))
	entry init $((0100755)) "$agent"
	entry modules/order $((0100644)) "$order"
	while read -r module; do
		entry "modules/$module" $((0100644)) "$kernel/modules/$module"
	done <"$kernel/order"
	entry 'TRAILER!!!' 0
}

lock "$result.lock"
[ -x "$agent" ] || die "no agent '$agent'; build it first"
[ -e "$kernel/order" ] || die "no kernel in '$kernel'; run 'make images'"
tmp=$(scratch "$result")
order=$(scratch "$BUILD/images/$arch/order")
sed 's|^|/modules/|' "$kernel/order" >"$order"
write_archive >"$tmp"
rm "$order"
publish "$tmp" "$result"
