#!/bin/bash
# Guests of both architectures: what is read back, how programs end inside, suspension, errors.
. "$(dirname "$0")/tap.sh"

programs() {
	local arch=$1 disk
	disk=$(toy_disk "$arch")
	boot -a "$arch" -d "$disk" -s 700 -- /toll/toy echo two words
	ok "$arch: a guest boots and says what it is" says "\"accel\":\"tcg\".*\"guest_arch\":\"$arch\""
	ok "$arch: the CPU model is read back from QEMU" \
		says '"cpu":"(Haswell-noTSX|neoverse-n1)","machine":"(pc-|virt-).*"vcpus":1'
	ok "$arch: a program's output and errors arrive" \
		says '"end":"exit status 0".*"stdout":"two words\\n","stderr":"and errors\\n"'
	ok "$arch: the guest's clock stands still while it is suspended" awk -F'[:,}]' \
		'/suspended_guest_ns/ { found = 1; if ($2 < 700e6 || $4 > 300e6 || $4 <= 0) exit 1 } END { exit !found }' \
		"$SCRATCH/out"
	boot -a "$arch" -d "$disk" -- /toll/toy exit 3
	ok "$arch: an exit status arrives" says '"end":"exit status 3"'
	boot -a "$arch" -d "$disk" -- /toll/toy orphans
	ok "$arch: what a program leaves behind holds nothing up" \
		test "$(grep -c '"end":"exit status 0".*left 5' "$SCRATCH/out")" -eq 2
}

endings() {
	local arch=$1 disk
	disk=$(toy_disk "$arch")
	boot -a "$arch" -d "$disk" -- /toll/toy signal 4
	ok "$arch: a signal arrives" says 'killed by SIGILL'
	boot -a "$arch" -d "$disk" -T 700 -- /toll/toy sleep 60
	ok "$arch: a deadline ends a program, and the guest lives on" \
		test "$(grep -c '"end":"timed out"' "$SCRATCH/out")" -eq 2
	boot -a "$arch" -d "$disk" -o 5000 -- /toll/toy flood
	ok "$arch: a flood ends a program, what fits is kept, and the guest lives on" \
		test "$(grep -c '"end":"printed more than it may".*"stdout_bytes":5000,' "$SCRATCH/out")" -eq 2
	boot -a "$arch" -d "$disk" -- /toll/nothing
	ok "$arch: a program that is not there is an error, and the guest lives on" \
		test "$(grep -c "cannot start '/toll/nothing': No such file" "$SCRATCH/out")" -eq 2
}

limits() {
	local arch=$1 disk
	disk=$(toy_disk "$arch")
	boot -a "$arch" -d "$disk" -m 256 -T 60000 -- /toll/toy memory 600
	ok "$arch: what uses more memory than there is is ended, counted, and the guest lives on" \
		test "$(grep -c '"end":"killed by SIGKILL.*"oom_kills":1,' "$SCRATCH/out")" -eq 2
	boot -a "$arch" -d "$disk" -- /toll/toy show /sys/kernel/mm/lru_gen/min_ttl_ms
	ok "$arch: ... at once: what is in use is not thrown out" says '"stdout":"1000\\n"'
	boot -a "$arch" -d "$disk" -m 256 -T 60000 -- /toll/toy memory 50
	ok "$arch: what uses less is not, and the host's CPU time of it is known" \
		says '"end":"exit status 0".*"host_cpu_ns":[1-9][0-9]*,"oom_kills":0,'
	[ "$LAST_CPU" -gt 0 ] || {
		skip "$arch: two vCPUs: this host has one CPU"
		return
	}
	boot -a "$arch" -d "$disk" -v 2 -- /toll/toy echo two
	ok "$arch: two vCPUs, on two CPUs of the host" says '"vcpus":2,'
}

refusals() {
	boot -a aarch64 -d none -t 300
	ok "a guest that does not boot in time is an error that says so" \
		says 'booting vm-boot: .*(in time)'
	boot -a x86_64 -d none -c NoSuchCPU
	ok "a CPU model that QEMU does not have is an error that names it" says 'error.*NoSuchCPU'
	boot -a x86_64 -d none -M isapc -t 5000
	ok "a machine without the devices is an error" says '"error":"booting vm-boot: '
	mkdir -p "$SCRATCH/bad"
	cp tests/vm/tap.sh "$SCRATCH/bad/vmlinuz"
	cp build/images/x86_64/initramfs "$SCRATCH/bad"
	boot -a x86_64 -i "$SCRATCH/bad" -d none
	ok "a kernel that is none is an error in QEMU's words" says '"error":"booting.*kernel'
	boot -a "$(. images/lib.sh && other_arch "$(uname -m)")" -d none -A kvm -t 20000
	ok "KVM for the other architecture is refused, not replaced" says '"error":".*kvm'
	boot -a aarch64 -d tests/vm/tap.sh -t 30000
	ok "a disk that is none is an error with the guest's own words" \
		says 'console ends with: .*cannot mount as squashfs'
}

console() {
	local file=$SCRATCH/console
	boot -a aarch64 -d none -C "$file" -k 'loglevel=7'
	ok "the console is kept where asked for" grep -q 'Linux version' "$file"
	ok "by the kernel's first line" test "$(grep -c 'Linux version' "$file")" -eq 1
	boot -a aarch64 -d none -C "$file" -k 'loglevel=7'
	ok "and holds one boot only" test "$(grep -c 'Linux version' "$file")" -eq 1
}

programs x86_64
programs aarch64
endings aarch64
limits aarch64
refusals
console
ok "no QEMU is left" test -z "$(qemus)"
ok "no private folder is left" test -z "$(ls -A "$ROOTS")"
done_testing
