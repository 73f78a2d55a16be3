/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "host/watch.h"

#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/str.h"

/* Of /proc/stat: the lines of the CPUs come first. */
#define STAT_MAX 65536
#define STEAL_FIELD 8 /* user nice system idle iowait irq softirq steal */
#define CLOCK_TRIES 3
#define CLOCK_GOOD_NS 20000.0

static int open_below(const char *root, const char *path)
{
	_cleanup_free_ char *full = root ? xasprintf("%s%s", root, path) : NULL;

	return full ? open(full, O_RDONLY | O_CLOEXEC) : -1;
}

static int open_of_cpu(const char *root, int cpu, const char *file)
{
	_cleanup_free_ char *path = xasprintf("/sys/devices/system/cpu/cpu%d/%s", cpu, file);

	return open_below(root, path);
}

void host_watch_open(struct host_watch *w, const char *root, int cpu)
{
	*w = (struct host_watch){.cpu = root ? cpu : -1,
		.stat = open_below(root, "/proc/stat"),
		.load = open_below(root, "/proc/loadavg"),
		.frequency = open_of_cpu(root, cpu, "cpufreq/scaling_cur_freq"),
		.throttle = {open_of_cpu(root, cpu, "thermal_throttle/core_throttle_count"),
			open_of_cpu(root, cpu, "thermal_throttle/package_throttle_count")}};
}

static void close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void host_watch_close(struct host_watch *w)
{
	close_one(&w->stat);
	close_one(&w->load);
	close_one(&w->frequency);
	for (size_t i = 0; i < ARRAY_LEN(w->throttle); i++)
		close_one(&w->throttle[i]);
}

/* From its beginning, as text. False: nothing there. */
static bool read_again(int fd, char *buf, size_t size)
{
	ssize_t n = fd < 0 ? -1 : pread(fd, buf, size - 1, 0);

	buf[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static double number_at(const char *text)
{
	char *end;
	double value = strtod(text, &end);

	return end == text ? NAN : value;
}

static double read_number(int fd)
{
	char text[64];

	return read_again(fd, text, sizeof(text)) ? number_at(text) : NAN;
}

/* NaN without any; what only one file shows is that. */
static double read_throttles(const struct host_watch *w)
{
	double sum = NAN;

	for (size_t i = 0; i < ARRAY_LEN(w->throttle); i++) {
		double one = read_number(w->throttle[i]);

		if (isfinite(one))
			sum = isfinite(sum) ? sum + one : one;
	}
	return sum;
}

static double read_steal_ns(const struct host_watch *w)
{
	static char text[STAT_MAX];
	char key[24];
	const char *line;

	snprintf(key, sizeof(key), "\ncpu%d ", w->cpu);
	if (!read_again(w->stat, text, sizeof(text)) || !(line = strstr(text, key)))
		return NAN;
	line += strlen(key);
	for (int field = 1; field < STEAL_FIELD; field++) {
		line += strspn(line, " ");
		line += strspn(line, "0123456789");
	}
	/* The last line may be cut, and an old kernel's ends before. */
	if (!strchr(line, '\n') || *line != ' ')
		return NAN;
	return number_at(line) * 1e9 / (double)sysconf(_SC_CLK_TCK);
}

static double clock_ns(clockid_t clock)
{
	struct timespec t;

	if (clock_gettime(clock, &t) < 0)
		return NAN;
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The other clock is read between two readings of one, again where something came between. */
static double read_asleep_ns(void)
{
	double asleep = NAN, best = INFINITY;

	for (int i = 0; i < CLOCK_TRIES && best > CLOCK_GOOD_NS; i++) {
		double before = clock_ns(CLOCK_MONOTONIC), boot = clock_ns(CLOCK_BOOTTIME);
		double after = clock_ns(CLOCK_MONOTONIC);

		if (!(after - before < best))
			continue;
		best = after - before;
		asleep = boot - (before + after) / 2;
	}
	return asleep;
}

void host_look(const struct host_watch *w, struct host_look *ret)
{
	*ret = (struct host_look){.steal_ns = read_steal_ns(w),
		.load1 = read_number(w->load),
		.cpu_khz = read_number(w->frequency),
		.throttles = read_throttles(w),
		.asleep_ns = w->cpu < 0 ? NAN : read_asleep_ns()};
}

static double rise(double before, double after)
{
	return after >= before ? after - before : NAN;
}

void host_disturbance(
	const struct host_look *before, const struct host_look *after, struct disturbance *ret)
{
	double asleep = after->asleep_ns - before->asleep_ns;

	*ret = (struct disturbance){.steal_ns = rise(before->steal_ns, after->steal_ns),
		.load1 = after->load1,
		.cpu_khz = (before->cpu_khz + after->cpu_khz) / 2,
		.throttles = rise(before->throttles, after->throttles),
		.suspended_ns = fabs(asleep) < HOST_SUSPENDED_MIN_NS ? 0 : rise(0, asleep)};
}
