# shellcheck shell=bash
# Sourced by the scripts of this folder, which then run from the top of the source tree and have a
# scratch folder that goes with them.

set -u
cd "$(dirname "$0")/../.." || exit 1
TOP=$PWD
# A space in the name: a tree may lie anywhere.
SCRATCH="$(mktemp -d "${TMPDIR:-/tmp}/toll images.XXXXXX")" || exit 1
trap 'rm -rf "$SCRATCH"' EXIT
OK_LOG=$SCRATCH/ok.log
. tests/tap.sh

# not COMMAND...: it fails.
not() {
	! "$@"
}
