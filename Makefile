# toll: what does it cost to run this program somewhere else?
#
# Everything built lies under build/; the program is build/toll.

# Which profile, suite, environments and workloads `make compare` and `make nightly` use, and how
# long they may take: make compare PROFILE=full ENV='user-*' WORKLOAD=matmul BUDGET=10m
# Unless a profile is given, `make nightly` uses the one for the record.
PROFILE ?= quick
SUITE ?=
ENV ?=
WORKLOAD ?=
BUDGET ?=

comma := ,
SELECTION = $(if $(SUITE),--suite '$(SUITE)') $(if $(ENV),--env '$(ENV)') \
	$(if $(WORKLOAD),--workload '$(WORKLOAD)') $(if $(BUDGET),--budget '$(BUDGET)')
# What measuring this selection needs on top of what building does.
SELECTION_DEPS = $(if $(filter packages tensorflow,$(subst $(comma), ,$(SUITE))),deps-packages)

.DEFAULT_GOAL := help
# `make V=1` shows whole command lines; otherwise a short line says what is made.
Q := $(if $(V),,@)
say = $(if $(V),:,printf '  %-7s %s\n' $(1) $(2))
MAKEFLAGS += --no-builtin-rules
SHELL := /bin/bash

# Programs, agents and images are made for both architectures: CC_ARCH is the compiler for each,
# native or not.
ARCHES := x86_64 aarch64
HOST_ARCH := $(shell uname -m)
CC := gcc
CC_x86_64 ?= x86_64-linux-gnu-gcc
CC_aarch64 ?= aarch64-linux-gnu-gcc

# $(call target_cc,ARCH): compiles and links what guests run. All that goes into such a program but
# the compiler's own output (start files, headers, libraries) is of ARCH's packages, nothing names
# the compiler's build, and there is no debug information with its paths: every host makes the same
# file, bit for bit.
SYSROOT := build/sysroot
target_cc = $(CC_$(1)) --sysroot=$(SYSROOT)/$(1) -B$(SYSROOT)/$(1)/usr/lib/gcc \
	-B$(SYSROOT)/$(1)/usr/lib/$(1)-linux-gnu -nostdinc \
	-isystem $(SYSROOT)/$(1)/usr/include/$(1)-linux-gnu -isystem $(SYSROOT)/$(1)/usr/include \
	-fno-ident

# B is where a build goes: build/asan holds the sanitized one.
B ?= build
SANITIZE ?=
CFLAGS ?= -O2 -g
CPPFLAGS += -D_GNU_SOURCE -Iharness -I.
WARNINGS := -Wall -Wextra -Werror
TOLL_CFLAGS = -std=gnu11 $(WARNINGS) -ffp-contract=off $(CFLAGS) $(SANITIZE)
LIBS := -lvirt -lvirt-qemu -lcjson -lgsl -lgslcblas -lm -lpthread

LIB_SOURCES := $(wildcard harness/*/*.c vm/*.c) $(filter-out harness/main.c,$(wildcard harness/*.c))
LIB_OBJECTS := $(LIB_SOURCES:%.c=$(B)/obj/%.o)
OBJECTS := $(LIB_OBJECTS) $(B)/obj/harness/main.o

.PHONY: help
help: ## this list
	@awk -F ':.*## ' '/^[a-z_-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo "  variables: PROFILE=smoke|quick|full SUITE= ENV=GLOB WORKLOAD=GLOB BUDGET=10m"

.PHONY: all
all: deps ## build the program, the workloads and the guest images
	@$(MAKE) --no-print-directory -j2 build-all

.PHONY: build-all
build-all: $(B)/toll $(B)/toll.1 workloads images

.PHONY: compare
compare: $(SELECTION_DEPS) all ## measure every environment and write the report
	@$(B)/toll compare --profile $(PROFILE) $(SELECTION)

.PHONY: nightly
nightly: $(SELECTION_DEPS) all ## one run for the record, compared with this host's stored runs
	@$(B)/toll nightly $(if $(filter-out file,$(origin PROFILE)),--profile $(PROFILE)) $(SELECTION)

.PHONY: plots
plots: all ## draw the figures of the latest run again
	@$(B)/toll report latest

$(B)/toll: $(OBJECTS)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(TOLL_CFLAGS) -o $@ $^ $(LIBS)

$(B)/toll.1: $(B)/toll
	$(Q)$< man >$@.new && mv $@.new $@

$(B)/libtoll.a: $(LIB_OBJECTS)
	@rm -f $@
	$(Q)ar rcs $@ $^

$(B)/obj/%.o: %.c Makefile
	@mkdir -p $(@D)
	@$(call say,CC,$<)
	$(Q)$(CC) $(TOLL_CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

-include $(OBJECTS:.o=.d)

-include workloads/build.mk vm/build.mk images/build.mk tests/validation/build.mk tests/build.mk tests/bench/build.mk

# What stays was downloaded or made of downloads (apt, images, roots, sysroot, tools), measured
# (hosts), found out (cache) or learnt (fuzz/corpus).
.PHONY: clean
clean: ## remove what was built (stored runs and downloads stay)
	rm -rf build/obj build/toll build/toll.1 build/libtoll.a build/asan build/tests build/workloads build/agent \
		build/fuzz/obj build/fuzz/tests build/fuzz/libtoll.a build/validation build/bench
