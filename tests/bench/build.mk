# `make bench`: the promises of speed and precision, each measured beside its peer; included by the
# top Makefile after tests/build.mk. Never part of `make test`.
#
#	BENCH='vm-*,spawn-true'   lines to measure (patterns, comma-separated; default: all)
#	BENCH_MODE=short          fewer repetitions, under three minutes: for trying out
#	BENCH_KILLS=30            kills of kill9-* (default 10)

BENCH ?= *
BENCH_MODE ?= record
BENCH_KILLS ?= 10

BENCH_DRIVERS := $(patsubst tests/bench/%.c,$(B)/tests/bench/%,$(wildcard tests/bench/*.c))
BENCH_PEERS := $(B)/tests/bench/matmul-openblas

.PHONY: bench bench-list build-bench
bench: deps-bench build-all ## measure every promise beside its peer (BENCH=GLOB, BENCH_MODE=short)
	@$(MAKE) --no-print-directory -j2 build-bench
	@tests/bench/bench --build '$(B)' --lines '$(BENCH)' --mode '$(BENCH_MODE)' --kills '$(BENCH_KILLS)'

bench-list: ## the lines that `make bench` prints
	@tests/bench/bench --list

build-bench: $(BENCH_DRIVERS) $(BENCH_PEERS) $(VALIDATE) build/tests/vm-bench

# A driver loads the libraries it uses and no others: its own start must not weigh.
$(B)/tests/bench/%: tests/bench/%.c $(B)/libtoll.a tests/bench/build.mk
	@mkdir -p $(@D)
	$(CC) $(TOLL_CFLAGS) $(CPPFLAGS) -Wl,--as-needed -o $@ $< $(B)/libtoll.a $(LIBS)

# OpenBLAS called directly, the library and the linking of the `blas` variant.
$(B)/tests/bench/matmul-openblas: tests/bench/peers/matmul_openblas.c tests/bench/build.mk \
		$(SYSROOT)/$(HOST_ARCH)/.stamp
	@mkdir -p $(@D)
	$(call target_cc,$(HOST_ARCH)) $(WL_CFLAGS) -march=$(WL_ISA_$(HOST_ARCH)) \
		-isystem $(call wl_blas,$(HOST_ARCH),include) $(WL_LDFLAGS) -o $@ $< \
		$(call wl_blas,$(HOST_ARCH),lib)/libopenblas.a -lm
