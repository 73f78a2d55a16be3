#!/bin/bash
# make deps: the list is compared with what is installed, and what cannot be installed is named.
. "$(dirname "$0")/tap.sh"

host=$(dpkg --print-architecture)
list=$SCRATCH/list
nowhere=toll-no-such-package

# plain COMMAND...: as a user without rights; nobody when the tests run as root.
plain() {
	mkdir -p "$SCRATCH/bin"
	chmod -R a+rX "$SCRATCH"
	for tool in bash env dirname dpkg dpkg-query awk id cat; do
		ln -sf "$(command -v $tool)" "$SCRATCH/bin/$tool"
	done
	if [ "$(id -u)" -eq 0 ]; then
		PATH=$SCRATCH/bin "$(command -v setpriv)" --reuid=65534 --regid=65534 --clear-groups "$@"
	else
		PATH=$SCRATCH/bin "$@"
	fi
}

deps() { images/deps.sh --list "$list" "$@" >"$SCRATCH/out" 2>"$SCRATCH/err"; }
exits() {
	local want=$1 got
	shift
	"$@"
	got=$?
	[ "$got" -eq "$want" ] || { echo "exit $got instead of $want"; cat "$SCRATCH/err"; return 1; }
}
silent() { [ ! -s "$SCRATCH/out" ] && [ ! -s "$SCRATCH/err" ]; }

printf 'build bash\nrun %s # a comment\nrun coreutils\nrun only-elsewhere [mips]\nrun dpkg [%s]\n' \
	"$nowhere" "$host" >"$list"

ok 'nothing missing: exit 0' exits 0 deps build
ok 'nothing missing: not a word' silent
ok 'with --check a missing package is exit 2' exits 2 deps --check build run
ok 'the command is one line that names only what is missing on this architecture' \
	test "$(cat "$SCRATCH/out")" = "apt-get install --no-install-recommends $nowhere"

ok 'the names for a host of another architecture are printed, nothing is asked of this one' \
	test "$(images/deps.sh --list "$list" --names mips build run | paste -sd ' ')" = \
	"bash $nowhere coreutils only-elsewhere"

plain_deps() { plain bash images/deps.sh --list "$list" run >"$SCRATCH/out" 2>"$SCRATCH/err"; }
if plain bash -c 'cd images && test -r deps.sh' 2>/dev/null; then
	ok 'a user without sudo gets exit 2' exits 2 plain_deps
	ok 'a user without sudo gets the command to type' \
		test "$(cat "$SCRATCH/out")" = "apt-get install --no-install-recommends $nowhere"
else
	skip 'a user without sudo gets the command to type' 'nobody cannot read this tree'
fi

ok 'an unknown group is exit 2' exits 2 deps --check nothing
ok 'an unknown group is named' grep -q 'no group "nothing"' "$SCRATCH/err"
printf 'build bash\nbuild\n' >"$list"
ok 'a bad line is exit 2' exits 2 deps --check build
ok 'a bad line is named by file and number' grep -q "list:2: expected GROUP PACKAGE" "$SCRATCH/err"
ok 'no group is bad usage' exits 2 deps

list=images/host-packages
ok 'the shipped list parses and knows its groups' exits 2 deps --check build run bench test lint nothing
ok 'the shipped list lacks only the group that does not exist' \
	test "$(grep -c 'no group' "$SCRATCH/err")" = 1
done_testing
