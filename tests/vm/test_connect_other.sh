#!/bin/bash
# What another machine says of itself is stored and said: its name, QEMU, libvirt and architecture;
# its KVM is believed when a guest has come up under it. The machine is an sshd and a libvirtd of the
# test's own.
. "$(dirname "$0")/private_host.sh"
. "$(dirname "$0")/tap.sh"

SSH=qemu+ssh://127.0.0.1/system
NAME=$(uname -n)

# stored KEY FILE...: the values of that key, each once.
stored() {
	local key=$1
	shift
	grep -oh "\"$key\":\"[^\"]*\"" "$@" | sort -u | cut -d'"' -f4
}

recorded() {
	local run
	timeout -k 5 120 build/toll compare --quiet --connect "$SSH" --env 'vm-*-tcg,user-*' --workload vector-add \
		--variant portable --profile smoke --blocks 2 --seed 7 --output "$SCRATCH/run" >"$SCRATCH/out" 2>&1
	run=$(echo "$SCRATCH"/run/results/2*)
	ok "a run through ssh" test -s "$run/report.md"
	ok "each boot names the machine" test "$(stored ran_on "$run/samples.jsonl")" = "$NAME"
	ok "the QEMU that ran it" test "$(stored qemu "$run/samples.jsonl")" = \
		"$(qemu-system-x86_64 --version | sed -n '1s/.*version \([0-9.]*\).*/\1/p')"
	ok "and the libvirt" test "$(stored libvirt "$run/samples.jsonl")" = \
		"$(virsh -c qemu:///system version --daemon | sed -n 's/Running against daemon: //p')"
	ok "the summary on the terminal says it" grep -q "vm-aarch64-tcg ran on $NAME" <(tr '\n' ' ' <"$SCRATCH/out")
	ok "and the report" grep -q "reached by $SSH" "$run/report.md"
	ok "no VM is called the fastest" says_not 'vm-.* is fastest'
}

# What doctor says of KVM there: a guest came up, or none did. Where that libvirt has no KVM there is
# nothing to prove.
kvm_proved() {
	local host
	timeout -k 5 200 build/toll doctor --connect "$SSH" >"$SCRATCH/out" 2>&1
	if grep -A2 "^vm-$(uname -m)-kvm " "$SCRATCH/out" | grep -q 'libvirt has no kvm machine'; then
		skip "KVM through ssh: this libvirt has no KVM"
		return
	fi
	host=$(grep -A3 "^vm-$(uname -m)-kvm " "$SCRATCH/out")
	ok "KVM there is used when a guest came up under it, else refused with what became of the guest" \
		grep -qE 'a guest came up there in|KVM there was tried and gives no guest: booting vm-' <<<"$host"
	printf '# %s\n' "$host"
	ok "no guest of the proof is left" test -z "$(qemus guest=toll-)"
}

# A libvirtd that takes its machine for one of another architecture.
other_architecture() {
	local other=aarch64
	[ "$(uname -m)" = x86_64 ] || other=x86_64
	cat >"$SCRATCH/uname.c" <<-'C'
		#include <string.h>
		#include <sys/syscall.h>
		#include <sys/utsname.h>
		#include <unistd.h>
		int uname(struct utsname *u)
		{
			int r = syscall(SYS_uname, u);
			strcpy(u->machine, MACHINE);
			return r;
		}
	C
	gcc -shared -fPIC -o "$SCRATCH/uname.so" -DMACHINE="\"$other\"" "$SCRATCH/uname.c" || return
	kill "$LIBVIRTD" && wait "$LIBVIRTD"
	LIBVIRTD_PRELOAD=$SCRATCH/uname.so start_libvirtd || return
	timeout -k 5 200 build/toll doctor --connect "$SSH" >"$SCRATCH/out" 2>&1
	ok "another architecture there: its own VMs are offered" grep -q "^vm-$other-kvm" "$SCRATCH/out"
	ok "and not those of this machine's" says_not "^vm-$(uname -m)-kvm"
	ok "what it lacks is refused with a reason" grep -qzP "vm-$other-kvm +refused\n +why: .*\n +do: " "$SCRATCH/out"
	timeout -k 5 120 build/toll run --quiet --connect "$SSH" --env "vm-$other-tcg" --workload vector-add \
		--variant portable --profile smoke --blocks 1 --output "$SCRATCH/other" >"$SCRATCH/out" 2>&1
	ok "its VM is measured" grep -q "\"cell\":\"vector-add.portable.$other.vm-$other-tcg\".*\"status\":\"ok\"" \
		"$SCRATCH"/other/results/2*/samples.jsonl
}

start_other_machine
recorded
kvm_proved
other_architecture
done_testing
