#!/bin/bash
# packages.sh FILE: every downloaded package that went into something built, as JSON: an array of
# {"package", "version", "arch", "sha256", "used_for"}. Merged from the records of apt.sh, whose
# fields Debian's rules keep free of characters that JSON would quote; anything else is refused.

. "$(dirname "$0")/lib.sh"

result=${1:?usage: packages.sh FILE}
records=$BUILD/images/packages

lock "$result.lock"
tmp=$(scratch "$result")
sort "$records"/*.tsv | awk -F '\t' '
	NF != 5 || /["\\]/ || length($4) != 64 {
		print "packages.sh: bad record: " $0 > "/dev/stderr"
		bad = 1
		exit 1
	}
	{
		printf "%s\n {\"package\":\"%s\",\"version\":\"%s\",\"arch\":\"%s\",\"sha256\":\"%s\",\"used_for\":\"%s\"}",
			(NR == 1 ? "[" : ","), $1, $2, $3, $4, $5
	}
	END { if (!bad) print (NR ? "\n]" : "[]") }' >"$tmp" ||
	die "remove '$records' and run 'make images-update'"
publish "$tmp" "$result"
