#!/bin/bash
# root.sh ARCH PACKAGE...: a root image, what programs of these packages see as '/'. It holds the
# packages and all they depend on, of ARCH, unpacked; no script of theirs has run. A PACKAGE may be
# 'wheels:NAME': the Python wheels that images/wheels/NAME.ARCH.txt pins.
# root.sh ARCH dir:DIR: a root image of a folder, which is copied; 'dir:' alone: an empty one.
# Prints the image's 64 digits:
#
#   build/roots/ARCH/KEY/tree            the files
#   build/roots/ARCH/KEY/root.squashfs   the same as a disk for guests
#   build/roots/ARCH/KEY/packages.tsv    package, version, architecture, SHA-256 of each, sorted
#   build/roots/ARCH/KEY/about.json      sizes and what it took
#   build/roots/ARCH/LIST.key            the 64 digits for a list: its packages, joined by ','; for a
#                                        folder: dir:, and 16 digits of its path
#
# KEY is the first 16 digits of the SHA-256 of packages.tsv and of this recipe's version: a newer
# package makes another image, and images that need the same packages are one. A list is resolved
# again when the package index was read again ('make images-update'). Where nothing is to be done
# this takes a few hundredths of a second. A folder is read each time: its KEY is made of its files,
# their modes and times. Owners, and the rights to be another user, are not kept; devices, sockets
# and what is mounted in it are left out.
#
# Manuals and other documents are left out. What maintainer scripts would have made is not there: the names that update-alternatives makes (a
# workload names 'mawk', not 'awk'), caches, users. Of /etc only what the C library asks for is
# made.

. "$(dirname "$0")/lib.sh"

# Counts up when the same packages make another tree.
version=1

arch=${1:?usage: root.sh ARCH PACKAGE...}
shift
[ $# -gt 0 ] || die "no packages are named; usage: root.sh ARCH PACKAGE..."
folder=
packages=()
wheels=()
recipes=(images/{root,apt,lib}.sh)
for package; do
	case $package in
	dir:*)
		folder=$package
		continue
		;;
	esac
	[[ $package =~ ^(wheels:)?[a-z0-9][a-z0-9+.-]+$ ]] || die "'$package' is no name of a package"
	case $package in
	wheels:*)
		wheels+=("${package#wheels:}")
		recipes+=(images/wheels.{sh,py} "$WHEEL_LISTS/${package#wheels:}.$arch.txt")
		;;
	*) packages+=("$package") ;;
	esac
done
[ -z "$folder" ] || [ $# -eq 1 ] || die "a folder goes with no packages"
[ -n "$folder" ] || [ ${#packages[@]} -gt 0 ] || die "wheels need a package beside them: their Python"
roots=$BUILD/roots/$arch
list=$(IFS=,; printf '%s' "$*")
[ ${#list} -le 200 ] || die "'$list' is longer than 200 characters"
remembered=$roots/$list.key
[ -z "$folder" ] || remembered=$roots/dir:$(sha256sum <<<"$list" | cut -c 1-16).key

# skeleton TREE: what must be there before packages are unpacked (Debian's merged /usr), and what
# is mounted on.
skeleton() {
	local dir
	for dir in bin sbin lib lib64; do
		mkdir -p "$1/usr/$dir"
		ln -s "usr/$dir" "$1/$dir"
	done
	mkdir -p "$1"/{dev,etc,proc,root,run,sys,tmp,toll,var/tmp}
}

# etc TREE: users and host names, where no package brought any.
etc() {
	[ -e "$1/etc/passwd" ] || printf '%s\n' root:x:0:0:root:/root:/bin/sh \
		nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin >"$1/etc/passwd"
	[ -e "$1/etc/group" ] || printf '%s\n' root:x:0: nogroup:x:65534: >"$1/etc/group"
	[ -e "$1/etc/hosts" ] || printf '127.0.0.1 localhost\n::1 localhost\n' >"$1/etc/hosts"
}

# unpack TREE FILE...
unpack() {
	local tree=$1 file count=0
	shift
	for file; do
		count=$((count + 1))
		progress "unpacking packages for $arch: $count of $#"
		dpkg-deb --fsys-tarfile "$file" |
			tar -x -C "$tree" --keep-directory-symlink --no-same-owner \
				--exclude ./usr/share/doc --exclude ./usr/share/man ||
			die "cannot unpack '$file'; is the disk full?"
	done
}

# unpack_wheels TREE
unpack_wheels() {
	local name got files=()
	for name in "${wheels[@]}"; do
		images/wheels.sh fetch "$arch" "$name" >"$tmp/wheels" 9>&-
		mapfile -t got <"$tmp/wheels"
		files+=("${got[@]}")
	done
	[ ${#files[@]} -gt 0 ] || return 0
	rm "$tmp/wheels"
	note "unpacking ${#files[@]} wheels for $arch: ${wheels[*]}"
	images/wheels.sh unpack "$1" "${files[@]}"
}

# about COUNT: COUNT packages
about() {
	local what=${list//\\/\\\\}
	printf '{"arch":"%s","packages":"%s","sha256":"%s","installed":%d,"tree_kib":%d,"disk_kib":%d,"seconds":%d}\n' \
		"$arch" "${what//\"/\\\"}" "$sha" "$1" "$(du -sk "$tmp/tree" | cut -f 1)" \
		"$(du -sk "$tmp/root.squashfs" | cut -f 1)" "$SECONDS"
}

# archive DIR: its files on standard output, the same bytes for the same files. What is mounted on
# in an image is not seen there.
archive() {
	(cd "$1" && find . -xdev '(' -path './dev/*' -o -path './proc/*' -o -path './sys/*' -o \
		-path './tmp/*' -o -path './toll/*' ')' -prune -o \
		'(' -type f -o -type d -o -type l ')' -print0) | LC_ALL=C sort -z |
		tar -c -C "$1" --no-recursion --null -T - --format=gnu --numeric-owner --owner=0 \
			--group=0 --mode=a-s,u+rwX ||
		die "cannot read all of '$1'; may you?"
}

# check_mount_points DIR: what is mounted on is a folder, or not there.
check_mount_points() {
	local dir
	for dir in dev proc tmp toll; do
		[ ! -L "$1/$dir" ] && { [ -d "$1/$dir" ] || [ ! -e "$1/$dir" ]; } ||
			die "'/$dir' in '$1' is no folder, and must be one"
	done
}

# copy_folder DIR DIGITS TREE
copy_folder() {
	note "copying '$1'"
	archive "$1" | tar -x -C "$3" --no-same-owner -p
	[ "$(archive "$3" | sha256sum)" = "$2" ] && return
	rm -rf "$tmp"
	die "'$1' changed while it was copied; try again when nothing writes to it"
}

make_folder_root() {
	need tar mksquashfs
	mkdir "$tmp/tree"
	[ "$folder" = dir: ] || copy_folder "${folder#dir:}" "$1" "$tmp/tree"
	mkdir -p "$tmp/tree"/{dev,proc,tmp,toll}
	mksquashfs "$tmp/tree" "$tmp/root.squashfs" -comp lz4 -all-root -no-xattrs -no-progress -quiet >&2
	about 0 >"$tmp/about.json"
	: >"$tmp/.stamp"
}

make_root() {
	local files
	need dpkg-deb tar mksquashfs
	images/apt.sh fetch "$arch" <<<"$closure" >"$tmp/files" 9>&-
	mapfile -t files <"$tmp/files"
	rm "$tmp/files"
	note "unpacking ${#files[@]} packages for $arch: $list"
	mkdir "$tmp/tree"
	skeleton "$tmp/tree"
	unpack "$tmp/tree" "${files[@]}"
	unpack_wheels "$tmp/tree"
	etc "$tmp/tree"
	note "making the disk of it"
	mksquashfs "$tmp/tree" "$tmp/root.squashfs" -comp lz4 -all-root -no-xattrs -all-time 0 \
		-mkfs-time 0 -no-progress -quiet >&2
	about "$(wc -l <"$tmp/packages.tsv")" >"$tmp/about.json"
	: >"$tmp/.stamp"
}

# is_known: the list was resolved since the index was read, and its image is there.
is_known() {
	fresh "$remembered" "${recipes[@]}" "$BUILD/apt/$arch/index" || return 1
	sha=$(<"$remembered")
	[ -e "$roots/${sha:0:16}/.stamp" ]
}

# remember: this is the image of the list.
remember() {
	tmp=$(scratch "$remembered")
	printf '%s\n' "$sha" >"$tmp"
	publish "$tmp" "$remembered"
}

# package_root: sha, and the image where it is missing
package_root() {
	local closure pins lines
	is_known && return
	closure=$(images/apt.sh closure "$arch" "${packages[@]}" 9>&-)
	pins=$(for name in "${wheels[@]}"; do images/wheels.sh list "$arch" "$name" || exit; done)
	lines=$({
		cut -d ' ' -f 1-4 <<<"$closure"
		[ -z "$pins" ] || printf '%s\n' "$pins"
	} | tr ' ' '\t')
	sha=$(printf '%s\n%s\n' "$version" "$lines" | sha256sum | cut -d ' ' -f 1)
	result=$roots/${sha:0:16}
	if [ ! -e "$result/.stamp" ]; then
		tmp=$(scratch "$result")
		mkdir -p "$tmp"
		printf '%s\n' "$lines" >"$tmp/packages.tsv"
		make_root
		publish "$tmp" "$result"
	fi
	remember
}

# folder_root: likewise, of a folder
folder_root() {
	local dir=${folder#dir:} digits=
	if [ -n "$dir" ]; then
		[ -d "$dir" ] || die "'$dir' is no folder"
		[[ $(realpath -m "$BUILD/roots")/ != "${dir%/}"/* ]] ||
			die "'$dir' holds the images themselves; give a folder of its own"
		check_mount_points "$dir"
		digits=$(archive "$dir" | sha256sum)
	fi
	sha=$(printf 'folder %s %s\n' "$version" "$digits" | sha256sum | cut -d ' ' -f 1)
	result=$roots/${sha:0:16}
	if [ ! -e "$result/.stamp" ]; then
		tmp=$(scratch "$result")
		mkdir -p "$tmp"
		make_folder_root "$digits"
		publish "$tmp" "$result"
	fi
	remember
}

lock "$roots.lock"
sha=
if [ -n "$folder" ]; then folder_root; else package_root; fi
printf '%s\n' "$sha"
