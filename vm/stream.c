/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/stream.h"

#include <stdbool.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"
#include "vm/host.h"

struct stream {
	virConnectPtr conn; /* lives as long as the stream: it holds a reference */
	virStreamPtr st;
	int wake; /* eventfd: the event loop saw something */
};

/* In the event loop's thread. Events are one-shot: wait() asks again. */
static void stream_event(virStreamPtr st, int events, void *opaque)
{
	struct stream *stream = opaque;

	(void)events;
	virStreamEventUpdateCallback(st, 0);
	eventfd_write(stream->wake, 1);
}

/* The event loop may still be in stream_event() when the stream is closed: libvirt calls this once
 * it is not. */
static void stream_release(void *opaque)
{
	struct stream *stream = opaque;

	cleanup_fd(&stream->wake);
	free(stream);
}

static ssize_t stream_result(const struct stream *stream, int n)
{
	/* A stream does not end with its connection: it would stay empty for ever. */
	if (n == -2)
		return virConnectIsAlive(stream->conn) == 1 ? -EAGAIN : -EPIPE;
	/* libvirt tells a closed channel from a broken one by words only. */
	return n < 0 ? -EPIPE : n;
}

static ssize_t stream_recv(void *self, void *buf, size_t size)
{
	struct stream *stream = self;

	return stream_result(stream, virStreamRecv(stream->st, buf, size));
}

static ssize_t stream_send(void *self, const void *buf, size_t len)
{
	struct stream *stream = self;

	return stream_result(stream, virStreamSend(stream->st, buf, len));
}

static void stream_wait(void *self, short events, uint64_t deadline_ns)
{
	struct stream *stream = self;
	struct pollfd p = {.fd = stream->wake, .events = POLLIN};
	int wanted = VIR_STREAM_EVENT_ERROR | VIR_STREAM_EVENT_HANGUP;
	eventfd_t n;

	if (events & POLLIN)
		wanted |= VIR_STREAM_EVENT_READABLE;
	if (events & POLLOUT)
		wanted |= VIR_STREAM_EVENT_WRITABLE;
	virStreamEventUpdateCallback(stream->st, wanted);
	if (poll(&p, 1, deadline_poll_ms(deadline_ns)) > 0)
		eventfd_read(stream->wake, &n);
}

static void stream_close(void *self)
{
	virStreamPtr st = ((struct stream *)self)->st;

	virStreamEventRemoveCallback(st);
	virStreamAbort(st);
	virStreamFree(st);
}

int stream_open(virConnectPtr conn, virDomainPtr domain, const char *name, struct transport *ret,
	struct err *err)
{
	static const struct transport_ops ops = {
		stream_recv, stream_send, stream_wait, stream_close};
	struct stream *stream = xcalloc(1, sizeof(*stream));

	stream->conn = conn;
	stream->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	stream->st = virStreamNew(conn, VIR_STREAM_NONBLOCK);
	if (stream->wake >= 0 && stream->st &&
		virDomainOpenChannel(domain, name, stream->st, 0) >= 0 &&
		virStreamEventAddCallback(stream->st, 0, stream_event, stream, stream_release) >=
			0) {
		*ret = (struct transport){.ops = &ops, .self = stream};
		return 0;
	}
	err_libvirt(err, "cannot open the guest's channel '%s'", name);
	if (stream->st) {
		virStreamAbort(stream->st);
		virStreamFree(stream->st);
	}
	stream_release(stream);
	return -EIO;
}
