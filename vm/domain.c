/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/domain.h"

#include <string.h>

#include "base/cleanup.h"
#include "vm/wire.h"

/* <tag>text</tag> with the text escaped. */
static void add_element(struct str *out, const char *tag, const char *text)
{
	str_addf(out, "<%s>", tag);
	str_add_xml(out, text);
	str_addf(out, "</%s>", tag);
}

/* ` name='value'` with the value escaped. */
static void add_attribute(struct str *out, const char *name, const char *value)
{
	str_addf(out, " %s='", name);
	str_add_xml(out, value);
	str_addc(out, '\'');
}

static bool is_kvm(const struct vm_spec *spec)
{
	return !strcmp(spec->accel, "kvm");
}

const char *domain_machine(const struct vm_spec *spec)
{
	return spec->machine ? spec->machine : arch_info(spec->arch)->vm_machine;
}

void domain_cpu(const struct vm_spec *spec, struct str *out)
{
	const struct arch_info *arch = arch_info(spec->arch);

	if (spec->cpu) {
		str_add(out, spec->cpu);
	} else if (is_kvm(spec)) {
		/* What native programs see; on Arm KVM has no other. */
		str_add(out, "host");
	} else {
		str_addf(out, "%s%s", arch->cpu_model, arch->cpu_tcg_lacks);
	}
}

void domain_cmdline(const struct vm_spec *spec, struct str *out)
{
	const struct arch_info *arch = arch_info(spec->arch);

	/* panic=-1: a guest that panics ends at once, its reason on the console. */
	str_addf(out, "console=%s panic=-1", arch->vm_console);
	if (spec->disk)
		str_add(out, " toll.disk=vda");
	str_addf(out, " %s", spec->cmdline ? spec->cmdline : arch->vm_cmdline);
}

/* libvirt gives vCPU threads an affinity of their own: the one inherited is lost. */
static void add_vcpus(struct str *out, const struct vm_spec *spec)
{
	struct str set = {0};

	if (spec->cpu_pin < 0) {
		str_addf(out, "<vcpu>%u</vcpu>", spec->vcpus);
		return;
	}
	if (spec->vcpus > 1)
		str_addf(&set, "%d-", spec->cpu_pin - (int)spec->vcpus + 1);
	str_addf(&set, "%d", spec->cpu_pin);
	str_addf(out, "<vcpu placement='static' cpuset='%s'>%u</vcpu><cputune>", str_text(&set),
		spec->vcpus);
	for (unsigned i = 0; i < spec->vcpus; i++)
		str_addf(out, "<vcpupin vcpu='%u' cpuset='%s'/>", i, str_text(&set));
	str_addf(out, "<emulatorpin cpuset='%s'/></cputune>", str_text(&set));
	str_release(&set);
}

static void add_os(struct str *out, const struct vm_spec *spec)
{
	struct str cmdline = {0};

	str_add(out, "<os><type");
	add_attribute(out, "arch", arch_text(spec->arch));
	add_attribute(out, "machine", domain_machine(spec));
	str_add(out, ">hvm</type>");
	add_element(out, "kernel", spec->kernel);
	add_element(out, "initrd", spec->initrd);
	domain_cmdline(spec, &cmdline);
	add_element(out, "cmdline", str_text(&cmdline));
	str_release(&cmdline);
	str_add(out, "</os>");
}

static void add_features(struct str *out, const struct vm_spec *spec)
{
	const struct arch_info *arch = arch_info(spec->arch);

	str_addf(out, "<features>%s</features>",
		is_kvm(spec) ? arch->vm_features_kvm : arch->vm_features_tcg);
}

/* "model,+feature,-feature" */
static void add_cpu(struct str *out, const struct vm_spec *spec)
{
	_cleanup_free_ char *cpu = NULL;
	char *model, *feature, *save = NULL;
	struct str asked = {0};

	domain_cpu(spec, &asked);
	cpu = str_take(&asked);
	model = strtok_r(cpu, ",", &save);

	/* check='none': TCG lacks features of most models of a real CPU; the programs must cope
	 * with that here as they do in the translator, which lacks the same ones. */
	if (model && !strcmp(model, "host")) {
		str_add(out, "<cpu mode='host-passthrough' check='none'>");
	} else if (model && !strcmp(model, "max")) {
		str_add(out, "<cpu mode='maximum' check='none'>");
	} else {
		str_add(out, "<cpu mode='custom' match='exact' check='none'>"
			     "<model fallback='forbid'>");
		str_add_xml(out, model ? model : "");
		str_add(out, "</model>");
	}
	while ((feature = strtok_r(NULL, ",", &save))) {
		str_addf(out, "<feature policy='%s'", feature[0] == '-' ? "disable" : "require");
		add_attribute(out, "name", feature + (feature[0] == '-' || feature[0] == '+'));
		str_add(out, "/>");
	}
	str_add(out, "</cpu>");
}

/* On the root bus: without this each PCIe device gets a root port of its own. */
static void add_slot(struct str *out, unsigned slot)
{
	str_addf(out, "<address type='pci' domain='0x0000' bus='0x00' slot='0x%02x'/>", slot);
}

static void add_console(struct str *out, const char *console)
{
	if (console && !strcmp(console, DOMAIN_CONSOLE_STREAM)) {
		str_add(out, "<serial type='pty'/>");
	} else if (console) {
		str_add(out, "<serial type='file'><source");
		add_attribute(out, "path", console);
		str_add(out, "/></serial>");
	} else {
		str_add(out, "<serial type='null'/>");
	}
}

/* The first disk has slot 4 and the name vda. */
#define DISK_SLOT 4

static void add_disk(struct str *out, unsigned number, const char *disk, const char *serial)
{
	str_add(out, "<disk type='file' device='disk'><driver name='qemu' type='raw'/><source");
	add_attribute(out, "file", disk);
	str_addf(out, "/><target dev='vd%c' bus='virtio'/><readonly/>", 'a' + number);
	if (serial)
		add_element(out, "serial", serial);
	add_slot(out, DISK_SLOT + number);
	str_add(out, "</disk>");
}

static void add_devices(struct str *out, const struct vm_spec *spec, const char *console)
{
	str_add(out, "<devices><controller type='usb' model='none'/>"
		     "<controller type='virtio-serial' index='0'>");
	add_slot(out, 3);
	str_add(out, "</controller>");
	if (spec->disk)
		add_disk(out, 0, spec->disk, NULL);
	for (unsigned i = 0; i < spec->ndisks; i++)
		add_disk(out, i + 1, spec->disks[i].path, spec->disks[i].serial);
	add_console(out, console);
	str_add(out, "<channel type='unix'><target type='virtio' name='" WIRE_PORT_NAME "'/>"
		     "</channel><memballoon model='none'/></devices>");
}

void domain_xml(const struct vm_spec *spec, const char *name, const char *console, bool trim,
	struct str *out)
{
	str_addf(out, "<domain type='%s' xmlns:qemu='http://libvirt.org/schemas/domain/qemu/1.0'>",
		is_kvm(spec) ? "kvm" : "qemu");
	add_element(out, "name", name);
	str_addf(out, "<memory unit='MiB'>%llu</memory>", (unsigned long long)spec->memory_mib);
	add_vcpus(out, spec);
	add_os(out, spec);
	add_features(out, spec);
	add_cpu(out, spec);
	str_add(out, "<on_poweroff>destroy</on_poweroff><on_reboot>destroy</on_reboot>"
		     "<on_crash>destroy</on_crash>");
	add_devices(out, spec, console);
	if (trim)
		str_add(out, "<qemu:capabilities><qemu:del capability='cpu-unavailable-features'/>"
			     "</qemu:capabilities>");
	str_add(out, "</domain>");
}
