# shellcheck shell=bash
# What the recipes of emulated hosts share: where one lies, and what differs between them. On top of
# images/lib.sh (locks, whole-or-nothing results, architecture names). Sourced from the top of the
# source tree.
#
# An emulated host is a small Debian 12 system booted by QEMU without KVM, whose CPU has the
# virtualization extensions emulated: KVM guests run in it. It has no network.

. images/lib.sh

HOSTS_DIR=$BUILD/hosts

# host_machine ARCH: QEMU and its options for the machine, one word per line. The aarch64 CPU has
# VHE and no pointer authentication, whose emulation would cost most of the time; its interrupt
# controller is the one that virtualizes.
host_machine() {
	case $1 in
	x86_64) printf '%s\n' qemu-system-x86_64 -machine q35 -cpu EPYC,+svm ;;
	aarch64) printf '%s\n' qemu-system-aarch64 \
		-machine virt,virtualization=on,gic-version=3 -cpu neoverse-n1 ;;
	*) die "unknown architecture '$1'; expected x86_64 or aarch64" ;;
	esac
}

# host_console ARCH: the kernel's name of that machine's first serial line.
host_console() {
	case $1 in
	x86_64) echo ttyS0 ;;
	aarch64) echo ttyAMA0 ;;
	esac
}
