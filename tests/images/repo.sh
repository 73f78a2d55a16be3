# shellcheck shell=bash
# A package archive in a folder, so that the recipes are tested without a network. Sourced after
# tap.sh. The recipes find it as they would find a user's own sources: through apt's configuration.

REPO=$(mktemp -d "${TMPDIR:-/tmp}/toll-repo.XXXXXX") || exit 1
trap 'rm -rf "$SCRATCH" "$REPO"' EXIT
export BUILD=$SCRATCH/build
export APT_CONFIG=$REPO/apt.conf

# repo_trust yes|no: whether the user declared the archive, which has no signature, trusted.
repo_trust() {
	printf 'deb [trusted=%s] file:%s ./\n' "$1" "$REPO" >"$REPO/sources.list"
}

# repo_add PACKAGE VERSION ARCH TREE [FIELD]: builds a package from a folder and indexes it.
repo_add() {
	local deb=$REPO/$1_$2_$3.deb tree=$4
	mkdir -p "$tree/DEBIAN"
	printf 'Package: %s\nVersion: %s\nArchitecture: %s\nMaintainer: nobody\nDescription: test\n%s' \
		"$1" "$2" "$3" "${5:+$5
}" >"$tree/DEBIAN/control"
	dpkg-deb -Znone --root-owner-group -b "$tree" "$deb" >/dev/null || return
	{
		cat "$tree/DEBIAN/control"
		printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "${deb##*/}" "$(stat -c %s "$deb")" \
			"$(sha256sum <"$deb" | cut -d ' ' -f 1)"
	} >>"$REPO/Packages"
	rm -rf "$tree"
}

# repo_sysroot ARCH MIB: stand-ins for what a sysroot is made of; OpenBLAS of a size that takes a
# while to unpack.
repo_sysroot() {
	local tree=$SCRATCH/tree lib=usr/lib/$1-linux-gnu include=usr/include/$1-linux-gnu deb gcc
	deb=$(. images/lib.sh && debian_arch "$1")
	gcc=$("$1-linux-gnu-gcc" -dumpversion)
	mkdir -p "$tree/$lib/openblas-serial" "$tree/$include/openblas-serial"
	head -c "$2M" /dev/zero >"$tree/$lib/openblas-serial/libopenblas.a"
	echo '/* the end */' >"$tree/$include/openblas-serial/cblas.h"
	repo_add libopenblas-serial-dev 1:1.0-1 "$deb" "$tree"
	mkdir -p "$tree/$lib" && : >"$tree/$lib/libc.a"
	repo_add libc6-dev 1.0-1 "$deb" "$tree"
	mkdir -p "$tree/usr/include/linux" && : >"$tree/usr/include/linux/limits.h"
	repo_add linux-libc-dev 1.0-1 "$deb" "$tree"
	mkdir -p "$tree/usr/lib/gcc/$1-linux-gnu/$gcc" && : >"$tree/usr/lib/gcc/$1-linux-gnu/$gcc/libgcc.a"
	repo_add "libgcc-$gcc-dev" 1.0-1 "$deb" "$tree"
}

printf 'Dir::Etc::sourcelist "%s/sources.list";\nDir::Etc::sourceparts "-";\n' "$REPO" >"$APT_CONFIG"
repo_trust yes
