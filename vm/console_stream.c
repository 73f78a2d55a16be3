/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/console_stream.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "vm/host.h"

struct console_stream {
	virStreamPtr st;
	int fd;
	size_t left; /* bytes that may still be written */
};

/* In the event loop's thread. */
static void keep(struct console_stream *console, const char *buf, size_t len)
{
	ssize_t n;

	if (len > console->left)
		len = console->left;
	n = len ? write(console->fd, buf, len) : 0;
	console->left = n < 0 || (size_t)n < len ? 0 : console->left - len;
}

static void console_event(virStreamPtr st, int events, void *opaque)
{
	struct console_stream *console = opaque;
	char buf[4096];
	int n = -1;

	if (events & VIR_STREAM_EVENT_READABLE)
		while ((n = virStreamRecv(st, buf, sizeof(buf))) > 0)
			keep(console, buf, (size_t)n);
	if (n != -2)
		virStreamEventUpdateCallback(st, 0);
}

/* libvirt calls this once console_event() cannot run any more. */
static void console_release(void *opaque)
{
	struct console_stream *console = opaque;

	cleanup_fd(&console->fd);
	free(console);
}

int console_stream_open(virConnectPtr conn, virDomainPtr domain, const char *path,
	struct console_stream **ret, struct err *err)
{
	struct console_stream *console = xcalloc(1, sizeof(*console));

	console->left = VM_CONSOLE_MAX;
	console->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
	if (console->fd < 0) {
		int r = err_sys(err, errno, "cannot create '%s'", path);

		console_release(console);
		return r;
	}
	console->st = virStreamNew(conn, VIR_STREAM_NONBLOCK);
	if (console->st &&
		virDomainOpenConsole(domain, NULL, console->st, VIR_DOMAIN_CONSOLE_FORCE) >= 0 &&
		virStreamEventAddCallback(console->st, VIR_STREAM_EVENT_READABLE, console_event,
			console, console_release) >= 0) {
		*ret = console;
		return 0;
	}
	err_libvirt(err, "cannot open the guest's console");
	if (console->st) {
		virStreamAbort(console->st);
		virStreamFree(console->st);
	}
	console_release(console);
	return -EIO;
}

void console_stream_close(struct console_stream *console)
{
	virStreamPtr st = console ? console->st : NULL;

	if (!st)
		return;
	virStreamEventRemoveCallback(st);
	virStreamAbort(st);
	virStreamFree(st);
}
