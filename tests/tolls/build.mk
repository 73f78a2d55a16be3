# A workload of the tests' own, for both architectures: its overhead is known beforehand.

KNOWN_TOLLS := $(ARCHES:%=build/tests/tolls/%/known-toll.portable)

define known_toll_rule
build/tests/tolls/$(1)/known-toll.portable: tests/tolls/known-toll.c $$(WL_OBJ_$(1))/wl.o \
		$$(WL_OBJ_$(1))/wl_data.o tests/tolls/build.mk
	@mkdir -p $$(@D)
	$$(Q)$$(call target_cc,$(1)) $$(WL_CFLAGS) $$(WL_LDFLAGS) -o $$@ $$(filter-out %.mk,$$^) -lm
endef
$(foreach arch,$(ARCHES),$(eval $(call known_toll_rule,$(arch))))

# Timed, and so no part of `make test`: whatever else runs takes the CPU away from it.
.PHONY: known-tolls
known-tolls: build-all ## overheads that are known beforehand are found again (on a quiet machine)
	@$(MAKE) --no-print-directory $(KNOWN_TOLLS)
	@$(TEST_RUN) --deadline 1200 $(call test_scripts,tolls)
