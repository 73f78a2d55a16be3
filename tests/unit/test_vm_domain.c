/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "base/str.h"
#include "tap.h"
#include "vm/domain.h"

static const struct vm_spec SPEC = {
	.id = "vm-x86_64-tcg",
	.arch = ARCH_X86_64,
	.accel = "tcg",
	.kernel = "/k/vmlinuz",
	.initrd = "/k/initramfs",
	.disk = "/k/root.squashfs",
	.memory_mib = 512,
	.vcpus = 2,
	.cpu_pin = 1,
};

static char *xml(const struct vm_spec *spec)
{
	struct str out = {0};

	domain_xml(spec, "toll-1-1", "/tmp/console", true, &out);
	return str_take(&out);
}

static char *cpu(const struct vm_spec *spec)
{
	struct str out = {0};

	domain_cpu(spec, &out);
	return str_take(&out);
}

static bool has(const struct vm_spec *spec, const char *text)
{
	char *doc = xml(spec);
	bool found = strstr(doc, text);

	if (!found)
		printf("# no %s in %s\n", text, doc);
	free(doc);
	return found;
}

static void test_accelerator(void)
{
	struct vm_spec kvm = SPEC;

	kvm.accel = "kvm";
	ok(has(&SPEC, "<domain type='qemu'"), "tcg is libvirt's type qemu");
	ok(has(&kvm, "<domain type='kvm'"), "kvm is libvirt's type kvm");
}

static void test_cpu(void)
{
	struct vm_spec spec = SPEC;
	char *text;

	ok(has(&spec, "<model fallback='forbid'>Haswell-noTSX</model>"
		      "<feature policy='disable' name='pcid'/>"),
		"the architecture's CPU model, less what TCG lacks, is the default, no fallback");
	spec.cpu = "Nehalem,+avx,-sse4.2";
	ok(has(&spec, ">Nehalem</model><feature policy='require' name='avx'/>"
		      "<feature policy='disable' name='sse4.2'/>"),
		"features are required and disabled");
	spec.cpu = "host";
	ok(has(&spec, "mode='host-passthrough'"), "the host's own CPU");
	spec.cpu = NULL;
	spec.arch = ARCH_AARCH64;
	text = cpu(&spec);
	is_str(text, "neoverse-n1", "translated Arm has a named model");
	free(text);
	spec.accel = "kvm";
	text = cpu(&spec);
	is_str(text, "host", "Arm under KVM has the host's");
	free(text);
	spec.arch = ARCH_X86_64;
	text = cpu(&spec);
	is_str(text, "host", "and so has x86");
	free(text);
}

static void test_disks(void)
{
	static const struct vm_disk disks[] = {{"/r/a&b", "0123456789abcdef"}, {"/r/c", "second"}};
	struct vm_spec spec = SPEC;

	ok(has(&SPEC, "<source file='/k/root.squashfs'/><target dev='vda' bus='virtio'/>"
		      "<readonly/><address type='pci' domain='0x0000' bus='0x00' slot='0x04'/>"),
		"the first disk has its slot, and no serial");
	spec.disks = disks;
	spec.ndisks = 2;
	ok(has(&spec, "<source file='/r/a&amp;b'/><target dev='vdb' bus='virtio'/><readonly/>"
		      "<serial>0123456789abcdef</serial>"),
		"further ones follow, read-only, with theirs");
	ok(has(&spec, "<target dev='vdc' bus='virtio'/><readonly/><serial>second</serial>"
		      "<address type='pci' domain='0x0000' bus='0x00' slot='0x06'/>"),
		"each in a slot of its own");
}

static void test_features(void)
{
	struct vm_spec spec = SPEC;

	ok(has(&spec, "<features><acpi/><apic/></features>"), "x86 guests have ACPI");
	spec.arch = ARCH_AARCH64;
	ok(has(&spec, "<features></features>"), "translated Arm has the machine's own");
	spec.accel = "kvm";
	ok(has(&spec, "<features><gic version='host'/></features>"),
		"Arm under KVM has the interrupt controller that the host virtualizes");
}

static void test_pinning(void)
{
	struct vm_spec spec = SPEC;
	char *doc;

	ok(has(&spec, "<vcpupin vcpu='1' cpuset='0-1'/><emulatorpin cpuset='0-1'/>"),
		"each vCPU and the emulator are pinned to as many CPUs as there are vCPUs");
	spec.vcpus = 1;
	ok(has(&spec, "cpuset='1'>1</vcpu><cputune><vcpupin vcpu='0' cpuset='1'/>"), "one to one");
	spec.cpu_pin = VM_CPU_ANY;
	doc = xml(&spec);
	ok(!strstr(doc, "cputune"), "or nothing is");
	free(doc);
}

static void test_cmdline(void)
{
	struct vm_spec spec = SPEC;
	struct str line = {0};

	spec.cmdline = "quiet";
	domain_cmdline(&spec, &line);
	is_str(str_text(&line), "console=ttyS0 panic=-1 toll.disk=vda quiet",
		"the console, the disk, then the caller's words");
	str_release(&line);
	spec.disk = NULL;
	spec.arch = ARCH_AARCH64;
	domain_cmdline(&spec, &line);
	is_str(str_text(&line), "console=ttyAMA0 panic=-1 quiet", "another console, no disk");
	str_release(&line);
}

static void test_escaping(void)
{
	static const char evil[] = "/a'/><x>&amp;\"b";
	static const char safe[] = "/a&#39;/&gt;&lt;x&gt;&amp;amp;&quot;b";
	struct vm_spec spec = SPEC;
	struct str out = {0};
	unsigned n = 0;

	spec.kernel = spec.initrd = spec.disk = spec.cmdline = spec.machine = evil;
	domain_xml(&spec, evil, evil, false, &out);
	ok(!strstr(str_text(&out), evil), "no string gets into the document as it is");
	for (const char *p = str_text(&out); (p = strstr(p, safe)); p++)
		n++;
	is_int(n, 7, "each of the seven is escaped");
	ok(!strstr(str_text(&out), "qemu:del"), "an untrimmed document asks for no trimming");
	str_release(&out);
	spec = SPEC;
	spec.cpu = "x'/><y>";
	ok(has(&spec, "x&#39;/&gt;&lt;y&gt;"), "the CPU model too");
}

static void test_devices(void)
{
	char *doc = xml(&SPEC);

	ok(!strstr(doc, "interface") && !strstr(doc, "video") && !strstr(doc, "graphics"),
		"no network and no display");
	ok(strstr(doc, "<memballoon model='none'/>") &&
			strstr(doc, "<controller type='usb' model='none'/>"),
		"no balloon, no USB");
	ok(strstr(doc, "<readonly/>"), "the disk is read-only");
	free(doc);
}

int main(void)
{
	test_accelerator();
	test_cpu();
	test_disks();
	test_features();
	test_pinning();
	test_cmdline();
	test_escaping();
	test_devices();
	return done_testing();
}
