#!/bin/bash
# A program that guests run is the same file wherever it is made: in another folder, by another user
# with another language. Nothing of the machine it is made on goes into it.
. "$(dirname "$0")/tap.sh"

clone="$SCRATCH/another clone"
program=build/workloads/%s/vector-add.portable

# compiler ARCH: that architecture's, which writes down in ARCH.inputs what it includes and links.
compiler() {
	printf '#!/bin/bash\nexec %s-linux-gnu-gcc "$@" -H -Wl,-t >>%s.inputs 2>&1\n' "$1" "$1" >"$1-gcc"
	chmod +x "$1-gcc"
	ln -s "$(command -v "$1-linux-gnu-ar")" "$1-ar"
}

# made_again ARCH: the program, in the clone.
made_again() {
	env -u MAKEFLAGS -u MAKELEVEL HOME=/nonexistent LC_ALL=C.UTF-8 TZ=Asia/Tokyo \
		make -s "CC_$1=./$1-gcc" "$(printf $program "$1")"
}

same() { cmp "$TOP/$1" "$1"; }
linked() { grep -q 'build/sysroot/.*/libc\.a' "$1.inputs"; }
foreign_inputs() { grep -E '^(\.+ )?(/|\.\./)' "$1.inputs"; }

mkdir -p "$clone/build"
cp -a Makefile workloads images vm tests "$clone"
ln -s "$TOP/build/sysroot" "$clone/build/sysroot"
cd "$clone" || exit 1
for arch in x86_64 aarch64; do
	file=$(printf $program "$arch")
	compiler "$arch"
	ok "$file is made in another clone" made_again "$arch"
	ok "$file: the libraries are seen" linked "$arch"
	ok "$file: no other header or library than the sysroot's" not foreign_inputs "$arch"
	ok "$file: the same file as here" same "$file"
done
done_testing
