#!/bin/bash
# boot.sh ARCH IN.tar OUT LIMIT-SECONDS: boots the emulated host, which unpacks IN.tar into /job and
# runs /job/run as root; what that leaves in /job/out is unpacked into the folder OUT. The host's
# console is the standard output. The exit code is that of /job/run; 124: it had not ended within
# the limit, 125: the host ended without saying how. QEMU is ended and collected in every case.
#
# Files go in and out as NVMe namespaces, because Debian's cloud kernels have NVMe built in. The
# disk's own image stays as it is.

. tests/hosts/lib.sh

usage='usage: boot.sh ARCH IN.tar OUT LIMIT-SECONDS'
arch=${1:?$usage} in=${2:?$usage} out=${3:?$usage} limit=${4:?$usage}
system=$HOSTS_DIR/$arch
# Two hosts share this machine when both kinds are tried; a second CPU for the slower one made its
# build no faster and the other's slower by half.
cpus=${HOST_CPUS:-$((($(nproc) + 1) / 2))}
memory_mib=${HOST_MEMORY_MIB:-3072}
out_mib=256

[ -e "$system/key" ] || die "no system in '$system'; run tests/hosts/system.sh $arch"
mapfile -t machine < <(host_machine "$arch")
scratch=$(mktemp -d "$HOSTS_DIR/boot.XXXXXX")
trap 'rm -rf "$scratch"' EXIT
truncate -s "${out_mib}M" "$scratch/out"
# A device has whole blocks.
truncate -s %4K "$in"

# namespace NUMBER FILE OPTION...
namespace() {
	printf -- '-drive\nfile=%s,format=raw,if=none,id=drive%s,%s\n-device\nnvme-ns,bus=nvme,nsid=%s,drive=drive%s\n' \
		"$2" "$1" "$3" "$1" "$1"
}
mapfile -t disks < <(namespace 1 "$system/disk.ext4" snapshot=on
	namespace 2 "$in" readonly=on
	namespace 3 "$scratch/out" cache=unsafe)

status=0
timeout --foreground -k 5 "$limit" "${machine[@]}" -accel tcg,thread=multi -smp "$cpus" -m "$memory_mib" \
	-nodefaults -display none -monitor none -serial stdio -net none -no-reboot \
	-device nvme,id=nvme,serial=emulated-host "${disks[@]}" -kernel "$system/vmlinuz" \
	-append "console=$(host_console "$arch") root=/dev/nvme0n1 rootfstype=ext4 rw init=/init
		host_time=$(date +%s) panic=-1 mitigations=off quiet" \
	</dev/null 2>&1 | sed -u 's|\r$||' | tee "$scratch/console" || status=$?
[ "$status" -ne 124 ] && [ "$status" -ne 137 ] || {
	note "the emulated $arch host had not ended after $limit s"
	exit 124
}
code=$(sed -n 's/^emulated-host: exit \([0-9]*\) .*/\1/p' "$scratch/console" | tail -n 1)
[ -n "$code" ] || {
	note "the emulated $arch host ended without saying how (QEMU: $status)"
	exit 125
}
mkdir -p "$out"
tar -xf "$scratch/out" -C "$out"
exit "$code"
