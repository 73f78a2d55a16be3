# `make validate`: what the intervals of toll cover, by simulation; included by the top Makefile
# before tests/build.mk and tests/bench/build.mk, which need what it builds. `make test` runs a short
# version (tests/validation/test_validation.py).
#
#	VALIDATE_TRIALS=10000	replications a row
#
# Each part is a file of its own, so that two run at a time and an interrupted validation goes on.

VALIDATE_TRIALS ?= 10000
VALIDATE := $(B)/tests/validation/validate
VALIDATE_OBJECTS := $(patsubst %.c,$(B)/obj/%.o,$(filter-out %/extract.c,$(wildcard tests/validation/*.c)))
VALIDATE_DIR = $(B)/validation/$(VALIDATE_TRIALS)
VALIDATE_WORLDS := normal log-normal t3 spikes drift ar1-.3 ar1-.6 spells spells-half
VALIDATE_PARTS = $(VALIDATE_WORLDS:%=$(VALIDATE_DIR)/coverage.%.csv) \
	$(patsubst %,$(VALIDATE_DIR)/%.csv,repeats suites stopping rules aa power warmup traces)

$(VALIDATE): $(VALIDATE_OBJECTS) $(B)/libtoll.a
	@mkdir -p $(@D)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(TOLL_CFLAGS) -o $@ $^ $(LIBS)

$(B)/tests/validation/extract: $(B)/obj/tests/validation/extract.o $(B)/libtoll.a
	@mkdir -p $(@D)
	@$(call say,LINK,$@)
	$(Q)$(CC) $(TOLL_CFLAGS) -o $@ $^ $(LIBS)

.SECONDARY: $(VALIDATE_OBJECTS) $(B)/obj/tests/validation/extract.o
-include $(wildcard $(B)/obj/tests/validation/*.d)

# What is measured is the program as it is now.
$(VALIDATE_DIR)/coverage.%.csv: $(VALIDATE)
	@mkdir -p $(@D)
	@$(call say,VALID,$*)
	$(Q)$< --trials $(VALIDATE_TRIALS) --only '$*' coverage >$@.new && mv $@.new $@

$(VALIDATE_DIR)/%.csv: $(VALIDATE) $(wildcard tests/validation/traces/*.csv)
	@mkdir -p $(@D)
	@$(call say,VALID,$*)
	$(Q)$< --trials $(VALIDATE_TRIALS) $* >$@.new && mv $@.new $@

.PHONY: validate validate-parts
validate: deps-test ## what the intervals cover, by simulation: tests/validation/RESULTS.md (more than an hour of CPU time)
	@$(MAKE) --no-print-directory -j2 validate-parts
	@tests/validation/table.py $(VALIDATE_PARTS)
	@gnuplot tests/validation/coverage.gp

validate-parts: $(VALIDATE_PARTS)
