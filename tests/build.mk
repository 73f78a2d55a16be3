# Tests, sanitizers, lint and fuzzing; included by the top Makefile. Every path is relative to the
# top of the source tree.
#
# A test is a program or script that prints TAP: tests/unit/test_*.c, and tests/GROUP/test_*.sh or
# test_*.py. It is found by its name. tests/run runs a list of them and counts their lines.
# Tests of the program take it from $TOLL, and what was built beside it from $B.

TEST_ENV = TOLL='$(abspath $(B))/toll' B='$(B)'
TEST_RUN = $(TEST_ENV) tests/run

# $(call test_scripts,GROUP)
test_scripts = $(sort $(wildcard tests/$(1)/test_*.sh tests/$(1)/test_*.py))

# ---- unit tests: one program per tests/unit/test_*.c ----

UNIT_TESTS := $(patsubst tests/unit/%.c,$(B)/tests/unit/%,$(sort $(wildcard tests/unit/test_*.c)))
# What several of them share.
UNIT_FIXTURES := $(patsubst tests/%.c,$(B)/obj/tests/%.o,$(wildcard tests/unit/fixture_*.c))

$(B)/tests/libfixtures.a: $(UNIT_FIXTURES)
	@mkdir -p $(@D)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(B)/tests/unit/%: $(B)/obj/tests/unit/%.o $(B)/tests/libfixtures.a $(B)/libtoll.a
	@mkdir -p $(@D)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(TOLL_CFLAGS) -o $@ $^ $(LIBS)

.SECONDARY: $(UNIT_TESTS:$(B)/tests/%=$(B)/obj/tests/%.o)
-include $(wildcard $(B)/obj/tests/unit/*.d)

# ---- the JSON Schemas and the tables of SCHEMA.md, made from the field tables ----

$(B)/tests/schema/%: $(B)/obj/tests/schema/%.o $(B)/tests/libfixtures.a $(B)/libtoll.a
	@mkdir -p $(@D)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(TOLL_CFLAGS) -o $@ $^ $(LIBS)

.SECONDARY: $(B)/obj/tests/schema/schemas.o
-include $(wildcard $(B)/obj/tests/schema/*.d)

SCHEMAS := plan host sample summary merged diff manifest environments

.PHONY: schemas
schemas: $(B)/tests/schema/schemas ## write results/*.schema.json and the tables of SCHEMA.md again
	@for name in $(SCHEMAS); do $< $$name >results/$$name.schema.json || exit; done
	@tests/schema/tables.py results/SCHEMA.md

include tests/tolls/build.mk

# ---- groups ----

# The longest first, so that two at a time end together.
FAST_TESTS = $(call test_scripts,cli) $(call test_scripts,golden) $(call test_scripts,docs) \
	$(call test_scripts,schema) $(call test_scripts,runner) $(UNIT_TESTS)
VM_TEST_PROGRAMS := $(patsubst tests/vm/vm_%.c,build/tests/vm-%,$(wildcard tests/vm/vm_*.c))
# Deadlines are for a busy 2-core machine.
SLOW_TESTS = --deadline 600 $(WL_TEST_PROGRAMS) $(call test_scripts,workloads) \
	$(call test_scripts,validation) \
	--deadline 400 $(call test_scripts,images) $(call test_scripts,vm) \
	$(call test_scripts,e2e) $(call test_scripts,slurm) \
	$(call test_scripts,browser)
HOSTS_TESTS = --deadline 12000 $(call test_scripts,hosts)

# benchstat, which no package has, reads what toll export writes. Where Go is installed `make test`
# makes it; where it cannot be made its tests are skipped.
BENCHSTAT := golang.org/x/perf/cmd/benchstat@v0.0.0-20260908200009-22c9c6c9d4da

build/tools/benchstat:
	@$(call say,GO,$@)
	$(Q)GOBIN=$(abspath $(@D)) GOFLAGS= timeout 180 go install $(BENCHSTAT) || echo "benchstat could not be made"

.PHONY: build-check build-test
build-check: $(B)/toll $(B)/tests/schema/schemas $(UNIT_TESTS) $(SYSROOT)/$(HOST_ARCH)/.stamp
build-test: build-all build-check $(VALIDATE) $(if $(shell command -v go),build/tools/benchstat) \
	$(WL_TEST_PROGRAMS) build/tests/workloads/peak_rss $(VM_TEST_PROGRAMS) $(KNOWN_TOLLS)

.PHONY: check
check: deps-test ## fast tests, without root or VM
	@$(MAKE) --no-print-directory -j2 build-check
	@$(TEST_RUN) --jobs 2 $(FAST_TESTS)

.PHONY: test
test: deps-test deps-hosts ## every test; the set-up included
	@$(MAKE) --no-print-directory -j2 build-test
	@HOSTS_MODE=short $(TEST_RUN) --jobs 2 $(HOSTS_TESTS) --deadline 120 $(FAST_TESTS) $(SLOW_TESTS)

# How much is tried on emulated hosts: short, whole, or all.
HOSTS_MODE ?= whole

.PHONY: test-hosts
test-hosts: deps-hosts ## build, test and measure on emulated hosts of both architectures, with KVM
	@$(MAKE) --no-print-directory -j2 build-all
	@HOSTS_MODE=$(HOSTS_MODE) $(TEST_RUN) $(HOSTS_TESTS)

# ---- sanitizers: a program and unit tests of their own; guests and workloads are the usual ones ----

ASAN := -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer

.PHONY: asan asan-run
asan: deps-test ## the fast and the end-to-end tests under AddressSanitizer and UBSan
	@$(MAKE) --no-print-directory -j2 build-all
	@$(MAKE) --no-print-directory -j2 B=build/asan SANITIZE='$(ASAN)' build-check
	@$(MAKE) --no-print-directory B=build/asan asan-run

asan-run:
	@$(TEST_RUN) --jobs 2 --deadline 300 $(FAST_TESTS) --jobs 1 --deadline 580 $(call test_scripts,e2e)

# ---- lint ----

.PHONY: lint
lint: deps-lint deps-test sysroot ## format, layers, banned calls, cppcheck, clang-tidy, shell syntax
	@tests/run --jobs 2 --deadline 900 $(call test_scripts,lint)

# ---- fuzzing: a libFuzzer program per tests/fuzz/fuzz_*.c ----

FUZZ_SECONDS ?= 20
FUZZ := $(patsubst tests/fuzz/%.c,$(B)/tests/fuzz/%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
FUZZ_SANITIZE := -fsanitize=address,undefined -fno-sanitize-recover=undefined

$(B)/tests/fuzz/%: $(B)/obj/tests/fuzz/%.o $(B)/libtoll.a
	@mkdir -p $(@D)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(TOLL_CFLAGS) -fsanitize=fuzzer -o $@ $^ $(LIBS)

.SECONDARY: $(FUZZ:$(B)/tests/%=$(B)/obj/tests/%.o)
-include $(wildcard $(B)/obj/tests/fuzz/*.d)

.PHONY: fuzz build-fuzz
fuzz: deps-lint deps-test ## feed mutated documents to every parser (FUZZ_SECONDS=20 each)
	@$(MAKE) --no-print-directory -j2 B=build/fuzz CC=clang \
		SANITIZE='$(FUZZ_SANITIZE) -fsanitize=fuzzer-no-link' build-fuzz
	@FUZZ_SECONDS=$(FUZZ_SECONDS) FUZZ_DIR=build/fuzz tests/run --jobs 2 \
		--deadline $$(($(FUZZ_SECONDS) * $(words $(FUZZ)) + 120)) tests/fuzz/run.sh

build-fuzz: $(FUZZ)
