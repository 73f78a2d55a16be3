#!/bin/bash
# kernel.sh ARCH: Debian's cloud kernel for ARCH in build/images/ARCH/kernel.
#
#   vmlinuz      the kernel as QEMU boots it quickest: not compressed. On x86-64 that is the ELF
#                file inside the package's bzImage, entered through PVH; unpacking itself under
#                emulation takes a bzImage 0.6 s. The aarch64 package holds a plain Image.
#   modules/     what the guest needs and no more, without debug information
#   order        file names of modules/, one per line, every module after those it depends on
#   release      the kernel's release

. "$(dirname "$0")/lib.sh"

arch=${1:?usage: kernel.sh ARCH}
result=$BUILD/images/$arch/kernel

# The devices of the guest (virtio over PCI: console with the agent's channel, disk), the file system
# of the root disk, and what tells the kernel of a translator.
wanted="virtio_pci virtio_console virtio_blk squashfs binfmt_misc"

# module_path NAME: where the package has the module, '-' and '_' being the same in names.
module_path() {
	find "$package/lib/modules" -name "${1//_/[-_]}.ko*" -print -quit
}

# plain_module FILE TO: decompressed, without debug information (and with it the signature, which
# no cloud kernel insists on) and type information: the first module that has any makes the kernel
# read all of its own, which costs an emulated guest 70 ms.
plain_module() {
	case $1 in
	*.ko) cp "$1" "$2" ;;
	*.ko.xz) need xz && xz -dc "$1" >"$2" ;;
	*.ko.zst) need zstd && zstd -qdc "$1" >"$2" ;;
	*) die "unknown compression of kernel module '$1'" ;;
	esac
	"$arch-linux-gnu-strip" --strip-debug --remove-section .BTF "$2"
}

# depends FILE: names of the modules that a plain module needs first.
depends() {
	"$arch-linux-gnu-objcopy" -O binary -j .modinfo "$1" /dev/stdout |
		tr '\0' '\n' | sed -n 's/^depends=//p' | tr ',' ' '
}

# add_module NAME: what NAME needs, then NAME, into modules/ and order. Drivers built into the
# kernel have no file: the package lists them in modules.builtin.
add_module() {
	local name=$1 path dep
	[ ! -e "$tmp/modules/$name.ko" ] || return 0
	path=$(module_path "$name")
	if [ -z "$path" ]; then
		grep -q "/${name//_/[-_]}\.ko" "$package"/lib/modules/*/modules.builtin && return
		die "the kernel for $arch has no '$name', neither as a module nor built in"
	fi
	plain_module "$path" "$tmp/modules/$name.ko"
	for dep in $(depends "$tmp/modules/$name.ko"); do
		add_module "$dep"
	done
	echo "$name.ko" >>"$tmp/order"
}

# u32 FILE OFFSET: a little-endian number, as both architectures' headers have them.
u32() {
	od -An -v -t u4 --endian=little -j "$2" -N 4 "$1" | tr -d ' '
}

# is_bzimage FILE: it has the boot protocol's magic number.
is_bzimage() {
	[ "$(tail -c +$((0x202 + 1)) "$1" | head -c 4)" = HdrS ]
}

# bzimage_payload FILE: the compressed kernel inside a bzImage, as the boot protocol (2.08 and
# later) describes it: setup_sects at 0x1f1, payload_offset at 0x248, payload_length at 0x24c.
# The last four bytes are the size of what comes out and belong to no compressor's format.
bzimage_payload() {
	local setup
	setup=$(od -An -v -t u1 -j $((0x1f1)) -N 1 "$1" | tr -d ' ')
	tail -c +$(((setup + 1) * 512 + $(u32 "$1" $((0x248))) + 1)) "$1" |
		head -c $(($(u32 "$1" $((0x24c))) - 4))
}

# extract_vmlinux FILE TO: fails if the compression is one we have no tool for.
extract_vmlinux() {
	bzimage_payload "$1" >"$tmp/payload"
	case $(od -An -v -t x1 -N 4 "$tmp/payload" | tr -d ' ') in
	02214c18) need lz4 && lz4 -qdc "$tmp/payload" ;;
	28b52ffd) need zstd && zstd -qdc "$tmp/payload" ;;
	fd377a58) need xz && xz -qdc --single-stream "$tmp/payload" ;;
	1f8b*) gzip -qdc "$tmp/payload" ;;
	*) return 1 ;;
	esac >"$2"
	rm "$tmp/payload"
	[ "$(head -c 4 "$2" | tail -c 3)" = ELF ]
}

lock "$result.lock"
fresh "$result/.stamp" images/kernel.sh images/apt.sh images/lib.sh && exit
need "$arch-linux-gnu-strip" "$arch-linux-gnu-objcopy"
tmp=$(scratch "$result")
package=$tmp/package
mkdir -p "$tmp/modules"

name=$(images/apt.sh kernel "$arch" 9>&-)
images/apt.sh unpack "$arch" kernel "$package" "$name" 9>&-
printf '%s\n' "${name#linux-image-}" >"$tmp/release"
if is_bzimage "$package"/boot/vmlinuz-*; then
	extract_vmlinux "$package"/boot/vmlinuz-* "$tmp/vmlinuz" ||
		die "cannot take the kernel out of '$name'; expected lz4, zstd, xz or gzip inside its bzImage"
else
	mv "$package"/boot/vmlinuz-* "$tmp/vmlinuz"
fi
for module in $wanted; do
	add_module "$module"
done
rm -rf "$package"
: >"$tmp/.stamp"
publish "$tmp" "$result"
