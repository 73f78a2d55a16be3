/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/hypervisor.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "base/str.h"

#define TEXT_MAX 4096u

struct name {
	const char *sign, *text;
};

static const char *named(const struct name *names, size_t n, const char *text)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(text, names[i].sign))
			return names[i].text;
	return NULL;
}

#ifdef __x86_64__
#include <cpuid.h>

static const char *detect(void)
{
	static const struct name signatures[] = {{"KVMKVMKVM", "KVM"},
		{"TCGTCGTCG", "QEMU, emulated"}, {"XenVMMXenVMM", "Xen"},
		{"Microsoft Hv", "Hyper-V"}, {"VMwareVMware", "VMware"}, {"bhyve bhyve", "bhyve"},
		{"VBoxVBoxVBox", "VirtualBox"}};
	unsigned a, b, c, d, sign[3];
	char text[sizeof(sign) + 1] = "";
	const char *name;

	if (!__get_cpuid(1, &a, &b, &c, &d) || !(c >> 31))
		return "";
	__cpuid(0x40000000, a, sign[0], sign[1], sign[2]);
	memcpy(text, sign, sizeof(sign));
	name = named(signatures, ARRAY_LEN(signatures), text);
	return name ? name : "unknown";
}
#else
static const char *detect(void)
{
	/* Makers that also make machines are told by the product. */
	static const struct {
		const char *path;
		struct name name;
	} signs[] = {{"/sys/class/dmi/id/sys_vendor", {"QEMU", "QEMU"}},
		{"/sys/class/dmi/id/sys_vendor", {"Xen", "Xen"}},
		{"/sys/class/dmi/id/sys_vendor", {"Parallels", "Parallels"}},
		{"/sys/class/dmi/id/sys_vendor", {"VMware", "VMware"}},
		{"/sys/class/dmi/id/product_name", {"Apple Virtualization", "Apple's"}},
		{"/sys/class/dmi/id/product_name", {"KVM Virtual Machine", "KVM"}},
		{"/sys/class/dmi/id/product_name", {"Virtual Machine", "Hyper-V"}},
		{"/proc/device-tree/compatible", {"linux,dummy-virt", "QEMU"}},
		{"/proc/device-tree/hypervisor/compatible", {"xen", "Xen"}}};

	for (size_t i = 0; i < ARRAY_LEN(signs); i++) {
		_cleanup_free_ char *text = NULL;

		if (file_read(signs[i].path, TEXT_MAX, &text, NULL, NULL) == 0 &&
			named(&signs[i].name, 1, text))
			return signs[i].name.text;
	}
	return "";
}
#endif

void hypervisor_detect(char *ret, size_t size)
{
	str_copy(ret, size, detect());
}
