#!/bin/bash
# What 'make images' made: the archive the guest starts from, the disk it runs programs from, and
# the list of packages behind them.
. "$(dirname "$0")/tap.sh"

# Reads a "newc" archive by its own rules, and each module's dependencies from the module itself.
check_initramfs() {
	python3 - "$@" <<-'EOF'
	import re, sys
	data, at, files = open(sys.argv[1], "rb").read(), 0, {}
	while True:
	    assert data[at:at + 6] == b"070701", f"no header at {at}"
	    field = [int(data[at + 6 + 8 * i:at + 14 + 8 * i], 16) for i in range(13)]
	    name = data[at + 110:at + 109 + field[11]].decode()
	    start = (at + 110 + field[11] + 3) & ~3
	    if name == "TRAILER!!!":
	        break
	    files[name] = (field[1], data[start:start + field[6]])
	    at = (start + field[6] + 3) & ~3
	assert files["init"][0] == 0o100755 and files["init"][1][:4] == b"\x7fELF", "init"
	assert files["init"][1] == open(sys.argv[2], "rb").read(), "init is not the agent"
	order = files["modules/order"][1].decode().split()
	assert len(order) == len(set(order)) and order, order
	listed = {path[1:] for path in order}
	assert listed == {n for n in files if n.endswith(".ko")}, listed
	seen = set()
	for path in order:
	    body = files[path[1:]][1]
	    assert body[:4] == b"\x7fELF", path
	    needs = re.search(rb"\0depends=([^\0]*)\0", body).group(1).decode()
	    missing = {n for n in needs.split(",") if n} - seen
	    assert not missing, f"{path} comes before {missing}"
	    seen.add(path.rsplit("/", 1)[1][:-3])
	for name in "virtio_ring virtio virtio_pci virtio_console virtio_blk squashfs".split():
	    assert name in seen, name
	assert order.index("/modules/virtio_ring.ko") < order.index("/modules/virtio.ko")
	EOF
}

check_disk() {
	local want
	want=$(cd build/workloads && find . -type f -path './*/*.*' | sed 's|^\.|/workloads|')
	unsquashfs -l -d '' "$1" >"$SCRATCH/disk" || return
	for path in /qemu/qemu-x86_64 /qemu/qemu-aarch64 $want; do
		grep -qxF "$path" "$SCRATCH/disk" || { echo "no $path"; return 1; }
	done
}

is_program_of() {
	case $1 in
	x86_64) machine=3e ;;
	aarch64) machine=b7 ;;
	esac
	[ "$(od -An -t x1 -j 18 -N 1 "$2" | tr -d ' ')" = $machine ]
}

# every package in the list is in the cache with the hash that the list gives.
check_hashes() {
	python3 - build/images/packages.json <<-'EOF'
	import glob, hashlib, json, sys
	packages = json.load(open(sys.argv[1]))
	assert {p["used_for"] for p in packages} >= {"sysroot", "kernel", "guest-translator"}, packages
	for p in packages:
	    name = f'{p["package"]}_{p["version"].replace(":", "%3a")}_{p["arch"]}.deb'
	    found = glob.glob(f"build/apt/*/debs/{glob.escape(name)}")
	    assert found, f"{name} is not in the cache"
	    for path in found:
	        assert hashlib.sha256(open(path, "rb").read()).hexdigest() == p["sha256"], path
	EOF
}

for arch in x86_64 aarch64; do
	dir=build/images/$arch
	if [ ! -e "$dir/initramfs" ] || [ ! -e "$dir/root.squashfs" ]; then
		skip "$arch: images" "not built; run 'make images'"
		continue
	fi
	ok "$arch: the initramfs holds agent and modules, each after what it needs" \
		check_initramfs "$dir/initramfs" "build/agent/$arch/init"
	ok "$arch: the root disk holds both translators and every program" check_disk "$dir/root.squashfs"
	ok "$arch: the translators are programs of $arch" is_program_of $arch "$dir/qemu/qemu-x86_64"
done
if [ -e build/images/packages.json ]; then
	ok 'packages.json has the hash of every file that was used' check_hashes
else
	skip 'packages.json' "not built; run 'make images'"
fi

# The same input gives the same bytes, in a tree whose name has a space.
agent=build/agent/x86_64/init
if [ -x "$agent" ] && [ -e build/images/x86_64/kernel/order ]; then
	mkdir -p "$SCRATCH/build/images/x86_64"
	cp -r build/images/x86_64/kernel "$SCRATCH/build/images/x86_64/"
	BUILD=$SCRATCH/build images/initramfs.sh x86_64 "$agent"
	cp "$SCRATCH/build/images/x86_64/initramfs" "$SCRATCH/first"
	BUILD=$SCRATCH/build images/initramfs.sh x86_64 "$agent"
	ok 'an initramfs is reproducible' cmp "$SCRATCH/first" "$SCRATCH/build/images/x86_64/initramfs"
else
	skip 'an initramfs is reproducible' "not built; run 'make images'"
fi
done_testing
