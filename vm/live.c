/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <libvirt/libvirt-qemu.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/json.h"
#include "base/str.h"
#include "vm/domain.h"
#include "vm/machine.h"

#define MONITOR_TIMEOUT_NS (20 * NS_PER_S)

/* One command to QEMU's own monitor; *ret_value is what it returned, alive as long as the
 * document. */
static int ask(struct vm *vm, const char *command, struct json_doc **ret,
	const struct json **ret_value, struct err *err)
{
	_cleanup_free_ char *reply = NULL;
	int r, fired;

	guard_begin(vm->host, vm->match, deadline_in(MONITOR_TIMEOUT_NS));
	r = virDomainQemuMonitorCommand(vm->domain, command, &reply, 0);
	fired = guard_end(vm->host);
	if (fired)
		return err_set(err, -fired, "QEMU's monitor did not answer");
	if (r < 0)
		return err_libvirt(err, "cannot ask QEMU's monitor");
	r = json_parse(reply, strlen(reply), "QEMU's answer", 1, ret, err);
	if (r < 0)
		return r;
	*ret_value = json_get(json_root(*ret), "return");
	return *ret_value ? 0 : err_set(err, EPROTO, "QEMU refused '%s'", command);
}

/* The type of an object in QEMU's tree, without its suffix from `suffix` on. */
static int ask_type(struct vm *vm, const char *path, const char *suffix,
	char ret[static VM_TEXT_MAX], struct err *err)
{
	_cleanup_free_ char *command =
		xasprintf("{\"execute\":\"qom-get\",\"arguments\":{\"path\":\"%s\","
			  "\"property\":\"type\"}}",
			path);
	_cleanup_json_ struct json_doc *doc = NULL;
	const struct json *value = NULL;
	char *end;
	int r = ask(vm, command, &doc, &value, err);

	if (r < 0)
		return r;
	if (!json_string(value))
		return err_set(err, EPROTO, "QEMU does not say what '%s' is", path);
	str_copy(ret, VM_TEXT_MAX, json_string(value));
	end = strstr(ret, suffix);
	if (end)
		*end = '\0';
	return 0;
}

/* QEMU's names of its vCPUs' threads, which libvirt has it show: "CPU 0/TCG", "ALL CPUs/TCG". Only
 * a QEMU of this machine has one here. */
static bool thread_name(const struct vm *vm, double thread, char **ret)
{
	_cleanup_free_ char *path = xasprintf("/proc/%.0f/comm", thread);

	return !vm->host->kind.remote && file_read(path, VM_TEXT_MAX, ret, NULL, NULL) == 0 &&
	       strstr(*ret, "/TCG");
}

/* TCG runs each vCPU in a thread of its own, or all in one: QEMU has no question for which, but its
 * vCPUs' thread ids tell, and with a single vCPU the thread's name. */
static void read_threads(const struct vm *vm, const struct json *cpus, struct vm_boot *ret)
{
	_cleanup_free_ char *name = NULL;
	const struct json *first = json_first(cpus);
	double thread = json_number(json_get(first, "thread-id"));
	bool single;

	if (strcmp(ret->accel, "tcg"))
		return;
	if (ret->vcpus > 1)
		single = json_number(json_get(json_next(first), "thread-id")) == thread;
	else if (thread_name(vm, thread, &name))
		single = str_starts(name, "ALL CPUs");
	else
		return;
	str_copy(ret->threads, VM_TEXT_MAX, single ? "single" : "multi");
}

/* The process of a thread, where it is one of this machine's. */
static pid_t process_of(const struct vm *vm, double thread)
{
	_cleanup_free_ char *path = xasprintf("/proc/%.0f/status", thread), *text = NULL;
	const char *line;

	if (vm->host->kind.remote || file_read(path, 1u << 16, &text, NULL, NULL) < 0)
		return 0;
	line = strstr(text, "\nTgid:");
	return line ? (pid_t)strtol(line + strlen("\nTgid:"), NULL, 10) : 0;
}

static int ask_cpus(struct vm *vm, const struct vm_spec *spec, struct vm_boot *ret, struct err *err)
{
	_cleanup_json_ struct json_doc *doc = NULL;
	const struct json *cpus = NULL;
	const char *path;
	int r = ask(vm, "{\"execute\":\"query-cpus-fast\"}", &doc, &cpus, err);

	if (r < 0)
		return r;
	ret->vcpus = (unsigned)json_count(cpus);
	path = json_string(json_get(json_first(cpus), "qom-path"));
	if (!path)
		return err_set(err, EPROTO, "QEMU does not say which CPUs it has");
	read_threads(vm, cpus, ret);
	if (!vm->qemu)
		vm->qemu = process_of(vm, json_number(json_get(json_first(cpus), "thread-id")));
	return ask_type(vm, path, arch_info(spec->arch)->cpu_type, ret->cpu, err);
}

static int ask_accel(struct vm *vm, struct vm_boot *ret, struct err *err)
{
	_cleanup_json_ struct json_doc *doc = NULL;
	const struct json *value = NULL;
	int r = ask(vm, "{\"execute\":\"query-kvm\"}", &doc, &value, err);

	if (r < 0)
		return r;
	str_copy(ret->accel, VM_TEXT_MAX, json_true(json_get(value, "enabled")) ? "kvm" : "tcg");
	return 0;
}

static int ask_version(struct vm *vm, struct vm_boot *ret, struct err *err)
{
	_cleanup_json_ struct json_doc *doc = NULL;
	struct str text = {0};
	const struct json *value = NULL, *qemu;
	int r = ask(vm, "{\"execute\":\"query-version\"}", &doc, &value, err);

	if (r < 0)
		return r;
	qemu = json_get(value, "qemu");
	str_addf(&text, "%.0f.%.0f.%.0f", json_number(json_get(qemu, "major")),
		json_number(json_get(qemu, "minor")), json_number(json_get(qemu, "micro")));
	str_copy(ret->qemu, VM_TEXT_MAX, str_text(&text));
	str_release(&text);
	return 0;
}

static bool is_model(const char *got, const struct vm_spec *spec)
{
	struct str asked = {0};
	size_t n;
	bool same;

	domain_cpu(spec, &asked);
	n = strcspn(str_text(&asked), ",");
	same = !strncmp(got, str_text(&asked), n) && !got[n];
	str_release(&asked);
	return same;
}

static int compare(const struct vm_spec *spec, const struct vm_boot *boot, struct err *err)
{
	if (strcmp(boot->accel, spec->accel))
		return err_set(err, ENODEV, "asked for %s, got %s", spec->accel, boot->accel);
	if (!is_model(boot->cpu, spec))
		return err_set(err, ENODEV, "asked for another CPU model than '%s'", boot->cpu);
	if (boot->vcpus != spec->vcpus || boot->guest_cpus != spec->vcpus)
		return err_set(err, ENODEV, "asked for %u vCPUs, got %u of which the guest uses %u",
			spec->vcpus, boot->vcpus, boot->guest_cpus);
	if (strcmp(boot->guest_arch, arch_text(spec->arch)))
		return err_set(err, ENODEV, "asked for %s, the guest says it is '%s'",
			arch_text(spec->arch), boot->guest_arch);
	return 0;
}

int live_read(struct vm *vm, const struct vm_spec *spec, struct vm_boot *ret, struct err *err)
{
	int r;

	if ((r = ask_accel(vm, ret, err)) < 0 || (r = ask_cpus(vm, spec, ret, err)) < 0 ||
		(r = ask_type(vm, "/machine", "-machine", ret->machine, err)) < 0 ||
		(r = ask_version(vm, ret, err)) < 0)
		return r;
	str_copy(ret->libvirt, VM_TEXT_MAX, vm->host->there_version);
	str_copy(ret->ran_on, VM_NAME_MAX, vm->host->ran_on);
	return compare(spec, ret, err);
}
