#!/bin/bash
# wheels.sh: Python wheels for root images, pinned by $WHEEL_LISTS/NAME.ARCH.txt (default:
# images/wheels), which are pip's requirements with hashes.
#
#   wheels.sh list ARCH NAME          print them, a line each: package version "wheel" sha256
#   wheels.sh fetch ARCH NAME         download and verify what is missing; print the files
#   wheels.sh unpack TREE FILE...     into a root image's tree, where its Python looks for them
#
# pip only downloads, with the settings that it has on this machine; nothing of a wheel is run. Each
# is downloaded by itself into build/wheels and kept under its hash, so that what is interrupted
# goes on with the next one.

. "$(dirname "$0")/lib.sh"

# The Python of the images: Debian 12's.
python=3.11
store=$BUILD/wheels

pins() {
	local file=$WHEEL_LISTS/$2.$1.txt
	[ -e "$file" ] || die "there are no wheels '$2' for $1: no '$file'"
	sed -n 's/^\([^ #=]*\)==\([^ ]*\) --hash=sha256:\([0-9a-f]\{64\}\)$/\1 \2 wheel \3/p' "$file"
}

# platforms ARCH: the C libraries that wheels may be built for, up to Debian 12's, as pip's words.
platforms() {
	local minor
	printf -- '--platform manylinux2014_%s ' "$1"
	for minor in {17..36}; do
		printf -- '--platform manylinux_2_%d_%s ' "$minor" "$1"
	done
}

wheel_is() {
	[ -f "$1" ] && [ "$(sha256sum <"$1")" = "$2  -" ]
}

# show_size FOLDER WHAT: how much has come, as long as this script is at it.
show_size() {
	while sleep 0.5 && [ -d "$1" ] && kill -0 $$ 2>/dev/null; do
		progress "$2: $(($(du -sk "$1" | cut -f 1) / 1024)) MiB"
	done
}

# download ARCH PACKAGE VERSION SHA256: one wheel into the store.
download() {
	local tmp bar=off watch= what="downloading the wheel $2 $3 for $1" got=yes
	[ ! -t 2 ] || bar=on
	[ -z "${TOLL_PROGRESS-}" ] || bar=off
	tmp=$(scratch "$store/$4")
	mkdir -p "$tmp/got"
	printf '%s==%s --hash=sha256:%s\n' "$2" "$3" "$4" >"$tmp/pins"
	note "$what"
	if [ -n "${TOLL_PROGRESS-}" ]; then
		show_size "$tmp" "$what" 9>&- &
		watch=$!
	fi
	# shellcheck disable=SC2046 # words
	TMPDIR=$(realpath "$tmp") "python$python" -m pip --disable-pip-version-check --quiet download \
		--progress-bar "$bar" --no-deps --only-binary :all: --require-hashes --no-cache-dir \
		--python-version "$python" --implementation cp --abi "cp${python/./}" --abi abi3 \
		--abi none $(platforms "$1") -d "$tmp/got" -r "$tmp/pins" >&2 9>&- || got=
	[ -z "$watch" ] || kill "$watch" 2>/dev/null || :
	[ -n "$got" ] ||
		die "pip cannot download $2 $3 for $1, see above; is the Python package registry in" \
			"reach? What has been downloaded is kept"
	mv -T "$tmp"/got/*.whl "$tmp/wheel"
	wheel_is "$tmp/wheel" "$4" || die "the wheel $2 $3 for $1 is not what is pinned; try again"
	mv -T "$tmp/wheel" "$store/$4.whl"
	rm -rf "$tmp"
}

fetch() {
	local package version sha
	lock "$store/lock"
	"python$python" -m pip --version >/dev/null 2>&1 ||
		die "there is no pip for python$python; run 'make deps-packages'"
	while read -r package version _ sha; do
		if ! wheel_is "$store/$sha.whl" "$sha"; then
			rm -f "$store/$sha.whl"
			download "$1" "$package" "$version" "$sha"
		fi
		printf '%s\n' "$store/$sha.whl"
	done < <(pins "$@")
}

[ $# -ge 3 ] || die "usage: wheels.sh list ARCH NAME | fetch ARCH NAME | unpack TREE FILE..."
verb=$1
shift
case $verb in
list) pins "$@" ;;
fetch)
	need "python$python"
	fetch "$@"
	;;
unpack)
	need "python$python"
	"python$python" -IB images/wheels.py "$python" "$@" >&2
	;;
*) die "unknown verb '$verb'; expected list, fetch or unpack" ;;
esac
