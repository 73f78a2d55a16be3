#!/bin/bash
# Guests that mean harm: each gets the right error, in time, and its words reach nobody's terminal.
. "$(dirname "$0")/tap.sh"

arch=aarch64
mkdir -p "$SCRATCH/build/images/$arch"
ln -s "$PWD/build/images/$arch/kernel" "$SCRATCH/build/images/$arch/kernel"
BUILD=$SCRATCH/build images/initramfs.sh "$arch" "build/tests/hostile-init-$arch" >/dev/null || exit 1

# hostile MODE PATTERN NAME [ARGS...]
hostile() {
	local mode=$1 pattern=$2 name=$3
	shift 3
	boot -a "$arch" -I "$SCRATCH/build/images/$arch/initramfs" -d none -t 12000 \
		-k "quiet toll.hostile=$mode" "$@"
	ok "$mode: $name" says "$pattern"
}

hostile silent '"error":"booting.*in time; its console ends with: .*not a word' \
	"no hello ends at the deadline, with the console's last words"
ok "silent: without their control characters" says_not $'\033|u001b'
hostile garbage 'what speaks on the guest.s channel is not the agent' "other words are not the agent's"
hostile oversized 'is not the agent' "a frame of 4 GiB is refused before it is read"
hostile slow '"error":"booting.*in time' "a byte a second does not hold the deadline off"
hostile leave 'closed its channel.*(Kernel panic|leaving)' "a panic is told by its console"
hostile console '"error":"booting.*in time' "an endless console is no hello" -C "$SCRATCH/console"
ok "console: its file ends at the limit" test "$(stat -c %s "$SCRATCH/console")" -eq 1048576
hostile lying "asked for $arch, the guest says it is 'sparc64'" "another architecture is not taken"
hostile hang '"error":"vm-boot: .*in time' "an agent that does not answer ends at the host's deadline" \
	-T 500 -g 1500 -- /x
ok "hang: the guest is broken" says '"errno":110'
hostile flood 'answered what was not asked' "answers to nothing are refused" -- /x
hostile too-much 'more output than it may' "more output than asked for is refused" -- /x
hostile impossible 'impossible status' "a signal 9999 is refused" -- /x
hostile complain "agent says: .* no" "an error's text is passed on" -- /x
ok "complain: without its control characters" says_not $'\033|\007|u001b|u0007'
ok "no QEMU is left" test -z "$(qemus)"
done_testing
