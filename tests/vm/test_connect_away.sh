#!/bin/bash
# Another machine that goes away in the middle of a run, and a run that does. The machine is an sshd
# and a libvirtd of the test's own; its network is that of a private host.
. "$(dirname "$0")/private_host.sh"
. "$(dirname "$0")/tap.sh"

SSH=qemu+ssh://127.0.0.1/system

# recorded N WORDS: at least so many lines of the run in progress have them.
recorded() {
	[ "$(grep -c -- "$2" "$SCRATCH"/away/results/2*/samples.jsonl)" -ge "$1" ]
}

goes_away() {
	local samples code pid
	timeout -k 5 200 build/toll run --quiet --connect "$SSH" --env vm-x86_64-tcg --workload matmul,vector-add \
		--variant portable --profile smoke --blocks 4 --budget 200s --output "$SCRATCH/away" >"$SCRATCH/out" 2>&1 &
	pid=$!
	wait_for 90 recorded 2 'toll.boot.*"status":"ok"'
	ip link set lo down
	wait_for 90 recorded 1 '"status":"lost"'
	ip link set lo up
	wait "$pid"
	code=$?
	samples=$(echo "$SCRATCH"/away/results/2*/samples.jsonl)
	ok "a host that goes away in mid-block: its cells are lost" grep -q '"status":"lost"' "$samples"
	ok "the reason says so" grep -q '"status":"lost".*connection to libvirt is lost' "$samples"
	ok "native cells are measured in every block" \
		test "$(grep -c '"arm":"main","cell":"vector-add.portable.x86_64.native".*"status":"ok"' "$samples")" -ge 4
	ok "a later block connects again and boots" \
		test "$(grep 'toll.boot' "$samples" | tail -1 | grep -c '"status":"ok"')" -eq 1
	ok "the exit code says that something failed" test "$code" -eq 1
	wait_for 60 no_guest
	ok "no guest is left there" no_guest
}

no_guest() {
	[ -z "$(qemus guest=toll-)" ]
}

# killed URI
killed() {
	local uri=$1 pid
	"$BOOT" -u "$uri" -a x86_64 -w 60000 >"$SCRATCH/out" 2>&1 &
	wait_for 60 says '"phase":"running"'
	pid=$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$SCRATCH/out")
	ok "$uri: a guest runs" test -n "$(qemus guest=toll-)"
	kill -9 "$pid"
	sleep 5
	ok "$uri: none 5 s after kill -9 of the client" test -z "$(qemus guest=toll-)"
}

start_other_machine
goes_away
killed "$SSH"
done_testing
