/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "vm/guest/guest.h"

/* From the agent's start: devices that are not there by then do not come. Translated guests on a
 * busy host need tens of seconds now and then. */
#define SETUP_TIMEOUT_NS (60 * AGENT_NS_PER_S)

uint64_t agent_now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * AGENT_NS_PER_S + (uint64_t)ts.tv_nsec;
}

static void power_off(void)
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
	power_off();
	__builtin_unreachable();
}

static void mount_at(const char *type, const char *where, const char *options)
{
	mkdir(where, 0755);
	if (mount(type, where, type, 0, options) < 0)
		agent_die("cannot mount", where, errno);
}

static void mount_system(void)
{
	mount_at("proc", "/proc", "");
	mount_at("sysfs", "/sys", "");
	mount_at("devtmpfs", "/dev", "");
	mount_at("tmpfs", "/tmp", "");
	mount_at("tmpfs", "/dev/shm", "");
}

/* The kernel may have started us without a console. */
static void open_console(void)
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

static void load_modules(void)
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

/* The value of toll.disk= on the kernel's command line, or NULL. */
static const char *disk_name(void)
{
	static char line[4096];
	FILE *f = fopen("/proc/cmdline", "re");

	if (!f || !fgets(line, sizeof(line), f))
		agent_die("cannot read", "/proc/cmdline", errno);
	fclose(f);
	for (char *word = strtok(line, " \n"); word; word = strtok(NULL, " \n"))
		if (!strncmp(word, "toll.disk=", 10))
			return word + 10;
	return NULL;
}

static void mount_disk(uint64_t deadline_ns)
{
	const char *name = disk_name();
	char dev[64];
	int error;

	if (!name)
		return;
	snprintf(dev, sizeof(dev), "/dev/%s", name);
	while (access(dev, F_OK) < 0) {
		if (agent_now_ns() > deadline_ns)
			agent_die("there is no disk", dev, 0);
		usleep(1000);
	}
	mkdir("/toll", 0755);
	if (!mount(dev, "/toll", "squashfs", MS_RDONLY, ""))
		return;
	error = errno;
	if (!mount(dev, "/toll", "erofs", MS_RDONLY, ""))
		return;
	agent_die("cannot mount as squashfs or erofs", dev, errno == ENODEV ? error : errno);
}

static void set_hostname(void)
{
	if (sethostname("toll", 4) < 0)
		agent_die("cannot set", "the host name", errno);
}

static void say_hello(void)
{
	struct wire_writer w;
	struct utsname uts;
	struct sysinfo info;

	uname(&uts);
	sysinfo(&info);
	port_begin(&w);
	wire_put_hello(&w, &(struct wire_hello){
				   .version = WIRE_VERSION,
				   .arch = uts.machine,
				   .release = uts.release,
				   .mono_ns = agent_now_ns(),
				   .ncpus = (uint32_t)sysconf(_SC_NPROCESSORS_ONLN),
				   .mem_kib = (uint64_t)info.totalram * info.mem_unit / 1024,
			   });
	port_send(&w, WIRE_HELLO, 0);
}

static void answer_exec(const uint8_t *payload, const struct wire_header *header)
{
	static struct wire_exec exec;
	struct wire_result result;
	struct wire_writer w;
	int error = wire_get_exec(payload, header->len, &exec);

	port_begin(&w);
	if (error) {
		wire_put_text(&w, "the request to run a program cannot be decoded");
		port_send(&w, WIRE_ERROR, header->seq);
		return;
	}
	run_program(&exec, &result);
	wire_put_result(&w, &result);
	port_send(&w, WIRE_RESULT, header->seq);
}

static void answer_ping(const struct wire_header *header)
{
	struct wire_writer w;

	port_begin(&w);
	wire_put_time(&w, agent_now_ns());
	port_send(&w, WIRE_PONG, header->seq);
}

static void serve(void)
{
	for (;;) {
		struct wire_header header;
		const uint8_t *payload = port_receive(&header);

		switch (header.type) {
		case WIRE_EXEC:
			answer_exec(payload, &header);
			break;
		case WIRE_PING:
			answer_ping(&header);
			break;
		case WIRE_POWEROFF:
			return;
		default:
			agent_die("the host sent an answer", "", 0);
		}
	}
}

int main(void)
{
	uint64_t deadline_ns = agent_now_ns() + SETUP_TIMEOUT_NS;

	signal(SIGPIPE, SIG_IGN);
	mount_system();
	open_console();
	set_hostname();
	load_modules();
	mount_disk(deadline_ns);
	port_open(deadline_ns);
	say_hello();
	serve();
	power_off();
}
