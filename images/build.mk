# Packages of the host, sysroots and guest images. Included by the top Makefile; every path is
# relative to the top of the source tree. images/*.sh are the recipes and hold their own locks.

SYSROOTS := $(foreach a,x86_64 aarch64,build/sysroot/$(a)/.stamp)

.PHONY: sysroot
sysroot: $(SYSROOTS) ## OpenBLAS to link with, for both architectures

build/sysroot/%/.stamp: images/sysroot.sh images/apt.sh images/lib.sh
	images/sysroot.sh $*
