# Tests of the workloads; included by workloads/build.mk.
#
# Kernels and models are tested for the host in both variants; the programs on the host and, for both
# architectures, under QEMU's user mode.

WL_HOST := $(shell uname -m)
WL_TESTS := $(foreach test,kernels models,$(foreach variant,portable blas,$(test).$(variant)))
WL_TEST_PROGRAMS := $(WL_TESTS:%=build/tests/workloads/%)
WL_TEST_OBJ := build/obj/tests/workloads

$(WL_TEST_OBJ)/%.o: tests/workloads/%.c workloads/build.mk tests/workloads/build.mk \
		$(SYSROOT)/$(WL_HOST)/.stamp
	@mkdir -p $(@D)
	$(call target_cc,$(WL_HOST)) $(WL_CFLAGS) -march=$(WL_ISA_$(WL_HOST)) -MMD -MP -c -o $@ $<

build/tests/workloads/%.portable: $(WL_TEST_OBJ)/test_%.o $(WL_TEST_OBJ)/reference.o \
		$(WL_OBJ_$(WL_HOST))/wl_data.o $(WL_OBJ_$(WL_HOST))/libnn-portable.a
	@mkdir -p $(@D)
	$(call target_cc,$(WL_HOST)) $(WL_LDFLAGS) -o $@ $^ -lm

build/tests/workloads/%.blas: $(WL_TEST_OBJ)/test_%.o $(WL_TEST_OBJ)/reference.o \
		$(WL_OBJ_$(WL_HOST))/wl_data.o $(WL_OBJ_$(WL_HOST))/libnn-blas.a
	@mkdir -p $(@D)
	$(call target_cc,$(WL_HOST)) $(WL_LDFLAGS) -o $@ $^ $(call wl_blas,$(WL_HOST),lib)/libopenblas.a -lm

build/tests/workloads/peak_rss: $(WL_TEST_OBJ)/peak_rss.o
	@mkdir -p $(@D)
	$(CC_$(WL_HOST)) -static -o $@ $^

.SECONDARY: $(WL_TEST_OBJ)/test_kernels.o $(WL_TEST_OBJ)/test_models.o $(WL_TEST_OBJ)/reference.o \
	$(WL_TEST_OBJ)/peak_rss.o
-include $(wildcard $(WL_TEST_OBJ)/*.d)

.PHONY: test-workloads
test-workloads: workloads $(WL_TEST_PROGRAMS) build/tests/workloads/peak_rss ## reference tests of the workload programs
	@$(TEST_RUN) --deadline 600 $(WL_TEST_PROGRAMS) $(call test_scripts,workloads)

# The same tests, and every program, with the portable kernels under AddressSanitizer and UBSan.
WL_ASAN_FLAGS := $(filter-out -O3,$(WL_CFLAGS)) -O1 -march=$(WL_ISA_$(WL_HOST)) -DWL_ISA='"asan"' \
	-fsanitize=address,undefined -fno-sanitize-recover=undefined -pthread
WL_ASAN_NN := workloads/wl_data.c $(wildcard workloads/probe/*.c) \
	$(filter-out %_blas.c,$(wildcard workloads/nn/*.c))
WL_HEADERS := $(wildcard workloads/*.h workloads/*/*.h tests/workloads/*.h)
WL_ASAN_TESTS := build/asan/workloads/test_kernels build/asan/workloads/test_models
WL_ASAN_PROGRAMS := $(WL_NAMES:%=build/asan/workloads/%)

$(WL_ASAN_TESTS) $(WL_ASAN_PROGRAMS): $(WL_HEADERS) workloads/build.mk tests/workloads/build.mk

$(WL_ASAN_TESTS): build/asan/workloads/%: tests/workloads/%.c tests/workloads/reference.c $(WL_ASAN_NN)
	@mkdir -p $(@D)
	$(CC_$(WL_HOST)) $(WL_ASAN_FLAGS) -o $@ $(filter %.c,$^) -lm

# The probe brings its own backend.
build/asan/workloads/device-probe: WL_ASAN_NN := workloads/wl_data.c $(wildcard workloads/probe/*.c)
$(WL_ASAN_PROGRAMS): build/asan/workloads/%: workloads/tensor/%.c workloads/wl.c $(WL_ASAN_NN)
	@mkdir -p $(@D)
	$(CC_$(WL_HOST)) $(WL_ASAN_FLAGS) -o $@ $< workloads/wl.c $(WL_ASAN_NN) -lm

.PHONY: asan-workloads
asan-workloads: $(WL_ASAN_TESTS) $(WL_ASAN_PROGRAMS) ## the workloads under AddressSanitizer and UBSan (TAP)
	@status=0; \
	for test in $(WL_ASAN_TESTS); do echo "# $$test"; timeout 600 $$test || status=1; done; \
	n=0; for program in $(WL_ASAN_PROGRAMS); do n=$$((n + 1)); \
		if timeout 600 $$program --iterations 3 >/dev/null; then echo "ok $$n - $$program"; \
		else echo "not ok $$n - $$program"; status=1; fi; \
	done; echo "1..$$n"; exit $$status
