#!/bin/bash
# system.sh ARCH: the system of an emulated host in build/hosts/ARCH:
#
#   disk.ext4   root file system: the packages of the groups build, run, test and emulated of
#               images/host-packages, unpacked; and tests/hosts/init
#   vmlinuz     its kernel
#
# Packages are only unpacked, never configured, so nothing of the other architecture runs and the
# host's binfmt_misc, mounts and boot loader play no part; the little that their scripts would have
# set up is done here. Needs root, for the owners of the files. Made again when the recipe or the
# list of packages changes.

. tests/hosts/lib.sh

arch=${1:?usage: system.sh ARCH}
deb=$(debian_arch "$arch")
result=$HOSTS_DIR/$arch
release=bookworm

# Room for what a test writes outside /job and /tmp, which are in memory.
spare_mib=256

packages=$(images/deps.sh --names "$deb" build run test emulated | sort -u | paste -sd ,)
key=$({ cat tests/hosts/system.sh tests/hosts/init && echo "$packages"; } | sha256sum)

# Accounts and the alternatives that programs are called by.
configure() {
	local root=$1
	cp "$root/usr/share/base-passwd/passwd.master" "$root/etc/passwd"
	cp "$root/usr/share/base-passwd/group.master" "$root/etc/group"
	cat >>"$root/etc/passwd" <<-EOF
	messagebus:x:100:107::/nonexistent:/usr/sbin/nologin
	libvirt-qemu:x:64055:64055::/var/lib/libvirt:/usr/sbin/nologin
	user:x:1000:1000::/home/user:/bin/bash
	EOF
	cat >>"$root/etc/group" <<-EOF
	messagebus:x:107:
	libvirt:x:111:user
	kvm:x:112:libvirt-qemu
	libvirt-qemu:x:64055:
	user:x:1000:
	EOF
	install -d -o 1000 -g 1000 "$root/home/user"
	[ -e "$root/usr/bin/sh" ] || ln -s dash "$root/usr/bin/sh"
	ln -sf gawk "$root/usr/bin/awk"
	ln -sf gnuplot-nox "$root/usr/bin/gnuplot"
	echo "emulated-$deb" >"$root/etc/hostname"
	printf '127.0.0.1 localhost emulated-%s\n' "$deb" >"$root/etc/hosts"
	rm -rf "$root/var/run" "$root/var/lock"
	ln -s /run "$root/var/run"
	ln -s /run/lock "$root/var/lock"
	depmod -b "$root" "$(basename "$root"/lib/modules/*)"
	# Compiling Python's own library at each start would take the emulated CPU half a minute.
	python3 -m compileall -qq -s "$root" -p / -x 'test|idlelib|lib2to3' \
		"$root/usr/lib/python3.11" "$root/usr/lib/python3" || true
	install -m 755 tests/hosts/init "$root/init"
}

# Documentation, translations, and translators and emulators of other architectures: 60 % of it.
trim() {
	local root=$1
	rm -rf "$root"/usr/share/{doc,man,locale,info} "$root"/var/{cache/apt,lib/apt/lists}/*
	find "$root/usr/bin" -name 'qemu-*-static' ! -name 'qemu-x86_64-*' ! -name 'qemu-aarch64-*' -delete
	rm -f "$root/usr/bin/qemu-system-arm" "$root/usr/bin/qemu-system-i386"
}

make_disk() {
	local root=$1 file=$2 mib
	mib=$(du -sm --apparent-size "$root" | cut -f1)
	mke2fs -q -t ext4 -O ^has_journal -E root_owner=0:0 -d "$root" "$file" \
		$((mib * 12 / 10 + spare_mib))M
}

lock "$result.lock"
[ "$(cat "$result/key" 2>/dev/null)" != "$key" ] || exit 0
need mmdebstrap mke2fs depmod python3
[ "$(id -u)" -eq 0 ] || die "only root can make the system of an emulated host"
note "making the system of an emulated $arch host"
tmp=$(scratch "$result")
root=$tmp/root
mkdir -p "$tmp"
mmdebstrap --quiet --mode=root --variant=extract --skip=check/qemu --architectures="$deb" \
	--aptopt='APT::Install-Recommends "false"' --include="$packages" \
	--hook-dir=/usr/share/mmdebstrap/hooks/merged-usr "$release" "$root" >"$tmp/log" 2>&1 9>&- || {
	tail -n 20 "$tmp/log" >&2
	die "mmdebstrap could not make a Debian system for $deb; see above"
}
configure "$root"
trim "$root"
cp "$root"/boot/vmlinuz-* "$tmp/vmlinuz"
make_disk "$root" "$tmp/disk.ext4" >"$tmp/log"
rm -rf "$root" "$tmp/log"
echo "$key" >"$tmp/key"
publish "$tmp" "$result"
