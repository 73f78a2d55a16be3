# shellcheck shell=bash
# Guests for the scripts of this folder. Sourced; the script then runs from the top of the
# source tree, with a scratch folder that goes with it. libvirt's private folders are made in
# $ROOTS, so that leftovers can be seen.

set -u
cd "$(dirname "$0")/../.." || exit 1
SCRATCH=$(mktemp -d /tmp/tv.XXXX) || exit 1
ROOTS=$SCRATCH/r
mkdir -m 700 "$ROOTS"
export XDG_RUNTIME_DIR=$ROOTS
trap 'kill_leftovers; rm -rf "$SCRATCH"' EXIT
BOOT=build/tests/vm-boot
LAST_CPU=$(($(nproc) - 1))
OK_LOG=$SCRATCH/out
. tests/tap.sh

# Nothing of a failed test may outlive it.
kill_leftovers() {
	local pids
	pids=$(jobs -p)
	[ -z "$pids" ] || kill -9 $pids 2>/dev/null
	for pid in $(qemus); do kill -9 "$pid"; done
}

# qemus [FOLDER]: the process ids of QEMUs that name it, or a root of this script, on their command
# line.
qemus() {
	local dir
	for dir in /proc/[0-9]*; do
		[[ $(cat "$dir/comm" 2>/dev/null) == qemu* ]] || continue
		grep -qaF -- "${1:-$ROOTS/toll}" "$dir/cmdline" 2>/dev/null && echo "${dir#/proc/}"
	done
}

# ok NAME COMMAND...: the command succeeds; otherwise what the last boot printed is shown.
ok() {
	local name=$1
	shift
	"$@"
	result $? "$name"
}

# says PATTERN: the last boot printed it.
says() {
	grep -qE -- "$1" "$SCRATCH/out"
}

says_not() {
	! says "$1"
}

# boot ARGS...: a guest on the last CPU, output in $SCRATCH/out.
boot() {
	timeout -k 5 120 "$BOOT" -p "$LAST_CPU" "$@" >"$SCRATCH/out" 2>&1
}

# toy_disk ARCH: a root disk that holds the toy as /toll/toy.
toy_disk() {
	local dir=$SCRATCH/disk.$1
	mkdir -p "$dir"
	cp "build/tests/guest-toy-$1" "$dir/toy"
	mksquashfs "$dir" "$SCRATCH/$1.squashfs" -quiet -noappend >/dev/null && echo "$SCRATCH/$1.squashfs"
}

for file in "$BOOT" build/images/{x86_64,aarch64}/{vmlinuz,initramfs}; do
	[ -e "$file" ] || {
		echo "Bail out! there is no '$file'; run 'make images build-test'"
		exit 1
	}
done
