#!/bin/bash
# deps.sh [--check] [--list FILE] GROUP...: the packages of these groups are installed.
# deps.sh --names DEBIAN-ARCH GROUP...: prints their names for a host of that architecture.
#
# The list is images/host-packages. What is missing is installed as root or with a sudo that asks
# for no password; otherwise, and always with --check, the one command to type is printed and the
# exit code is 2. Nothing missing: silent, exit 0, a few hundredths of a second.

. "$(dirname "$0")/lib.sh"

list=images/host-packages
check=0
names=0
host=

# The release whose package names the list uses.
expected_release=12

usage() {
	printf 'usage: deps.sh [--check] [--list FILE] [--names DEBIAN-ARCH] GROUP...\n' >&2
	exit 2
}

# wanted GROUP...: the packages of these groups for a host of Debian architecture $host.
wanted() {
	awk -v groups=" $* " -v host="[$host]" '
		{ sub(/#.*/, "") }
		NF == 0 { next }
		NF > 3 || (NF == 3 && $3 !~ /^\[[a-z0-9]+\]$/) || NF == 1 {
			printf "%s:%d: expected GROUP PACKAGE [ARCHITECTURE]\n", FILENAME, FNR > "/dev/stderr"
			bad = 1
			exit
		}
		{ known[$1] = 1 }
		index(groups, " " $1 " ") && (NF == 2 || $3 == host) { print $2 }
		END {
			n = bad ? 0 : split(groups, name, " ")
			for (i = 1; i <= n; i++)
				if (!(name[i] in known)) {
					printf "%s: no group \"%s\"\n", FILENAME, name[i] > "/dev/stderr"
					bad = 1
				}
			if (bad)
				exit 2
		}' "$list"
}

# missing PACKAGE...: those that are not installed, in the order given.
missing() {
	{ dpkg-query -W -f '${db:Status-Status} ${Package}\n' "$@" 2>/dev/null || true; } |
		awk -v packages="$*" '
			$1 == "installed" { there[$2] = 1 }
			END {
				n = split(packages, name, " ")
				for (i = 1; i <= n; i++)
					if (!(name[i] in there))
						print name[i]
			}'
}

# release_note: a line when this is not the release the list is written for.
release_note() {
	local ID=unknown VERSION_ID=unknown PRETTY_NAME=unknown
	# shellcheck source=/dev/null
	[ ! -r /etc/os-release ] || . /etc/os-release
	if [ "$ID" != debian ] || [ "$VERSION_ID" != "$expected_release" ]; then
		note "this is '$PRETTY_NAME'; '$list' names packages of Debian $expected_release:" \
			"where a name differs here, install its like and adapt that file"
	fi
}

# as_root COMMAND...: run it with the rights apt needs.
as_root() {
	if [ "$(id -u)" -eq 0 ]; then
		"$@"
	else
		sudo -n "$@"
	fi
}

can_be_root() {
	[ "$(id -u)" -eq 0 ] || { command -v sudo && sudo -n true; } >/dev/null 2>&1
}

# install PACKAGE...: the index is read first only where a package is not known or not to be had.
install() {
	local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300)
	if ! apt-get install --simulate --no-install-recommends "$@" >/dev/null 2>&1; then
		as_root "${apt[@]}" update
	fi
	as_root "${apt[@]}" install --no-install-recommends -y "$@" && return
	note "trying again with a new package index"
	as_root "${apt[@]}" update
	as_root "${apt[@]}" install --no-install-recommends -y "$@"
}

while [ $# -gt 0 ]; do
	case $1 in
	--check) check=1 ;;
	--names) names=1 host=${2:?--names needs a Debian architecture} && shift ;;
	--list) list=${2:?--list needs a file} && shift ;;
	-*) usage ;;
	*) break ;;
	esac
	shift
done
[ $# -gt 0 ] || usage
if [ "$names" -eq 1 ]; then
	wanted "$@"
	exit
fi
command -v dpkg-query >/dev/null || {
	note "no dpkg here: toll's set-up needs Debian $expected_release;" \
		"elsewhere install the like of what '$list' names, then call make with DEPS=no"
	exit 2
}

host=$(dpkg --print-architecture)
packages=$(wanted "$@") || exit 2
# shellcheck disable=SC2086 # package names are words
absent=$(missing $packages)
[ -n "$absent" ] || exit 0
absent=$(echo $absent)

release_note
if [ "$check" -eq 1 ] || ! can_be_root; then
	note "packages are missing; install them, then try again:"
	printf 'apt-get install --no-install-recommends %s\n' "$absent"
	exit 2
fi
note "installing $absent"
# shellcheck disable=SC2086
install $absent >&2 || {
	note "apt could not install them; see above. By hand:"
	printf 'apt-get install --no-install-recommends %s\n' "$absent"
	exit 2
}
