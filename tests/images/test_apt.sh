#!/bin/bash
# Packages through a private apt state: verified, recorded, and the user's own state untouched.
. "$(dirname "$0")/tap.sh"
. tests/images/repo.sh

unpack() { images/apt.sh unpack x86_64 test "$SCRATCH/out" "$@"; }
record=$BUILD/images/packages/x86_64.test.tsv
cached() { echo "$BUILD"/apt/x86_64/debs/"$1"_*; }

mkdir -p "$SCRATCH/t/usr/share"
echo hello >"$SCRATCH/t/usr/share/toll-one"
repo_add one 1:1.0-1 amd64 "$SCRATCH/t"
mkdir -p "$SCRATCH/t/usr/share"
echo other >"$SCRATCH/t/usr/share/toll-two"
repo_add two 2.0 arm64 "$SCRATCH/t"

repo_trust no
ok 'an archive without a signature is refused' not unpack one
ok 'and nothing of it is unpacked' test ! -e "$SCRATCH/out/usr"
rm -rf "$BUILD"
repo_trust yes

before=$(stat -c '%n %Y' /var/lib/apt/lists /var/lib/dpkg/status /etc/apt 2>/dev/null)
ok 'a package is fetched and unpacked, in a folder with a space' unpack one
ok 'its file is there' grep -q hello "$SCRATCH/out/usr/share/toll-one"
ok "the system's apt state is untouched" \
	test "$before" = "$(stat -c '%n %Y' /var/lib/apt/lists /var/lib/dpkg/status /etc/apt 2>/dev/null)"
ok 'another architecture than the host has its own state' \
	images/apt.sh unpack aarch64 test "$SCRATCH/out" two
ok 'a package of the other architecture is not mixed in' not unpack two

sum=$(sha256sum <"$(cached one)" | cut -d ' ' -f 1)
ok 'the record names package, version, architecture, hash and purpose' \
	test "$(cat "$record")" = "$(printf 'one\t1:1.0-1\tamd64\t%s\ttest' "$sum")"

ok 'packages.json is made from the records' images/packages.sh "$BUILD/images/packages.json"
ok 'and is valid JSON with every record' python3 -c '
import json, sys
got = json.load(open(sys.argv[1]))
keys = {"package", "version", "arch", "sha256", "used_for"}
assert [e["package"] for e in got] == ["one", "two"], got
assert all(set(e) == keys for e in got), got' "$BUILD/images/packages.json"

file=$(cached one)
printf 'x' | dd of="$file" bs=1 seek=70 conv=notrunc 2>/dev/null
ok 'a file that rotted in the cache is fetched again' unpack one
ok 'and is whole then' test "$(sha256sum <"$file" | cut -d ' ' -f 1)" = "$sum"
head -c 100 "$REPO"/one_*.deb >"$file"
ok 'so is one whose download was cut off' unpack one

rm "$file"
printf 'x' | dd of="$(echo "$REPO"/one_*.deb)" bs=1 seek=70 conv=notrunc 2>/dev/null
ok 'a file that differs from the signed index is refused' not unpack one
ok 'and the old record stays' test "$(cut -f 4 "$record")" = "$sum"

ok 'an unknown package is refused' not unpack three
why() { unpack three 2>&1 | grep -q "apt has no package 'three' for amd64"; }
ok 'with its name and architecture' why
done_testing
