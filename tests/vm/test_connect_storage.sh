#!/bin/bash
# qemu:///system: images as volumes of a pool, other people's guests, and what is missing there. A
# libvirtd of the test's own, on a private host.
. "$(dirname "$0")/private_host.sh"
. "$(dirname "$0")/tap.sh"

SYSTEM=qemu:///system
POOL=/var/lib/libvirt/images
virsh=(virsh -q -c "$SYSTEM")

system_boot() {
	boot -u "$SYSTEM" -a x86_64 "$@"
}

booted() {
	says '"guest_arch":"x86_64"'
}

doctor_of() {
	timeout 60 build/toll doctor --connect "$SYSTEM" --json >"$SCRATCH/out" 2>&1
}

# whole NAME: its volume has the image's bytes.
whole() {
	cmp -s "build/images/x86_64/$1" "$(echo $POOL/toll-*-"$1")"
}

missing_things() {
	doctor_of
	ok "without a pool doctor says which, and how to make it" \
		says "no storage pool 'default'.*pool-create-as default"
	system_boot
	ok "and so does a boot" says "booting vm-boot: libvirt has no storage pool 'default'"
	make_pool $POOL
	doctor_of
	ok "with it the VM of this architecture can be used" \
		says '"id": "vm-x86_64-tcg",.*"status": "ok"'
	ok "an architecture for which there is no QEMU is refused with that reason" \
		says 'libvirt has no tcg machine .* for aarch64 there'
	system_boot -M no-such-machine
	ok "a machine that QEMU there lacks is an error that names it" \
		says "no tcg machine 'no-such-machine' for x86_64 there"
}

volumes() {
	local vol before
	system_boot -C "$SCRATCH/console" -k loglevel=7
	ok "a first boot uploads the images and boots" booted
	ok "the console comes through a stream" grep -q 'Freeing unused kernel\|Run /init' "$SCRATCH/console"
	for vol in vmlinuz initramfs root.squashfs; do
		ok "$vol is a volume named after its content" whole "$vol"
	done
	before=$(stat -c '%i %Y' $POOL/*)
	system_boot
	ok "a second process boots" booted
	ok "and uploads nothing" says_not uploading
	ok "nor touches the volumes" test "$before" = "$(stat -c '%i %Y' $POOL/*)"

	truncate -s 1000000 $POOL/toll-*-vmlinuz
	system_boot
	ok "a volume that is too short is written again" booted
	ok "only that one" test "$(grep -c uploading "$SCRATCH/out")" -eq 1
	ok "and is whole afterwards" whole vmlinuz
	truncate -s +1000000 $POOL/toll-*-initramfs
	system_boot
	ok "a volume that is too long is replaced" booted
	ok "and is whole afterwards too" whole initramfs
	rm $POOL/toll-*-initramfs
	system_boot
	ok "a volume removed behind libvirt's back is uploaded again" booted
}

# A process that is killed in the middle of its upload.
unfinished() {
	local pid i
	"${virsh[@]}" vol-delete --pool default "$(basename $POOL/toll-*-root.squashfs)"
	"$BOOT" -u "$SYSTEM" -a x86_64 >"$SCRATCH/victim" 2>&1 &
	pid=$!
	for ((i = 0; i < 1000; i++)); do
		[ -z "$(find $POOL -name '*root.squashfs' -size +1M)" ] || break
		sleep 0.01
	done
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	if whole root.squashfs; then
		skip "killed during an upload: it was over before the kill"
	else
		system_boot
		ok "what a killed process left of an upload is written again" booted
		ok "and is whole then" whole root.squashfs
	fi
}

# pool_of MIB: "default" is this large.
pool_of() {
	"${virsh[@]}" pool-destroy default
	mkdir -p "$SCRATCH/small"
	mount -t tmpfs -o "size=$1m,mode=755" toll "$SCRATCH/small"
	make_pool "$SCRATCH/small"
}

no_room() {
	pool_of 80
	system_boot
	ok "a pool without room is an error with the sizes and what to do" \
		says "has [0-9]+ MiB left, 'toll-.*-root.squashfs' needs [0-9]+; free some .*vol-list"
	# libvirt knows the room of the last refresh only.
	umount "$SCRATCH/small"
	pool_of 300
	head -c 200M /dev/zero >"$SCRATCH/small/other"
	system_boot
	ok "a pool that fills up meanwhile as well" says "MiB left, 'toll-.*needs.*free some"
	ok "and what could not be finished is gone" test -z "$(find "$SCRATCH/small" -name '*root.squashfs')"
	"${virsh[@]}" pool-destroy default
	umount "$SCRATCH/small"
	make_pool $POOL
}

others() {
	cat >"$SCRATCH/mine.xml" <<-'XML'
		<domain type='qemu'><name>mine-1</name><memory unit='MiB'>32</memory>
		<os><type arch='x86_64'>hvm</type></os></domain>
	XML
	"${virsh[@]}" define "$SCRATCH/mine.xml" >/dev/null
	system_boot -N mine
	ok "a guest of the same name that is not ours: an error that says so" \
		says "domain 'mine-1' already exists"
	ok "it stays defined" test "$("${virsh[@]}" domstate mine-1)" = "shut off"
	"${virsh[@]}" start mine-1 --paused >/dev/null
	system_boot -N mine
	ok "one that runs: an error too" says '"error":"booting.*mine-1'
	ok "and it goes on" test "$("${virsh[@]}" domstate mine-1)" = paused
	"${virsh[@]}" destroy mine-1 >/dev/null
	"${virsh[@]}" undefine mine-1 >/dev/null
}

wrong_image() {
	mkdir "$SCRATCH/home"
	ln -s "$PWD"/{workloads,plots} "$SCRATCH/home"
	mkdir -p "$SCRATCH/home/build/images/x86_64"
	ln -s "$PWD"/build/images/x86_64/{initramfs,root.squashfs} "$SCRATCH/home/build/images/x86_64"
	ln -s "$PWD/build/images/aarch64/vmlinuz" "$SCRATCH/home/build/images/x86_64"
	TOLL_HOME=$SCRATCH/home doctor_of
	ok "an image of the wrong architecture is refused" says 'is a kernel for aarch64, not for x86_64'
}

killed() {
	local pid
	"$BOOT" -u "$SYSTEM" -a x86_64 -w 60000 >"$SCRATCH/victim" 2>&1 &
	pid=$!
	wait_for 60 grep -q '"phase":"running"' "$SCRATCH/victim"
	ok "a guest runs" test -n "$(qemus guest=toll-)"
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	sleep 5
	ok "none 5 s after kill -9 of the client" test -z "$(qemus guest=toll-)"
}

# A daemon that hangs is found out by its missing signs of life.
hanging_daemon() {
	local begin=$SECONDS
	"$BOOT" -u "$SYSTEM" -a x86_64 -T 100000 -d "$disk" -- /toll/toy sleep 90 >"$SCRATCH/out" 2>&1 &
	wait_for 60 says '"phase":"running"'
	kill -STOP "$LIBVIRTD"
	wait_for 60 says '"error"'
	kill -CONT "$LIBVIRTD"
	ok "a daemon that hangs: the execution ends with that reason" \
		says '"error":".*the connection to libvirt is lost'
	ok "within a minute" test $((SECONDS - begin)) -lt 60
	wait_for 10 no_guest
	ok "and no guest is left" no_guest
}

no_guest() {
	[ -z "$(qemus guest=toll-)" ]
}

disk=$(toy_disk x86_64)
: >"$SCRATCH/empty"
private_host_init && mount --bind "$SCRATCH/empty" /usr/bin/qemu-system-aarch64 && start_libvirtd || {
	echo "Bail out! no libvirtd: $(tail -1 "$SCRATCH/libvirtd.log")"
	exit 1
}
missing_things
volumes
unfinished
no_room
others
wrong_image
killed
hanging_daemon
done_testing
