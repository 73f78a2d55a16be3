/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * host/watch on made files: what is shown is read, what is not stays unknown.
 */
#include "host/watch.h"

#include <unistd.h>

#include "scratch.h"
#include "tap.h"

#define CPU "sys/devices/system/cpu/cpu1/"
#define STAT(steal)                                                                                \
	"cpu  9 9 9 9 9 9 9 99 0 0\n"                                                              \
	"cpu0 1 2 3 4 5 6 7 70 0 0\n"                                                              \
	"cpu1 1 2 3 4 5 6 7 " steal " 0 0\n"                                                       \
	"cpu11 1 2 3 4 5 6 7 90 0 0\n"                                                             \
	"intr 5\n"

/* Files are overwritten, not replaced: the watch keeps them open. */
static void put(const char *name, const char *text)
{
	char *path = scratch_path(name);
	char *slash = strrchr(path, '/');
	FILE *f;

	*slash = '\0';
	file_mkdirs(path, NULL);
	*slash = '/';
	f = fopen(path, "w");
	if (!f || fputs(text, f) < 0 || fclose(f)) {
		printf("Bail out! cannot write '%s'\n", path);
		exit(1);
	}
	free(path);
}

static struct disturbance between(const struct host_watch *w, const char *name, const char *text)
{
	struct host_look a, b;
	struct disturbance d;

	host_look(w, &a);
	if (name)
		put(name, text);
	host_look(w, &b);
	host_disturbance(&a, &b, &d);
	return d;
}

static void bare_host(void)
{
	struct host_watch w;
	struct disturbance d;

	host_watch_open(&w, scratch_dir, 1);
	d = between(&w, NULL, NULL);
	ok(isnan(d.steal_ns) && isnan(d.load1) && isnan(d.cpu_khz) && isnan(d.throttles),
		"what there is no file for is not known, and not 0");
	is_near(d.suspended_ns, 0, 0, "a machine that was awake was not suspended");
	host_watch_close(&w);
	host_watch_close(&w);
	host_watch_open(&w, NULL, 1);
	d = between(&w, NULL, NULL);
	ok(isnan(d.steal_ns) && isnan(d.suspended_ns), "a blind watch sees nothing");
	host_watch_close(&w);
}

static void counters(void)
{
	double tick_ns = 1e9 / (double)sysconf(_SC_CLK_TCK);
	struct host_watch w;
	struct disturbance d;

	put("proc/stat", STAT("5"));
	put("proc/loadavg", "1.25 0.50 0.25 3/120 4242\n");
	put(CPU "cpufreq/scaling_cur_freq", "2000000\n");
	put(CPU "thermal_throttle/core_throttle_count", "7\n");
	put(CPU "thermal_throttle/package_throttle_count", "9\n");
	host_watch_open(&w, scratch_dir, 1);
	d = between(&w, "proc/stat", STAT("12"));
	is_near(d.steal_ns, 7 * tick_ns, 1e-6, "steal is that of the CPU, in its ticks");
	is_near(d.load1, 1.25, 1e-12, "the load average is that of a minute");
	is_near(d.throttles, 0, 0, "throttling that is shown and did not happen is 0");
	d = between(&w, CPU "cpufreq/scaling_cur_freq", "3000000\n");
	is_near(d.cpu_khz, 2.5e6, 1e-6, "the frequency is the mean of before and after");
	d = between(&w, CPU "thermal_throttle/package_throttle_count", "11\n");
	is_near(d.throttles, 2, 0, "throttling of core and package is counted");
	d = between(&w, "proc/stat", STAT("3"));
	ok(isnan(d.steal_ns), "a counter that went back tells nothing");
	d = between(&w, "proc/stat", "cpu  9 9\ncpu1 1 2 3\nintr 5\n");
	ok(isnan(d.steal_ns), "a kernel that does not count steal time does not show it");
	d = between(&w, "proc/loadavg", "\n");
	ok(isnan(d.load1), "nor does an empty file say anything");
	host_watch_close(&w);
}

static void this_host(void)
{
	struct host_watch w;
	struct host_look look = {.asleep_ns = NAN};

	host_watch_open(&w, "", 0);
	host_look(&w, &look);
	ok(isfinite(look.asleep_ns) && look.asleep_ns >= -HOST_SUSPENDED_MIN_NS,
		"how long this machine has slept is known (%g s)", look.asleep_ns / 1e9);
	host_watch_close(&w);
}

int main(void)
{
	scratch_open();
	bare_host();
	counters();
	this_host();
	scratch_close();
	return done_testing();
}
