/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "vm/guest/guest.h"

uint64_t agent_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * AGENT_NS_PER_S + (uint64_t)ts.tv_nsec;
}

void agent_power_off(void)
{
	sync();
	reboot(RB_POWER_OFF);
	/* No way to switch off: the host sees the port close and ends the guest. */
	for (;;)
		pause();
}

void agent_die(const char *text, const char *detail, int error)
{
	dprintf(2, "toll-agent: %s %s%s%s\n", text, detail, error ? ": " : "",
		error ? strerror(error) : "");
	agent_power_off();
}

static void mount_at(const char *type, const char *where, const char *options)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, options) < 0)
		agent_die("cannot mount", where, errno);
}

void setup_mount_system(void)
{
	mount_at("proc", "/proc", "");
	mount_at("sysfs", "/sys", "");
	mount_at("devtmpfs", "/dev", "");
	mount_at("tmpfs", "/tmp", "");
	mount_at("tmpfs", "/dev/shm", "");
}

void setup_open_console(void)
{
	int fd = open("/dev/console", O_RDWR);

	for (int i = 0; fd >= 0 && i < 3; i++)
		dup2(fd, i);
	if (fd > 2)
		close(fd);
}

static void load_module(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		agent_die("cannot open", path, errno);
	if (syscall(SYS_finit_module, fd, "", 0) < 0 && errno != EEXIST)
		agent_die("cannot load", path, errno);
	close(fd);
}

void setup_load_modules(void)
{
	FILE *order = fopen("/modules/order", "re");
	char line[256];

	if (!order)
		agent_die("cannot open", "/modules/order", errno);
	while (fgets(line, sizeof(line), order)) {
		line[strcspn(line, "\n")] = '\0';
		if (line[0])
			load_module(line);
	}
	fclose(order);
}

const char *setup_option(const char *name)
{
	static char line[4096];
	FILE *f = fopen("/proc/cmdline", "re");
	size_t n = strlen(name);

	if (!f || !fgets(line, sizeof(line), f))
		agent_die("cannot read", "/proc/cmdline", errno);
	fclose(f);
	for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
		if (!strncmp(word, name, n) && word[n] == '=')
			return word + n + 1;
	return NULL;
}

void setup_mount_disk(uint64_t deadline_ns)
{
	const char *name = setup_option("toll.disk");
	char dev[64];

	if (!name)
		return;
	snprintf(dev, sizeof(dev), "/dev/%s", name);
	while (access(dev, F_OK) < 0) {
		if (agent_now_ns() > deadline_ns)
			agent_die("there is no disk", dev, 0);
		usleep(1000);
	}
	mkdir("/toll", 0755);
	if (mount(dev, "/toll", "squashfs", MS_RDONLY, "") < 0)
		agent_die("cannot mount as squashfs", dev, errno);
}

void setup_loopback(void)
{
	struct ifreq lo = {.ifr_name = "lo", .ifr_flags = IFF_UP | IFF_RUNNING};
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || ioctl(fd, SIOCSIFFLAGS, &lo) < 0)
		agent_die("cannot bring up", "the loopback", errno);
	close(fd);
}

void setup_set_hostname(void)
{
	if (sethostname("toll", 4) < 0)
		agent_die("cannot set", "the host name", errno);
}

static bool set(const char *path, const char *value)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	bool ret = fd >= 0 && write(fd, value, strlen(value)) == (ssize_t)strlen(value);
	int error = errno;

	if (fd >= 0)
		close(fd);
	errno = error;
	return ret;
}

void setup_memory(void)
{
	static const char overcommit[] = "/proc/sys/vm/overcommit_memory";

	if (!set(overcommit, "1"))
		agent_die("cannot write", overcommit, errno);
	if (set("/sys/kernel/mm/lru_gen/enabled", "y"))
		set("/sys/kernel/mm/lru_gen/min_ttl_ms", "1000");
}

uint64_t setup_oom_kills(void)
{
	unsigned long long kills = 0;
	FILE *f = fopen("/proc/vmstat", "re");
	char line[128];

	while (f && fgets(line, sizeof(line), f))
		if (sscanf(line, "oom_kill %llu", &kills) == 1)
			break;
	if (f)
		fclose(f);
	return kills;
}
