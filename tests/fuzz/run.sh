#!/bin/bash
# Runs every fuzzer for FUZZ_SECONDS and prints TAP. FUZZ_DIR is the tree they were built in. What a
# fuzzer learns stays in FUZZ_DIR/corpus; an input that fails in FUZZ_DIR/corpus/NAME-crash-….
cd "$(dirname "$0")/../.." || exit 1
dir=${FUZZ_DIR:?the build tree of the fuzzers}
seconds=${FUZZ_SECONDS:-20}
corpus=$dir/corpus
log=$(mktemp) || exit 1
trap 'rm -f "$log"' EXIT
export ASAN_OPTIONS=detect_leaks=1:allocator_may_return_null=1

python3 tests/fuzz/seeds.py "$corpus" || exit 1
tests=0
failed=0
for fuzzer in "$dir"/tests/fuzz/fuzz_*; do
	[ -x "$fuzzer" ] || continue
	name=${fuzzer##*/}
	mkdir -p "$corpus/$name"
	tests=$((tests + 1))
	if timeout -k 5 $((seconds + 60)) "$fuzzer" -max_total_time="$seconds" -max_len=65536 \
		-rss_limit_mb=2048 -timeout=10 -artifact_prefix="$corpus/$name-" -print_final_stats=1 \
		"$corpus/$name" >"$log" 2>&1; then
		runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
		echo "ok $tests - $name: ${runs:-?} inputs"
	else
		failed=1
		echo "not ok $tests - $name"
		tail -n 60 "$log" | sed 's/^/# /'
	fi
done
echo "1..$tests"
exit $failed
