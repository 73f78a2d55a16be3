# Tests of the workloads; included by workloads/build.mk.
#
# Kernels and models are tested for the host in both variants; the programs on the host and, for both
# architectures, under QEMU's user mode.

WL_HOST := $(shell uname -m)
WL_TESTS := $(foreach test,kernels models,$(foreach variant,portable blas,$(test).$(variant)))
WL_TEST_PROGRAMS := $(WL_TESTS:%=build/tests/workloads/%)
WL_TEST_OBJ := build/obj/tests/workloads

$(WL_TEST_OBJ)/%.o: tests/workloads/%.c workloads/build.mk tests/workloads/build.mk
	@mkdir -p $(@D)
	$(CC_$(WL_HOST)) $(WL_CFLAGS) -march=$(WL_ISA_$(WL_HOST)) -MMD -MP -c -o $@ $<

build/tests/workloads/%.portable: $(WL_TEST_OBJ)/test_%.o $(WL_TEST_OBJ)/reference.o \
		$(WL_OBJ_$(WL_HOST))/wl_data.o $(WL_OBJ_$(WL_HOST))/libnn-portable.a
	@mkdir -p $(@D)
	$(CC_$(WL_HOST)) $(WL_LDFLAGS) -o $@ $^ -lm

build/tests/workloads/%.blas: $(WL_TEST_OBJ)/test_%.o $(WL_TEST_OBJ)/reference.o \
		$(WL_OBJ_$(WL_HOST))/wl_data.o $(WL_OBJ_$(WL_HOST))/libnn-blas.a
	@mkdir -p $(@D)
	$(CC_$(WL_HOST)) $(WL_LDFLAGS) -o $@ $^ $(call wl_blas,$(WL_HOST),lib)/libopenblas.a -lm

build/tests/workloads/peak_rss: $(WL_TEST_OBJ)/peak_rss.o
	@mkdir -p $(@D)
	$(CC_$(WL_HOST)) -static -o $@ $^

.SECONDARY: $(WL_TEST_OBJ)/test_kernels.o $(WL_TEST_OBJ)/test_models.o $(WL_TEST_OBJ)/reference.o \
	$(WL_TEST_OBJ)/peak_rss.o
-include $(wildcard $(WL_TEST_OBJ)/*.d)

# Tests print TAP; each ends with a plan, and a failing one fails the target after all have run.
.PHONY: test-workloads
test-workloads: workloads $(WL_TEST_PROGRAMS) build/tests/workloads/peak_rss ## reference tests of the workload programs (TAP)
	@status=0; \
	for test in $(WL_TEST_PROGRAMS) tests/workloads/programs.py; do \
		echo "# $$test"; timeout 600 $$test || status=1; \
	done; exit $$status
