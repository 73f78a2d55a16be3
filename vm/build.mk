# The guest agent: build/agent/ARCH/init, static, for both architectures; and the host side's
# benchmark and test programs that boot guests. Included by the top Makefile, which compiles
# vm/*.c into libtoll.a; every path is relative to the top of the source tree.

VM_AGENT_SRC := $(wildcard vm/guest/*.c) vm/wire.c
VM_AGENT_DEPS := $(VM_AGENT_SRC) vm/guest/guest.h vm/wire.h vm/build.mk

# Small, because the guest unpacks it at every boot. No vector code of a newer ISA can get in: the
# agent must run on any CPU model.
VM_AGENT_CFLAGS := -std=gnu11 -Wall -Wextra -Werror -Os -D_GNU_SOURCE -I. -ffunction-sections \
	-fno-asynchronous-unwind-tables
VM_AGENT_LDFLAGS := -static -s -Wl,--gc-sections -Wl,--build-id=none

.PHONY: agent
agent: $(ARCHES:%=build/agent/%/init) ## the guest's PID 1, for both architectures

build/agent/%/init: $(VM_AGENT_DEPS) $(SYSROOT)/%/.stamp
	@mkdir -p $(@D)
	$(call target_cc,$*) $(VM_AGENT_CFLAGS) $(VM_AGENT_LDFLAGS) -o $@ $(VM_AGENT_SRC)

# ---- programs that boot guests, and what they run in them, for tests/vm ----

VM_TEST_GUESTS := $(foreach a,$(ARCHES),build/tests/guest-toy-$(a) build/tests/hostile-init-$(a) \
	build/tests/skewed-init-$(a))
build-test: $(VM_TEST_GUESTS)

build/tests/guest-toy-%: tests/vm/guest_toy.c vm/build.mk $(SYSROOT)/%/.stamp
	@mkdir -p $(@D)
	$(call target_cc,$*) $(VM_AGENT_CFLAGS) $(VM_AGENT_LDFLAGS) -o $@ $<

# Agents with a will of their own; each brings its own init.c.
define guest_init_rule
build/tests/$(1)-init-%: tests/vm/$(1)_init.c $$(VM_AGENT_DEPS) $$(SYSROOT)/%/.stamp
	@mkdir -p $$(@D)
	$$(call target_cc,$$*) $$(VM_AGENT_CFLAGS) $$(VM_AGENT_LDFLAGS) -o $$@ $$< \
		$$(filter-out vm/guest/init.c,$$(VM_AGENT_SRC))
endef
$(foreach init,hostile skewed,$(eval $(call guest_init_rule,$(init))))

build/tests/vm-%: tests/vm/vm_%.c $(B)/libtoll.a
	@mkdir -p $(@D)
	$(CC) $(TOLL_CFLAGS) $(CPPFLAGS) -o $@ $< $(B)/libtoll.a $(LIBS)

# An sshd for the tests of qemu+ssh, unpacked beside the other downloads: the package itself would
# start a service on this machine. Without it those tests are skipped.
TEST_SSHD := build/tests/openssh/usr/sbin/sshd
build-test: $(TEST_SSHD)

$(TEST_SSHD): vm/build.mk
	@images/apt.sh unpack $(shell uname -m) test-sshd build/tests/openssh \
		openssh-server libwrap0 || echo "no sshd: tests of qemu+ssh will be skipped"
	@rm -f build/images/packages/*.test-sshd.tsv
	@[ ! -e $@ ] || touch $@
