# Workload programs: build/workloads/ARCH/NAME.VARIANT, static, for both architectures.
# Any file workloads/tensor/NAME.c is a workload; those in WL_NO_BLAS have no `blas` variant.
# package.runner runs the programs of distribution packages.

WL_NO_BLAS := device-probe

# The lowest ISA the frame and the probe need, and the one the tensor code is written for.
WL_BASE_x86_64 := x86-64
WL_BASE_aarch64 := armv8-a
WL_ISA_x86_64 := x86-64-v3
WL_ISA_aarch64 := armv8-a

# No contraction: `portable` gives the same bits everywhere. errno and traps are not used, and
# giving them up changes no value. 64 KiB pages are an aarch64 kernel's choice.
WL_CFLAGS := -std=gnu11 -Wall -Wextra -Werror -O3 -ffp-contract=off -fno-math-errno \
	-fno-trapping-math -D_GNU_SOURCE -I.
WL_LDFLAGS := -static -pthread -Wl,-z,max-page-size=65536

# Scripts for an interpreter of a root image: workloads/tensorflow/tf-NAME.py becomes
# tf-NAME.tensorflow; the other files there are modules, which lie beside it.
WL_SCRIPTS := $(patsubst workloads/tensorflow/%.py,%,$(wildcard workloads/tensorflow/tf-*.py))
WL_MODULES := $(sort $(filter-out tf-%,$(notdir $(wildcard workloads/tensorflow/*.py))))

WL_NAMES := $(patsubst workloads/tensor/%.c,%,$(wildcard workloads/tensor/*.c))
# Sorted: the order of an archive's members is that of the code in a program.
WL_NN := $(sort $(filter-out linalg_%,$(patsubst workloads/nn/%.c,%,$(wildcard workloads/nn/*.c))))

# $(call wl_blas,ARCH,include|lib): where the sysroot has OpenBLAS
wl_blas = $(SYSROOT)/$(1)/usr/$(2)/$(1)-linux-gnu/openblas-serial

define wl_arch_rules
WL_OBJ_$(1) := build/obj/workloads/$(1)
WL_PROGRAMS_$(1) := $$(WL_NAMES:%=build/workloads/$(1)/%.portable) \
	$$(patsubst %,build/workloads/$(1)/%.blas,$$(filter-out $$(WL_NO_BLAS),$$(WL_NAMES))) \
	build/workloads/$(1)/package.runner \
	$$(WL_SCRIPTS:%=build/workloads/$(1)/%.tensorflow) $$(WL_MODULES:%=build/workloads/$(1)/%)
WL_RUNNER_$(1) := $$(patsubst %.c,$$(WL_OBJ_$(1))/package/%.o,$$(notdir $$(wildcard workloads/package/*.c)))

$$(WL_OBJ_$(1))/%.o: wl_isa = $$(WL_ISA_$(1))
$$(WL_OBJ_$(1))/wl.o $$(WL_OBJ_$(1))/wl_data.o $$(WL_OBJ_$(1))/probe/isa.o $$(WL_OBJ_$(1))/tensor/device-probe.o \
$$(WL_RUNNER_$(1)): \
	wl_isa = $$(WL_BASE_$(1))
build/workloads/$(1)/device-probe.portable: $$(WL_OBJ_$(1))/probe/isa.o
$$(WL_OBJ_$(1))/nn/linalg_blas.o: WL_CFLAGS += -isystem $$(call wl_blas,$(1),include)

$$(WL_OBJ_$(1))/%.o: workloads/%.c workloads/build.mk $$(SYSROOT)/$(1)/.stamp
	@mkdir -p $$(@D)
	@$$(call say,CC,$$@)
	$$(Q)$$(call target_cc,$(1)) $$(WL_CFLAGS) -march=$$(wl_isa) -DWL_ISA='"$$(wl_isa)"' -MMD -MP -c -o $$@ $$<

$$(WL_OBJ_$(1))/libnn-%.a: $$(WL_NN:%=$$(WL_OBJ_$(1))/nn/%.o) $$(WL_OBJ_$(1))/nn/linalg_%.o
	@rm -f $$@
	$$(Q)$$(patsubst %gcc,%ar,$$(CC_$(1))) rcsD $$@ $$^

build/workloads/$(1)/%.portable: $$(WL_OBJ_$(1))/tensor/%.o $$(WL_OBJ_$(1))/wl.o \
		$$(WL_OBJ_$(1))/wl_data.o $$(WL_OBJ_$(1))/libnn-portable.a
	@mkdir -p $$(@D)
	@$$(call say,LINK,$$@)
	$$(Q)$$(call target_cc,$(1)) $$(WL_LDFLAGS) -o $$@ $$^ -lm

build/workloads/$(1)/%.blas: $$(WL_OBJ_$(1))/tensor/%.o $$(WL_OBJ_$(1))/wl.o \
		$$(WL_OBJ_$(1))/wl_data.o $$(WL_OBJ_$(1))/libnn-blas.a
	@mkdir -p $$(@D)
	@$$(call say,LINK,$$@)
	$$(Q)$$(call target_cc,$(1)) $$(WL_LDFLAGS) -o $$@ $$^ $$(call wl_blas,$(1),lib)/libopenblas.a -lm

build/workloads/$(1)/package.runner: $$(WL_RUNNER_$(1)) $$(WL_OBJ_$(1))/wl_data.o
	@mkdir -p $$(@D)
	@$$(call say,LINK,$$@)
	$$(Q)$$(call target_cc,$(1)) $$(WL_LDFLAGS) -o $$@ $$^ -lm

# The sums of the modules stand below the script, so that its own sum is that of all its code.
build/workloads/$(1)/%.tensorflow: workloads/tensorflow/%.py $$(WL_MODULES:%=workloads/tensorflow/%)
	@install -D -m 755 $$< $$@
	@cd workloads/tensorflow && sha256sum $$(WL_MODULES) | sed 's/^/# /' >>$$(CURDIR)/$$@

build/workloads/$(1)/%.py: workloads/tensorflow/%.py
	@install -D -m 755 $$< $$@

.SECONDARY: $$(WL_RUNNER_$(1)) $$(WL_NAMES:%=$$(WL_OBJ_$(1))/tensor/%.o) $$(WL_NN:%=$$(WL_OBJ_$(1))/nn/%.o) $$(WL_OBJ_$(1))/nn/linalg_portable.o \
	$$(WL_OBJ_$(1))/nn/linalg_blas.o $$(WL_OBJ_$(1))/libnn-portable.a $$(WL_OBJ_$(1))/libnn-blas.a
-include $$(wildcard $$(WL_OBJ_$(1))/*.d $$(WL_OBJ_$(1))/*/*.d)
endef

$(foreach arch,$(ARCHES),$(eval $(call wl_arch_rules,$(arch))))

.PHONY: workloads
workloads: $(foreach arch,$(ARCHES),$(WL_PROGRAMS_$(arch))) ## build every workload program for both architectures

include tests/workloads/build.mk
