#!/bin/bash
# Python wheels in root images: pinned by hash, kept, unpacked without running anything of theirs.
# A folder of wheels stands for the registry, so no network is used.
. "$(dirname "$0")/tap.sh"

if ! python3.11 -m pip --version >/dev/null 2>&1; then
	echo "ok 1 # SKIP no pip for python3.11; 'make deps-packages' installs it"
	echo 1..1
	exit
fi
. tests/images/repo.sh

# pip splits its list at spaces, which $SCRATCH has.
export PIP_NO_INDEX=1 PIP_FIND_LINKS=$REPO/wheels PIP_CONFIG_FILE=/dev/null
export WHEEL_LISTS=$SCRATCH/lists
mkdir -p "$PIP_FIND_LINKS" "$WHEEL_LISTS"

# wheel NAME TEXT: version 1.0 of a package, for any machine.
wheel() {
	python3 - "$PIP_FIND_LINKS/$1-1.0-py3-none-any.whl" "$1" "$2" <<-'EOF'
		import sys, zipfile
		path, name, text = sys.argv[1:]
		info = f"{name}-1.0.dist-info/"
		with zipfile.ZipFile(path, "w") as z:
		    z.writestr(f"{name}/__init__.py", text)
		    z.writestr(f"{name}/__init__.pyi", "stub")
		    z.writestr(f"{name}/tests/test_it.py", "test")
		    z.writestr(f"{name}-1.0.data/purelib/{name}/more.py", "more = 1")
		    z.writestr(f"{name}-1.0.data/scripts/{name}", "script")
		    z.writestr(info + "METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
		    z.writestr(info + "WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
		    z.writestr(info + "RECORD", "")
	EOF
}
sum_of() { sha256sum <"$PIP_FIND_LINKS/$1-1.0-py3-none-any.whl" | cut -d ' ' -f 1; }
pin() { printf '# why\n%s==1.0 --hash=sha256:%s\n' "$1" "$2" >"$WHEEL_LISTS/some.x86_64.txt"; }
root() { images/root.sh x86_64 python3.11 wheels:some; }
image() { echo "$BUILD/roots/x86_64/$(head -c 16 "$BUILD/roots/x86_64/python3.11,wheels:some.key")"; }
says() {
	local words=$1
	shift
	"$@" 2>&1 | grep -q -- "$words"
}

wheel toy "open('$SCRATCH/it-ran', 'w')"
mkdir -p "$SCRATCH/t/usr/lib/python3.11"
echo 'x = 1' >"$SCRATCH/t/usr/lib/python3.11/os.py"
repo_add python3.11 3.11.2-6 amd64 "$SCRATCH/t"

pin toy "$(printf '%064d' 0)"
ok 'a wheel with another hash than the pinned one ends it' not root
ok 'and no image has come of it' test ! -e "$BUILD/roots/x86_64/python3.11,wheels:some.key"

pin toy "$(sum_of toy)"
ok 'a wheel is unpacked beside the packages' root
modules=$(image)/tree/usr/local/lib/python3.11/dist-packages
ok 'where the Python of the image looks' test -s "$modules/toy/__init__.py"
ok 'with what the wheel has apart' test -s "$modules/toy/more.py"
ok 'nothing of it has run' test ! -e "$SCRATCH/it-ran"
ok 'stubs, tests and commands are left out' test ! -e "$modules/toy/__init__.pyi" \
	-a ! -e "$modules/toy/tests" -a ! -e "$(image)/tree/usr/local/bin"
ok 'its modules are compiled' test -s "$modules/toy/__pycache__/more.cpython-311.pyc"
ok "and so are Python's own" \
	test -s "$(image)/tree/usr/lib/python3.11/__pycache__/os.cpython-311.pyc"
ok 'it is listed with its hash' \
	grep -q "^toy"$'\t'"1.0"$'\t'"wheel"$'\t'"$(sum_of toy)$" "$(image)/packages.tsv"

first=$(image)
rm "$PIP_FIND_LINKS"/*
rm -r "$first"
ok 'what was downloaded is kept: made again without the registry' root
printf 'x' >>"$BUILD/wheels/$(cut -d : -f 2 "$WHEEL_LISTS/some.x86_64.txt" | tail -n 1).whl"
rm -r "$first"
ok 'a kept wheel that has changed is not used' says 'cannot download toy' root

wheel toy 'x = 2'
pin toy "$(sum_of toy)"
ok 'another wheel is' root
ok 'another image' test "$first" != "$(image)"
ok 'a list that does not exist is refused by name' says "no wheels 'none'" \
	images/root.sh x86_64 python3.11 wheels:none
ok 'and so are wheels without a Python' says 'need a package' images/root.sh x86_64 wheels:some
done_testing
