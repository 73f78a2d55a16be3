#!/bin/bash
# Root images: packages with all they depend on, made whole, found again by what they are made of.
. "$(dirname "$0")/tap.sh"
. tests/images/repo.sh

roots=$BUILD/roots
root() { images/root.sh x86_64 "$@"; }
key_of() { head -c 16 "$roots/x86_64/$1.key"; }
image() { echo "$roots/x86_64/$(key_of "$1")"; }
says() {
	local words=$1
	shift
	"$@" 2>&1 | grep -q -- "$words"
}

# add NAME VERSION TEXT [FIELD]: a package of a program and a file in the old /lib.
add() {
	mkdir -p "$SCRATCH/t/usr/bin" "$SCRATCH/t/lib/x86_64-linux-gnu" "$SCRATCH/t/usr/share/doc/$1"
	printf '#!/bin/sh\necho %s\n' "$3" >"$SCRATCH/t/usr/bin/$1"
	chmod 755 "$SCRATCH/t/usr/bin/$1"
	echo "$3" >"$SCRATCH/t/lib/x86_64-linux-gnu/lib$1"
	echo text >"$SCRATCH/t/usr/share/doc/$1/copyright"
	repo_add "$1" "$2" amd64 "$SCRATCH/t" "${4-}"
}

mkdir -p "$SCRATCH/t/DEBIAN"
printf '#!/bin/sh\ntouch "%s/a-script-ran"\n' "$SCRATCH" >"$SCRATCH/t/DEBIAN/postinst"
chmod 755 "$SCRATCH/t/DEBIAN/postinst"
add one 1:1.0-1 first 'Depends: two'
add two 2.0 second
add three 3.0 third

ok 'an image is made of a package and what it depends on' root one
tree=$(image one)/tree
ok 'its program is there' test -x "$tree/usr/bin/one"
ok 'so is what the other package put into /lib, in /usr' \
	grep -q second "$tree/usr/lib/x86_64-linux-gnu/libtwo"
ok 'and /lib leads there' test "$(readlink "$tree/lib")" = usr/lib
ok 'a package that nothing asks for is not' test ! -e "$tree/usr/bin/three"
ok 'no script of a package has run' test ! -e "$SCRATCH/a-script-ran"
ok 'there is what is mounted on' test -d "$tree/proc" -a -d "$tree/toll" -a -d "$tree/tmp"
ok 'root has a name' grep -q '^root:' "$tree/etc/passwd"
ok 'documents are left out' test ! -e "$tree/usr/share/doc/one/copyright"
ok 'packages are listed with versions and sums' \
	test "$(cut -f 1,2,3 "$tree/../packages.tsv")" = $'one\t1:1.0-1\tamd64\ntwo\t2.0\tamd64'
ok 'about.json is valid' python3 -c '
import json, sys
about = json.load(open(sys.argv[1]))
assert about["packages"] == "one" and about["installed"] == 2 and about["disk_kib"] > 0, about' \
	"$tree/../about.json"
contains() { unsquashfs -cat "$(image "$1")/root.squashfs" "$2" | grep -q "$3"; }
ok 'the disk has the same files' contains one usr/bin/one first

before=$(stat -c %i "$(image one)")
ok 'a second time' root one
ok 'nothing is made' test "$before" = "$(stat -c %i "$(image one)")"
ok 'another list that needs the same' root one two
ok 'is the same image' test "$(key_of one)" = "$(key_of one,two)"

first=$(key_of one)
sed -i '/^Package: two$/,/^$/d' "$REPO/Packages"
add two 2.1 newer
sleep 0.02
ok 'the index is read again' images/apt.sh update x86_64
ok 'after a newer version has come' root one
ok 'the list has another image' test "$(key_of one)" != "$first"
ok 'with it' grep -q newer "$(image one)/tree/usr/bin/two"
ok 'and the old one stays' grep -q second "$roots/x86_64/$first/tree/usr/bin/two"

ok 'an unknown package is refused' not root four
ok 'with its name and architecture' says "cannot install 'four' for amd64: Unable to locate package four" root four
ok 'a name that is none is refused' says 'no name of a package' root ../etc
ok 'so is an empty list' not root
ok 'refusals leave nothing behind' test "$(find "$roots" -name '*.tmp.*' -o -name 'four*' | wc -l)" -eq 0

rm -rf "$BUILD/apt/x86_64/debs" && mkdir "$BUILD/apt/x86_64/debs"
printf 'x' | dd of="$(echo "$REPO"/three_*.deb)" bs=1 seek=70 conv=notrunc 2>/dev/null
ok 'a package that differs from the signed index is refused' not root three
ok 'and there is no image of it' test ! -e "$roots/x86_64/three.key"

# What a stopped recipe leaves has no name that anybody looks for.
mkdir -p "$(image one).tmp.1/tree"
rm "$(image one)/.stamp"
ok 'an image without its stamp is made again' root one
ok 'whole' test -e "$(image one)/.stamp" -a -x "$(image one)/tree/usr/bin/one"
ok 'and leftovers are removed' test ! -e "$(image one).tmp.1"

# What it does is said: a step a line, and for who draws them the lines in between.
rm -rf "$roots" "$BUILD/apt/x86_64/debs"
says_steps() {
	TOLL_PROGRESS=$1 root one >"$SCRATCH/said" 2>&1 &&
		grep -q '^images: downloading 2 packages for amd64, 1 MiB$' "$SCRATCH/said" &&
		grep -q '^images: unpacking 2 packages for x86_64: one$' "$SCRATCH/said" &&
		grep -q '^images: making the disk' "$SCRATCH/said"
}
ok 'each step is said' says_steps ''
ok 'and nothing in between' not grep -q '^progress:' "$SCRATCH/said"
rm -rf "$roots" "$BUILD/apt/x86_64/debs"
ok 'the same for who draws lines' says_steps yes
ok 'with how far downloading is' grep -q '^progress: downloading 2 packages.*: [0-9]* %$' "$SCRATCH/said"
ok 'and unpacking' grep -q '^progress: unpacking packages for x86_64: 2 of 2$' "$SCRATCH/said"
ok 'where nothing is to be done nothing is said' test -z "$(TOLL_PROGRESS=yes root one 2>&1 >/dev/null)"

# Killed at any instant it leaves nothing that is used, and what was downloaded: the archive is gone
# by the time it goes on. The kills are spread over all it does.
head -c 40M /dev/urandom >"$SCRATCH/random"
mkdir -p "$SCRATCH/t/usr/bin"
cp "$SCRATCH/random" "$SCRATCH/t/usr/bin/big"
repo_add big 1.0 amd64 "$SCRATCH/t" 'Depends: two'
ok 'the index is read again' images/apt.sh update x86_64
half_made() {
	local stamp
	for stamp in "$roots"/x86_64/*/.stamp; do
		[ ! -e "$stamp" ] || unsquashfs -s "${stamp%/*}/root.squashfs" >/dev/null || return
	done
	[ ! -e "$roots/x86_64/big.key" ] || [ -e "$(image big)/.stamp" ]
}
killed=0
for delay in 0.05 0.1 0.2 0.3 0.4 0.5 0.7 0.9; do
	rm -rf "$roots/x86_64/big.key" "$roots"/x86_64/????????????????
	setsid images/root.sh x86_64 big >/dev/null 2>&1 &
	child=$!
	sleep "$delay"
	kill -9 -- "-$child" 2>/dev/null && killed=$((killed + 1))
	wait "$child" 2>/dev/null
	half_made || break
done
ok 'killed at any instant it leaves no image that is half made' half_made
ok 'and it was killed' test "$killed" -ge 3
root big 2>/dev/null
rm -rf "$(image big)" "$roots/x86_64/big.key"
mv "$REPO"/big_*.deb "$SCRATCH/"
ok 'what was downloaded is not downloaded again' root big
ok 'and the image is whole' cmp "$(image big)/tree/usr/bin/big" "$SCRATCH/random"
printf x | dd of="$BUILD"/apt/x86_64/debs/big_1.0_amd64.deb bs=1 seek=200000 conv=notrunc 2>/dev/null
rm -rf "$(image big)" "$roots/x86_64/big.key"
ok 'a kept download that has changed is not used' not root big
mv "$SCRATCH"/big_*.deb "$REPO/"
ok 'but downloaded again' root big

rm -rf "$(image one)"
root one 2>/dev/null &
root one 2>/dev/null && wait $!
ok 'two at a time make one' test $? -eq 0 -a -e "$(image one)/.stamp"
rm -rf "$(image one)" "$(image big)"
for i in 1 2 3; do root one >"$SCRATCH/race.$i" 2>&1 & done
root big two >"$SCRATCH/race.4" 2>&1
ok 'and so do four, of two lists' wait
ok 'each image once' test "$(cat "$SCRATCH"/race.* | grep -c 'images: unpacking')" -eq 2
ok 'whole' test -e "$(image one)/.stamp" -a -e "$(image big,two)/.stamp"

# Folders: a copy, named after what is in it.
leftovers() { find "$roots" -name '*.tmp.*'; }
before_folders=$(leftovers)
folder=$SCRATCH/folder
mkdir -p "$folder"/{bin,dev,proc/1}
echo first >"$folder/bin/prog"
chmod 4755 "$folder/bin/prog"
ln -s bin/prog "$folder/link"
ln "$folder/bin/prog" "$folder/same"
mkfifo "$folder/fifo"
echo x >"$folder/dev/null2"
folder_root() { images/root.sh x86_64 "dir:$folder" 2>/dev/null; }
ok 'an image is made of a folder, its digits are printed' test "$(folder_root | wc -c)" -eq 65
sha=$(folder_root)
tree=$roots/x86_64/${sha:0:16}/tree
ok 'with its files' test "$(cat "$tree/bin/prog")" = first
ok 'and modes, but for the right to be another user' test "$(stat -c %a "$tree/bin/prog")" = 755
ok 'and links of both kinds' test "$(readlink "$tree/link")" = bin/prog -a "$tree/same" -ef "$tree/bin/prog"
ok 'and times' test "$(stat -c %Y "$tree/bin/prog")" = "$(stat -c %Y "$folder/bin/prog")"
ok 'without what is no file, and what is mounted over' test ! -e "$tree/fifo" -a ! -e "$tree/dev/null2"
ok 'there is what is mounted on' test -d "$tree/dev" -a -d "$tree/proc" -a -d "$tree/tmp" -a -d "$tree/toll"
ok 'the disk has the same files' \
	test "$(unsquashfs -cat "${tree%/tree}/root.squashfs" bin/prog)" = first
ok 'about.json names the folder' grep -q "\"packages\":\"dir:$folder\"" "${tree%/tree}/about.json"
before=$(stat -c %i "${tree%/tree}")
ok 'the same files are the same image' test "$(folder_root)" = "$sha" -a "$(stat -c %i "${tree%/tree}")" = "$before"
cp -a "$folder" "$SCRATCH/copy"
ok 'wherever they are' test "$(images/root.sh x86_64 "dir:$SCRATCH/copy")" = "$sha"
echo second >"$folder/bin/prog"
ok 'others are another' test "$(folder_root)" != "$sha"
ok 'and the first stays' test "$(cat "$tree/bin/prog")" = first
ok 'of no folder there is an empty one' test -n "$(images/root.sh x86_64 dir: 2>/dev/null)"
ok 'which a folder goes without' says 'no packages' images/root.sh x86_64 one "dir:$folder"
ok 'a folder that is not there is refused' says 'is no folder' images/root.sh x86_64 "dir:$SCRATCH/absent"
ok 'so is one that holds the images' says 'the images themselves' images/root.sh x86_64 "dir:$SCRATCH"
rmdir "$SCRATCH/copy/dev" 2>/dev/null || rm -r "$SCRATCH/copy/dev"
ln -s /etc "$SCRATCH/copy/dev"
ok 'and one with a link where something is mounted' says "'/dev' in" images/root.sh x86_64 "dir:$SCRATCH/copy"
ok 'refusals leave nothing behind' test "$(leftovers)" = "$before_folders"
done_testing
