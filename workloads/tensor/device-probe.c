/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a program can see from where it runs: CPUs, instruction set, memory, kernel, GPUs and other
 * accelerators. Compiled for the lowest ISA, so that it can also say what is missing. The iteration
 * is a fixed trivial loop.
 *
 * `probe` of its record: {"cpus":{"online":N,"affinity":N},"isa":{"vendor":S|null,"model":S|null,
 * "features":[S…]},"ram_mib":N,"page_size":N,"kernel":S,"machine":S,"accelerators":[S…]}. An
 * accelerator is the path of what stands for it. Strings are LIMIT bytes at most, lists MAX_ITEMS.
 */
#include "workloads/wl.h"

#include <dirent.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "workloads/probe/isa.h"

enum { LIMIT = 80, MAX_ITEMS = 32, LOOP = 1000 };

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

/* Where accelerators show themselves: entries of `folder` that begin with `prefix` and, unless it
 * is NULL, end with `suffix`. */
static const struct place {
	const char *folder, *prefix, *suffix;
} places[] = {
	{"/dev/dri", "", NULL},
	{"/dev", "nvidia", NULL},
	{"/dev", "kfd", NULL},
	{"/dev", "mali", NULL},
	{"/dev", "dxg", NULL},
	{"/dev/accel", "", NULL},
	{"/proc/driver/nvidia/gpus", "", NULL},
	{"/sys/class/drm", "card", NULL},
	{"/sys/class/drm", "renderD", NULL},
	{"/etc/OpenCL/vendors", "", ".icd"},
};

static int matches(const struct place *place, const char *name)
{
	size_t length = strlen(name), suffix = place->suffix ? strlen(place->suffix) : 0;

	if (name[0] == '.' || strncmp(name, place->prefix, strlen(place->prefix)) != 0)
		return 0;
	return !suffix || (length >= suffix && !strcmp(name + length - suffix, place->suffix));
}

/* Appends the place's entries, sorted by name, to `found`; returns the new count. */
static int scan_place(const struct place *place, char **found, int count)
{
	DIR *dir = opendir(place->folder);
	struct dirent *entry;
	int first = count;

	if (!dir)
		return count;
	while (count < MAX_ITEMS && (entry = readdir(dir))) {
		char path[LIMIT + 1];

		if (!matches(place, entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%.40s/%.39s", place->folder, entry->d_name);
		found[count] = strdup(path);
		if (found[count])
			count++;
	}
	closedir(dir);
	qsort(found + first, (size_t)(count - first), sizeof(*found), compare_names);
	return count;
}

static void print_accelerators(FILE *out)
{
	char *found[MAX_ITEMS];
	int count = 0;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		count = scan_place(&places[i], found, count);
	fprintf(out, "[");
	for (int i = 0; i < count; i++) {
		fprintf(out, "%s", i ? "," : "");
		wl_json_string(out, found[i]);
		free(found[i]);
	}
	fprintf(out, "]");
}

static void print_limited(FILE *out, const char *s)
{
	char text[LIMIT + 1];

	if (!s) {
		fprintf(out, "null");
		return;
	}
	snprintf(text, sizeof(text), "%s", s);
	wl_json_string(out, text);
}

static void print_isa(FILE *out)
{
	struct probe_isa isa;

	probe_isa(&isa);
	fprintf(out, "{\"vendor\":");
	print_limited(out, isa.vendor[0] ? isa.vendor : NULL);
	fprintf(out, ",\"model\":");
	print_limited(out, isa.model[0] ? isa.model : NULL);
	fprintf(out, ",\"features\":[");
	for (int i = 0; i < isa.count; i++) {
		fprintf(out, "%s", i ? "," : "");
		wl_json_string(out, isa.features[i]);
	}
	fprintf(out, "]}");
}

static void probe(FILE *out)
{
	long pages = sysconf(_SC_PHYS_PAGES), page_size = sysconf(_SC_PAGESIZE);
	struct utsname name = {0};
	cpu_set_t allowed;
	int affinity = 0;

	if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
		affinity = CPU_COUNT(&allowed);
	uname(&name);
	fprintf(out, "{\"cpus\":{\"online\":%ld,\"affinity\":%d},\"isa\":",
		sysconf(_SC_NPROCESSORS_ONLN), affinity);
	print_isa(out);
	fprintf(out, ",\"ram_mib\":%lld,\"page_size\":%ld,\"kernel\":",
		(long long)pages * page_size / (1 << 20), page_size);
	print_limited(out, name.release);
	fprintf(out, ",\"machine\":");
	print_limited(out, name.machine);
	fprintf(out, ",\"accelerators\":");
	print_accelerators(out);
	fprintf(out, "}");
}

/* ---- the trivial loop ---- */

static void *setup(const void *shape, uint64_t seed)
{
	(void)shape;
	(void)seed;
	return wl_alloc(1, sizeof(uint64_t));
}

static void iterate(void *state)
{
	volatile uint64_t *count = state;

	for (int i = 0; i < LOOP; i++)
		(*count)++;
}

static void digest(const void *state, struct wl_digest *digest)
{
	wl_digest_value(digest, (double)*(const uint64_t *)state);
}

static struct wl_work work(const void *shape)
{
	(void)shape;
	return (struct wl_work){0};
}

static const char *path(void)
{
	return WL_ISA;
}

const struct wl_backend wl_backend = {.variant = "portable", .path = path};

static const struct wl_size sizes[] = {
	{"small", NULL},
	{"seed", NULL},
	{0},
};

const struct wl_workload workload = {
	.name = "device-probe",
	.summary = "what a program sees: CPUs, ISA features, memory, accelerators",
	.sizes = sizes,
	.verify_steps = 1,
	.setup = setup,
	.iterate = iterate,
	.digest = digest,
	.work = work,
	.probe = probe,
	.release = free,
};
