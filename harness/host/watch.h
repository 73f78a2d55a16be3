/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What the kernel counts about the CPU that is measured on, read before and after an execution.
 *
 *	struct host_watch watch;
 *	struct host_look before, after;
 *	host_watch_open(&watch, "", cpu);
 *	host_look(&watch, &before);
 *	…
 *	host_look(&watch, &after);
 *	host_disturbance(&before, &after, &sample.disturbance);
 *	host_watch_close(&watch);
 *
 * Files are opened once: a look is a read of each and three of clocks, 10 µs on a virtual
 * machine of two CPUs, nearly all of it /proc/stat. What a host does not show stays NaN.
 */
#ifndef HOST_WATCH_H
#define HOST_WATCH_H

#include "model/sample.h"

/* A machine that was suspended for less has not been: the two clocks are not read at once. */
#define HOST_SUSPENDED_MIN_NS 1e6

struct host_watch {
	int cpu;	 /* -1: sees nothing */
	int stat;	 /* /proc/stat; descriptors are -1 where there is no such file */
	int load;	 /* /proc/loadavg */
	int frequency;	 /* cpufreq/scaling_cur_freq of the CPU */
	int throttle[2]; /* thermal_throttle/{core,package}_throttle_count of the CPU */
};

/* Counters at one instant; NaN: not shown. */
struct host_look {
	double steal_ns, load1, cpu_khz, throttles;
	double asleep_ns; /* CLOCK_BOOTTIME − CLOCK_MONOTONIC */
};

/* Watches one CPU. `root` stands in front of /proc and /sys: "" but in tests; NULL: a watch that
 * sees nothing. */
void host_watch_open(struct host_watch *w, const char *root, int cpu);
void host_watch_close(struct host_watch *w);
void host_look(const struct host_watch *w, struct host_look *ret);
/* What happened between two looks. A counter that went back (a CPU was taken off and on) tells
 * nothing: NaN. */
void host_disturbance(
	const struct host_look *before, const struct host_look *after, struct disturbance *ret);

#endif
