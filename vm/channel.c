/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "vm/channel.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/clock.h"

/* A stop request is looked at at least this often, should its signal reach another thread. */
#define STOP_CHECK_NS (100 * NS_PER_MS)

struct channel {
	struct transport transport;
	const volatile sig_atomic_t *stop;
	struct wire_writer writer;
	uint8_t out[WIRE_HEADER_SIZE + WIRE_PAYLOAD_MAX];
	uint8_t in[WIRE_PAYLOAD_MAX];
};

/* ---- a descriptor as transport ---- */

static int fd_of(void *self)
{
	return (int)(intptr_t)self;
}

static ssize_t fd_recv(void *self, void *buf, size_t size)
{
	ssize_t n = read(fd_of(self), buf, size);

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	return n;
}

static ssize_t fd_send(void *self, const void *buf, size_t len)
{
	ssize_t n = send(fd_of(self), buf, len, MSG_NOSIGNAL);

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	return n;
}

static void fd_wait(void *self, short events, uint64_t deadline_ns)
{
	struct pollfd p = {.fd = fd_of(self), .events = events};

	poll(&p, 1, deadline_poll_ms(deadline_ns));
}

static void fd_close(void *self)
{
	close(fd_of(self));
}

struct transport transport_from_fd(int fd)
{
	static const struct transport_ops ops = {fd_recv, fd_send, fd_wait, fd_close};

	return (struct transport){.ops = &ops, .self = (void *)(intptr_t)fd};
}

/* ---- frames ---- */

struct channel *channel_new(struct transport transport, const volatile sig_atomic_t *stop)
{
	struct channel *channel = xcalloc(1, sizeof(*channel));

	channel->transport = transport;
	channel->stop = stop;
	return channel;
}

void channel_free(struct channel *channel)
{
	if (!channel)
		return;
	channel->transport.ops->close(channel->transport.self);
	free(channel);
}

struct wire_writer *channel_writer(struct channel *channel)
{
	wire_begin(&channel->writer, channel->out, sizeof(channel->out));
	return &channel->writer;
}

/* Waits for `events`; says when there is no more point in it. */
static int wait_for(struct channel *channel, short events, uint64_t deadline_ns, struct err *err)
{
	if (channel->stop && *channel->stop)
		return err_set(err, ERR_INTERRUPTED, "interrupted");
	if (deadline_passed(deadline_ns))
		return err_set(err, ETIMEDOUT, "the guest's agent did not answer in time");
	channel->transport.ops->wait(channel->transport.self, events,
		deadline_earlier(deadline_ns, deadline_in(STOP_CHECK_NS)));
	return 0;
}

int channel_send(struct channel *channel, enum wire_type type, uint32_t seq, uint64_t deadline_ns,
	struct err *err)
{
	int64_t len = wire_finish(&channel->writer, type, seq);
	const uint8_t *p = channel->out;

	if (len < 0)
		return err_set(err, EMSGSIZE, "the request is longer than the agent takes");
	while (len > 0) {
		ssize_t n = channel->transport.ops->send(channel->transport.self, p, (size_t)len);
		int r = 0;

		if (n == -EAGAIN)
			r = wait_for(channel, POLLOUT, deadline_ns, err);
		else if (n < 0)
			r = err_sys(err, (int)-n, "cannot send to the guest's agent");
		if (r < 0)
			return r;
		p += n > 0 ? n : 0;
		len -= n > 0 ? n : 0;
	}
	return 0;
}

static int receive(
	struct channel *channel, uint8_t *buf, size_t len, uint64_t deadline_ns, struct err *err)
{
	while (len) {
		ssize_t n = channel->transport.ops->recv(channel->transport.self, buf, len);
		int r = 0;

		if (n == -EAGAIN)
			r = wait_for(channel, POLLIN, deadline_ns, err);
		else if (n == 0)
			r = err_set(err, EPIPE, "the guest closed its channel");
		else if (n < 0)
			r = err_sys(err, (int)-n, "cannot receive from the guest's agent");
		if (r < 0)
			return r;
		buf += n > 0 ? n : 0;
		len -= n > 0 ? (size_t)n : 0;
	}
	return 0;
}

int channel_receive(struct channel *channel, uint64_t deadline_ns, struct wire_header *ret,
	const uint8_t **ret_payload, struct err *err)
{
	uint8_t buf[WIRE_HEADER_SIZE];
	struct wire_header header;
	int r = receive(channel, buf, sizeof(buf), deadline_ns, err);

	if (r < 0)
		return r;
	r = wire_get_header(buf, &header);
	if (r < 0)
		return err_set(err, -r, "what speaks on the guest's channel is not the agent");
	r = receive(channel, channel->in, header.len, deadline_ns, err);
	if (r < 0)
		return r;
	*ret = header;
	*ret_payload = channel->in;
	return 0;
}
