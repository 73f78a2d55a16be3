#!/bin/bash
# kill9.sh N: boots a guest, kills the process that drives it with SIGKILL at a random instant
# (creation, boot, suspension, a running program), and looks 5 s later whether anything is left.
# N times; prints TAP. The record for N = 30 takes about five minutes.
. "$(dirname "$0")/tap.sh"

RUNS=${1:-8}
SPAN_MS=6000
arches=(aarch64 x86_64 x86_64 aarch64)

# phase FILE: how far the driver had come.
phase() {
	case $(tail -n 1 "$1") in
	'') echo 'opening libvirt' ;;
	*'"root"'*) echo 'creating or booting' ;;
	*'"phase":"suspended"'*) echo suspended ;;
	*'"phase":"running"'* | *'"end"'*) echo 'running a program' ;;
	*) echo 'between calls' ;;
	esac
}

wait_for_suspension() {
	local i
	for ((i = 0; i < 300; i++)); do
		[ "$(phase "$1")" != suspended ] || return
		sleep 0.1
	done
}

# kill_once I: one run; says the instant in $killed_in.
kill_once() {
	local arch=${arches[$1 % 4]} out=$SCRATCH/out.$1 pid ms
	# One run in four dies in its first half second, libvirt's own part of the boot; one while
	# its guest is suspended.
	case $(($1 % 4)) in
	0) ms=$((RANDOM % 500)) ;;
	1) ms=$((RANDOM % 1000)) ;;
	*) ms=$((RANDOM % SPAN_MS)) ;;
	esac
	"$BOOT" -a "$arch" -p "$LAST_CPU" -d "${disks[$arch]}" -s 1200 -- /toll/toy sleep 9 \
		>"$out" 2>&1 &
	pid=$!
	[ $(($1 % 4)) -ne 1 ] || wait_for_suspension "$out"
	sleep "$((ms / 1000)).$(printf %03d $((ms % 1000)))"
	seen=$((seen + $(qemus | wc -l)))
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	killed_in="$arch while $(phase "$out")"
	sleep 5
}

declare -A disks=()
for arch in aarch64 x86_64; do disks[$arch]=$(toy_disk "$arch"); done
seen=0
for ((i = 0; i < RUNS; i++)); do
	kill_once "$i"
	ok "killed: $killed_in: no QEMU 5 s later" test -z "$(qemus)"
	ok "killed: $killed_in: no private folder 5 s later" test -z "$(ls -A "$ROOTS")"
done
ok "QEMUs were running when their driver was killed: $seen" test "$seen" -gt 0
done_testing
