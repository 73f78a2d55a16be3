#!/bin/bash
# Packages of any architecture from the apt sources of this machine, without touching its package
# configuration: no root, no namespaces.
#
#   apt.sh unpack ARCH PURPOSE DIR PACKAGE...   download, verify, unpack below DIR
#   apt.sh closure ARCH PACKAGE...              print them and all they depend on, a line each:
#                                               package version architecture sha256 bytes
#   apt.sh fetch ARCH <CLOSURE                  download and verify what the lines name; print the
#                                               files, in their order
#   apt.sh kernel ARCH                          print the package behind Debian's cloud kernel
#   apt.sh update ARCH                          read the package index again
#
# apt's state lies below build/apt/ARCH; sources, keys, pins, proxies and passwords are the
# system's own (/etc/apt), so what works with apt works here. apt verifies the signature of the
# index, the SHA-256 of each file is compared with that index, in the cache as well as after a
# download, and what was used for PURPOSE is recorded in build/images/packages/ARCH.PURPOSE.tsv:
# package, version, architecture, SHA-256, purpose. The index is read once; it is read again when
# a package cannot be had (after a point release, say) and by 'update'.

. "$(dirname "$0")/lib.sh"

arch=
state=

# write_conf: the settings that make apt's state private. Read after the system's settings, whose
# hooks would act on the system's cache, and which in containers forbid caches: without one every
# call of apt reads the whole index.
write_conf() {
	local deb=$1 dir
	dir=$(realpath "$state")
	case $dir in *[\"\\]*) die "apt cannot work in '$dir': no quotes or backslashes in its name" ;; esac
	cat <<-EOF
	#clear APT::Update::Pre-Invoke;
	#clear APT::Update::Post-Invoke;
	#clear APT::Update::Post-Invoke-Success;
	#clear DPkg::Pre-Invoke;
	#clear DPkg::Post-Invoke;
	#clear Acquire::IndexTargets;
	#clear APT::Architectures;
	Acquire::IndexTargets { deb::Packages {
		MetaKey "\$(COMPONENT)/binary-\$(ARCHITECTURE)/Packages";
		flatMetaKey "Packages";
		ShortDescription "Packages";
		Description "\$(RELEASE)/\$(COMPONENT) \$(ARCHITECTURE) Packages";
		flatDescription "\$(RELEASE) Packages";
		Optional "0";
	}; };
	Acquire::Retries "3";
	Acquire::AllowInsecureRepositories "false";
	APT::Get::AllowUnauthenticated "false";
	APT::Architecture "$deb";
	APT::Architectures { "$deb"; };
	APT::Sandbox::User "root";
	Dir::State "$dir/state";
	Dir::State::status "$dir/status";
	Dir::Cache "$dir/cache";
	Dir::Cache::pkgcache "pkgcache.bin";
	Dir::Cache::srcpkgcache "srcpkgcache.bin";
	EOF
}

# apt_open: the private state of $arch exists and has an index.
apt_open() {
	need apt-get apt-cache dpkg-deb sha256sum flock
	state=$BUILD/apt/$arch
	lock "$state/lock"
	mkdir -p "$state"/state/lists/partial "$state"/cache/archives/partial "$state/debs"
	: >>"$state/status"
	write_conf "$(debian_arch "$arch")" >"$state/apt.conf"
	[ -e "$state/index" ] || apt_update
}

# apt_update: apt forgives a source that cannot be reached, and so do the recipes, as long as some
# source had an index.
apt_update() {
	local log=$state/update.log
	note "reading the package index for $arch"
	if ! apt-get -c "$state/apt.conf" -qq update >"$log" 2>&1 ||
		[ -z "$(find "$state/state/lists" -maxdepth 1 -name '*_Packages*' -print -quit)" ]; then
		cat "$log" >&2
		die "apt cannot read a package index for $arch; look at what it says above, then try again"
	fi
	: >"$state/index"
}

# describe PACKAGE[=VERSION]...: "package version architecture sha256 bytes" of each, or of its
# candidate, from the signed index.
describe() {
	apt-cache -c "$state/apt.conf" show --no-all-versions "$@" 2>/dev/null | awk '
		function print_one() {
			if (sha != "")
				print name, version, arch, sha, size
			sha = ""
		}
		$1 == "Package:" { print_one(); name = $2 }
		$1 == "Version:" { version = $2 }
		$1 == "Architecture:" { arch = $2 }
		$1 == "Size:" { size = $2 }
		$1 == "SHA256:" { sha = $2 }
		END { print_one() }'
}

sha256_is() {
	[ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]
}

# deb_name PACKAGE VERSION ARCHITECTURE: the file that apt downloads it to.
deb_name() {
	printf '%s_%s_%s.deb\n' "$1" "${2//:/%3a}" "$3"
}

# fetch PACKAGE: one package into $state/debs; prints "package version architecture sha256 file".
fetch() {
	local facts name version deb sha file
	facts=$(describe "$1" | head -n 1)
	[ -n "$facts" ] || return 1
	read -r name version deb sha _ <<<"$facts"
	file=$(deb_name "$name" "$version" "$deb")
	if ! sha256_is "$state/debs/$file" "$sha"; then
		rm -f "$state/debs/$file"
		note "downloading $name $version ($deb)"
		(cd "$state/debs" && apt-get -c ../apt.conf -qq download "$name=$version" 9>&- >&2) || return 1
		sha256_is "$state/debs/$file" "$sha" ||
			die "'$state/debs/$file' is not what the signed index promises; remove it and try again"
	fi
	printf '%s %s %s %s %s\n' "$name" "$version" "$deb" "$sha" "$state/debs/$file"
}

# fetch_fresh PACKAGE: fetch, and once more with a new index if that fails.
fetch_fresh() {
	fetch "$1" && return
	apt_update
	fetch "$1" && return
	cat "$state/update.log" >&2
	die "apt has no package '$1' for $(debian_arch "$arch"), or cannot download it;" \
		"'apt-get update' must offer that architecture: look for 'arch=' or 'Architectures:'" \
		"in /etc/apt/sources.list and /etc/apt/sources.list.d"
}

unpack() {
	local purpose=$1 dir=$2 records tmp package got name version deb sha file
	shift 2
	records=$BUILD/images/packages/$arch.$purpose.tsv
	tmp=$(scratch "$records")
	mkdir -p "$dir"
	for package; do
		got=$(fetch_fresh "$package")
		read -r name version deb sha file <<<"$got"
		dpkg-deb -x "$file" "$dir" || die "cannot unpack '$file' into '$dir'; is the disk full?"
		printf '%s\t%s\t%s\t%s\t%s\n' "$name" "$version" "$deb" "$sha" "$purpose" >>"$tmp"
	done
	publish "$tmp" "$records"
}

# resolve PACKAGE...: "package=version" of each and of all they depend on. apt's state says that
# nothing is installed, so this is all there is to have. No recommended packages.
resolve() {
	apt-get -c "$state/apt.conf" -qq --simulate --no-install-recommends install "$@" \
		2>"$state/resolve.log" 9>&- | sed -n 's/^Inst \([^ :]*\)[^ ]* (\([^ ]*\) .*/\1=\2/p' | sort
}

index_is_old() {
	[ -n "$(find "$state/index" -mmin +60)" ]
}

# closure: a new index helps where the old one does not know what has come since.
closure() {
	local all
	if ! all=$(resolve "$@"); then
		if index_is_old; then
			apt_update
			all=$(resolve "$@") || all=
		fi
		[ -n "$all" ] || die "apt cannot install '$*' for $(debian_arch "$arch"):" \
			"$(sed -n 's/^E: //p' "$state/resolve.log" | head -n 1)"
	fi
	# shellcheck disable=SC2086 # package names are words
	describe $all
}

# download WHAT PACKAGE=VERSION...: with one call of apt, into the current folder. Its status lines:
# "dlstatus:", which item, per cent, what it says.
download() {
	local what=$1 kind percent
	shift
	if [ -z "${TOLL_PROGRESS-}" ]; then
		apt-get -c ../apt.conf -q download "$@" >&2
		return
	fi
	apt-get -c ../apt.conf -qq -o APT::Status-Fd=3 download "$@" 3>&1 >&2 |
		while IFS=: read -r kind _ percent _; do
			[ "$kind" != dlstatus ] || progress "$what: ${percent%%.*} %"
		done
}

# fetch_all: downloads what is missing with one call of apt, which goes on where an earlier one was
# interrupted, and verifies everything.
fetch_all() {
	local name version deb sha bytes file total=0 want=() files=() sums= what
	while read -r name version deb sha bytes; do
		file=$(deb_name "$name" "$version" "$deb")
		files+=("$state/debs/$file")
		sums+="$sha  $file"$'\n'
		sha256_is "$state/debs/$file" "$sha" && continue
		rm -f "$state/debs/$file" # apt would believe it
		want+=("$name=$version")
		total=$((total + bytes))
	done
	if [ ${#want[@]} -gt 0 ]; then
		what="downloading ${#want[@]} packages for $(debian_arch "$arch"), $((total / 1048576 + 1)) MiB"
		note "$what"
		(cd "$state/debs" && download "$what" "${want[@]}" 9>&-) ||
			die "apt could not download everything, see above; try again, it goes on from there"
	fi
	(cd "$state/debs" && sha256sum --quiet --check >&2) <<<"${sums%$'\n'}" ||
		die "not what the signed index promises, see above; remove that file from" \
			"'$state/debs' and try again"
	printf '%s\n' "${files[@]}"
}

# kernel: the cloud kernel's package is empty and depends on the one of the current version.
kernel() {
	local meta name
	meta=linux-image-cloud-$(debian_arch "$arch")
	name=$(apt-cache -c "$state/apt.conf" show --no-all-versions "$meta" |
		sed -n 's/^Depends: \(linux-image-[^ ,]*\).*/\1/p')
	[ -n "$name" ] || die "apt knows no '$meta'; is this Debian 12 (or later)?"
	printf '%s\n' "$name"
}

[ $# -ge 2 ] || die "usage: apt.sh unpack ARCH PURPOSE DIR PACKAGE... | closure ARCH PACKAGE... |" \
	"fetch ARCH | kernel ARCH | update ARCH"
verb=$1
arch=$2
shift 2
apt_open
case $verb in
unpack) unpack "$@" ;;
closure) closure "$@" ;;
fetch) fetch_all ;;
kernel) kernel ;;
update) apt_update ;;
*) die "unknown verb '$verb'; expected unpack, closure, fetch, kernel or update" ;;
esac
