# Packages of the host, sysroots and guest images. Included by the top Makefile after
# workloads/build.mk and vm/build.mk, whose programs go into the images. Every path is relative to
# the top of the source tree. The recipes are images/*.sh; they take their own locks and publish
# whole results.

IMG_LIB := images/lib.sh images/apt.sh
IMG_PROGRAMS = $(foreach a,$(ARCHES),$(WL_PROGRAMS_$(a)))
IMG_FILES := vmlinuz initramfs root.squashfs

# Packages of this machine. `make DEPS=no …` takes what is there: other distributions' names differ.
DEPS ?= yes
deps_of = $(if $(filter yes,$(DEPS)),images/deps.sh $(1),:)

.PHONY: deps deps-packages deps-test deps-lint deps-bench deps-hosts
deps: ## install the Debian packages that are missing, or say which
	@$(call deps_of,build run)

deps-packages: ## and what measuring programs of packages needs on top
	@$(call deps_of,build run packages)

deps-test:
	@$(call deps_of,build run packages test browser cluster bench)

deps-lint:
	@$(call deps_of,build run lint)

deps-bench:
	@$(call deps_of,build run bench)

deps-hosts:
	@$(call deps_of,build run test hosts)

.PHONY: sysroot images images-update
sysroot: $(ARCHES:%=$(SYSROOT)/%/.stamp) ## what workloads are compiled and linked with, for both architectures

images: $(foreach a,$(ARCHES),$(IMG_FILES:%=build/images/$(a)/%)) build/images/packages.json ## kernel, initramfs and root disk of the guests

images-update: ## read the package indexes again and use the newest kernel, translators and libraries
	for arch in $(ARCHES); do images/apt.sh update $$arch || exit; done
	rm -f $(SYSROOT)/*/.stamp build/images/*/kernel/.stamp build/images/*/qemu/.stamp
	$(MAKE) images sysroot

$(SYSROOT)/%/.stamp: images/sysroot.sh $(IMG_LIB)
	images/sysroot.sh $* $(CC_$*)

build/images/%/kernel/.stamp: images/kernel.sh $(IMG_LIB)
	images/kernel.sh $*

build/images/%/qemu/.stamp: images/qemu.sh $(IMG_LIB)
	images/qemu.sh $*

build/images/%/vmlinuz: build/images/%/kernel/.stamp
	ln -f $(<D)/vmlinuz $@ && touch $@

build/images/%/initramfs: build/images/%/kernel/.stamp build/agent/%/init images/initramfs.sh
	images/initramfs.sh $* build/agent/$*/init

build/images/%/root.squashfs: build/images/%/qemu/.stamp images/rootdisk.sh $(IMG_PROGRAMS)
	@echo 'images/rootdisk.sh $* build/workloads/*/*'
	@images/rootdisk.sh $* $(IMG_PROGRAMS)

build/images/packages.json: images/packages.sh $(foreach a,$(ARCHES),$(SYSROOT)/$(a)/.stamp \
		build/images/$(a)/kernel/.stamp build/images/$(a)/qemu/.stamp)
	images/packages.sh $@

.SECONDARY: $(foreach a,$(ARCHES),$(foreach d,kernel qemu,build/images/$(a)/$(d)/.stamp))
