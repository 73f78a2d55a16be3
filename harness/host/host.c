/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/host.h"

#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/proc.h"
#include "base/str.h"
#include "host/hypervisor.h"

#define VERSION_TIMEOUT_NS (5 * NS_PER_S)
#define PROC_FILE_MAX (4u << 20)

/* Copies what stands behind "key…:" or "key=" in a file of such lines, quotes removed. */
static void copy_value(const char *file, const char *key, char *dst, size_t size)
{
	_cleanup_free_ char *text = NULL;
	char *save = NULL;

	if (file_read(file, PROC_FILE_MAX, &text, NULL, NULL) < 0)
		return;
	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		size_t n = strlen(key);
		char *value = line + n;

		if (!str_starts(line, key))
			continue;
		value += strspn(value, " \t:=\"");
		value[strcspn(value, "\"\n")] = '\0';
		str_copy(dst, size, value);
		str_sanitize(dst);
		return;
	}
}

/* First line of a small file. */
static void copy_line(const char *file, char *dst, size_t size)
{
	_cleanup_free_ char *text = NULL;

	if (file_read(file, PROC_FILE_MAX, &text, NULL, NULL) < 0)
		return;
	text[strcspn(text, "\n")] = '\0';
	str_copy(dst, size, text);
	str_sanitize(dst);
}

static void ask_version(const char *program, char *dst, size_t size)
{
	char *argv[] = {(char *)program, "--version", NULL};

	proc_first_line(
		&(struct proc_spec){
			.argv = argv, .cpu = PROC_CPU_ANY, .timeout_ns = VERSION_TIMEOUT_NS},
		dst, size, NULL);
}

/* Over what stays the same about a machine. */
static void make_id(struct host *h)
{
	char machine[64] = "";
	_cleanup_free_ char *all = NULL;

	copy_line("/etc/machine-id", machine, sizeof(machine));
	all = xasprintf("%s/%s/%s%s/%u", machine, arch_text(h->arch), h->cpu_model, h->cpu_revision,
		h->cpus);
	host_hash(all, h->id);
}

/* The last CPU this process may use measures, the first runs the harness. */
static void choose_cpus(struct host *h)
{
	cpu_set_t set;

	h->measure_cpu = h->harness_cpu = -1;
	if (sched_getaffinity(0, sizeof(set), &set) < 0)
		return;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++) {
		if (!CPU_ISSET((size_t)cpu, &set))
			continue;
		if (h->harness_cpu < 0)
			h->harness_cpu = cpu;
		h->measure_cpus = h->measure_cpu == cpu - 1 ? h->measure_cpus + 1 : 1;
		h->measure_cpu = cpu;
	}
}

/* The number behind "key<tabs>:" in the text; -1: there is none. */
static int cpuinfo_number(const char *cpuinfo, const char *key)
{
	size_t n = strlen(key);

	for (const char *line = cpuinfo; line; line = strchr(line, '\n')) {
		const char *value;
		int number;

		line += *line == '\n';
		if (!str_starts(line, key))
			continue;
		value = line + n + strspn(line + n, " \t");
		if (*value == ':' && sscanf(value + 1, "%d", &number) == 1)
			return number;
	}
	return -1;
}

void host_cpu_revision(const char *cpuinfo, char ret[static 64])
{
	int family = cpuinfo_number(cpuinfo, "cpu family");
	int model = cpuinfo_number(cpuinfo, "model");
	int stepping = cpuinfo_number(cpuinfo, "stepping");

	ret[0] = '\0';
	if (family >= 0 && model >= 0 && stepping >= 0)
		snprintf(ret, 64, "family %d, model %d, stepping %d", family, model, stepping);
}

static void detect_cpu_revision(struct host *h)
{
	_cleanup_free_ char *text = NULL;

	if (!file_read("/proc/cpuinfo", PROC_FILE_MAX, &text, NULL, NULL))
		host_cpu_revision(text, h->cpu_revision);
}

/* An Arm kernel gives numbers instead of a name. */
static void detect_cpu_model(struct host *h)
{
	char implementer[32] = "", part[32] = "";

	copy_value("/proc/cpuinfo", "model name", h->cpu_model, sizeof(h->cpu_model));
	if (h->cpu_model[0])
		return;
	copy_value("/proc/cpuinfo", "CPU implementer", implementer, sizeof(implementer));
	copy_value("/proc/cpuinfo", "CPU part", part, sizeof(part));
	snprintf(h->cpu_model, sizeof(h->cpu_model), "Arm CPU, implementer %s, part %s",
		implementer, part);
}

static void detect_kernel(struct host *h)
{
	struct utsname u;

	if (uname(&u) == 0)
		snprintf(h->kernel, sizeof(h->kernel), "%.60s %.60s", u.sysname, u.release);
}

static void detect_load(struct host *h)
{
	double load;

	h->load1 = getloadavg(&load, 1) == 1 ? load : NAN;
}

int host_detect(struct host *ret, struct err *err)
{
	struct host h = {.arch = arch_host()};
	_cleanup_free_ char *system = xasprintf("qemu-system-%s", arch_text(h.arch));
	_cleanup_free_ char *user = NULL;
	long pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);

	h.cpus = (unsigned)sysconf(_SC_NPROCESSORS_ONLN);
	if (pages > 0 && page > 0)
		h.memory_mib = (uint64_t)pages * (uint64_t)page >> 20;
	choose_cpus(&h);
	if (h.measure_cpu < 0)
		return err_set(err, ENOSYS, "cannot read this process's CPU affinity");
	detect_cpu_model(&h);
	detect_cpu_revision(&h);
	copy_value("/etc/os-release", "PRETTY_NAME=", h.distribution, sizeof(h.distribution));
	copy_line("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor", h.governor,
		sizeof(h.governor));
	hypervisor_detect(h.hypervisor, sizeof(h.hypervisor));
	detect_kernel(&h);
	detect_load(&h);
	for (enum arch a = 0; a < ARCH_COUNT && !h.qemu_user[0]; a++) {
		free(user);
		user = xasprintf("qemu-%s-static", arch_text(a));
		ask_version(user, h.qemu_user, sizeof(h.qemu_user));
	}
	ask_version(system, h.qemu_system, sizeof(h.qemu_system));
	make_id(&h);
	*ret = h;
	return 0;
}

void host_pin_harness(const struct host *host)
{
	cpu_set_t set;

	if (host->harness_cpu == host->measure_cpu)
		return;
	CPU_ZERO(&set);
	CPU_SET((size_t)host->harness_cpu, &set);
	sched_setaffinity(0, sizeof(set), &set);
}
