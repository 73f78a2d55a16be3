/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "vm/guest/guest.h"

#define PORTS_DIR "/sys/class/virtio-ports"

static int port = -1;
static uint8_t in[WIRE_PAYLOAD_MAX], out[WIRE_HEADER_SIZE + WIRE_PAYLOAD_MAX];

static bool is_our_port(const char *dev)
{
	char path[300], name[64] = "";
	int fd;

	snprintf(path, sizeof(path), PORTS_DIR "/%s/name", dev);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	if (read(fd, name, sizeof(name) - 1) < 0)
		name[0] = '\0';
	close(fd);
	name[strcspn(name, "\n")] = '\0';
	return !strcmp(name, WIRE_PORT_NAME);
}

/* The port appears some time after its driver; its name some time after that. */
static bool find_port(char path[static 300])
{
	DIR *dir = opendir(PORTS_DIR);
	struct dirent *entry;
	bool found = false;

	while (dir && !found && (entry = readdir(dir))) {
		found = entry->d_name[0] != '.' && is_our_port(entry->d_name);
		if (found)
			snprintf(path, 300, "/dev/%s", entry->d_name);
	}
	if (dir)
		closedir(dir);
	return found;
}

static bool host_connected(void)
{
	struct pollfd p = {.fd = port, .events = POLLOUT};

	return poll(&p, 1, 0) >= 0 && !(p.revents & POLLHUP);
}

void port_open(uint64_t deadline_ns)
{
	char path[300];

	while (!find_port(path)) {
		if (agent_now_ns() > deadline_ns)
			agent_die("there is no port", WIRE_PORT_NAME, 0);
		usleep(1000);
	}
	port = open(path, O_RDWR | O_CLOEXEC);
	if (port < 0)
		agent_die("cannot open", path, errno);
	while (!host_connected()) {
		if (agent_now_ns() > deadline_ns)
			agent_die("the host has not connected to", path, 0);
		usleep(1000);
	}
}

int port_fd(void)
{
	return port;
}

void port_begin(struct wire_writer *w)
{
	wire_begin(w, out, sizeof(out));
}

void port_send(struct wire_writer *w, enum wire_type type, uint32_t seq)
{
	int64_t len = wire_finish(w, type, seq);
	int64_t done = 0;

	if (len < 0)
		agent_die("an answer is too long", "", 0);
	while (done < len) {
		ssize_t n = write(port, out + done, (size_t)(len - done));

		if (n < 0 && errno != EINTR)
			agent_die("cannot write to the host", "", errno);
		done += n > 0 ? n : 0;
	}
}

static void receive(uint8_t *buf, size_t len)
{
	size_t done = 0;

	while (done < len) {
		ssize_t n = read(port, buf + done, len - done);

		if (n == 0)
			agent_die("the host hung up", "", 0);
		if (n < 0 && errno != EINTR)
			agent_die("cannot read from the host", "", errno);
		done += n > 0 ? (size_t)n : 0;
	}
}

const uint8_t *port_receive(struct wire_header *ret)
{
	uint8_t header[WIRE_HEADER_SIZE];
	int error;

	receive(header, sizeof(header));
	error = wire_get_header(header, ret);
	if (error)
		agent_die("the host sent no frame", "", -error);
	receive(in, ret->len);
	return in;
}
