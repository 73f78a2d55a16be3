# shellcheck shell=bash
# What the recipes share: messages, architecture names, locks, whole-or-nothing results.
#
# Sourced by the other scripts of this folder, which run from the top of the source tree and write
# only below $BUILD (default: build). A script that is stopped at any point leaves at most a
# *.tmp.PID beside its result; the next run removes it.

set -euo pipefail

BUILD=${BUILD:-build}
# Where lists of Python wheels are (images/wheels.sh).
WHEEL_LISTS=${WHEEL_LISTS:-images/wheels}
SELF=${0##*/}

# note MESSAGE: a step, when it begins.
note() { printf 'images: %s\n' "$*" >&2; }

# progress MESSAGE: how far it is, for a line that the next one replaces. Only for who draws such
# lines ($TOLL_PROGRESS, which harness/run/roots.c sets): elsewhere apt and pip draw their own.
progress() { [ -z "${TOLL_PROGRESS-}" ] || printf 'progress: %s\n' "$*" >&2; }

# die MESSAGE: says what failed and what to do next, ends the script.
die() {
	printf '%s: %s\n' "$SELF" "$*" >&2
	exit 1
}

# need TOOL...: every tool is there, or the script ends with the remedy.
need() {
	local tool
	for tool; do
		command -v "$tool" >/dev/null || die "'$tool' is not installed; run 'make deps'"
	done
}

# debian_arch ARCH: Debian's name of an architecture.
debian_arch() {
	case $1 in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	*) die "unknown architecture '$1'; expected x86_64 or aarch64" ;;
	esac
}

# other_arch ARCH: the one of the two that ARCH is not.
other_arch() {
	case $1 in
	x86_64) echo aarch64 ;;
	aarch64) echo x86_64 ;;
	*) die "unknown architecture '$1'; expected x86_64 or aarch64" ;;
	esac
}

# lock FILE: holds FILE exclusively until the script and its children end. Another recipe, of this
# make or of a second one in the same tree, waits here instead of working on the same files.
lock() {
	mkdir -p "$(dirname "$1")"
	exec 9>>"$1"
	flock -n 9 && return
	note "waiting for '$1', which another recipe holds"
	flock -w 1800 9 || die "another recipe held '$1' for 30 minutes; stop it and try again"
}

# fresh RESULT INPUT...: RESULT exists and is newer than every INPUT. Asked once the lock is held:
# another make may have made RESULT while this one waited.
fresh() {
	local result=$1 input
	shift
	[ -e "$result" ] || return 1
	for input; do
		[ "$input" -nt "$result" ] && return 1
	done
	return 0
}

# scratch RESULT: prints the name of a folder or file to build RESULT in, on the same file system.
# Leftovers of stopped runs are removed: hold the lock.
scratch() {
	rm -rf "$1".tmp.* "$1".old.*
	mkdir -p "$(dirname "$1")"
	printf '%s.tmp.%s\n' "$1" "$$"
}

# publish SCRATCH RESULT: RESULT appears whole. Replacing a folder takes two renames, so a reader
# may see it missing for an instant, but never half made.
publish() {
	[ ! -d "$2" ] || mv -T "$2" "$2.old.$$"
	mv -T "$1" "$2"
	rm -rf "$2.old.$$"
}
