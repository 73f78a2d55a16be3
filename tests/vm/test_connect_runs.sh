#!/bin/bash
# The same run through every kind of connection leaves the same records; a connection that cannot be
# had is said, and the rest goes on. "Another machine" is an sshd and a libvirtd of the test's own.
. "$(dirname "$0")/private_host.sh"
. "$(dirname "$0")/tap.sh"

SSH=qemu+ssh://127.0.0.1/system
home=$SCRATCH/nobody

as_nobody=(setpriv --reuid=65534 --regid=65534 --groups=64054 env -i HOME="$home"
	PATH="$PATH:/usr/sbin" XDG_RUNTIME_DIR="$home/run")

# measure NAME COMMAND...: a run of one VM in $SCRATCH/NAME, with that prefix.
measure() {
	local out=$SCRATCH/$1
	shift
	timeout -k 5 120 "$@" --quiet --env vm-x86_64-tcg --workload vector-add --variant portable \
		--profile smoke --blocks 1 --seed 7 --output "$out" >"$SCRATCH/out" 2>&1
}

run_folder() {
	echo "$SCRATCH/$1"/results/2*
}

# verdicts URI: what doctor says about that connection's VMs.
verdicts() {
	timeout -k 5 60 build/toll doctor --connect "$1" 2>&1 | grep -A2 '^vm-' >"$SCRATCH/out"
}

same_records() {
	local name
	for name in embed system ssh session; do
		install -d -o 65534 "$SCRATCH/$name"
	done
	# Twice the first boot of each would compare caches, not connections.
	measure embed build/toll run
	ok "qemu:///embed: a run" test -s "$(run_folder embed)/summary.json"
	measure system build/toll run --connect qemu:///system
	ok "qemu:///system: a run" test -s "$(run_folder system)/summary.json"
	measure ssh build/toll run --connect "$SSH"
	ok "qemu+ssh: a run" test -s "$(run_folder ssh)/summary.json"
	measure session "${as_nobody[@]}" "$PWD/build/toll" run --connect qemu:///session
	ok "qemu:///session as an ordinary user: a run" test -s "$(run_folder session)/summary.json"
	tests/vm/connect_records.py "embed=$(run_folder embed)" "session=$(run_folder session)" \
		"system=$(run_folder system)" "ssh=$(run_folder ssh)" >"$SCRATCH/out" 2>&1
	result $? "all four leave the same records, field by field"
	sed 's/^/# /' "$SCRATCH/out"
	ok "an ordinary user's session uploads nothing" \
		test -z "$(find "$home" -name 'toll-*-vmlinuz')"
	[ ! -e "$home/run/libvirt/libvirtd.pid" ] || kill "$(cat "$home/run/libvirt/libvirtd.pid")"
}

resumed() {
	local run
	run=$(run_folder system)
	build/toll run --resume "$run" --connect "$SSH" --output "$SCRATCH/system" >"$SCRATCH/out" 2>&1
	ok "a run is not resumed through another connection" says 'begun with --connect qemu:///system'
	timeout 60 build/toll run --quiet --resume "$run" --output "$SCRATCH/system" >"$SCRATCH/out" 2>&1
	ok "and needs no word about its own" test "$(tail -1 "$SCRATCH/out")" = "$run"
}

# Nothing may ask: each ends within seconds although there is a terminal's worth of input.
no_way_in() {
	local key=$HOME/.ssh/id_ed25519
	mv "$key" "$key.away"
	verdicts "$SSH"
	ok "a key that is not accepted: refused with ssh's words" says 'Permission denied'
	ok "and with what must work first" says 'ssh -o BatchMode=yes 127.0.0.1 virsh list'
	mv "$key.away" "$key"
	mv "$HOME/.ssh/known_hosts" "$HOME/.ssh/away"
	verdicts "$SSH"
	ok "a host that is not known: refused, not asked about" says 'Host key verification failed'
	mv "$HOME/.ssh/away" "$HOME/.ssh/known_hosts"
	verdicts qemu+ssh://127.0.0.2/system
	ok "a host without an sshd: refused" says 'Connection refused'
	timeout 60 build/toll run --quiet --connect qemu+ssh://127.0.0.2/system --env 'vm-x86_64-tcg,user-*' \
		--workload vector-add --variant portable --profile smoke --blocks 1 \
		--output "$SCRATCH/refused" >"$SCRATCH/out" 2>&1
	ok "a run goes on without its VMs: refusals are no failure" test $? -eq 0
	ok "what needs no VM is measured" grep -q '"status":"ok"' "$(run_folder refused)/samples.jsonl"
	local begin=$SECONDS
	ip link set lo down
	verdicts "$SSH"
	ip link set lo up
	ok "a host that swallows every packet: refused" says 'no answer in time'
	ok "within its deadline" test $((SECONDS - begin)) -lt 50
}

start_other_machine
install -d -o 65534 "$home" "$home/run" "$home/.cache/libvirt/qemu/capabilities"
cp build/cache/libvirt/*.xml "$home/.cache/libvirt/qemu/capabilities" 2>/dev/null
chown -R 65534 "$home"
same_records
resumed
no_way_in
done_testing
