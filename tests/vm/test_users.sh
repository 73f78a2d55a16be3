#!/bin/bash
# Several processes and users at once, and signals: none disturbs another, and all end clean.
. "$(dirname "$0")/tap.sh"

disk=$(toy_disk aarch64)

two_at_once() {
	local first=$SCRATCH/first second=$SCRATCH/second pid
	timeout -k 5 120 "$BOOT" -a aarch64 -d "$disk" -n 2 -- /toll/toy echo first >"$first" 2>&1 &
	pid=$!
	timeout -k 5 120 "$BOOT" -a aarch64 -d "$disk" -n 2 -- /toll/toy echo second >"$second" 2>&1
	wait "$pid"
	ok "two processes at once: the first is not disturbed" test "$(grep -c 'first\\n' "$first")" -eq 4
	ok "nor the second" test "$(grep -c 'second\\n' "$second")" -eq 4
}

killed_neighbour() {
	local out=$SCRATCH/neighbour pid
	"$BOOT" -a aarch64 -d "$disk" -w 60000 >"$SCRATCH/victim" 2>&1 &
	pid=$!
	timeout -k 5 120 "$BOOT" -a aarch64 -d "$disk" -w 4000 -s 3000 -- /toll/toy echo alive >"$out" 2>&1 &
	sleep 3
	kill -9 "$pid"
	wait "$pid" 2>/dev/null
	wait
	ok "a killed neighbour's reaper leaves other guests alone" \
		test "$(grep -c 'alive\\n' "$out")" -eq 2
}

# end_by SIGNAL SECONDS: the driver stops by itself, and says that it was stopped.
end_by() {
	local out=$SCRATCH/out pid begin=$SECONDS
	"$BOOT" -a aarch64 -d "$disk" -T 60000 -- /toll/toy sleep 50 >"$out" 2>&1 &
	pid=$!
	sleep "$2"
	kill "-$1" "$pid"
	wait "$pid"
	ok "$1 after $2 s: an error that says interrupted" says '"error":".*interrupted"'
	ok "$1 after $2 s: without waiting for the program" test $((SECONDS - begin)) -lt $((${2%.*} + 10))
}

as_nobody() {
	timeout -k 5 120 setpriv --reuid=65534 --regid=65534 --clear-groups env -i HOME="$home" \
		PATH="$PATH:/usr/sbin" XDG_RUNTIME_DIR="$home/run" VM_CACHE="$home/cache" "$@"
}

# Through a daemon: the same calls, and the daemon ends the guest when its client dies.
session() {
	local pid i
	as_nobody "$BOOT" -u qemu:///session -a aarch64 -d "$disk" -s 200 -- /toll/toy echo session >"$SCRATCH/out" 2>&1
	ok "qemu:///session: the same through a daemon" test "$(grep -c 'session\\n' "$SCRATCH/out")" -eq 2
	as_nobody "$BOOT" -u qemu:///session -a aarch64 -d "$disk" -w 60000 >"$SCRATCH/out" 2>&1 &
	for ((i = 0; i < 600; i++)); do
		says '"phase":"running"' && break
		sleep 0.1
	done
	pid=$(sed -n 's/.*"pid":\([0-9]*\).*/\1/p' "$SCRATCH/out")
	ok "qemu:///session: a guest runs" test -n "$(qemus "$home/")"
	kill -9 "$pid"
	wait
	sleep 5
	ok "qemu:///session: none 5 s after kill -9 of the client" test -z "$(qemus "$home/")"
	kill "$(cat "$home/run/libvirt/libvirtd.pid")"
}

# The plain user has folders of its own, but no access to root's.
plain_user() {
	local home=$SCRATCH/home
	if [ "$(id -u)" -ne 0 ]; then
		skip "a plain user: this is one"
		return
	fi
	if ! setpriv --reuid=65534 --regid=65534 --clear-groups test -r "$PWD/build/images/aarch64/vmlinuz"; then
		skip "a plain user: cannot read this source tree"
		return
	fi
	chmod 711 "$SCRATCH"
	mkdir -p "$home/cache" "$home/run"
	cp build/cache/libvirt/*.xml "$home/cache"
	chown -R 65534:65534 "$home"
	as_nobody env -u XDG_RUNTIME_DIR HOME=/nonexistent "$BOOT" -a aarch64 -d "$disk" -n 2 \
		-- /toll/toy echo user >"$SCRATCH/out" 2>&1
	ok "a plain user without a home boots guests" test "$(grep -c 'user\\n' "$SCRATCH/out")" -eq 4
	if [ -x /usr/sbin/libvirtd ]; then
		session
	else
		skip "qemu:///session: there is no libvirtd"
	fi
}

two_at_once
killed_neighbour
end_by INT 0.1
end_by INT 0.3
end_by TERM 5
plain_user
ok "no QEMU is left" test -z "$(qemus)"
ok "no private folder is left" test -z "$(ls -A "$ROOTS")"
done_testing
